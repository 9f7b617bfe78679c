# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture files, and the way from a captured frame to the PPP packet in it and back."""
