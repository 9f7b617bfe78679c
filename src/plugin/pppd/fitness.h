/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of pppd's own options does not go with a line that is covered. */
#ifndef SHROUD_FITNESS_H
#define SHROUD_FITNESS_H

/* Ends pppd with an option error. */
__attribute__((noreturn)) void shroud_refuse(const char *text);

/* Ends pppd so if there is such an option. */
void shroud_pppd_check(void);

/* Section 5.1 of the protocol: what leads to packets that can not be covered. */
void shroud_pppd_switch_off(void);

#endif
