# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of the self-test that look at the line. Each returns result, text and advice."""

from shroud import device, files, interference, netifd, options, paths, sentences, status, trust

OFF = ("skipped", "The line is not switched on.", None)
PPPOE = 8  # octets that PPPoE and PPP take of each frame
SENT = ("tx_block", "tx_whole", "tx_decoy")  # counters of packets that left covered
LARGEST = 1492  # octets of a packet on a usual line
ASK = "Ask your ISP, by telephone or on its web site, for the fingerprint of its key. "
ANSWERS = {  # result, text, advice
    "refused": (
        "warning",
        "Your ISP answered that it does not know or offer shrouding.",
        "Ask your ISP whether it will. Nothing is wrong with this router.",
    ),
    "no-answer": (
        "warning",
        "Your ISP did not answer the offer.",
        "If it goes on, ask your ISP whether it offers shrouding.",
    ),
    "version": (
        "fail",
        "Your ISP shrouds in a way that this router does not know.",
        "Update the package ppp-mod-shroud.",
    ),
    "untrusted": (
        "fail",
        "Your ISP showed a key that is not the one expected.",
        ASK + "Press Trust only if it is the one shown.",
    ),
    "cut": (
        "warning",
        "Your ISP cut the line when shrouding was offered; it is offered again later.",
        "Ask your ISP whether it offers shrouding. If it does not, turn it off.",
    ),
    "datapath": (
        "fail",
        "Nothing was offered to your ISP, since this router can not cover packets.",
        "Put right what the steps above complain of.",
    ),
    "keys": (
        "warning",
        "The keys no longer fitted, and the line is dialled again.",
        "If it happens often, tell your ISP the times.",
    ),
}


def config(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """The configuration can be understood."""
    if not patient.common.usable(patient.name):
        return "fail", "; ".join(patient.problems), "Put that right in " + paths.SHROUD + "."
    if patient.problems:
        return "warning", "; ".join(patient.problems), "Put that right in " + paths.SHROUD + "."
    return "ok", paths.SHROUD + " is valid.", None


def interface(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """The network service knows the interface."""
    if patient.fault:
        return "fail", patient.fault, "Restart the router."
    if not patient.link:
        advice = "Run: /etc/init.d/network reload"
        return "fail", "The network service does not know this interface.", advice
    chosen = patient.interface.device
    if not chosen:
        return "fail", "The interface has no device.", "Choose one in " + paths.NETWORK + "."
    return "ok", f"The interface is dialled through {chosen}.", None


def switch(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """The system's files are what the settings ask for."""
    enabled, attached = patient.settings.enabled, patient.interface.is_attached()
    if enabled != attached:
        text = "switched on, but its pppd options are not in use." if enabled else (
            "switched off, but its pppd options are still in use."
        )  # fmt: skip
        return "fail", "The line is " + text, "Run: shroud reload"
    if not enabled:
        return OFF
    path = paths.options_file(patient.name)
    if files.read(path) != options.render(patient.settings):
        return "fail", path + " is not what the settings ask for.", "Run: shroud reload"
    return "ok", "The line is switched on, and its pppd options are in use.", None


def line(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """The line is up, and how it stands."""
    link = patient.link
    state, name = status.judge(patient.settings, link, patient.report, None)
    text = sentences.SENTENCES[name]
    if link.get("up"):
        return "warning" if state == "plain" else "ok", text, None
    again = f"Run: ifup {patient.name}"
    if netifd.REFUSED in link.get("errors", []):
        advice = "Put right what other steps complain of. " + again
        return "fail", text + " pppd refused its options, and is not started again.", advice
    if not link.get("autostart", True):
        return "fail", text + " It is stopped.", again
    told = ", ".join([str(error) for error in link.get("errors", []) if error])
    advice = "Look at the steps below, at the cable, and at user name and password."
    return "fail", text + (f" pppd ended with: {told}." if told else ""), advice


def pppd(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """The running pppd has the plugin."""
    if not patient.settings.enabled:
        return OFF
    report = patient.report
    if report is None:
        advice = f"Run: ifup {patient.name}, then test again. The system log tells more."
        return "fail", "No pppd with the plugin has reported since the boot.", advice
    if not report.alive:
        return "warning", "The pppd that reported last has ended.", "Test again in a minute."
    if report.stale():
        advice = "Test again in a minute: the clock may just have been set."
        return "warning", "pppd has not reported for more than a minute.", advice
    return "ok", f"pppd runs with the plugin; its state is {report.state}.", None


def mtu(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """Shrouding takes nothing off the MTU; nothing else should."""
    link = patient.link
    inner = device.number(link.get("l3_device"), "mtu")
    if not link.get("up") or inner is None:
        return "skipped", "The line is down.", None
    below = device.number(link.get("device"), "mtu") or device.number(
        patient.interface.device, "mtu"
    )
    if below is not None and inner + PPPOE > below:
        text = f"Packets of {inner} octets do not fit the device below, whose MTU is {below}."
        return "fail", text, f"Set the MTU of the interface to {below - PPPOE}."
    if inner < LARGEST:
        return "warning", f"The MTU is {inner}; usual is {LARGEST}.", "Ask your ISP if that is so."
    return "ok", f"The MTU is {inner}. Shrouding takes nothing of it.", None


def peer(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """What the ISP answered."""
    if not patient.settings.enabled:
        return OFF
    report = patient.report
    if report is None or not report.explains():
        return "skipped", "There is no answer of your ISP yet.", None
    if report.cause:
        result, text, advice = ANSWERS.get(
            str(sentences.word(report.cause)),
            ("warning", "The line could not be shrouded.", "Look at the system log."),
        )
        return result, f"{text} (The plugin says: {report.reason}.)", advice
    if report.shrouded:
        text = "Your ISP shrouds, and new keys are agreed on time."
        if patient.settings.mode == "decoy" and report.mode != "decoy":
            text += f" It does so by mode {report.mode}; decoy was not agreed."
        return "ok", text, None
    return "skipped", "There is no answer of your ISP yet.", None


def key(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """Which key the ISP showed, and why it is trusted or not."""
    shown = patient.report.peer if patient.report else None
    if shown is None:
        pinned, known = bool(patient.settings.peer_keys), trust.knows(patient.name)
        held = "A key is pinned" if pinned else "A key is recorded" if known else "No key is known"
        return "skipped", held + ", and your ISP has not shown one yet.", None
    text = "Your ISP's key is " + shown["fingerprint"]
    if shown["trust"] == "untrusted":
        return "fail", text + ", which is not the one expected.", ASK + "Trust it only if it is."
    if shown["trust"] == "first-use":
        return "ok", text + ", met for the first time and recorded.", ASK + "Compare it once."
    how = "pinned in the configuration" if shown["trust"] == "pinned" else "the one recorded"
    return "ok", f"{text}, which is {how}.", None


def frames(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """What became of the packets of this session."""
    counters = patient.report.counters if patient.report else None
    if counters is None:
        return "skipped", "There are no counters.", None
    sent = sum([counters.get(name, 0) for name in SENT])
    got = sum([counters.get(name, 0) for name in interference.COVERED])
    broken = sum([counters.get(name, 0) for name in interference.BROKEN])
    text = f"{sent} packets were sent covered and {got} received; {broken} arrived broken."
    if broken >= interference.BROKEN_LEAST and broken * interference.BROKEN_SHARE >= got + broken:
        return "warning", text, "Something on the way changes packets: look at the history."
    merged = counters.get("rx_super", 0)
    if merged:
        text += f" {merged} came merged, by the device or its driver, and were dropped."
        return "warning", text, "Run: ethtool -K DEVICE gro off lro off rx-gro-hw off"
    return "ok", text, None
