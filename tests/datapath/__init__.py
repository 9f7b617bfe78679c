# SPDX-License-Identifier: GPL-2.0-or-later
"""The BPF data path under test: the real programs, loaded into a guest's kernel."""
