/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Executes the marker, a hint instruction, that the counter of tests/bench
 * knows as the start (MARKER 0x50) or the end (0x51) of a region, and ends.
 * No C library: nothing else of its own is to be counted.
 */
#define EXIT 93
#define TEXT(x) #x
#define HINT(x) "hint #" TEXT(x)

void _start(void) __attribute__((noreturn));

void _start(void)
{
	register long code __asm__("x0") = 0;
	register long number __asm__("x8") = EXIT;

	for (;;)
		__asm__ volatile(HINT(MARKER) "\n\tsvc #0" : : "r"(code), "r"(number) : "memory");
}
