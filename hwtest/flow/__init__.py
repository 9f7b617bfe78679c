# SPDX-License-Identifier: GPL-2.0-or-later
"""What is done with a board, in the order of the files' names. `python -m hwtest` runs it."""
