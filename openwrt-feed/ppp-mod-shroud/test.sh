#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash

[ "$1" = ppp-mod-shroud ] || exit 0

# pppd loads the plugin and knows its options. What it says of /dev/ppp does not matter here.
said=$(pppd dryrun notty plugin shroud.so shroud off shroud-line test 2>&1)
echo "$said"
echo "$said" | grep -qF 'Plugin shroud.so loaded' || exit 1
! echo "$said" | grep -qF 'unrecognized option' || exit 1

# 7f 45 4c 46: the programs are there.
[ "$(gunzip -c /usr/lib/pppshroud/shroud.bpf.o.gz | head -c 4 | hexdump -e '4/1 "%02x"')" = 7f454c46 ]
