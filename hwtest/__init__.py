# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of a router on the bench, real or virtual."""
