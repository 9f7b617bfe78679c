#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2317,SC3043
#
# Where the plugin is gone pppd does not dial: it does not know the options. This takes the lines'
# references to them out of the network's configuration. It runs
# - at the first boot of an image without the plugin: upgrade.sh puts it into the backup. A line
#   under `require` is left down then, as it was told to be rather than be plain;
# - as `left-behind removed` when the package is removed and the agent could not do it.

NETWORK=/etc/config/network
CRONTAB=/etc/crontabs/root
FOLDER=/etc/shroud/lines

say() {
	logger -t shroud -p daemon.warn "$1"
}

plugin_is_here() {
	ls /usr/lib/pppd/*/shroud.so >/dev/null 2>&1
}

references() {
	sed -n "s|.*file \($FOLDER/[^ '\"]*\.options\).*|\1|p" "$NETWORK" 2>/dev/null
}

requires() {
	grep -qs '^shroud require' "$1"
}

detach() {
	sed -i "\|file $1|{
		s|[[:blank:]]*file $1||
		/pppd_options[[:blank:]]*['\"]['\"][[:blank:]]*\$/d
	}" "$NETWORK"
}

free_line() {
	local name="${1##*/}"

	name="${name%.options}"
	if [ "$2" != removed ] && requires "$1"; then
		say "line $name stays down: it is never to be plain, and this image has no pppshroud"
	else
		detach "$1"
		say "line $name is plain: pppshroud is not installed"
	fi
}

free_lines() {
	local options

	for options in $(references); do
		free_line "$options" "$1"
	done
	[ ! -f "$CRONTAB" ] || sed -i '\|/usr/sbin/shroud watch|d' "$CRONTAB"
	! grep -qs flow_offloading_hw /etc/shroud/originals.json ||
		say "hardware flow offload is still off; it can be switched on again"
}

# A line that pppd refused to dial is not started by a reload.
dial_again() {
	local options name

	ubus call network reload
	for options in "$@"; do
		name="${options##*/}"
		ubus call "network.interface.${name%.options}" up
	done
}

if [ "$1" = removed ]; then
	lines=$(references)
	free_lines removed
	# shellcheck disable=SC2086  # names of UCI sections, without blanks
	dial_again $lines
elif ! plugin_is_here; then
	free_lines
fi
