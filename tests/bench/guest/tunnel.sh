# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# Tunnels from cpe to srv over the PPP line. Each sets MTU. Keys that open nothing else.

wireguard_up() {
    MTU=$((PPP_MTU - 60)) # IPv4 20, UDP 8, WireGuard 32
    cpe_key=$(wg genkey) srv_key=$(wg genkey)
    wireguard_end cpe "$cpe_key" "$srv_key" 10.9.0.2 0.0.0.0/0 "endpoint $SRV:51820"
    wireguard_end srv "$srv_key" "$cpe_key" 10.9.0.1 10.9.0.2/32 ''
    ip -n cpe route add 198.51.100.0/24 dev wg0
}

wireguard_end() { # namespace key peer's-key address allowed endpoint
    ip -n "$1" link add wg0 type wireguard
    echo "$2" >/run/wg.key
    # shellcheck disable=SC2086 # the endpoint is two words or none
    in_ns "$1" wg set wg0 private-key /run/wg.key listen-port 51820 \
        peer "$(echo "$3" | wg pubkey)" allowed-ips "$5" $6
    rm /run/wg.key
    ip -n "$1" address add "$4/24" dev wg0
    ip -n "$1" link set wg0 mtu "$MTU" up
}

ESP_AEAD='rfc4106(gcm(aes))'
ESP_KEY_OUT=0x1111111111111111111111111111111111111111 # 16 bytes and a salt of 4
ESP_KEY_IN=0x2222222222222222222222222222222222222222

esp_up() {
    # IPv4 20, ESP 8, IV 8, tag 16; two bytes of trailer, in steps of four (RFC 4303).
    MTU=$(((PPP_MTU - 52) / 4 * 4 - 2))
    for ns in cpe srv; do
        esp_state "$ns" "$PPP_ADDRESS" "$SRV" 0x1001 "$ESP_KEY_OUT"
        esp_state "$ns" "$SRV" "$PPP_ADDRESS" 0x1002 "$ESP_KEY_IN"
    done
    esp_end cpe ppp0 10.8.0.2 "$PPP_ADDRESS" "$SRV"
    esp_end srv s0 10.8.0.1 "$SRV" "$PPP_ADDRESS"
    ip -n cpe route add 198.51.100.0/24 dev xf0
}

esp_state() { # namespace from to spi key
    ip -n "$1" xfrm state add src "$2" dst "$3" proto esp spi "$4" reqid 1 mode tunnel \
        replay-window 64 aead "$ESP_AEAD" "$5" 128 if_id 7
}

esp_policy() { # namespace direction from to
    ip -n "$1" xfrm policy add src 0.0.0.0/0 dst 0.0.0.0/0 dir "$2" \
        tmpl src "$3" dst "$4" proto esp reqid 1 mode tunnel if_id 7
}

esp_end() { # namespace device address from to
    esp_policy "$1" out "$4" "$5"
    esp_policy "$1" in "$5" "$4"
    esp_policy "$1" fwd "$5" "$4"
    ip -n "$1" link add xf0 type xfrm dev "$2" if_id 7
    ip -n "$1" address add "$3/24" dev xf0
    ip -n "$1" link set xf0 mtu "$MTU" up
}
