# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark: how counts become figures, what makes it refuse, and two runs that agree."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import pytest

from tests.bench import __main__ as program
from tests.bench import machine, page, profile, report, results
from tests.bench.errors import BenchError
from tests.bench.machine import Job, Output
from tests.bench.modes import MODES, Mode
from tests.bench.results import Measurement

LOG = """\
REGIONS calibration count=1 packets=1000
MTU 1492
REGIONS up-base,1492 count=2 packets=10
BLOCKED up-base,1492 packets=20 bytes=30280
REGIONS up,1492 count=2 packets=10
BLOCKED up,1492 packets=20 bytes=30280
BLOCKED captured,1492 packets=20 bytes=30280
REGIONS down-base,1492 count=2 packets=10
BLOCKED down-base,1492 packets=20 bytes=31480
REGIONS down,1492 count=2 packets=10
BLOCKED down,1492 packets=20 bytes=30120
BENCH done
"""
COUNTS = "0 2000\n90 10\n190 10\n590 10\n690 10\n100 0\n100 0\n400 0\n400 0\n"
JOB = Job("pppoe", ("mtu",), 20)


def _output(folder: Path, log: str = LOG, counts: str = COUNTS) -> Output:
    output = Output(folder / "log", folder / "counts", folder / "profile")
    output.log.write_text(log)
    output.counts.write_text(counts)
    return output


def test_read_subtracts_baseline(tmp_path: Path) -> None:
    _, (up, down) = results.read(JOB, _output(tmp_path))
    assert up == Measurement("pppoe", "up", 1492, "mtu", 50.0, 1492, 0)
    assert down == Measurement("pppoe", "down", 1492, "mtu", 30.0, 1492, 60)


def test_read_ignores_disturbed_regions(tmp_path: Path) -> None:
    log = LOG.replace("count=2", "count=4")
    counts = "0 2000\n" + "100 0\n" * 4 + "600 0\n9999 0\n9999 0\n600 0\n" + "100 0\n" * 8
    _, (up, _) = results.read(JOB, _output(tmp_path, log, counts))
    assert up.insn_per_packet == 50.0


@pytest.mark.parametrize(
    ("log", "counts", "message"),
    [
        (LOG.replace("up,1492 packets=20", "up,1492 packets=19"), COUNTS,
         r"pppoe: 19 of 20 packets of 1492 bytes arrived \(up\)"),
        (LOG, COUNTS[:-6], "the counter saw 8 regions, the guest made 9"),
        (LOG, COUNTS.replace("0 2000", "0 1999"), "1999 instructions in a loop of 2000"),
        (LOG, COUNTS.replace("0 2000", "900 2000"), "2900 instructions in a loop of 2000"),
        (LOG.replace("MTU 1492\n", ""), COUNTS, "did not say its MTU"),
    ],
)  # fmt: skip
def test_read_refuses(tmp_path: Path, log: str, counts: str, message: str) -> None:
    with pytest.raises(BenchError, match=message):
        results.read(JOB, _output(tmp_path, log, counts))


def test_read_refuses_head_that_did_not_cover(tmp_path: Path) -> None:
    log = LOG + "COUNTER tx_block 20\nCOUNTER rx_block 19\n"
    with pytest.raises(BenchError, match="head: rx_block is 19, must be 20 or more"):
        results.read(Job("head", ("mtu",), 20), _output(tmp_path, log))


def test_read_asks_for_whole_cover_only_of_long_packets(tmp_path: Path) -> None:
    short = LOG.partition("MTU 1492\n")[2].replace("1492", "52")
    log = LOG + short + "COUNTER tx_whole 19\nCOUNTER rx_whole 20\n"
    counts = COUNTS + COUNTS.partition("\n")[2]
    with pytest.raises(BenchError, match="head-whole: tx_whole is 19, must be 20 or more"):
        results.read(Job("head-whole", ("mtu", "52"), 20), _output(tmp_path, log, counts))


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_modes_name_functions_of_the_guest(mode: Mode) -> None:
    guest = Path(program.__file__).with_name("guest")
    for part, script in ((mode.line, "line.sh"), (mode.tunnel, "tunnel.sh")):
        defined = re.findall(r"^(\w+)_up\(\)", (guest / script).read_text(), re.MULTILINE)
        assert part in [*defined, "none"]


def test_words_say_what_the_mode_is() -> None:
    words = machine.words(Job("head+flowtable", ("mtu", "52"), 256))
    assert words.items() >= {
        "LINE": "pppoe", "FLOWTABLE": True, "COVER": "head", "COUNTER": "block", "TUNNEL": "none",
        "PAYLOAD": "noise", "SIZES": "mtu,52", "PACKETS": 256,
    }.items()  # fmt: skip


def _two_modes() -> list[Measurement]:
    return [
        Measurement("pppoe", "up", 1492, "mtu", 8000.0, 1492, 0),
        Measurement("wireguard", "up", 1432, "mtu", 40000.0, 1432, 60),
        Measurement("wireguard", "up", 52, "52", 20000.0, 1432, 72),
    ]


def test_report_json_compares_mtu_with_mtu() -> None:
    rows = json.loads(report.as_json(_two_modes()))
    assert rows[1] == {
        "mode": "wireguard", "direction": "up", "size": 1432, "insn_per_packet": 40000.0,
        "ratio_to_pppoe": 5.0, "inner_mtu": 1432, "wire_bytes_added": 60,
    }  # fmt: skip
    assert rows[2]["ratio_to_pppoe"] is None


def test_report_table_lines_are_equally_long() -> None:
    lines = report.as_table(_two_modes()).splitlines()
    assert len(lines) == 5
    assert len({len(line) for line in lines}) == 1
    assert "5.00" in lines[3]


def test_profile_attributes_blocks_to_functions(tmp_path: Path) -> None:
    listing = "ffff000000001000 first\nffff000000002000 second\t[module]\n"
    packed = base64.encodebytes(gzip.compress(listing.encode())).decode()
    output = _output(tmp_path, LOG + f"SYMBOLS begin\n{packed}SYMBOLS end\n")
    blocks = ["", "", "", "ffff000000001ffc 200", "ffff000000002000 600", "", "", "", ""]
    output.profile.write_text(
        "".join(f"region {i}\n" + f"{block}\n" * bool(block) for i, block in enumerate(blocks))
    )
    run = results.parse_log(LOG)
    found = profile.evaluate(JOB, output, run)
    text = profile.report(found, top=2)
    assert "pppoe up, size mtu: 40 kernel instructions" in text
    assert "module 30, vmlinux 10" in text
    assert "30.0  75.0 %  second [module]" in text
    other = profile.Profile("head", {("mtu", "up"): {"first": 5.0, "second [module]": 32.0}})
    assert profile.compare(other, found, top=1) == (
        "head minus pppoe, up, size mtu: -3\n      -5.0  first\n"
    )


def _profile(mode: str, functions: dict[str, float]) -> profile.Profile:
    return profile.Profile(mode, {("mtu", "up"): functions, ("mtu", "down"): functions})


def test_profile_write_replaces_those_of_earlier_runs(tmp_path: Path) -> None:
    (tmp_path / "profile-wireguard.txt").write_text("old")
    plain = _profile("pppoe", {"first": 100.0})
    covered = _profile("head", {"first": 100.0, "cover [bpf]": 40.04, "timer": 0.4})
    text = profile.write([covered, plain], 5, tmp_path)
    assert "head minus pppoe, up, size mtu: +40" in text
    assert {path.name for path in tmp_path.iterdir()} == {
        f"profile-{mode}.{kind}" for mode in ("head", "pppoe") for kind in ("txt", "json")
    }
    (up, _) = json.loads((tmp_path / "profile-head.json").read_text())
    assert up == {
        "mode": "head", "direction": "up", "size": "mtu",
        "insn_per_packet": {"first": 100.0, "cover [bpf]": 40.0},
    }  # fmt: skip


def test_page_shows_figures_aim_and_profile(tmp_path: Path) -> None:
    profiles = [_profile("pppoe", {"first": 100.0}), _profile("head", {"cover [bpf]": 41.5})]
    page.write(_two_modes(), profiles, tmp_path)
    drawing = (tmp_path / "forwarding.svg").read_text()
    assert drawing.startswith("<svg")
    assert "40\N{NO-BREAK SPACE}000" in drawing
    assert "1.35 x plain PPPoE up 10\N{NO-BREAK SPACE}800" in drawing
    text = (tmp_path / "index.html").read_text()
    assert drawing.strip() in text
    assert "packets of 52 bytes" in text
    assert 'cover [bpf]</code></td><td class="n">41.5' in text
    assert "`" not in text


def test_page_without_reference_or_profile(tmp_path: Path) -> None:
    page.write(_two_modes()[1:], [_profile("wireguard", {"first": 1.0})], tmp_path)
    text = (tmp_path / "index.html").read_text()
    assert "plain PPPoE up" not in text
    assert "Where" not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--modes", "carrier-pigeon"], "'carrier-pigeon' is none of ip, "),
        (["--sizes", "51"], "size '51' is neither mtu nor in 52..1400"),
        (["--output", "/nowhere"], "'/nowhere' is outside of the repository"),
        (["--packets", "100"], "'100' is not a multiple of 256"),
    ],
)
def test_arguments_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        program.parse_arguments(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


def test_locked_refuses_a_second_run(tmp_path: Path) -> None:
    with (
        program.locked(tmp_path),
        pytest.raises(BenchError, match="another run is writing to"),
        program.locked(tmp_path),
    ):
        pass


@pytest.mark.testbed
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_bench_repeats_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """Two boots count the same in every region, and each mode costs what it costs."""
    folder = program.OUTPUT.with_name("test-bench")
    arguments = ["--modes", "head,openvpn", "--sizes", "mtu", "--packets", "256", "--twice"]
    assert program.main([*arguments, "--output", str(folder)]) == 0
    assert "both runs counted the same, region by region" in capsys.readouterr().out
    rows = json.loads((folder / "forwarding.json").read_text())
    head, tunnel = rows[:2], rows[2:]
    for ours, theirs in zip(head, tunnel, strict=True):
        assert theirs["insn_per_packet"] > 2 * ours["insn_per_packet"]
    assert {(row["inner_mtu"], row["wire_bytes_added"]) for row in head} == {(1492, 0)}
    assert {(row["inner_mtu"], row["wire_bytes_added"]) for row in tunnel} == {(1440, 52)}
    for row in json.loads((folder / "profile-head.json").read_text()):
        (own,) = [n for name, n in row["insn_per_packet"].items() if "shroud_" in name]
        assert 2000 < own < 3000
