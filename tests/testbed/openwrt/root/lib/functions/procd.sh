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
	env) append _procd_members "\"env\": {$(_procd_table "$@")}" ", " ;;
	esac
}

_procd_table() {
	local pair comma=
	for pair in "$@"; do
		printf '%s%s: %s' "$comma" "$(_procd_string "${pair%%=*}")" "$(_procd_string "${pair#*=}")"
		comma=,
	done
}

procd_append_param() { # TYPE VALUES
	local kind=$1 more
	shift
	[ "$kind" = command ] || return
	more=$(_procd_list "$@")
	_procd_command="${_procd_command%]}, ${more#[}"
}

procd_close_instance() {
	append _procd_members "\"command\": $_procd_command" ", "
	append _procd_instances "\"$_procd_instance\": {$_procd_members}" ", "
}

procd_open_trigger() { :; }
procd_close_trigger() { :; }

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

procd_add_interface_trigger() { # EVENT INTERFACE SCRIPT...
	local event=$1 interface=$2
	shift 2
	_procd_trigger "$event" interface "$interface" "$@"
}

procd_add_reload_interface_trigger() { # INTERFACE
	procd_add_interface_trigger "interface.*" "$1" "/etc/init.d/$(service_name)" reload
}

procd_add_raw_trigger() { # EVENT DELAY SCRIPT...
	local event=$1 delay=$2
	shift 2
	append _procd_triggers "[\"$event\", [$(_procd_list run_script "$@")], $delay]" ", "
}

procd_close_service() { # [set or add]
	local message
	service_triggers
	message="{\"name\": \"$_procd_service\", \"script\": \"$_procd_script\""
	message="$message, \"instances\": {$_procd_instances}, \"triggers\": [$_procd_triggers]}"
	ubus call service "${1:-set}" "$message"
}

procd_running() { # SERVICE [INSTANCE]
	local shown
	shown=$(ubus -S call service list "{\"name\": \"$1\"}")
	case $shown in *"${2:+\"$2\": \{}"*'"running": true'*) return 0 ;; esac
	return 1
}

procd_kill() { # SERVICE [INSTANCE]
	ubus -S call service delete "{\"name\": \"$1\"${2:+, \"instance\": \"$2\"\}" >/dev/null
}

procd_send_signal() { # SERVICE [INSTANCE [SIGNAL]]
	local number
	number=$(kill -l "${3:-HUP}")
	ubus call service signal "{\"name\": \"$1\", \"signal\": $number}"
}
