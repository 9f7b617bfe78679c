# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m pppshroud` is the same as the `pppshroud` command."""

import sys

from pppshroud.cli import main

sys.exit(main())
