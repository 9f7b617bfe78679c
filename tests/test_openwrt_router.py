# SPDX-License-Identifier: GPL-2.0-or-later
"""The stand-in for OpenWrt itself: what our package may rely on when it is tested on it."""

from __future__ import annotations

from tests import shrouded
from tests.testbed.machine import Machine
from tests.testbed.openwrt.router import Router

ARGUMENTS = (
    "/usr/sbin/pppd nodetach ipparam wan ifname pppoe-wan lcp-echo-interval 1 lcp-echo-failure 5 "
    "lcp-echo-adaptive +ipv6 set AUTOIPV6=1 nodefaultroute usepeerdns maxfail 1 "
    "user subscriber@example ip-up-script /lib/netifd/ppp-up "
    "ipv6-up-script /lib/netifd/ppp6-up ip-down-script /lib/netifd/ppp-down "
    "ipv6-down-script /lib/netifd/ppp-down mtu 1492 mru 1492 plugin pppoe.so "
    "pppoe-padi-timeout 1 nic-cpe0"
)


def plain(uml: Machine) -> Router:
    """A router whose plain line is up."""
    line = shrouded.lay(uml)
    line.serve(None)
    router = Router(uml)
    router.boot()
    router.wait_up()
    return router


def arguments(router: Router) -> list[str]:
    """pppd's words, less the password, which pppd itself has overwritten."""
    words = router.script("tr '\\0' '\\n' </proc/$(pidof pppd)/cmdline").splitlines()
    at = words.index("password")
    return words[:at] + words[at + 2 :]


def test_line_is_dialled_as_ppp_sh_does(uml: Machine) -> None:
    router = plain(uml)
    assert arguments(router) == ARGUMENTS.split()
    status = router.interface()
    assert (status["l3_device"], status["device"]) == ("pppoe-wan", "cpe0")
    assert status["route"][0]["nexthop"] == "10.0.0.1"
    router.run(["ping", "-c", "1", "-W", "5", "-I", "pppoe-wan", "10.0.0.1"])
    # Split at blanks, and quotes are characters: why all else needs a file of options.
    router.uci("set", "network.wan.pppd_options=linkname 'a' lcp-restart  1")
    router.uci("commit")
    router.ubus("network", "reload")
    router.wait_down()
    router.wait_up()
    assert arguments(router)[-5:] == ["nic-cpe0", "linkname", "'a'", "lcp-restart", "1"]
    # A reload restarts what has changed, in what the protocol's handler knows.
    first = router.script("pidof pppd")
    router.uci("set", "network.wan.nonsense=1")
    router.uci("set", "network.lan.metric=5")
    router.uci("commit")
    router.ubus("network", "reload")
    assert router.script("pidof pppd") == first
    assert router.interface()["up"]


def test_an_error_in_options_blocks_the_redial(uml: Machine) -> None:
    """Even a repaired configuration does not bring the line back: `up` does."""
    router = plain(uml)
    router.uci("set", "network.wan.pppd_options=plugin missing.so")
    router.uci("commit")
    router.ubus("network", "reload")
    uml.wait_until(
        lambda: (
            router.interface().get("errors") == [{"subsystem": "pppoe", "code": "OPTION_ERROR"}]
        ),
        20,
        "pppd to refuse its options",
        router.tail,
    )
    router.uci("delete", "network.wan.pppd_options")
    router.uci("commit")
    router.ubus("network", "reload")
    assert not router.interface()["autostart"]
    router.ubus("network.interface.wan", "up")
    router.wait_up()


def test_line_is_dialled_again(uml: Machine) -> None:
    router = plain(uml)
    router.script("kill $(pidof pppd)")
    router.wait_down()
    router.wait_up()
    router.reboot()
    router.wait_up()
    assert router.log().count("Interface 'wan' is setting up now") == 1


def test_rpcd_takes_only_an_object_for_an_answer(uml: Machine) -> None:
    shrouded.lay(uml)
    router = Router(uml)
    router.write(
        "/usr/libexec/rpcd/sample",
        "#!/bin/sh\n"
        'case "$1 $2" in "list ") echo \'{"echo": {"x": 1}, "text": {}, "none": {}}\' ;;\n'
        "'call echo') cat ;; 'call text') echo hello ;; esac\nexit 3\n",
        0o755,
    )
    router.boot()
    assert router.ubus("sample", "echo", {"x": "ä"}) == {"x": "ä"}
    for method, code in (("text", 254), ("none", 251), ("other", 253)):
        said = router.run(["ubus", "call", "sample", method, "{}"], check=False)
        assert (said.code, said.stdout) == (code, "")
    assert router.run(["ubus", "call", "nobody", "x"], check=False).code == 4
