# SPDX-License-Identifier: GPL-2.0-or-later
"""The PPPoE interfaces of /etc/config/network, and the one thing that we change of them.

netifd's ppp.sh hands `pppd_options` to pppd unquoted, split at white space, as its last
arguments. ` file /etc/shroud/lines/NAME.options` at its end is the switch of a line.
"""

from shroud import files, paths, uci
from shroud.errors import AgentError

FILE = "network"  # the configuration's name in messages
TYPE = "interface"
OPTION = "pppd_options"
PROTOCOL = b"pppoe"


class Interface:
    """A PPPoE interface; pppd_options are bytes, since their coding is anybody's."""

    def __init__(self, name: str, device: str, pppd_options: bytes) -> None:
        """The device is "" if none is set."""
        self.name = name
        self.proto = PROTOCOL.decode()
        self.device = device
        self.pppd_options = pppd_options

    def is_attached(self) -> bool:
        """Whether the interface is switched to our options."""
        return _position(self.pppd_options, self.name) is not None


def interfaces() -> list[Interface]:
    """All of them, in the order of the file; UciError if it cannot be read.

    Those without a name are left out: libuci makes up another one for them at every change.
    """
    return listed(files.read(paths.NETWORK, uci.LIMIT))


def listed(data: bytes) -> list[Interface]:
    """The interfaces of a network file's text."""
    return [
        Interface(section.name, _device(section), section.get(OPTION) or b"")
        for section in uci.parse(data, FILE, (TYPE,))
        if section.name and section.get("proto") == PROTOCOL
    ]


def section(data: bytes, name: str) -> uci.Section:
    """The section of a PPPoE interface; AgentError("unknown-line") if there is none."""
    found = uci.find(uci.parse(data, FILE, (TYPE,)), TYPE, name)
    if not found or found.get("proto") != PROTOCOL:
        raise AgentError("unknown-line", f"{name}: no PPPoE interface of that name in {FILE}")
    return found


def reference(name: str) -> bytes:
    """The two words that switch a line on."""
    return f"file {paths.options_file(name)}".encode()


def attached(pppd_options: bytes, name: str) -> bytes:
    """The value of pppd_options with the reference at its end, once."""
    if _position(pppd_options, name) is not None:
        return pppd_options
    return pppd_options + b" " + reference(name) if pppd_options.strip() else reference(name)


def detached(pppd_options: bytes, name: str) -> bytes:
    """The value without the reference, wherever it stands; the rest as it is."""
    while True:
        at = _position(pppd_options, name)
        if at is None:
            return pppd_options
        rest = pppd_options[at:].split(None, 2)
        head = pppd_options[:at].rstrip()
        tail = rest[2] if len(rest) > 2 else b""
        pppd_options = head + b" " + tail if head and tail else head + tail


def _position(pppd_options: bytes, name: str) -> int | None:
    """Where the reference begins."""
    wanted = reference(name).split()
    words = pppd_options.split()
    at = 0
    for index, word in enumerate(words):
        at = pppd_options.find(word, at)
        if words[index : index + 2] == wanted:
            return at
        at += len(word)
    return None


def _device(section: uci.Section) -> str:
    """The device below; `ifname` is its name in files of old releases."""
    value = section.get("device") or section.get("ifname") or b""
    return "".join([chr(char) if 32 < char < 127 else "?" for char in value])
