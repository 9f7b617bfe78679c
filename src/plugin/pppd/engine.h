/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the state machine for this pppd: turns what pppd tells into events,
 * carries the actions out, keeps the timers, the status file and the records.
 */
#ifndef SHROUD_ENGINE_H
#define SHROUD_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "hold.h"

/* Once, when the options are known. */
void shroud_engine_init(void);

/* The line is about to be dialled. */
void shroud_engine_connecting(void);
/* The channel is up; LCP is about to start. */
void shroud_engine_link_up(void);
/* The network-layer phase begins. */
void shroud_engine_network(void);
void shroud_engine_ncp_opened(void);
/* LCP has left Opened, @by_peer: the peer ended it, or the line was lost. */
void shroud_engine_lcp_down(bool by_peer);
/* The channel is gone. */
void shroud_engine_link_down(void);
/* pppd ends. */
void shroud_engine_exit(void);

/* An LCP packet from Code on. True: it was for us, pppd is not to see it. */
bool shroud_engine_lcp_packet(const uint8_t *packet, int len);
/* An NCP packet that arrives while NCPs are held. */
enum shroud_hold_kind shroud_engine_ncp_packet(void);
/* One that arrives when they are not: whether it came in plain, before the session was covered. */
bool shroud_engine_ncp_stale(void);
/* The operator wants new keys. */
void shroud_engine_rekey(void);

#endif
