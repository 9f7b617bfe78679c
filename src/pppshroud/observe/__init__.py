# SPDX-License-Identifier: GPL-2.0-or-later
"""What a metadata collector at the carrier would write down about a capture."""
