# SPDX-License-Identifier: GPL-2.0-or-later
"""What every test shares."""

pytest_plugins = ("tests.support.no_skips",)
