// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>

#include "internal.h"

int fail(struct shroud_datapath_error *error, int code, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return -1;
	error->code = code;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return -1;
}
