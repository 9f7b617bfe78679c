# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine whose kernel dies or hangs costs one test another try, and no other test anything."""

from __future__ import annotations

import pytest

from .testbed.errors import GuestDiedError
from .testbed.lender import Lender
from .testbed.uml import Uml


def test_lender_boots_another_after_a_death(capsys: pytest.CaptureFixture[str]) -> None:
    with Lender(Uml) as lender:
        first = lender.lend()
        assert lender.lend() is first
        assert first._process is not None
        first._process.kill()
        with pytest.raises(GuestDiedError):
            first.run(["true"])
        second = lender.lend()
        assert second is not first
        assert not first.alive
        assert second.run(["echo", "back"]).stdout == "back\n"
    assert "the machine is lost" in capsys.readouterr().err
