# SPDX-License-Identifier: GPL-2.0-or-later
"""One sentence for each state that a line can be in, and which one it is.

judge() sees plain facts and answers with words of its own: no text from outside gets into a
sentence. A translation finds its text by the sentence's name.
"""

SENTENCES = {
    "off": "Off. Your carrier can see whom you talk to.",
    "trial": "Trying it out. If the line does not work, everything goes back by itself.",
    "trial-undo": "It did not work. Everything is being put back as it was.",
    "shrouded": "Shrouded. Your carrier sees noise.",
    "shrouded-decoy": "Shrouded by decoys. Your carrier sees false addresses and names.",
    "shrouded-alarm": "Shrouded, but somebody may be interfering: new keys could not be agreed.",
    "shrouded-retry": "Shrouded. New keys could not be agreed yet; it is tried again.",
    "plain-refused": "Plain. Your ISP does not offer shrouding yet.",
    "plain-downgrade": "Plain, although your ISP should shroud: somebody may be interfering.",
    "plain-untrusted": "Plain, because your ISP's key is not the one expected: "
    "somebody may be interfering.",
    "plain-no-answer": "Plain. Your ISP does not answer the offer to shroud.",
    "plain-cut": "Plain for now. Your ISP cut the line when shrouding was offered, "
    "so it is not offered for a while.",
    "plain-cut-alarm": "Plain for now, because the line is cut when shrouding is offered: "
    "somebody may be interfering.",
    "plain-version": "Plain. Your ISP shrouds in a way that this router does not know.",
    "plain-datapath": "Plain, because this router can not load what shrouding needs.",
    "plain-pending": "Plain. Shrouding begins when the line is dialled again.",
    "plain-other": "Plain, because the line could not be shrouded.",
    "connecting": "Connecting. The line is being dialled.",
    "connecting-keys": "Connecting. Keys are being agreed with your ISP.",
    "down": "Down. The line is not connected.",
    "down-keys": "Down. The keys no longer fitted, and the line is dialled again.",
    "down-refused": "Down, because policy is Require and your ISP does not offer shrouding.",
    "down-downgrade": "Down, because policy is Require and your ISP, which should, "
    "does not shroud: somebody may be interfering.",
    "down-untrusted": "Down, because policy is Require and your ISP's key is not the one "
    "expected: somebody may be interfering.",
    "down-no-answer": "Down, because policy is Require and your ISP does not answer the offer "
    "to shroud.",
    "down-version": "Down, because policy is Require and your ISP shrouds in a way that this "
    "router does not know.",
    "down-datapath": "Down, because policy is Require and this router can not load what "
    "shrouding needs.",
    "down-other": "Down, because policy is Require and the line could not be shrouded.",
}

# The plugin's causes (docs/status.md), and what we call each.
CAUSES = {
    "off": "off",
    "datapath": "datapath",
    "suppressed": "cut",
    "no-answer": "no-answer",
    "code-reject": "refused",
    "untrusted": "untrusted",
    "altered": "altered",
    "abort-version": "version",
    "abort-suite": "version",
    "abort-mode": "version",
    "abort-not-offered": "refused",
    "abort-untrusted": "aborted",
    "abort-malformed": "aborted",
    "abort-other": "aborted",
    "no-done": "keys",
    "not-shrouding": "lns",
    "gave-up": "lns",
    "no-confirmation": "lns",
    "key-age": "keys",
    "mismatch": "keys",
    "internal": "memory",
    "agreed": "off",
}
# With an alarm: of an LNS that should shroud.
ALARMING = ("refused", "version", "no-answer", "altered", "aborted")
NAMED = ("refused", "untrusted", "no-answer", "version", "datapath")


def word(cause: "str | None") -> "str | None":
    """Our word for a cause that the plugin gives; "other" for one of a later plugin."""
    return None if cause is None else CAUSES.get(cause, "other")


def judge(facts: "dict[str, object]") -> "tuple[str, str]":
    """Return the state of a line and the name of its sentence.

    Facts: enabled, up, alive (its pppd runs), shrouded, decoy (that is the mode), alarm,
    untrusted (so is the key that was shown): booleans; policy; step of its trial or None;
    plugin's state or None; reason: word() of the plugin's cause.
    """
    step = facts["step"]
    if step:
        return "trial", "trial-undo" if step == "undo" else "trial"
    if facts["up"] and facts["shrouded"]:
        return "shrouded", _shrouded(facts)
    if not facts["enabled"]:
        return "off", "off"
    if facts["up"]:
        return "plain", _plain(facts)
    required = facts["policy"] == "require"
    if facts["alive"] and facts["state"] != "closing" and not (required and facts["untrusted"]):
        asking = facts["state"] in ("wait-resp", "wait-done")
        return "connecting", "connecting-keys" if asking else "connecting"
    return "down", _down(facts)


def _shrouded(facts: "dict[str, object]") -> str:
    if facts["alarm"]:
        return "shrouded-alarm"
    if facts["reason"]:
        return "shrouded-retry"
    return "shrouded-decoy" if facts["decoy"] else "shrouded"


def _plain(facts: "dict[str, object]") -> str:
    reason = facts["reason"]
    if not facts["alive"]:
        return "plain-datapath" if reason == "datapath" else "plain-pending"
    if reason == "cut":
        return "plain-cut-alarm" if facts["alarm"] else "plain-cut"
    if reason in ALARMING and facts["alarm"]:
        return "plain-downgrade"
    return "plain-" + str(reason) if reason in NAMED else "plain-other"


def _down(facts: "dict[str, object]") -> str:
    """Why a line is down, as far as shrouding has to do with it."""
    reason = "untrusted" if facts["untrusted"] else facts["reason"]
    if reason == "keys":
        return "down-keys"
    if facts["policy"] != "require" or reason is None:
        return "down"
    if reason in ALARMING and facts["alarm"]:
        return "down-downgrade"
    return "down-" + str(reason) if reason in NAMED else "down-other"
