/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What we do to pppd's LCP: send messages by it, and close it. */
#ifndef SHROUD_LINK_H
#define SHROUD_LINK_H

#include "../handshake/message.h"

/* Sets Identifier and Magic-Number. A message that the peer can not receive is logged instead. */
void shroud_link_send(struct shroud_packet *packet);

/* Closes LCP, but not at once: pppd may be in the middle of starting what is to be closed. */
void shroud_link_close(void);
/* The link is down: there is nothing to close any more. */
void shroud_link_down(void);

#endif
