# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# The PPPoE line, with real daemons on both sides. Sets PPP_MTU and PPP_ADDRESS.
# shellcheck disable=SC2034 # which others read

ppp_options() {
    mkdir -p /etc/ppp
    echo 'user * pass *' >/etc/ppp/chap-secrets
    chmod 600 /etc/ppp/chap-secrets
    cat >/etc/ppp/both <<EOF
noipdefault
nodefaultroute
noipv6
noccp
novj
lcp-echo-interval 0
EOF
    cat /etc/ppp/both - >/etc/ppp/lns <<EOF
require-mschap-v2
logfile /tmp/lns.log
EOF
    cat /etc/ppp/both - >/etc/ppp/cpe <<EOF
noauth
user user
password pass
mtu 1492
mru 1492
ifname ppp0
nodetach
lcp-restart 1
logfile /tmp/cpe.log
debug
EOF
}

has_address() {
    ip -n cpe -4 -o address show dev ppp0 | grep -q inet
}

ppp_up() { # command that adds to the options
    ppp_options
    "$@"
    in_ns lns pppoe-server -k -I l0 -L 10.64.0.1 -R 10.64.0.2 -N 1 -O /etc/ppp/lns -F \
        -g "$(echo /usr/lib/pppd/*/pppoe.so)" >/tmp/server.log 2>&1 &
    in_ns cpe pppd plugin pppoe.so file /etc/ppp/cpe w0 >/tmp/pppd.log 2>&1 &
    await "the PPP line coming up" 15 has_address
    ip -n cpe route add default dev ppp0
    PPP_MTU=$(ip -n cpe -o link show ppp0 | sed 's/.* mtu \([0-9]*\).*/\1/')
    PPP_ADDRESS=$(ip -n cpe -4 -o address show ppp0 | sed 's/.*inet \([0-9.]*\).*/\1/')
}
