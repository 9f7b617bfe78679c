/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Log lines for the operator. */
#ifndef SHROUD_REPORT_H
#define SHROUD_REPORT_H

#include "../handshake/machine.h"

/* @datapath_error: why there is no data path, or empty. */
void shroud_report_log(const struct shroud_machine *machine, enum shroud_report report,
		       const char *datapath_error);

#endif
