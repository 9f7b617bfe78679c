/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Log lines for the operator. */
#ifndef SHROUD_REPORT_H
#define SHROUD_REPORT_H

#include "machine.h"

/* @detail: more of machine->reason, or empty. */
void shroud_report_log(const struct shroud_machine *machine, enum shroud_report report,
		       const char *detail);

#endif
