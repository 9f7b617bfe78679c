#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash

case "$PKG_NAME" in
ppp-mod-shroud-decoy)
	# No executable that could tell its version.
	exit 0
	;;
*)
	echo "Untested package: $PKG_NAME" >&2
	exit 1
	;;
esac
