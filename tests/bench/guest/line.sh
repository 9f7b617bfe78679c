# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# The line between cpe and lns; PPPoE with real daemons on both sides. Each sets LINE_DEVICE and
# LINE_MTU, and all but the first PPP_ADDRESS.
# shellcheck disable=SC2034 # which others read

# A line without PPP.
ip_up() {
    ip -n cpe address add 100.64.0.2/24 dev w0
    neighbour cpe w0 100.64.0.1 "$LNS_WAN_MAC"
    ip -n cpe route add default via 100.64.0.1
    ip -n lns address add 100.64.0.1/24 dev l0
    neighbour lns l0 100.64.0.2 "$CPE_WAN_MAC"
    LINE_DEVICE=w0 LINE_MTU=1500
}

ppp_options() {
    mkdir -p /etc/ppp
    echo 'user * pass *' >/etc/ppp/chap-secrets
    chmod 600 /etc/ppp/chap-secrets
    cat >/etc/ppp/both <<EOF
noipdefault
nodefaultroute
noipv6
nobsdcomp
nodeflate
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

ppp_up() { # options of both ends
    ppp_options
    printf '%s\n' "$@" | tee -a /etc/ppp/lns >>/etc/ppp/cpe
    [ "$COVER" = none ] || shroud_both
    in_ns lns pppoe-server -k -I l0 -L 10.64.0.1 -R 10.64.0.2 -N 1 -O /etc/ppp/lns -F \
        -g "$(echo /usr/lib/pppd/*/pppoe.so)" >/tmp/server.log 2>&1 &
    in_ns cpe pppd plugin pppoe.so file /etc/ppp/cpe w0 >/tmp/pppd.log 2>&1 &
    await "the PPP line coming up" 15 has_address
    ip -n cpe route add default dev ppp0
    LINE_DEVICE=ppp0
    LINE_MTU=$(ip -n cpe -o link show ppp0 | sed 's/.* mtu \([0-9]*\).*/\1/')
    PPP_ADDRESS=$(ip -n cpe -4 -o address show ppp0 | sed 's/.*inet \([0-9.]*\).*/\1/')
}

pppoe_up() {
    ppp_up noccp
}

mppe_up() {
    ppp_up require-mppe-128
}
