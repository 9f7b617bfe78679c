# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# sysupgrade reads this. The new image may not have the plugin, and pppd does not dial with an
# option that it does not know: the backup takes along what then puts that right.

add_shroud_left_behind() {
	local filelist="$1"
	local script=/etc/uci-defaults/95-shroud-left-behind

	grep -qsF 'file /etc/shroud/lines/' /etc/config/network || return 0
	cp /usr/lib/shroud/left-behind "$script" && echo "$script" >>"$filelist"
}

sysupgrade_init_conffiles="$sysupgrade_init_conffiles add_shroud_left_behind"
