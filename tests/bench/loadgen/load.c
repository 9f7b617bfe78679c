/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <time.h>

#include "loadgen.h"

/* Nothing but these instructions tells the counter where a region begins and ends. */
#define REGION_START() __asm__ volatile("hint #0x50" ::: "memory")
#define REGION_STOP() __asm__ volatile("hint #0x51" ::: "memory")

enum {
	REGIONS = 8, /* among them some in which no work of the kernel's own came by */
	BURST = 32,
	SLOT_MS = 8, /* from one burst's start to the next: long enough to drain */
	GRID_MS = 100, /* from one region's start to the next */
	CALIBRATION_LOOPS = 1000000,
};

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Absolute times, so that all regions last equally long and start at the same
 * place between two ticks of the kernel's timer: what ticks cost cancels out. */
static void sleep_until(int64_t ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static int64_t grid_next(void)
{
	return (now_ms() / GRID_MS + 1) * GRID_MS;
}

/* START: when the first burst goes out. Returns when the last one is through. */
static void bursts_send(int link, const struct frame *frames, size_t count, int64_t start)
{
	for (size_t i = 0; i < count; i++) {
		link_send(link, frames + i);
		if ((i + 1) % BURST == 0)
			sleep_until(start + (int64_t)((i + 1) / BURST * SLOT_MS));
	}
}

void load_send(int link, const struct frame *frames, size_t count)
{
	int64_t start = grid_next();

	sleep_until(start);
	bursts_send(link, frames, count, start);
}

void load_run(int link, const struct frame *frames, size_t count, const char *name)
{
	size_t each = count / REGIONS;

	if (!each || each % BURST)
		die_plain("the number of packets must be a multiple of 256");
	for (size_t region = 0; region < REGIONS; region++) {
		int64_t start = grid_next();

		sleep_until(start);
		REGION_START();
		bursts_send(link, frames + region * each, each, start);
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
