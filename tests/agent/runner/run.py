# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the tests of one file under MicroPython: run.py FOLDER MODULE."""

import sys
import unittest

sys.path.insert(0, sys.argv[1])
sys.exit(1 if unittest.main(sys.argv[2]) else 0)
