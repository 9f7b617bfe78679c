# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# How long it takes until a line is up, from the start of the CPE's pppd. Prints a DIAL line for
# each of DIALS dials: nanoseconds of the guest's clock, which its instructions drive.

set -eu

# shellcheck source=tests/bench/guest/await.sh
. /bench/await.sh
# shellcheck source=tests/bench/guest/topology.sh
. /bench/topology.sh
# shellcheck source=tests/bench/guest/line.sh
. /bench/line.sh
# shellcheck source=tests/bench/guest/shroud.sh
. /bench/shroud.sh

COVER=${COVER:?} DIALS=${DIALS:?}
UP=/tmp/up

now() {
    sed -n 's/^now at \([0-9]*\) nsecs/\1/p' /proc/timer_list
}

# The LNS begins LCP: the CPE's first request would mostly come before the LNS's pppd has started,
# and pppd's timer of one second would then be what is measured.
both_ends() {
    ppp_options
    [ "$COVER" = none ] || shroud_both
    printf 'silent\nipparam cpe\n' >>/etc/ppp/cpe
    cat >/etc/ppp/ip-up <<EOF
#!/bin/sh
[ "\$6" != cpe ] || sed -n 's/^now at \([0-9]*\) nsecs/\1/p' /proc/timer_list >$UP
EOF
    chmod 755 /etc/ppp/ip-up
}

is_waiting() {
    in_ns lns grep -q ' 8863 ' /proc/net/packet
}

is_idle() {
    ! ip -n lns link show dev ppp0 && ! ip -n cpe link show dev ppp0
}

dial() {
    rm -f "$UP"
    started=$(now)
    nsenter --net=/run/netns/cpe pppd plugin pppoe.so file /etc/ppp/cpe w0 >/tmp/pppd.log 2>&1 &
    await "the line coming up" 60 test -s "$UP"
    [ "$COVER" = none ] || await "the line being covered" 30 grep -q '"covered"' "$SHROUD_STATUS"
    echo "DIAL $(($(cat "$UP") - started))"
    kill "$!"
    await "both ends hanging up" 30 is_idle
    wait "$!" || true
}

while read -r module; do
    modprobe "$module"
done </bench/modules
topology
both_ends
in_ns lns pppoe-server -k -I l0 -L 10.64.0.1 -R 10.64.0.2 -N 9 -O /etc/ppp/lns -F \
    -g "$(echo /usr/lib/pppd/*/pppoe.so)" >/tmp/server.log 2>&1 &
await "the LNS listening" 30 is_waiting
while [ "$DIALS" -gt 0 ]; do
    dial
    DIALS=$((DIALS - 1))
done
