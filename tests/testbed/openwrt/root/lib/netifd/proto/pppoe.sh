#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2086,SC2154 # the splitting of unquoted options is what is to be shown
# The command line of pppd that OpenWrt's ppp.sh makes of an interface, one word after the other,
# each ended by a zero byte. Arguments: interface, device. The options come as opt_NAME.
interface=$1 device=$2

ipv6=1 autoipv6=1
case $opt_ipv6 in 0) ipv6='' autoipv6='' ;; 1) autoipv6='' ;; esac
demand=
[ "${opt_demand:-0}" -le 0 ] ||
	demand="precompiled-active-filter /etc/ppp/filter demand idle $opt_demand"
persist=
case $opt_persist in '') ;; 0) persist=nopersist ;; *) persist=persist ;; esac
maxfail=$opt_maxfail
if [ -z "$maxfail" ]; then
	if [ "$persist" = persist ]; then maxfail=0; else maxfail=1; fi
fi
mtu=${opt_mtu:-1492}
keepalive=${opt_keepalive:-5 1}
lcp_failure=${keepalive%%[, ]*} lcp_interval=${keepalive##*[, ]}
[ "${lcp_failure:-0}" -ge 1 ] || lcp_failure=
[ "$lcp_interval" != "$keepalive" ] || lcp_interval=5
lcp_adaptive=lcp-echo-adaptive
[ "${opt_keepalive_adaptive:-1}" -ge 1 ] || lcp_adaptive=

set -- plugin pppoe.so \
	${opt_ac:+rp_pppoe_ac "$opt_ac"} \
	${opt_service:+rp_pppoe_service "$opt_service"} \
	${opt_ac_mac:+pppoe-mac "$opt_ac_mac"} \
	${opt_host_uniq:+host-uniq "$opt_host_uniq"} \
	${opt_padi_attempts:+pppoe-padi-attempts $opt_padi_attempts} \
	${opt_padi_timeout:+pppoe-padi-timeout $opt_padi_timeout} \
	"nic-$device"
exec printf '%s\0' /usr/sbin/pppd \
	nodetach ipparam "$interface" \
	ifname "${opt_pppname:-pppoe-$interface}" \
	${lcp_failure:+lcp-echo-interval $lcp_interval lcp-echo-failure $lcp_failure $lcp_adaptive} \
	${ipv6:++ipv6} \
	${autoipv6:+set AUTOIPV6=1} \
	nodefaultroute \
	usepeerdns \
	$demand $persist maxfail $maxfail \
	${opt_holdoff:+holdoff "$opt_holdoff"} \
	${opt_username:+user "$opt_username" password "$opt_password"} \
	${opt_connect:+connect "$opt_connect"} \
	${opt_disconnect:+disconnect "$opt_disconnect"} \
	ip-up-script /lib/netifd/ppp-up \
	${ipv6:+ipv6-up-script /lib/netifd/ppp6-up} \
	ip-down-script /lib/netifd/ppp-down \
	${ipv6:+ipv6-down-script /lib/netifd/ppp-down} \
	mtu $mtu mru $mtu \
	"$@" $opt_pppd_options
