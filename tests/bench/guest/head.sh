# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers the PPPoE session, at both ends of the line.

HEAD_OBJECT=/bench/shroud.bpf.o

head_up() {
    nsenter --net=/run/netns/lns cover l0 down "$HEAD_OBJECT" >/tmp/lns.cover.log 2>&1 &
    lns_cover=$!
    nsenter --net=/run/netns/cpe cover w0 up "$HEAD_OBJECT" >/tmp/cpe.cover.log 2>&1 &
    cpe_cover=$!
    await "covering at the LNS" 15 grep -q COVERED /tmp/lns.cover.log
    await "covering at the CPE" 15 grep -q COVERED /tmp/cpe.cover.log
}

# What the CPE's programs did with each packet: proves that the mode is what it says.
head_counters() {
    kill "$cpe_cover" "$lns_cover"
    wait "$cpe_cover" "$lns_cover"
    sed -n 's/^COUNTER/COUNTER cpe/p' /tmp/cpe.cover.log
    sed -n 's/^COUNTER/COUNTER lns/p' /tmp/lns.cover.log
}
