# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# What scripts find in OpenWrt's /lib/functions.sh: lists, and the UCI files of config_load.

list_contains() { # VARIABLE WORD
	local words
	eval "words=\" \${$1} \""
	case $words in *" $2 "*) return 0 ;; esac
	return 1
}

append() { # VARIABLE WORD [SEPARATOR]
	eval "$1=\"\${$1:+\${$1}\${3:- }}\$2\""
}

include() { # FOLDER
	local file
	for file in "$1"/*.sh; do
		# shellcheck source=/dev/null
		[ ! -e "$file" ] || . "$file"
	done
}

# `uci export` prints calls of these four.
package() { :; }

config() { # TYPE [NAME]
	_config_count=$((_config_count + 1))
	CONFIG_SECTION=${2:-cfg$_config_count}
	append CONFIG_SECTIONS "$CONFIG_SECTION"
	config_set "$CONFIG_SECTION" TYPE "$1"
}

option() { # NAME VALUE
	config_set "$CONFIG_SECTION" "$1" "$2"
}

list() { # NAME VALUE
	append "CONFIG_${CONFIG_SECTION}_$1" "$2"
}

config_set() { # SECTION OPTION VALUE
	eval "CONFIG_$1_$2=\$3"
}

config_load() { # PACKAGE
	local section
	for section in $CONFIG_SECTIONS; do
		# shellcheck disable=SC2046 # one word for each variable
		unset $(set | sed -n "s/^\(CONFIG_${section}_[A-Za-z0-9_]*\)=.*/\1/p")
	done
	CONFIG_SECTIONS='' _config_count=0
	eval "$(/sbin/uci -q export "$1")"
}

config_get() { # VARIABLE SECTION OPTION [DEFAULT], or SECTION OPTION
	if [ -n "$3" ]; then
		eval "$1=\"\${CONFIG_$2_$3:-\$4}\""
	else
		eval "echo \"\${CONFIG_$1_$2}\""
	fi
}

config_get_bool() { # VARIABLE SECTION OPTION [DEFAULT]
	local _value
	config_get _value "$2" "$3" "$4"
	case $_value in
	1 | on | true | yes | enabled) _value=1 ;;
	0 | off | false | no | disabled) _value=0 ;;
	*) _value=$4 ;;
	esac
	eval "$1=\$_value"
}

config_foreach() { # FUNCTION [TYPE [ARGUMENTS]]
	local _function=$1 _type=$2 _section _found
	shift
	[ $# -eq 0 ] || shift
	for _section in $CONFIG_SECTIONS; do
		config_get _found "$_section" TYPE
		[ -n "$_type" ] && [ "$_type" != "$_found" ] || "$_function" "$_section" "$@" || return
	done
}

config_list_foreach() { # SECTION OPTION FUNCTION [ARGUMENTS]
	local _values _value _call=$3
	config_get _values "$1" "$2"
	shift 3
	for _value in $_values; do
		"$_call" "$_value" "$@" || return
	done
}

uci_get() { # PACKAGE SECTION OPTION [DEFAULT]
	/sbin/uci -q get "$1.$2.$3" || echo "$4"
}

package_files() { # FOLDER: those of package $name that are there
	grep -s "^$1/" "/usr/lib/opkg/info/$name.list"
}

default_prerm() { # SCRIPT: what a package's removal begins with, /usr/lib/opkg/info/NAME.prerm
	local name script
	name=${pkgname:-$(basename "${1%.*}")}
	if [ -f "/usr/lib/opkg/info/$name.prerm-pkg" ]; then
		# shellcheck source=/dev/null
		(. "/usr/lib/opkg/info/$name.prerm-pkg") || return
	fi
	for script in $(package_files /etc/init.d); do
		[ "$PKG_UPGRADE" = 1 ] || "$script" disable
		"$script" stop
	done
}

default_postinst() { # SCRIPT: what a package's installation ends with
	local name file script
	name=${pkgname:-$(basename "${1%.*}")}
	for file in $(package_files /etc/uci-defaults); do
		# shellcheck source=/dev/null
		(cd /etc/uci-defaults && . "$file") && rm -f "$file"
	done
	/sbin/uci commit
	if [ -f "/usr/lib/opkg/info/$name.postinst-pkg" ]; then
		# shellcheck source=/dev/null
		(. "/usr/lib/opkg/info/$name.postinst-pkg") || return
	fi
	for script in $(package_files /etc/init.d); do
		[ "$PKG_UPGRADE" = 1 ] || "$script" enable
		"$script" start
	done
}
