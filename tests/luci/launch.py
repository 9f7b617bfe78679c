# SPDX-License-Identifier: GPL-2.0-or-later
"""Start an executable of the agent in a router's root: launch.py ROOT EXECUTABLE WORDS.

Runs under the router's MicroPython, as the executable itself would.
"""

import sys

from shroud import paths

paths.set_root(sys.argv[1])
executable = sys.argv[2]
sys.argv[:3] = [executable]
with open(executable) as stream:  # noqa: PTH123 - MicroPython
    exec(compile(stream.read(), executable, "exec"))  # noqa: S102 - it is what a router runs
