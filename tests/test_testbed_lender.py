# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine whose kernel dies or hangs costs one test another try, and no other test anything."""

from __future__ import annotations

import pytest

from .datapath.frames import PPPOE_SESSION
from .datapath.kept import Guests, Kept
from .datapath.world import running
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


def test_what_tests_share_is_made_anew_after_a_death() -> None:
    with Lender(Uml) as lender, Kept(running) as kept:
        guests = Guests(lender)
        first = guests.present()
        run = kept.on(first)
        assert guests.present() is first
        assert kept.on(first) is run
        assert first.machine._process is not None
        first.machine._process.kill()
        with pytest.raises(GuestDiedError):
            run.say(PPPOE_SESSION)
        second = guests.present()
        assert second is not first
        assert kept.on(second) is not run
        kept.on(second).say(PPPOE_SESSION)
