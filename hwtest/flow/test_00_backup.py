# SPDX-License-Identifier: GPL-2.0-or-later
"""What is found on the board is saved, before anything is written to it."""

from __future__ import annotations

import pytest

from . import backup
from .plan import Plan
from .rig import Rig


def test_backup(rig: Rig, plan: Plan) -> None:
    if not plan.keep_config:
        pytest.skip("this target has no configuration to keep (flow: keep_config)")
    rig.board.boot()
    backup.save(rig.board, rig.folder)
