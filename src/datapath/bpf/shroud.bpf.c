// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data path: one pair of programs on the lowest Ethernet device that
 * carries PPP sessions, and one on the far end of the detour. See
 * docs/datapath.md. No kernel BTF, no kfuncs, no bpf-to-bpf calls, no tail
 * calls: it has to load on kernels and JITs that have none of them.
 */
#include "device.h"

SEC("tc")
int shroud_ingress(shroud_skb *skb)
{
	return device_receive(skb, fast_uncover, uncover_frame);
}

/* Egress of the device, and ingress of the detour's far end. */
SEC("tc")
int shroud_egress(shroud_skb *skb)
{
	return device_send(skb, fast_cover);
}

char shroud_license[] SEC("license") = "GPL";
