# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes into each image. Every word here is part of the cache's key."""

from __future__ import annotations

SUITE = "trixie"
OLD_SUITE = "bookworm"
"""pppd 2.4.9 and its headers come from here."""

GUEST_PACKAGES = [
    # A system that runs; nothing is configured, so its scripts are not needed.
    "base-files",
    "base-passwd",
    "bash",
    "busybox-static",
    "coreutils",
    "dash",
    "findutils",
    "grep",
    "hostname",
    "kmod",
    "libc-bin",
    "mawk",
    "mount",
    "procps",
    "python3",
    "sed",
    "util-linux",
    # Lines.
    "go-l2tp",
    "openssl-provider-legacy",
    "ppp",
    "pppoe",
    "xl2tpd",
    # Networks.
    "bpftool",
    "ethtool",
    "iproute2",
    "iptables",
    "iputils-ping",
    "netcat-openbsd",
    "nftables",
    "tcpdump",
    "wireguard-tools",
    # Servers and clients.
    "aria2",
    "bind9-dnsutils",
    "ca-certificates",
    "curl",
    "dnsmasq-base",
    "iperf3",
    "nginx-light",
    "openssl",
    "sip-tester",
    "sipsak",
    "transmission-cli",
    # What the parts under test link to, and what looks at them.
    "libbpf1",
    "libmbedtls21",
    "micropython",
    "strace",
]

UML_PACKAGES = ["user-mode-linux"]

DPI_PACKAGES = [
    # Servers and clients that only tests.dpi's use cases have.
    "prosody",
    "python3-aiosmtpd",
    "vsftpd",
]

SURICATA_PACKAGES = ["base-files", "coreutils", "dash", "libc-bin", "suricata"]
"""Suricata runs on the host's kernel, in an image of its own: Debian 12 has none."""

ARM64_PACKAGES = ["openvpn"]
"""What only the arm64 guest has: tunnels that the bench compares with."""

BUILD_PACKAGES = [
    "base-files",
    "bash",
    "bpftool",
    "busybox-static",
    "clang",
    "clang-format",
    "clang-tidy",
    "coreutils",
    "dash",
    "diffutils",
    "findutils",
    "gcc",
    "gcc-aarch64-linux-gnu",
    "gcc-arm-linux-gnueabihf",
    "gcc-mips-linux-gnu",
    "gcc-mipsel-linux-gnu",
    "grep",
    "gzip",
    "libbpf-dev",
    "libbpf-dev:arm64",
    "libc-bin",
    "libc6-dev",
    "libc6-dev:arm64",
    "libc6-dev-armhf-cross",
    "libc6-dev-mips-cross",
    "libc6-dev-mipsel-cross",
    "libclang-rt-19-dev",
    "libelf-dev",
    "libelf-dev:arm64",
    "libmbedtls-dev",
    "libmbedtls-dev:arm64",
    "libpcap-dev",
    "lld",
    "llvm",
    "make",
    "mawk",
    "musl-dev",
    "pkgconf",
    "ppp-dev",
    "sed",
    "shfmt",
    "sparse",
    "tar",
    "zlib1g-dev",
    "zlib1g-dev:arm64",
]

UNUSED = [
    "usr/share/doc",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/man",
    "var/cache/apt",
    "var/lib/apt/lists",
]
"""Folders of an image that nothing reads."""

KERNEL_MODULES = [
    # To reach the root.
    "crc32c_generic",
    "virtio_pci",
    "virtio_mmio",
    "virtio_blk",
    "ext4",
    "overlay",
    # To reach the host.
    "9p",
    "9pnet_virtio",
    "virtio_console",
    "virtio_net",
    "virtio_rng",
    # Lines.
    "l2tp_eth",
    "l2tp_ip",
    "l2tp_ip6",
    "l2tp_netlink",
    "l2tp_ppp",
    "ppp_deflate",
    "ppp_generic",
    "ppp_mppe",
    "ppp_async",
    "ppp_synctty",
    "bsd_comp",
    "pppoe",
    "wireguard",
    "tun",
    # Networks.
    "8021q",
    "act_bpf",
    "act_mirred",
    "bridge",
    "br_netfilter",
    "cls_bpf",
    "cls_matchall",
    "cls_u32",
    "dummy",
    "ifb",
    "ipv6",
    "sch_fq",
    "sch_fq_codel",
    "sch_htb",
    "sch_ingress",
    "sch_netem",
    "sch_tbf",
    "veth",
    "xfrm_user",
    "xfrm_interface",
    "esp4",
    "esp6",
    "af_key",
    # Packet filter, NAT and the flow table.
    "ip6_tables",
    "ip_tables",
    "ip6table_filter",
    "ip6table_mangle",
    "ip6table_nat",
    "iptable_filter",
    "iptable_mangle",
    "iptable_nat",
    "nf_conntrack",
    "nf_flow_table",
    "nf_flow_table_inet",
    "nf_nat",
    "nf_tables",
    "nft_chain_nat",
    "nft_compat",
    "nft_ct",
    "nft_flow_offload",
    "nft_masq",
    "nft_nat",
    "nft_redir",
    "nft_reject",
    "nft_reject_inet",
    "xt_MASQUERADE",
    "xt_TCPMSS",
    "xt_conntrack",
    "xt_mark",
    "xt_nat",
    "xt_tcpmss",
    "xt_tcpudp",
    # Ciphers of the tunnels we compare with.
    "aes_arm64",
    "aes_ce_blk",
    "aes_ce_ccm",
    "aesni_intel",
    "arc4",
    "authenc",
    "authencesn",
    "ccm",
    "chacha20poly1305",
    "chacha_generic",
    "ctr",
    "echainiv",
    "gcm",
    "ghash_ce",
    "libarc4",
    "poly1305_generic",
    "seqiv",
    "sha1_generic",
    "sha256_generic",
]
"""Modules of the QEMU guests' kernel; what they depend on comes with them. Those that a
kernel has built in or lacks are passed over."""

ARM64_MODULES = ["chacha_neon", "poly1305_neon", "sha1_ce"]
"""The same, only for arm64: what the ciphers above run fastest with."""
