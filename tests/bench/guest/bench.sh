# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# Measures one mode. Output that the host reads: REGIONS, BLOCKED, MTU, SYMBOLS lines.

set -eu

# shellcheck source=tests/bench/guest/await.sh
. /bench/await.sh
# shellcheck source=tests/bench/guest/topology.sh
. /bench/topology.sh
# shellcheck source=tests/bench/guest/line.sh
. /bench/line.sh
# shellcheck source=tests/bench/guest/shroud.sh
. /bench/shroud.sh
# shellcheck source=tests/bench/guest/tunnel.sh
. /bench/tunnel.sh
# shellcheck source=tests/bench/guest/measure.sh
. /bench/measure.sh

# What to do, from the kernel's command line: see modes.py and machine.py.
LINE=${LINE:?} FLOWTABLE=${FLOWTABLE:?} COVER=${COVER:?} TUNNEL=${TUNNEL:?}
PAYLOAD=${PAYLOAD:?} COUNTER=${COUNTER:?}
SIZES=${SIZES:?} PACKETS=${PACKETS:?}

# Firewall as OpenWrt's firewall4 sets it up: devices to masquerade, devices of the flow table.
firewall() {
    flowtable='' offload=''
    if [ -n "$2" ]; then
        flowtable="flowtable ft { hook ingress priority 0; devices = { $2 }; }"
        offload="meta l4proto { tcp, udp } flow add @ft"
    fi
    in_ns cpe nft -f - <<EOF
table inet fw4 {
    $flowtable
    chain input {
        type filter hook input priority filter; policy accept
        ct state established,related accept
    }
    chain forward {
        type filter hook forward priority filter; policy drop
        $offload
        ct state established,related accept
        ct status dnat accept
        iifname "c0" accept
    }
    chain mangle_forward {
        type filter hook forward priority mangle; policy accept
        oifname { $1 } tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
        iifname { $1 } tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
    }
    chain srcnat {
        type nat hook postrouting priority srcnat; policy accept
        oifname { $1 } masquerade
    }
}
EOF
}

# Brings the mode up and sets MTU, the largest packet that a LAN host may send.
setup() {
    "${LINE}_up"
    outside="\"$LINE_DEVICE\""
    MTU=$LINE_MTU
    if [ "$TUNNEL" != none ]; then
        "${TUNNEL}_up"
        outside="$outside, \"$TUNNEL_DEVICE\""
    fi
    if [ "$FLOWTABLE" = True ]; then
        firewall "$outside" 'c0, w0'
    else
        firewall "$outside" ''
    fi
}

# Names of the kernel's functions, for the profile. BPF programs are listed while they are loaded.
symbols_print() {
    echo "SYMBOLS begin"
    grep -i ' [tw] ' /proc/kallsyms | cut -d ' ' -f 1,3 | gzip -c | base64
    echo "SYMBOLS end"
}

bench() {
    while read -r module; do
        modprobe "$module"
    done </bench/modules
    loadgen calibrate
    topology
    setup
    echo "MTU $MTU"
    connection_open
    for size in $(echo "$SIZES" | tr ',' ' '); do
        [ "$size" != mtu ] || size=$MTU
        measure "$size"
    done
    symbols_print
    [ "$COVER" = none ] || shroud_counters
}

bench
