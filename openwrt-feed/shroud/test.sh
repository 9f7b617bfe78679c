#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash

[ "$1" = shroud ] || exit 0

# The object that rpcd would offer, and the command line.
/usr/libexec/rpcd/shroud list | grep -F '"status"' || exit 1
shroud --help | grep -F diagnose
