# SPDX-License-Identifier: GPL-2.0-or-later
"""An OpenWrt router whose firewall forwards by a flow table: what it forwards is covered too.

In QEMU, because the kernel of User-Mode Linux has no nf_tables for IP.
"""

from __future__ import annotations

import pytest

from tests import shrouded
from tests.testbed import leak, services
from tests.testbed.capture import Capture
from tests.testbed.machine import Machine
from tests.testbed.openwrt.home import home
from tests.testbed.topology import SERVER

SHROUD = """
config line 'wan'
	option enabled '1'
	option policy 'require'
"""
NAME = "www.example.org"
SIZE = 2 << 20
"""Octets of the download."""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_flow_table_forwards_what_is_covered(qemu_amd64: Machine) -> None:
    """Software offload stays on; hardware offload, which the firewall was to ask for, goes off."""
    with shrouded.watched(), home(qemu_amd64) as ours:
        router = ours.router
        firewall = router.flash_text("etc/config/firewall")
        hardware = "\toption flow_offloading '1'\n\toption flow_offloading_hw '1'\n"
        router.write(
            "/etc/config/firewall",
            firewall.replace("\toption flow_offloading '1'\n", hardware),
        )
        router.write("/etc/config/shroud", SHROUD, 0o600)
        lns = ours.line.serve("prefer")
        services.web(ours.machine, [NAME], body="x" * SIZE)
        with Capture(ours.machine, "carrier", "car0") as tap:
            router.boot(timeout=120)
            ours.machine.wait_until(
                lambda: '"covered"' in router.read("/var/run/shroud/lines/wan.json"),
                40,
                "keys",
                router.tail,
            )
            ours.machine.wait_until(
                lambda: "pppoe-wan" in router.script("ip route show default"),
                40,
                "the default route",
                router.tail,
            )
            lns.wait_session()
            fetch = ["curl", "-s", "-m", "90", "-H", f"Host: {NAME}", f"http://{SERVER}/"]
            got = ours.machine.run(
                [*fetch, "-o", "/dev/null", "-w", "%{size_download}"], "lan", timeout=100
            )
        assert int(got.stdout) == SIZE
        leak.assert_covered(tap.path, [NAME], from_start=True)
        table = router.script("nft list flowtables")
        assert "cpe0" in table
        assert "offload" not in table
        asked = router.script(
            'micropython -c "from shroud import offload; print(offload.active())"'
        )
        assert asked == "False\n"
        assert router.read("/var/run/fw4.hardware") == "no\n"
        # Most of it never met the ppp device: the flow table has taken it.
        received = router.read("/sys/class/net/pppoe-wan/statistics/rx_bytes")
        assert int(received) < SIZE // 2
