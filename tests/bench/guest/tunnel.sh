# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# Tunnels from cpe to srv over the PPP line. Each sets TUNNEL_DEVICE and MTU. Keys that open
# nothing else.
# shellcheck disable=SC2034 # which bench.sh reads

wireguard_up() {
    TUNNEL_DEVICE=wg0
    MTU=$((LINE_MTU - 60)) # IPv4 20, UDP 8, WireGuard 32
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

# AES-128 with a salt of 4 bytes; ChaCha20 with the same (RFC 4106, RFC 7634).
esp_gcm_up() {
    esp_up 'rfc4106(gcm(aes))' 1111111111111111111111111111111111111111 \
        2222222222222222222222222222222222222222
}

esp_chacha20_up() {
    esp_up 'rfc7539esp(chacha20,poly1305)' \
        111111111111111111111111111111111111111111111111111111111111111111111111 \
        222222222222222222222222222222222222222222222222222222222222222222222222
}

esp_up() { # algorithm key-out key-in, both in hexadecimal
    TUNNEL_DEVICE=xf0
    # IPv4 20, ESP 8, IV 8, tag 16; two bytes of trailer, in steps of four (RFC 4303).
    MTU=$(((LINE_MTU - 52) / 4 * 4 - 2))
    for ns in cpe srv; do
        esp_state "$ns" "$PPP_ADDRESS" "$SRV" 0x1001 "$1" "$2"
        esp_state "$ns" "$SRV" "$PPP_ADDRESS" 0x1002 "$1" "$3"
    done
    esp_end cpe ppp0 10.8.0.2 "$PPP_ADDRESS" "$SRV"
    esp_end srv s0 10.8.0.1 "$SRV" "$PPP_ADDRESS"
    ip -n cpe route add 198.51.100.0/24 dev xf0
}

esp_state() { # namespace from to spi algorithm key
    ip -n "$1" xfrm state add src "$2" dst "$3" proto esp spi "$4" reqid 1 mode tunnel \
        replay-window 64 aead "$5" "0x$6" 128 if_id 7
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

openvpn_up() {
    TUNNEL_DEVICE=tun0
    MTU=$((LINE_MTU - 52)) # IPv4 20, UDP 8, opcode and peer 4, packet number 4, tag 16
    openvpn_certificate cpe
    openvpn_certificate srv
    openvpn_end srv 10.7.0.1 10.7.0.2 cpe --tls-server --dh none --lport 1194
    openvpn_end cpe 10.7.0.2 10.7.0.1 srv --tls-client --nobind --remote "$SRV" 1194
    await "OpenVPN coming up" 30 grep -q "Initialization Sequence Completed" /tmp/openvpn-cpe.log
    # For ten seconds from the handshake on, OpenVPN looks after its TLS with every packet, at half
    # of all cost. Nothing tells when it stops.
    sleep 11
    ip -n cpe route add 198.51.100.0/24 dev tun0
}

openvpn_certificate() { # whose
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
        -config /bench/openssl.cnf -subj "/CN=$1" -keyout "/run/$1.key" -out "/run/$1.crt" \
        2>/tmp/openssl.log
}

openvpn_end() { # namespace address peer's-address peer's-name options
    end=$1 end_address=$2 end_peer_address=$3 end_peer=$4
    shift 4
    in_ns "$end" openvpn --dev tun0 --dev-type tun --proto udp \
        --cert "/run/$end.crt" --key "/run/$end.key" \
        --peer-fingerprint "$(openvpn_fingerprint "$end_peer")" \
        --data-ciphers AES-128-GCM --disable-dco --tun-mtu "$MTU" --mssfix 0 \
        --ifconfig "$end_address" "$end_peer_address" "$@" >"/tmp/openvpn-$end.log" 2>&1 &
}

openvpn_fingerprint() { # of whom
    openssl x509 -in "/run/$1.crt" -noout -fingerprint -sha256 | cut -d = -f 2
}
