# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The functions by which an init script tells procd of its service, after OpenWrt's procd.sh. They
# build the same message: {"name", "script", "instances": {...}, "triggers": [...]}.

PROCD_RELOAD_DELAY=1000
_procd_count=0

procd_lock() {
	mkdir -p "$IPKG_INSTROOT/var/lock"
	exec 9>"$IPKG_INSTROOT/var/lock/procd_$(service_name).lock"
	flock 9
}

_procd_string() {
	printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

_procd_list() {
	local word comma=
	printf '['
	for word in "$@"; do
		printf %s "$comma"
		_procd_string "$word"
		comma=,
	done
	printf ']'
}

procd_open_service() { # NAME [SCRIPT]
	procd_lock
	_procd_service=$1 _procd_script=$2 _procd_instances='' _procd_triggers=''
}

procd_open_instance() { # [NAME]
	_procd_count=$((_procd_count + 1))
	_procd_instance=${1:-instance$_procd_count} _procd_members='' _procd_command=''
}

procd_set_param() { # TYPE [VALUES]
	local kind=$1
	shift
	case $kind in
	command) _procd_command=$(_procd_list "$@") ;;
	respawn) append _procd_members "\"respawn\": $(_procd_list "$@")" ", " ;;
	esac
}

procd_close_instance() {
	append _procd_members "\"command\": $_procd_command" ", "
	append _procd_instances "\"$_procd_instance\": {$_procd_members}" ", "
}

_procd_trigger() { # EVENT NAME VALUE SCRIPT...
	local event=$1 name=$2 value=$3 rule
	shift 3
	rule="[\"if\", $(_procd_list eq "$name" "$value"), $(_procd_list run_script "$@")]"
	append _procd_triggers "[\"$event\", $rule, $PROCD_RELOAD_DELAY]" ", "
}

procd_add_config_trigger() { # EVENT PACKAGE SCRIPT...
	local event=$1 package=$2
	shift 2
	_procd_trigger "$event" package "$package" "$@"
}

procd_add_reload_trigger() { # PACKAGES
	local package
	for package in "$@"; do
		_procd_trigger config.change package "$package" "/etc/init.d/$(service_name)" reload
	done
}

procd_close_service() { # set or add
	local message
	service_triggers
	message="{\"name\": \"$_procd_service\", \"script\": \"$_procd_script\""
	message="$message, \"instances\": {$_procd_instances}, \"triggers\": [$_procd_triggers]}"
	ubus call service "$1" "$message"
}

procd_kill() { # SERVICE [INSTANCE]
	local message="\"name\": \"$1\""
	[ -z "$2" ] || message="$message, \"instance\": \"$2\""
	ubus call service delete "{$message}" 2>/dev/null # not found: nothing to kill
}
