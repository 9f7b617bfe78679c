# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# An LNS of many sessions: what each packet, dial and handshake costs. Output that the host reads:
# REGIONS, COUNTED, MEMORY and HANDSHAKES lines.

set -eu

PACKETS=${PACKETS:?} SESSIONS=${SESSIONS:?} HANDSHAKES=${HANDSHAKES:?}
ROUTER=${ROUTER:?} ROUTER_PACKETS=${ROUTER_PACKETS:?}

modprobe veth
echo 1 >/proc/sys/net/core/bpf_jit_enable
loadgen calibrate
ip link add wan0 type veth peer name wan1
# shellcheck disable=SC2046 # a word for each number
sessions wan0 /bench/shroud.bpf.o "$PACKETS" $(echo "$SESSIONS" | tr ',' ' ')
sessions wan1 /bench/shroud.bpf.o "$ROUTER_PACKETS" "$ROUTER"
handshakes "$HANDSHAKES"
