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
	option framing 'lcp'
	option policy 'require'
"""
OFFERED = ["shroud-mode", "head,decoy", "shroud-framing", "native,lcp"]
PINS = "ls -d /sys/fs/bpf/pppshroud/*-cpe0/*"
"""A folder for each pair of programs that is on the device."""


def test_decoy_from_boot_and_back_to_head(uml: Machine) -> None:
    with home(uml) as ours:
        ours.line.serve("require", OFFERED)
        ours.router.write("/etc/config/shroud", CONFIG)
        with Capture(uml, "carrier", "car0") as tap:
            ours.router.boot()
            status = ours.await_sentence("shrouded-decoy")
            ours.ping()
        leak.assert_covered(tap.path, agreed=uncovered.DECOY_LCP)
        assert (status["plugin_mode"], status["plugin_framing"]) == ("decoy", "lcp")
        assert ours.router.script(PINS).count("/decoy-") == 1
        assert "mode: decoy\n  framing: lcp\n" in ours.router.script("shroud status wan")
        assert ours.call("diagnose", line="wan")["verdict"].startswith("No check failed")

        with Capture(uml, "carrier", "car0") as tap:
            assert ours.apply(mode="auto", framing="native")["outcome"] == "kept"
            ours.await_sentence("shrouded")
            ours.ping()
        leak.assert_covered(tap.path, from_start=False)
        assert ours.status()["plugin_mode"] == "head"
