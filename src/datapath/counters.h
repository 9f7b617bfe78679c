/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the data path counts for each session and direction. Every frame of a
 * session increments exactly one of these; the number is also the program's
 * verdict, so that no frame can be dropped without a reason. Counts are
 * unsigned 64-bit numbers of frames.
 *
 * SHROUD_COUNTERS(pass, drop): pass(id, name, text) for frames that went on,
 * drop(id, name, text) for frames that were discarded.
 */
#ifndef SHROUD_COUNTERS_H
#define SHROUD_COUNTERS_H

/* clang-format off */
#define SHROUD_COUNTERS(pass, drop) \
	pass(TX_BLOCK, "tx_block", "sent, first 64 octets covered") \
	pass(TX_WHOLE, "tx_whole", "sent, covered whole") \
	pass(TX_DECOY, "tx_decoy", "sent as a decoy") \
	pass(TX_LINK, "tx_link", "sent as they are: LCP and authentication") \
	pass(TX_PLAIN, "tx_plain", "sent in plain: the session is not shrouded") \
	pass(TX_DETOUR, "tx_detour", "sent by way of the segmenting device pair") \
	pass(RX_BLOCK, "rx_block", "received, first 64 octets covered") \
	pass(RX_WHOLE, "rx_whole", "received, covered whole") \
	pass(RX_DECOY, "rx_decoy", "received as a decoy") \
	pass(RX_SECOND, "rx_second", "received under the second key of a rekey overlap") \
	pass(RX_LINK, "rx_link", "received as they are: LCP and authentication") \
	pass(RX_PLAIN, "rx_plain", "received in plain: the session is not shrouded") \
	pass(RX_NCP, "rx_ncp", "plain NCP packets received while the session was not settled") \
	drop(TX_HOLD, "tx_hold", "to be sent, but there is no key yet") \
	drop(TX_PROTOCOL, "tx_protocol", "to be sent, of a protocol that can not be covered") \
	drop(TX_MALFORMED, "tx_malformed", "to be sent, header inconsistent with the length") \
	drop(TX_LONG, "tx_long", "to be sent, NCP packet too long to be covered") \
	drop(TX_SUPER, "tx_super", "to be sent, not yet segmented") \
	drop(TX_CHECKSUM, "tx_checksum", "to be sent, checksum not yet filled in") \
	drop(TX_FRAGMENT, "tx_fragment", "to be sent, fragment of an L2TP message") \
	drop(TX_MEMORY, "tx_memory", "to be sent, kernel could not make the packet writable") \
	drop(RX_HOLD, "rx_hold", "received while there is no key for it") \
	drop(RX_REFUSED, "rx_refused", "received in plain on a shrouded session") \
	drop(RX_LENGTH, "rx_length", "received, not of a length that a covered frame has") \
	drop(RX_UNKNOWN, "rx_unknown", "received, deciphers under no key") \
	drop(RX_FALSE, "rx_false", "received as an IP packet that is no decoy") \
	drop(RX_FRAGMENT, "rx_fragment", "received, fragment of an L2TP message") \
	drop(RX_SUPER, "rx_super", "received, merged into one by the device or the kernel") \
	drop(RX_MEMORY, "rx_memory", "received, kernel could not make the packet writable")

/* clang-format on */

#define SHROUD_COUNTER_ID(id, name, text) SHROUD_COUNT_##id,

enum shroud_counter {
	SHROUD_COUNTERS(SHROUD_COUNTER_ID, SHROUD_COUNTER_ID) SHROUD_COUNT_MAX,
	SHROUD_COUNT_FIRST_DROP = SHROUD_COUNT_TX_HOLD,
};

#endif
