# SPDX-License-Identifier: GPL-2.0-or-later
"""The testbed itself: a plain line of every kind comes up, and the carrier's capture shows it."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from .testbed import pppd, services, toolchain
from .testbed.cache import build_once
from .testbed.capture import Capture
from .testbed.errors import CommandError, ImageError, MachineError, TestbedTimeoutError
from .testbed.l2tp import Lac, XlServer, dial_l2tp
from .testbed.machine import Machine
from .testbed.mirror import debian_source
from .testbed.topology import PPP_CPE, SERVER, SERVER6, Topology
from .testbed.uml import Uml
from .testbed.wait import wait_until

PPPOE_SESSION = 0x8864
PROTOCOL_IPV4, PROTOCOL_IPV6 = 0x0021, 0x0057
ECHO = b"this is what the ping carries..."


def frames(path: Path) -> Iterator[bytes]:
    """The Ethernet frames of a pcap file (microseconds, little-endian)."""
    raw = path.read_bytes()
    assert raw[:4] == bytes.fromhex("d4c3b2a1")
    at = 24
    while at < len(raw):
        (length,) = struct.unpack_from("<I", raw, at + 8)
        yield raw[at + 16 : at + 16 + length]
        at += 16 + length


def ping(machine: Machine, address: str) -> None:
    """Three pings from the LAN, which carry ECHO."""
    machine.run(
        ["ping", "-c", "3", "-i", "0.2", "-W", "5", "-s", "64", "-p", ECHO[:16].hex(), address],
        "lan",
    )


def seen(path: Path, start: bytes) -> int:
    """How many frames have `start` after their addresses, and ECHO's first 16 bytes in them."""
    return sum(f[12 : 12 + len(start)] == start and ECHO[:16] in f for f in frames(path))


def pppoe_header(tags: Sequence[int], protocol: int) -> list[bytes]:
    """What precedes session id, in pieces: tags with PPPoE's EtherType; and the protocol."""
    types = {0: [], 1: [0x8100], 2: [0x88A8, 0x8100]}[len(tags)]
    raw = b"".join(struct.pack(">HH", t, tag) for t, tag in zip(types, tags, strict=True))
    return [raw + struct.pack(">HBB", PPPOE_SESSION, 0x11, 0), struct.pack(">H", protocol)]


@pytest.mark.parametrize(
    ("tags", "cpe_version", "lns_version"),
    [
        ((), "2.5.2", "2.5.2"),
        ((7,), "2.5.2", "2.5.2"),
        ((100, 7), "2.5.2", "2.5.2"),
        ((), "2.4.9", "2.5.2"),
        ((), "2.5.2", "2.4.9"),
    ],
)
def test_pppoe_line_up(
    uml: Machine, tags: Sequence[int], cpe_version: str, lns_version: str
) -> None:
    line = Topology(uml, tags)
    pppd.write_secrets(uml)
    lns = pppd.PppoeServer(uml, line.access_device, version=lns_version)
    with Capture(uml, "carrier", "car0") as tap:
        cpe = pppd.dial(uml, line.wan_device, version=cpe_version)
        cpe.wait_up()
        lns.wait_session()
        assert cpe.local() == PPP_CPE
        line.route_to_lan6()
        ping(uml, SERVER)
        ping(uml, SERVER6)
    for protocol in (PROTOCOL_IPV4, PROTOCOL_IPV6):
        start, number = pppoe_header(tags, protocol)
        at = 12 + len(start) + 4
        found = [f for f in frames(tap.path) if f[12:].startswith(start) and ECHO[:16] in f]
        assert sum(f[at : at + 2] == number for f in found) == 6
    assert cpe.stop() == 0 or "terminated" in cpe.logged()


def test_session_survives_impairment_and_redials(uml: Machine) -> None:
    line = Topology(uml)
    pppd.write_secrets(uml)
    line.impair("delay 2ms 1ms loss 1% duplicate 1%")
    lns = pppd.PppoeServer(uml, line.access_device)
    cpe = pppd.dial(uml, line.wan_device, persist=True)
    cpe.wait_up()
    lns.kill()
    cpe.hang_up()
    cpe.wait_down()
    lns.start()
    cpe.wait_up()
    line.impair("")
    assert cpe.logged().count("Connect: ppp0") == 2


def test_l2tp_line_up(uml: Machine) -> None:
    line = Topology(uml)
    line.plain_ip()
    pppd.write_secrets(uml)
    lns = XlServer(uml)
    with Capture(uml, "carrier", "car1", "udp port 1701") as tap:
        cpe = dial_l2tp(uml)
        cpe.wait_up()
        lns.wait_session()
        line.route_to_lan6()
        ping(uml, SERVER)
        ping(uml, SERVER6)
    assert seen(tap.path, b"\x08\x00") == 12
    assert len(lns.pppds()) == 1


def chain(machine: Machine) -> None:
    """CPE, LAC and LNS: the LAC's one side shows PPPoE, its other L2TP."""
    line = Topology(machine, lac=True)
    pppd.write_secrets(machine)
    lns = XlServer(machine)
    lac = Lac(machine, line.access_device)
    with Capture(machine, "lac", "lac0") as near, Capture(machine, "lac", "lac1") as far:
        cpe = pppd.dial(machine, line.wan_device, service=lac.service)
        cpe.wait_up()
        lns.wait_session()
        line.route_to_lan6()
        ping(machine, SERVER)
        ping(machine, SERVER6)
    assert seen(near.path, b"\x88\x64\x11\x00") == 12
    assert seen(far.path, b"\x08\x00\x45") == 12


def test_lac_chain_amd64(qemu_amd64: Machine) -> None:
    chain(qemu_amd64)


def test_lac_chain_arm64(qemu_arm64: Machine) -> None:
    chain(qemu_arm64)


def test_services_reached_from_lan(uml: Machine) -> None:
    line = Topology(uml)
    pppd.write_secrets(uml)
    lns = pppd.PppoeServer(uml, line.access_device)
    name = "www.example.net"
    services.dns(uml, {name: [SERVER, SERVER6]})
    services.web(uml, [name], "what the page says\n")
    services.iperf(uml)
    cpe = pppd.dial(uml, line.wan_device)
    cpe.wait_up()
    lns.wait_session()
    line.route_to_lan6()
    assert SERVER in uml.run(["dig", "+short", name, f"@{SERVER}"], "lan").stdout
    for scheme, address in (("http", SERVER), ("https", SERVER), ("https", f"[{SERVER6}]")):
        port = {"http": 80, "https": 443}[scheme]
        page = uml.run(
            [
                "curl",
                "-sS",
                "--cacert",
                services.CERTIFICATE,
                "--resolve",
                f"{name}:{port}:{address}",
                f"{scheme}://{name}/any",
            ],
            "lan",
        )
        assert page.stdout == "what the page says\n"
    assert "receiver" in uml.run(["iperf3", "-c", SERVER, "-n", "1M"], "lan").stdout


def test_capture_whole_at_stop(uml: Machine) -> None:
    Topology(uml)
    with Capture(uml, "carrier", "car0", "ether proto 0x88b5") as tap:
        uml.script(
            'python3 -c \'import socket; s=socket.socket(17,3); s.bind(("cpe0",0x88b5));'
            '[s.send(bytes(12)+b"\\x88\\xb5"+bytes([i>>8,i&255])*30) for i in range(3000)]\'',
            "cpe",
        )
    assert [f[14:16] for f in frames(tap.path)] == [struct.pack(">H", i) for i in range(3000)]


def test_command_fails_with_its_words(uml: Machine) -> None:
    with pytest.raises(CommandError, match=r"ended with 3\nsaid this"):
        uml.script("echo said this >&2; exit 3")
    assert uml.run(["false"], check=False).code == 1


def test_command_timeout_kills(uml: Machine) -> None:
    with pytest.raises(CommandError, match=r"did not end in 0\.5 s"):
        uml.run(["sleep", "77"], timeout=0.5)
    assert uml.run(["pgrep", "-fx", "sleep 77"], check=False).code == 1


def test_wait_tells_what_for(uml: Machine) -> None:
    start = time.monotonic()
    with pytest.raises(TestbedTimeoutError, match=r"waited 0\.3 s for the moon, in vain\nlog"):
        uml.wait_until(lambda: False, 0.3, "the moon", lambda: "log")
    assert time.monotonic() - start < 5


def test_files_both_ways(uml: Machine, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    (tmp_path / "given").write_bytes(content)
    assert uml.read(uml.put(tmp_path / "given")) == content
    uml.write("/shared/taken", content)
    assert uml.fetch("/shared/taken").read_bytes() == content


def test_read_missing_file(uml: Machine) -> None:
    with pytest.raises(MachineError, match="No such file"):
        uml.read("/nowhere")


def test_toolchain_builds_for_both(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("#include <pppd/pppd.h>\nint main(void) { return 0; }\n")
    for compiler, include in (
        ("gcc", "/usr/include"),
        ("gcc", "/opt/ppp-2.4.9/include"),
        ("clang", "/usr/include"),
        ("aarch64-linux-gnu-gcc", "/usr/include"),
    ):
        toolchain.run([compiler, f"-I{include}", "-c", "a.c"], source=tmp_path)
        assert (tmp_path / "a.o").read_bytes()[:4] == b"\x7fELF"
    with pytest.raises(toolchain.BuildError, match=r"missing\.c"):
        toolchain.run(["gcc", "-c", "missing.c"], source=tmp_path)
    assert str(tmp_path) not in Path("/proc/mounts").read_text()


def test_cache_builds_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PPPSHROUD_CACHE", str(tmp_path / "some cache"))
    built: list[Path] = []

    def build(target: Path) -> None:
        built.append(target)
        target.write_text("content")

    def fail(target: Path) -> None:
        target.write_text("half")
        raise ImageError("no")

    with pytest.raises(ImageError):
        build_once("thing", "key", fail)
    paths = {build_once("thing", "key", build) for _ in range(2)}
    assert len(built) == 1
    assert [p.read_text() for p in paths] == ["content"]


@pytest.mark.parametrize("form", ["deb822", "list", "mirror"])
def test_mirror_found(tmp_path: Path, form: str) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "mirrors").write_text("http://mirror.example/debian\n")
    uri = "http://mirror.example/debian"
    if form == "list":
        (tmp_path / "sources.list").write_text(
            f"# deb http://old.example/ x main\ndeb http://vendor.example/apt cloud main\n"
            f"deb [arch=amd64] {uri} bookworm main contrib # the one\n"
        )
    else:
        named = uri if form == "deb822" else f"mirror+file:{tmp_path}/mirrors"
        (tmp_path / "sources.list.d/debian.sources").write_text(
            "Types: deb\nURIs: http://vendor.example/apt\nSuites: cloud\nComponents: main\n\n"
            f"# a comment\nTypes: deb deb-src\nURIs: {named}\nSuites: trixie trixie-updates\n"
            "Components: main\nSigned-By: /nowhere.gpg\n"
        )
    assert debian_source(tmp_path).uri == uri
    assert debian_source(tmp_path).line("trixie").endswith(f"{uri} trixie main")


def test_mirror_missing(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no Debian archive among the package sources"):
        debian_source(tmp_path)


def test_machine_ends_with_its_program() -> None:
    program = (
        "import sys; from tests.testbed.uml import Uml\n"
        "with Uml() as machine:\n"
        "    print(machine._process.pid, flush=True); sys.stdin.read()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    with owner:
        assert owner.stdout is not None
        machine = int(owner.stdout.readline())
        family = descendants(machine)
        assert len(family) > 2
        owner.kill()
    wait_until(lambda: not any(map(lives, family)), 10, "the machine to end")


def descendants(pid: int) -> list[int]:
    """`pid`, its children and theirs."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [pid, *(d for child in text.split() for d in descendants(int(child)))]


def lives(pid: int) -> bool:
    """Whether process `pid` runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_machine_hang_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.testbed.machine.ANSWER", 0.5)
    with Uml() as machine:
        assert machine._process is not None
        family = descendants(machine._process.pid)
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(TestbedTimeoutError, match="no answer from the machine"):
            machine.run(["true"], timeout=0.5)
    assert time.monotonic() - start < 25
    wait_until(lambda: not any(map(lives, family)), 10, "the machine to end")
