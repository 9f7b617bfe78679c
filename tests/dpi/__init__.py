# SPDX-License-Identifier: GPL-2.0-or-later
"""What deep packet inspection can do to a line without pppshroud, and no longer with it."""
