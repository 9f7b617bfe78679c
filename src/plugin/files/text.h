/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others wrote, made fit to be shown. */
#ifndef SHROUD_TEXT_H
#define SHROUD_TEXT_H

#include <stddef.h>

/*
 * Copies @len octets of UTF-8, with U+FFFD in place of every invalid octet and
 * every control character (C0, DEL, C1, line and paragraph separators, marks
 * that change the direction of writing). Terminated; cut at a character if
 * @size is too small. 3 * @len + 1 octets are always enough.
 */
void shroud_text_clean(const char *in, size_t len, char *out, size_t size);

#endif
