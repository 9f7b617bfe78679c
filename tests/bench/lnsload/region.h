/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the counter (../counter) begins and ends to count. */
#ifndef REGION_H
#define REGION_H

#ifdef __aarch64__
#define REGION_START() __asm__ volatile("hint #0x50" ::: "memory")
#define REGION_STOP() __asm__ volatile("hint #0x51" ::: "memory")
#else
#define REGION_START() ((void)0)
#define REGION_STOP() ((void)0)
#endif

#endif
