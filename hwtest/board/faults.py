# SPDX-License-Identifier: GPL-2.0-or-later
"""The two ways in which a run ends badly: the rig is at fault, or the product is."""

from __future__ import annotations

ADVICE = {
    "console-closed": "Is the serial adapter plugged in, is ser2net running, has another program"
    " taken the port? Try `microcom` on it.",
    "board-silent": "Is the board powered, are TX and RX crossed, is the speed right? Its last"
    " words are at the end of console.log.",
    "tftp": "Does the TFTP server run, is the file in its folder and readable, does a firewall"
    " drop UDP port 69?",
    "dhcp": "Is the network cable in the right port of the board, does the DHCP server of the rig"
    " listen on that network?",
    "image": "Is the image for this board, and whole? Build or fetch it anew, and compare the"
    " `images` of the target's YAML.",
    "prompt": "Compare `prompt`, `autoboot` and `interrupt` of UBootDriver in the target's YAML"
    " with what the board says in console.log.",
    "login": "Compare `login_prompt`, `prompt`, `username` and `password` of ShellDriver in the"
    " target's YAML with what the board says in console.log.",
    "command": "The board's own words are in console.log.",
    "panic": "The kernel's own words are in console.log.",
    "power": "Does the power switch answer, is it the right port of it?",
    "lab": "The far ends of the lines are the rig's own: see its log files.",
}


class Fault(Exception):
    """A run's bad end.

    kind: one word for reports, a key of ADVICE for a rig's fault.
    what: what was wrong, a sentence without its full stop.
    where: what the rig was doing.
    advice: what to do about it.
    """

    def __init__(self, kind: str, what: str, where: str = "", advice: str = "") -> None:
        self.kind = kind
        self.what = what
        self.where = where
        self.advice = advice or ADVICE.get(kind, "")
        super().__init__(kind, what)

    def __str__(self) -> str:
        place = f" (while {self.where})" if self.where else ""
        return f"{self.kind}: {self.what}{place}. {self.advice}".rstrip()


class RigFault(Fault):
    """Cable, power, server, bootloader, recipe: the run says nothing of the product."""


class ProductFault(Fault):
    """The board did what the rig asked, and pppshroud did wrong."""
