# SPDX-License-Identifier: GPL-2.0-or-later
"""Each fault that a bench has, on a real U-Boot and a real kernel: a clear message, the power off,
and no hang."""

from __future__ import annotations

import gzip
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hwtest.board.board import Board
from hwtest.board.faults import RigFault
from hwtest.targets.target import State
from hwtest.virtual import image
from tests.hwtest.bench import PTY, TCP, bench
from tests.testbed import cpio

pytestmark = pytest.mark.testbed

LIMIT = 120.0  # seconds in which a fault must be found, on a machine with much else to do
ASKS_FOR_PASSWORD = b"""\
#!/bin/busybox sh
b=/bin/busybox
$b --install -s /bin
$b mkdir -p /etc
echo 'root:*:0:0::/:/bin/sh' >/etc/passwd
while :; do
	$b setsid $b cttyhack $b login
done
"""
DRIVERS = "targets/main/drivers"
FIRST_STEPS = "options/pppshroud/recipes/flash/steps"


@contextmanager
def fault(board: Board, kind: str) -> Iterator[pytest.ExceptionInfo[RigFault]]:
    """What is done within ends in this fault, in time, with advice, and with the power off."""
    begun = time.monotonic()
    with pytest.raises(RigFault) as caught:
        yield caught
    assert time.monotonic() - begun < LIMIT
    assert caught.value.kind == kind, str(caught.value)
    assert caught.value.what
    assert caught.value.where
    assert caught.value.advice
    assert board.state is State.OFF
    assert not board.virtual.running
    assert f"rig fault: {kind}: " in board.log.read_text(encoding="utf-8")


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """The folder of images, with one that can be written but not booted."""
    (tmp_path / "board-v1.img.gz").write_bytes(gzip.compress(b"no system at all\n" * 100000))
    return tmp_path


def when_logged(board: Board, text: str, act: Callable[[], object]) -> None:
    """Have something done as soon as the console has shown this text."""

    def watch() -> None:
        end = time.monotonic() + LIMIT
        while text not in board.log.read_text(encoding="utf-8") and time.monotonic() < end:
            time.sleep(0.05)
        act()

    threading.Thread(target=watch, daemon=True).start()


def in_a_second(act: Callable[[], object]) -> None:
    """Have something done while the rig waits."""
    threading.Timer(1.0, act).start()


@pytest.mark.parametrize("name", [PTY, TCP])
def test_cable_pulled_between_commands(packed: Path, name: str) -> None:
    with bench(packed, name) as board:
        board.bootloader()
        board.virtual.wire.pull()
        with fault(board, "console-closed"):
            board.flash("v1")


@pytest.mark.parametrize("name", [PTY, TCP])
def test_cable_pulled_while_waiting(packed: Path, name: str) -> None:
    with bench(packed, name) as board:
        board.bootloader()
        board.virtual.pause()
        in_a_second(board.virtual.wire.pull)
        with fault(board, "console-closed") as caught:
            board.flash("v1")
    assert "running `setenv autoload no`" in caught.value.where


def test_board_hung(packed: Path) -> None:
    changes = {f"{FIRST_STEPS}/0/timeout": 3}
    with bench(packed, changes=changes) as board:
        board.bootloader()
        board.virtual.pause()
        with fault(board, "board-silent") as caught:
            board.flash("v1")
    said = re.search(r"said nothing at all for (\d+) s", caught.value.what)
    assert said
    assert 3 <= int(said[1]) < 20


def test_board_hung_in_the_middle(packed: Path) -> None:
    changes = {f"{FIRST_STEPS}/1/run": "sleep 60", f"{FIRST_STEPS}/1/timeout": 10}
    with bench(packed, changes=changes) as board:
        board.bootloader()
        when_logged(board, "sleep 60", board.virtual.pause)
        with fault(board, "board-silent") as caught:
            board.flash("v1")
    assert "not even to Ctrl-C" in caught.value.what


def test_no_dhcp(packed: Path) -> None:
    changes = {f"{FIRST_STEPS}/1/timeout": 4}
    with bench(packed, changes=changes) as board:
        board.virtual.dhcp = False
        with fault(board, "dhcp") as caught:
            board.flash("v1")
    assert "BOOTP broadcast" in caught.value.what


def test_tftp_refused(packed: Path) -> None:
    with bench(packed) as board:
        board.virtual.tftp_serves = False
        with fault(board, "tftp") as caught:
            board.flash("v1")
    assert "Access violation" in caught.value.what


def test_image_missing(tmp_path: Path) -> None:
    with bench(tmp_path) as board, fault(board, "image") as caught:
        board.flash("v1")
    assert "board-v1.img.gz is missing" in caught.value.what


def test_image_damaged_on_its_way(packed: Path) -> None:
    """What the board has loaded is not what the rig gave it."""
    changes = {f"{FIRST_STEPS}/4/run": "mw.b 0x48000000 0; crc32 0x48000000 ${filesize}"}
    with bench(packed, changes=changes) as board, fault(board, "image") as caught:
        board.flash("v1")
    assert "did not say '==> " in caught.value.what


def test_image_of_another_kind(packed: Path) -> None:
    (packed / "board-v1.img.gz").write_bytes(b"not compressed" * 1000)
    with bench(packed) as board, fault(board, "image") as caught:
        board.flash("v1")
    assert "unzip" in caught.value.what


def test_image_that_does_not_boot(packed: Path) -> None:
    with bench(packed) as board:
        board.flash("v1")
        with fault(board, "image") as caught:
            board.boot("v1")
    assert "found nothing that it can start" in caught.value.what


def test_prompt_changed(tmp_path: Path) -> None:
    """The board is powered anew as often as its YAML says."""
    changes = {
        f"{DRIVERS}/UBootDriver/prompt": "MT7981> ",
        f"{DRIVERS}/UBootDriver/login_timeout": 8,
    }
    with bench(tmp_path, changes=changes) as board:
        with fault(board, "prompt") as caught:
            board.bootloader()
        log = board.log.read_text(encoding="utf-8")
    assert "stop autoboot" in caught.value.what
    assert log.count("> power on") == 2
    assert "attempt 1 of 2 failed" in log


def test_prompt_missed(tmp_path: Path) -> None:
    """Autoboot goes on, because the rig waits for other words than it says."""
    changes = {
        f"{DRIVERS}/UBootDriver/autoboot": "press f to stop",
        f"{DRIVERS}/RigStrategy/attempts": 1,
    }
    with bench(tmp_path, changes=changes) as board:
        disk = board.virtual.disk
        disk.write_bytes(gzip.decompress(image.build().disk("v1").read_bytes()))
        with fault(board, "prompt") as caught:
            board.bootloader()
    assert "Linux starts" in caught.value.what


def test_login_changed(tmp_path: Path) -> None:
    images = image.build()
    asks = tmp_path / "asks"
    cpio.write(asks, [cpio.file("recovery", ASKS_FOR_PASSWORD, 0o755)])
    # The kernel unpacks one archive after the other, and takes the last of two files.
    both = images.recovery.read_bytes() + gzip.compress(asks.read_bytes())
    (tmp_path / images.recovery.name).write_bytes(both)
    (tmp_path / "Image").symlink_to(images.kernel)
    with bench(tmp_path) as board, fault(board, "login") as caught:
        board.recovery()
    assert "refused user name or password" in caught.value.what
