# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# The network, one namespace per machine. Neighbours are permanent, so that no ARP gets counted.
#
#   host h0 --- c0 cpe w0 === l0 lns l1 --- s0 srv s1 --- e0 end
#   192.168.1.2     |       |     203.0.113.1   .10  198.51.100.1   .10
#                   192.168.1.1
#
# host and end are raw sockets of loadgen and have no addresses; srv is the far end of tunnels.

HOST=192.168.1.2 HOST_MAC=02:00:00:00:00:01
CPE_LAN_MAC=02:00:00:00:00:02
CPE_WAN_MAC=02:00:00:00:00:03
LNS_WAN_MAC=02:00:00:00:00:04
LNS_MAC=02:00:00:00:00:05
SRV=203.0.113.10 SRV_MAC=02:00:00:00:00:06
SRV_END_MAC=02:00:00:00:00:07
END=198.51.100.10 END_MAC=02:00:00:00:00:08

# /sys stays the first namespace's, and with it the bpffs below it.
in_ns() {
    in_ns_name=$1
    shift
    nsenter --net="/run/netns/$in_ns_name" "$@"
}

cable() { # namespace device mac namespace device mac
    ip link add "$2" netns "$1" address "$3" type veth \
        peer name "$5" netns "$4" address "$6"
    device_up "$1" "$2"
    device_up "$4" "$5"
}

# What arrives on a wire is neither aggregated nor without checksum.
device_up() {
    in_ns "$1" ethtool -K "$2" tso off gso off gro off tx off rx off sg off >/dev/null 2>&1
    ip -n "$1" link set "$2" up
}

# OpenWrt's settings: its 10-default.conf and 11-nf-conntrack.conf.
sysctls() {
    in_ns "$1" sh -c '
        echo 1 >/proc/sys/net/ipv4/ip_forward
        echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
        echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
        echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
        echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter
        echo 0 >/proc/sys/net/netfilter/nf_conntrack_checksum'
}

neighbour() { # namespace device address mac
    ip -n "$1" neighbour replace "$3" dev "$2" lladdr "$4" nud permanent
}

topology() {
    echo 1 >/proc/sys/net/core/bpf_jit_enable
    echo 1 >/proc/sys/net/core/bpf_jit_kallsyms
    for ns in host cpe lns srv end; do
        ip netns add "$ns"
        sysctls "$ns"
        ip -n "$ns" link set lo up
    done
    cable host h0 "$HOST_MAC" cpe c0 "$CPE_LAN_MAC"
    cable cpe w0 "$CPE_WAN_MAC" lns l0 "$LNS_WAN_MAC"
    cable lns l1 "$LNS_MAC" srv s0 "$SRV_MAC"
    cable srv s1 "$SRV_END_MAC" end e0 "$END_MAC"

    in_ns host loadgen headroom -i h0
    ip -n cpe address add 192.168.1.1/24 dev c0
    neighbour cpe c0 "$HOST" "$HOST_MAC"
    ip -n lns address add 203.0.113.1/24 dev l1
    neighbour lns l1 "$SRV" "$SRV_MAC"
    ip -n lns route add 198.51.100.0/24 via "$SRV"
    ip -n srv address add "$SRV/24" dev s0
    neighbour srv s0 203.0.113.1 "$LNS_MAC"
    ip -n srv route add default via 203.0.113.1
    ip -n srv address add 198.51.100.1/24 dev s1
    neighbour srv s1 "$END" "$END_MAC"
}
