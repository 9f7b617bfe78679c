# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# One connection per boot, and one measurement per size and direction. Each is the difference of two
# runs with the same packets: one where they are stopped at the CPE's door, one where they are
# stopped behind it.

CLIENT=$HOST:40000 SERVER=$END:443
PEER=/run/peer FRAMES=/tmp/frames
WARM_UP=64 WARM_UP_SIZE=600

connection_open() {
    in_ns end loadgen serve -i e0 -F "$PEER" &
    in_ns host loadgen open -i h0 -m "$CPE_LAN_MAC" -f "$CLIENT" -t "$SERVER" \
        -n "$WARM_UP" -l "$WARM_UP_SIZE"
    in_ns cpe cat /proc/net/nf_conntrack 2>/dev/null | sed 's/^/CONNTRACK /' || true
}

measure() {
    measure_up "$1"
    measure_down "$1"
}

send_up() { # size region
    in_ns host loadgen send -i h0 -m "$CPE_LAN_MAC" -s client -f "$CLIENT" -t "$SERVER" \
        -n "$PACKETS" -l "$1" -p "$PAYLOAD" -r "$2"
}

measure_up() {
    in_ns cpe loadgen block -i c0 -r "up-base,$1"
    send_up "$1" "up-base,$1"
    loadgen unblock -r "up-base,$1"
    in_ns lns loadgen block -i l0 -r "up,$1"
    send_up "$1" "up,$1"
    loadgen unblock -r "up,$1"
}

replay() { # size region
    in_ns lns loadgen replay -i l0 -n "$PACKETS" -F "$FRAMES" -r "$2,$1"
}

measure_down() {
    in_ns cpe loadgen block -i w0 -r "captured,$1"
    in_ns lns loadgen capture -i l0 -n "$PACKETS" -F "$FRAMES" -- \
        nsenter --net=/run/netns/end loadgen send -i e0 -m "$SRV_END_MAC" -s server \
        -f "$SERVER" -t "$(cat "$PEER")" -n "$PACKETS" -l "$1" -p "$PAYLOAD"
    loadgen unblock -r "captured,$1"
    in_ns cpe loadgen block -i w0 -r "down-base,$1"
    replay "$1" down-base
    loadgen unblock -r "down-base,$1"
    in_ns host loadgen block -i h0 -r "down,$1"
    replay "$1" down
    loadgen unblock -r "down,$1"
    rm "$FRAMES"
}
