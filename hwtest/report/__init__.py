# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run of the rig leaves: report.json, report.html, and the comparison of two."""
