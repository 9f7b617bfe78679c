# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets through reference, C in a process and BPF in a kernel, there and back, compared."""
