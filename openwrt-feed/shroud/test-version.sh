#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash

case "$PKG_NAME" in
shroud)
	micropython -c 'import shroud; print(shroud.VERSION)' | grep -xF "$PKG_VERSION"
	;;
*)
	echo "Untested package: $PKG_NAME" >&2
	exit 1
	;;
esac
