#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash

[ "$1" = ppp-mod-shroud ] || exit 0

# pppd must load the plugin and know its options; dryrun ends before it dials.
pppd dryrun notty plugin shroud.so shroud off shroud-line test || exit 1

# 7f 45 4c 46: the programs are there.
[ "$(gunzip -c /usr/lib/pppshroud/shroud.bpf.o.gz | head -c 4 | hexdump -e '4/1 "%02x"')" = 7f454c46 ]
