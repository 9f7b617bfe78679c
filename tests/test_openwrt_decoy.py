# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode decoy on an OpenWrt router: from its configuration at the boot, and left by the agent."""

from __future__ import annotations

from tests.testbed import leak, uncovered
from tests.testbed.capture import Capture
from tests.testbed.machine import Machine
from tests.testbed.openwrt.home import home

CONFIG = """\
config line 'wan'
	option enabled '1'
	option mode 'decoy'
	option policy 'require'
"""
PINS = "ls -d /sys/fs/bpf/pppshroud/*-cpe0/*"
"""A folder for each pair of programs that is on the device."""


def test_decoy_from_boot_and_back_to_head(uml: Machine) -> None:
    with home(uml) as ours:
        ours.line.serve("require", ["shroud-mode", "head,decoy"])
        ours.router.write("/etc/config/shroud", CONFIG)
        with Capture(uml, "carrier", "car0") as tap:
            ours.router.boot()
            status = ours.await_sentence("shrouded-decoy")
            ours.ping()
        leak.assert_covered(tap.path, agreed=uncovered.DECOY)
        assert (status["plugin_mode"], status["mode"]) == ("decoy", "decoy")
        assert ours.router.script(PINS).count("/decoy-") == 1
        assert "mode: decoy" in ours.router.script("shroud status wan")
        assert ours.call("diagnose", line="wan")["verdict"].startswith("No check failed")

        with Capture(uml, "carrier", "car0") as tap:
            assert ours.apply(mode="auto")["outcome"] == "kept"
            ours.await_sentence("shrouded")
            ours.ping()
        leak.assert_covered(tap.path, from_start=False)
        assert ours.status()["plugin_mode"] == "head"
