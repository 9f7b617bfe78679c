# SPDX-License-Identifier: GPL-2.0-or-later
"""What every test shares."""

from pathlib import Path

from hypothesis import configuration

configuration.set_hypothesis_home_dir(Path(__file__).parents[1] / "build" / "hypothesis")

pytest_plugins = ("tests.support.no_skips",)
