# SPDX-License-Identifier: GPL-2.0-or-later
"""What is done on a board that runs, over its serial line: one boot of the recovery system."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from hwtest.board.board import Board
from hwtest.board.faults import ProductFault
from hwtest.targets.target import State
from hwtest.virtual import image
from tests.hwtest.bench import bench

pytestmark = pytest.mark.testbed


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    folder = tmp_path_factory.mktemp("board")
    images = image.build()
    (folder / "Image").symlink_to(images.kernel)
    (folder / images.recovery.name).symlink_to(images.recovery)
    with bench(folder) as made:
        made.recovery()
        yield made


def test_runs_from_memory(board: Board) -> None:
    assert board.state is State.RECOVERY
    assert "recovery" in board.run("cat /proc/cmdline").output


def test_exit_code_and_output(board: Board) -> None:
    ran = board.run("echo one; echo two >&2; exit 7", check=False)
    assert (ran.code, ran.output) == (7, "one\ntwo")


def test_failed_command(board: Board) -> None:
    with pytest.raises(ProductFault, match=r"command: ended with code 1:\ncat: .*No such file"):
        board.run("cat /nowhere")
    assert board.state is State.RECOVERY


def test_quotes_and_dollars(board: Board) -> None:
    assert board.run("""x="a 'b'"; echo "$x" '$x' `echo c`""").output == "a 'b' $x c"


def test_command_longer_than_a_line_of_the_shell(board: Board) -> None:
    text = "0123456789" * 120
    assert board.run(f"echo {text}").output == text


def test_small_file_there_and_back(board: Board, tmp_path: Path) -> None:
    data = bytes(range(256)) + b"%s \\n 'quoted' $HOME"
    (tmp_path / "small").write_bytes(data)
    board.put(tmp_path / "small", "/tmp/small")  # noqa: S108
    assert board.read("/tmp/small") == data  # noqa: S108


def test_big_file_over_the_network(board: Board, tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.write_bytes(b"much " * 100_000)
    board.put(big, "/tmp/big")  # noqa: S108
    assert int(board.run("wc -c </tmp/big").output) == 500_000
    assert (
        board.run("sha256sum </tmp/big").output.split()[0] == sha256(big.read_bytes()).hexdigest()
    )


def test_log_has_it_all(board: Board) -> None:
    log = board.log.read_text(encoding="utf-8")
    assert "U-Boot 20" in log
    assert "Linux version" in log
    assert "bootloader -> off" not in log


def test_kernel_panic(board: Board) -> None:
    """The last test: the board does not live on. A dead kernel is not the rig's fault."""
    with pytest.raises(ProductFault, match="panic: the kernel panicked"):
        board.run("echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger", timeout=60)
