# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Of OpenWrt's /lib/functions.sh what our scripts and the stand-ins use.

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
