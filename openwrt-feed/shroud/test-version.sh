#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash

case "$PKG_NAME" in
shroud)
	grep -F "VERSION = \"$PKG_VERSION\"" /usr/lib/micropython/shroud/__init__.py
	;;
*)
	echo "Untested package: $PKG_NAME" >&2
	exit 1
	;;
esac
