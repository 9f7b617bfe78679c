/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps IPCP and IPV6CP from starting until the session is settled, and what
 * arrives for them meanwhile (docs/protocol.md section 5.1). A closed NCP would
 * answer with Terminate-Ack, and the peer then wait for its restart timer.
 */
#ifndef SHROUD_HOLD_H
#define SHROUD_HOLD_H

#include <stdbool.h>

enum shroud_hold_kind { SHROUD_HOLD_PLAIN, SHROUD_HOLD_COVERED };

/*
 * Called for a packet that arrives while holding, before it is kept. Tells
 * how it came over the wire; may end the holding, and then it is not kept
 * but handled.
 */
typedef enum shroud_hold_kind (*shroud_hold_arrival)(void);
/* Called for a packet that arrives when nothing is held: whether it is to be dropped. */
typedef bool (*shroud_hold_stale)(void);

/* Wrap pppd's NCPs; once, when the options are known. */
void shroud_hold_install(shroud_hold_arrival arrival, shroud_hold_stale stale);

/* From now on nothing of an NCP is started or handled. Forgets what is kept. */
void shroud_hold_begin(void);

/* Settled: start what pppd wanted started, then handle the packets kept that came as @kind. */
void shroud_hold_release(enum shroud_hold_kind kind);

/* LCP is down: forget that pppd wanted NCPs started. */
void shroud_hold_reset(void);

#endif
