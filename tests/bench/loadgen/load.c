/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <time.h>

#include "loadgen.h"

/* Nothing but these instructions tells the counter where a region begins and ends. */
#define REGION_START() __asm__ volatile("hint #0x50" ::: "memory")
#define REGION_STOP() __asm__ volatile("hint #0x51" ::: "memory")

enum {
	REGIONS = 8, /* the median over them drops what a timer adds to one */
	BURST = 32,  /* packets back to back, then a pause long enough to drain */
	BURST_PAUSE_US = 4000,
	REGION_PAUSE_US = 10000,
	CALIBRATION_LOOPS = 1000000,
};

static void pause_us(long us)
{
	struct timespec time = { .tv_nsec = us * 1000 };

	nanosleep(&time, NULL);
}

void load_send(int link, const struct frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		link_send(link, frames + i);
		if ((i + 1) % BURST == 0)
			pause_us(BURST_PAUSE_US);
	}
}

void load_run(int link, const struct frame *frames, size_t count, const char *name)
{
	size_t each = count / REGIONS;

	if (!each || each % BURST)
		die_plain("the number of packets must be a multiple of 256");
	pause_us(REGION_PAUSE_US);
	for (size_t region = 0; region < REGIONS; region++) {
		REGION_START();
		load_send(link, frames + region * each, each);
		pause_us(REGION_PAUSE_US);
		REGION_STOP();
	}
	printf("REGIONS %s count=%d packets=%zu\n", name, REGIONS, each);
}

void load_calibrate(void)
{
	long loops = CALIBRATION_LOOPS;

	REGION_START();
	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(loops)::"cc");
	REGION_STOP();
	printf("REGIONS calibration count=1 packets=%d\n", CALIBRATION_LOOPS);
}
