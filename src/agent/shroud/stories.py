# SPDX-License-Identifier: GPL-2.0-or-later
"""The events of the history in plain words: title, what it may mean, what to do."""

KINDS = {
    "shrouded": (
        "The line is shrouded",
        "Keys were agreed with your ISP. Your carrier no longer sees whom you talk to.",
        "Nothing.",
    ),
    "plain": (
        "The line is not shrouded",
        (
            "It is up, but your ISP and your router did not agree on keys. Your carrier can see "
            "whom you talk to."
        ),
        "Nothing, if your ISP does not offer shrouding yet. If it does, press Diagnose.",
    ),
    "held-down": (
        "The line stays down",
        "The policy is Require, and your ISP and your router did not agree on keys.",
        (
            "If you need the internet now, set the policy to Prefer. Ask your ISP whether it "
            "offers shrouding."
        ),
    ),
    "downgrade": (
        "Your ISP no longer shrouds this line",
        (
            "The other end of your line knew how to shroud before, and now answers that it does "
            "not. Your ISP may have changed its equipment. Or somebody in between answers in its "
            "place, to have you talk in clear."
        ),
        (
            "Ask your ISP whether it still offers shrouding. If you would rather have no "
            "internet than be watched, set the policy to Require."
        ),
    ),
    "silenced": (
        "Your ISP no longer answers the offer to shroud",
        (
            "The other end of your line knew how to shroud before, and now the offer gets no "
            "answer at all. Your ISP may have changed its equipment. Or somebody in between "
            "swallows the offer or the answer."
        ),
        (
            "Ask your ISP whether it still offers shrouding. If you would rather have no "
            "internet than be watched, set the policy to Require."
        ),
    ),
    "altered": (
        "The agreement on keys was altered on the way",
        (
            "Your router's offer and your ISP's answer do not belong together. Somebody in "
            "between has changed one of them, perhaps to have you covered less well. Damage on "
            "the wire does not do this."
        ),
        (
            "Nothing was agreed that way. If it happens again, tell your ISP the times. If you "
            "would rather have no internet than be watched, set the policy to Require."
        ),
    ),
    "key-changed": (
        "Your ISP's key has changed",
        (
            "The other end of your line showed a key that is not the one your router knows. Your "
            "ISP may have replaced its key. Or somebody between you and your ISP is posing as "
            "your ISP."
        ),
        (
            "Ask your ISP, by telephone or on its web site, whether its key is now the one that "
            "is shown. Only if it is, press Trust. Until then the key is not used."
        ),
    ),
    "broken-frames": (
        "Covered packets arrive broken",
        (
            "At least one of a hundred packets on your line can not be deciphered. Damage on the "
            "wire is found and dropped before it gets here, so something changes or adds packets "
            "on the way: equipment of the carrier that does not work as it should, or somebody."
        ),
        (
            "Nothing of it gets into your network. If it goes on, tell your ISP the time and "
            "show it the report of Diagnose."
        ),
    ),
    "plain-injected": (
        "Plain packets arrive on the shrouded line",
        (
            "Your ISP covers every packet, but some arrived that are not covered. Somebody in "
            "between may be trying to slip packets into your line, or your ISP's equipment has "
            "lost its keys."
        ),
        (
            "They were dropped. If it goes on, dial the line again; if it goes on after that, "
            "tell your ISP the time."
        ),
    ),
    "cut-after-offer": (
        "The line is cut when shrouding is offered",
        (
            "Several times in a row the line was dropped just after your router had offered to "
            "shroud. Your ISP's equipment may not bear the offer. Or somebody in between cuts "
            "the line to make your router give up."
        ),
        (
            "Under Prefer your router now waits before it offers again, and stays online in "
            "plain. Ask your ISP whether it offers shrouding; if it does not, turn it off."
        ),
    ),
    "rekey-failed": (
        "New keys could not be agreed",
        (
            "The line stays shrouded with the keys it has, and your router tries again each "
            "minute. Packets may have been lost, or somebody in between holds them back."
        ),
        (
            "Nothing, unless it goes on: keys that are a day old are given up and the line is "
            "dialled again."
        ),
    ),
    "keys-lost": (
        "The keys no longer fitted",
        (
            "Your router and your ISP had different keys, or could not renew them, so the line "
            "was dialled again. Your ISP's equipment may have restarted."
        ),
        "Nothing, unless it happens often: then tell your ISP the times.",
    ),
    "datapath": (
        "Shrouding can not be loaded on this router",
        (
            "The part that covers packets did not get into the kernel, so nothing was offered to "
            "your ISP. After an update of the firmware a package may be missing or of another "
            "release."
        ),
        "Press Diagnose, and do what it says.",
    ),
    "hardware-offload": (
        "Hardware offload was switched on",
        (
            "Packets that the hardware forwards never meet what covers them and leave in clear. "
            "Something other than this agent has switched it on while a line is shrouded."
        ),
        (
            "It is switched off again. If it comes back, find out which program changes the "
            "firewall's settings."
        ),
    ),
    "hardware-offload-stuck": (
        "Hardware offload is on and can not be switched off",
        (
            "Packets that the hardware forwards never meet what covers them and leave in clear. "
            "The firewall did not do as it was told."
        ),
        (
            "Switch hardware flow offloading off on the firewall's page. If it stays on, restart "
            "the router."
        ),
    ),
    "watch-reset": (
        "The watch had to start anew",
        "What it had noted before was damaged, so that it can not compare this once.",
        "Nothing, unless it happens again: then the router's memory may be full.",
    ),
    "config": (
        "The configuration can not be understood",
        "What it says could not be put into effect; everything stays as it was.",
        "Put right what is named, then run: /etc/init.d/shroud reload",
    ),
    "record-damaged": (
        "A file could not be understood",
        (
            "The agent or somebody else left a file that makes no sense. It was left alone or "
            "set aside, and the router goes on without it."
        ),
        "Look at the file that is named. If it happens again, the flash may be wearing out.",
    ),
    "trusted": (
        "A new key of your ISP was trusted",
        ("Somebody with access to this router accepted it. It replaces what was recorded before."),
        "If it was not you, ask your ISP for its key, and change the router's password.",
    ),
    "kept": (
        "The change was kept",
        "The line carried traffic with the new settings.",
        "Nothing.",
    ),
    "confirmed": (
        "The change was kept without a test",
        "Somebody confirmed it before the line had shown that it carries traffic.",
        "Nothing, if the line works.",
    ),
    "rolled-back": (
        "The change was undone",
        (
            "The line did not work with the new settings, or somebody asked to have the old ones "
            "back. They are in use again."
        ),
        "Press Diagnose to see what stands in the way.",
    ),
    "recovered": (
        "An interrupted change was undone",
        (
            "The router was switched off, or a program ended, while a change was being tried. "
            "The settings from before are in use again."
        ),
        "Make the change once more if you still want it.",
    ),
}
UNKNOWN = ("Something happened that this version has no words for", "", "Read the system log.")


def tell(kind: str) -> "tuple[str, str, str]":
    """Title, meaning and advice of a kind of event."""
    return KINDS.get(kind, UNKNOWN)
