#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The router's /etc/init.d/shroud start: procd would start the keeper and go on.

set -eu
[ "$1" = start ]
setsid "$ROUTER/shroud" keep >>"$ROUTER/keeper.log" 2>&1 </dev/null &
