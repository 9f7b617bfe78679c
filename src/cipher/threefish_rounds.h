/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rounds of Threefish-512 (Skein 1.3, section 3.3 and table 4), written
 * once for every implementation here. One ROUND line is one round: the four
 * pairs of words that are mixed, each with its rotation.
 */
#ifndef SHROUD_THREEFISH_ROUNDS_H
#define SHROUD_THREEFISH_ROUNDS_H

#define SHROUD_ROUNDS_0_TO_3(ROUND) \
	ROUND(0, 1, 46, 2, 3, 36, 4, 5, 19, 6, 7, 37) \
	ROUND(2, 1, 33, 4, 7, 27, 6, 5, 14, 0, 3, 42) \
	ROUND(4, 1, 17, 6, 3, 49, 0, 5, 36, 2, 7, 39) \
	ROUND(6, 1, 44, 0, 7, 9, 2, 5, 54, 4, 3, 56)

#define SHROUD_ROUNDS_4_TO_7(ROUND) \
	ROUND(0, 1, 39, 2, 3, 30, 4, 5, 34, 6, 7, 24) \
	ROUND(2, 1, 13, 4, 7, 50, 6, 5, 10, 0, 3, 17) \
	ROUND(4, 1, 25, 6, 3, 29, 0, 5, 39, 2, 7, 43) \
	ROUND(6, 1, 8, 0, 7, 35, 2, 5, 56, 4, 3, 22)

#define SHROUD_ROUNDS_3_TO_0(ROUND) \
	ROUND(6, 1, 44, 0, 7, 9, 2, 5, 54, 4, 3, 56) \
	ROUND(4, 1, 17, 6, 3, 49, 0, 5, 36, 2, 7, 39) \
	ROUND(2, 1, 33, 4, 7, 27, 6, 5, 14, 0, 3, 42) \
	ROUND(0, 1, 46, 2, 3, 36, 4, 5, 19, 6, 7, 37)

#define SHROUD_ROUNDS_7_TO_4(ROUND) \
	ROUND(6, 1, 8, 0, 7, 35, 2, 5, 56, 4, 3, 22) \
	ROUND(4, 1, 25, 6, 3, 29, 0, 5, 39, 2, 7, 43) \
	ROUND(2, 1, 13, 4, 7, 50, 6, 5, 10, 0, 3, 17) \
	ROUND(0, 1, 39, 2, 3, 30, 4, 5, 34, 6, 7, 24)

#endif
