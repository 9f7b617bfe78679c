# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes docs/vectors/*.json. The same code always makes the same octets."""
