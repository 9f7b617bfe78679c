# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode `decoy`: packets that parse as IP packets of other endpoints. docs/decoy.md."""
