# SPDX-License-Identifier: GPL-2.0-or-later
"""The loader: what it says when it can not, what it finds again, and who may use it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from .datapath.frames import IPV4, L2TP_SESSION, PEER_TEXT, PPPOE_SESSION, ipv4, pppoe
from .datapath.world import DROP, NEXT, RefusedError, Testrun, World

pytest_plugins = ("tests.datapath.fixtures",)

KEY = bytes(range(208))
FRAME = pppoe("out", IPV4, ipv4(100, 17))
NOBODY = ("setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps", "-all")


def _pins(world: World) -> str:
    return world.run("find", f"{world.bpffs}/pppshroud", "-type", "f")


def test_loader_no_such_device(wire: World) -> None:
    assert wire.refusal("wan9") == "19 network device 'wan9': No such device"


def test_loader_name_too_long(wire: World) -> None:
    name = "a-device-name-of-32-letters-here"
    assert wire.refusal(name) == f"22 '{name}' is too long for the name of a network device"


def test_loader_not_ethernet(wire: World) -> None:
    assert wire.refusal("lo") == "22 'lo' is not an Ethernet device"


def test_loader_too_many_sessions(wire: World) -> None:
    assert wire.refusal("wan0", "sessions=16385") == (
        "22 16385 sessions, at most 16384 are possible"
    )


def test_loader_no_bpffs(wire: World) -> None:
    wire.run("umount", wire.bpffs)
    assert wire.refusal() == (
        f"19 no BPF file system at {wire.bpffs}; mount it: mount -t bpf bpf {wire.bpffs}"
    )


def test_loader_no_permission(wire: World) -> None:
    wire.run("chmod", "777", wire.bpffs)
    done = wire.attempt(*NOBODY, *wire.command())
    assert done.code == 1
    assert done.stdout.startswith("error 1 not permitted to ")


def test_loader_finds_pins_again(wire: World) -> None:
    """A second process uses the same maps: it sees the first one's session, not its own."""
    with wire.testrun() as first, wire.testrun() as second:
        pins = _pins(wire)
        first.say(PPPOE_SESSION)
        with pytest.raises(RefusedError, match=r"^16 process \d+ has this session already$"):
            second.say(PPPOE_SESSION)
        assert second.frame("out", FRAME).verdict == DROP
        first.say("close")
        assert second.frame("out", FRAME).verdict == NEXT
        assert _pins(wire) == pins
        assert pins.count("\n") == len(
            ["table", "count", "roll", "flow", "stamp", "ingress", "egress"]
        )


def test_loader_many_at_once(wire: World) -> None:
    """They attach once: a frame is covered once, whoever asks."""

    def start(i: int) -> Testrun:
        run = wire.testrun()
        run.say(f"pppoe {i + 1} {PEER_TEXT}")
        run.set("cover", KEY, KEY)
        return run

    with ThreadPoolExecutor(6) as pool:
        runs = list(pool.map(start, range(6)))
    for i, run in enumerate(runs):
        with run:
            frame = pppoe("out", IPV4, ipv4(100, 17), session=i + 1)
            assert run.frame("out", frame).counter == "tx_whole"


def test_loader_device_made_anew(wire: World) -> None:
    """Pins of a device that has gone do not stand in the way of one of the same name."""
    with wire.testrun() as run:
        run.say(PPPOE_SESSION)
    wire.run("ip", "link", "del", "wan0")
    wire.add_pair()
    with wire.testrun() as run:
        run.say(PPPOE_SESSION)
        assert run.frame("out", FRAME).counter == "tx_hold"


def test_loader_sweep(wire: World) -> None:
    """The dead one's sessions go, the living one's stay."""
    dead = wire.testrun()
    dead.say(PPPOE_SESSION)
    dead.kill()
    with wire.testrun() as living:
        living.say(f"pppoe 7 {PEER_TEXT}")
        assert living.frame("out", FRAME).verdict == DROP
        assert living.say("sweep") == "1"
        assert living.frame("out", FRAME).verdict == NEXT
        assert living.frame("out", pppoe("out", IPV4, ipv4(100), session=7)).verdict == DROP
        assert living.say("sweep") == "0"


def test_loader_sweep_l2tp(wire: World) -> None:
    dead = wire.testrun()
    dead.say(L2TP_SESSION)
    dead.kill()
    with wire.testrun() as living:
        assert living.say("sweep") == "1"
        assert living.say("sweep") == "0"


def test_loader_takes_over_from_the_dead(wire: World) -> None:
    dead = wire.testrun()
    dead.say(PPPOE_SESSION)
    dead.set("cover", KEY, KEY)
    dead.kill()
    with wire.testrun() as heir:
        heir.say(PPPOE_SESSION)
        assert sum(heir.stats().values()) == 0
        assert heir.frame("out", FRAME).counter == "tx_hold"


def test_loader_table_full(wire: World) -> None:
    """All sessions fit that were asked for, and none more until one ends."""
    full = r"the session table of 'wan0' is full \(3 sessions\)"
    with wire.testrun("wan0", "sessions=3") as run:
        for i in range(3):
            run.say(f"pppoe {1 + i} {PEER_TEXT}")
        with pytest.raises(RefusedError, match=full):
            run.say(f"pppoe 4 {PEER_TEXT}")
        run.say(f"pppoe 2 {PEER_TEXT}")
        run.say("close")
        run.say(f"pppoe 4 {PEER_TEXT}")


def test_loader_slots_full(wire: World) -> None:
    """Sessions whose ids meet in the same slots do not fit beyond the eighth."""
    with wire.testrun() as run:
        for i in range(8):
            run.say(f"pppoe {1 + 1024 * i} {PEER_TEXT}")
        with pytest.raises(RefusedError, match="the session table of 'wan0' is full"):
            run.say(f"pppoe {1 + 1024 * 8} {PEER_TEXT}")


def test_loader_as_many_as_promised(wire: World) -> None:
    """L2TP sessions of one LAC, which take two slots each; servers that all give the id 1."""
    with wire.testrun("wan0", "sessions=1000") as run:
        for i in range(500):
            run.say(f"l2tp 10.0.0.1 10.0.0.2 1701 1701 7 {40503 * i % 65536} 9 {i + 1}")
        for i in range(500):
            run.say(f"pppoe 1 {PEER_TEXT} {100 + i % 2} {1 + i}")
        with pytest.raises(RefusedError, match=r"is full \(1000 sessions\)"):
            run.say(f"pppoe 2 {PEER_TEXT}")


def test_loader_removes_everything(wire: World) -> None:
    with wire.testrun("wan0", "detour") as run:
        assert "shr" in wire.run("ip", "-br", "link")
        run.say("remove")
        assert _pins(wire) == ""
        assert "shr" not in wire.run("ip", "-br", "link")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (f"pppoe 0 {PEER_TEXT}", "22 PPPoE session id 0 is not between 1 and 65534"),
        (f"pppoe 65535 {PEER_TEXT}", "22 PPPoE session id 65535 is not between 1 and 65534"),
        (f"pppoe 1 {PEER_TEXT} 4095", "22 VLAN id 4095 is not between 0 and 4094"),
    ],
)
def test_loader_bad_key(bare_run: Testrun, command: str, answer: str) -> None:
    with pytest.raises(RefusedError) as caught:
        bare_run.say(command)
    assert str(caught.value) == answer


def test_loader_bad_state(pppoe_run: Testrun) -> None:
    with pytest.raises(RefusedError, match=r"^22 keys are for mode COVER only$"):
        pppoe_run.set("hold", KEY)
    with pytest.raises(RefusedError, match=r"^22 a second key set to receive with, but no first$"):
        pppoe_run.set("cover", KEY, b"", KEY)
