/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys, records, offences and text, in a folder of their own. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../files/key.h"
#include "../files/known.h"
#include "../files/redial.h"
#include "../files/text.h"
#include "check.h"

static char folder[] = "/tmp/shroud-test-XXXXXX";
static char path[256];

static const char *file(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(file(name), "w");

	if (CHECK(f != NULL, name)) {
		fputs(text, f);
		fclose(f);
		chmod(path, mode);
	}
}

static void test_key_text(void)
{
	static const char *const bad[] = {
		"",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
		"AAAAAAAAAAAAAAAAAAAAAAA-AAAAAAAAAAAAAAAAAAA=",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ",
	};
	uint8_t key[SHROUD_KEY_LEN], again[SHROUD_KEY_LEN];
	char text[SHROUD_KEY_TEXT_LEN + 1];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!shroud_key_parse(bad[i], key), bad[i]);
	for (int round = 0; round < 100; round++) {
		shroud_random_system.fill(NULL, key, sizeof(key));
		shroud_key_format(key, text);
		CHECK(shroud_key_parse(text, again), text);
		CHECK_EQUAL(key, again, sizeof(key), text);
	}
	shroud_key_format((const uint8_t *)"0123456789abcdefghijklmnopqrstuv", text);
	CHECK(strcmp(text, "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=") == 0, text);
}

static void test_key_file(void)
{
	static const char text[] = "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=\n";
	struct shroud_keypair pair;
	struct shroud_error error;

	write_file("key", text, 0600);
	CHECK(shroud_key_load(file("key"), &pair, &error), error.text);
	CHECK_EQUAL("0123456789abcdefghijklmnopqrstuv", pair.private_key, 32, "private key");
	for (mode_t mode = 0601; mode <= 0677; mode++) {
		chmod(file("key"), mode);
		CHECK(!shroud_key_load(file("key"), &pair, &error) &&
			      strstr(error.text, "chmod 600"),
		      error.text);
	}
	chmod(file("key"), 0600);
	if (geteuid() == 0 && CHECK(chown(file("key"), 65534, 0) == 0, "chown"))
		CHECK(!shroud_key_load(file("key"), &pair, &error) &&
			      strstr(error.text, "belongs to user 65534"),
		      error.text);
	write_file("short", "MDEyMzQ1\n", 0600);
	CHECK(!shroud_key_load(file("short"), &pair, &error) && !strstr(error.text, "MDEy"),
	      "a bad key is not quoted");
	CHECK(!shroud_key_load(file("none"), &pair, &error) && strstr(error.text, "No such file"),
	      error.text);
	CHECK(!shroud_key_load(folder, &pair, &error) && strstr(error.text, "regular"), error.text);
}

static void test_known(void)
{
	struct shroud_trust trust = { 0 };
	struct shroud_error error;
	uint8_t key[SHROUD_KEY_LEN] = "a key of an LNS, thirty-two oct";
	struct stat st;

	CHECK(shroud_known_load(file("known"), "wan", &trust, &error), "no file yet");
	CHECK(trust.known_count == 0 && !trust.unreadable, "nothing known");
	write_file("known", "# mine\nMDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY= a wan\nbad wanX",
		   0600);
	CHECK(shroud_known_add(file("known"), "wan", key, &error), error.text);
	CHECK(shroud_known_load(file("known"), "wan", &trust, &error) && trust.known_count == 1,
	      "one");
	CHECK_EQUAL(key, trust.known[0], sizeof(key), "the key");
	CHECK(shroud_known_load(file("known"), "a wan", &trust, &error) && trust.known_count == 1,
	      "other rows stay");
	CHECK(!shroud_known_load(file("known"), "wanX", &trust, &error) && trust.unreadable &&
		      strstr(error.text, "wanX"),
	      error.text);
	CHECK(!shroud_known_add(file("known"), "wanX", key, &error), "a damaged row stays");
	CHECK(stat(file("known"), &st) == 0 && (st.st_mode & 0777) == 0600, "mode 0600");
	CHECK(!shroud_known_add("/nonexistent/x", "wan", key, &error) &&
		      strstr(error.text, "/nonexistent/x"),
	      error.text);
}

/* A known key is never replaced, whoever comes second. */
static void test_known_race(void)
{
	struct shroud_trust trust = { 0 };
	struct shroud_error error;
	uint8_t first[SHROUD_KEY_LEN] = "first", second[SHROUD_KEY_LEN] = "second";

	CHECK(shroud_known_add(file("race"), "wan", first, &error), error.text);
	CHECK(shroud_known_add(file("race"), "wan", first, &error), "the same again");
	CHECK(!shroud_known_add(file("race"), "wan", second, &error) &&
		      strstr(error.text, "another key"),
	      error.text);
	CHECK(shroud_known_load(file("race"), "wan", &trust, &error) && trust.known_count == 1,
	      "one");
	CHECK_EQUAL(first, trust.known[0], sizeof(first), "the first");
}

/* Nothing that is damaged passes for a record without keys. */
static void test_known_damaged(void)
{
	static const char *const rows[] = {
		"MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY= wan\nrubbish wan\n",
		"MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=x wan",
		" wan",
	};
	struct shroud_trust trust = { 0 };
	struct shroud_error error;
	FILE *f;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_file("damaged", rows[i], 0600);
		CHECK(!shroud_known_load(file("damaged"), "wan", &trust, &error) &&
			      trust.unreadable && trust.known_count == 0,
		      rows[i]);
	}
	f = fopen(file("damaged"), "w");
	fwrite("x\0y\n", 1, 4, f);
	fclose(f);
	CHECK(!shroud_known_load(file("damaged"), "wan", &trust, &error) && trust.unreadable,
	      "a NUL");
	CHECK(!shroud_known_load(folder, "wan", &trust, &error) && trust.unreadable, "a folder");
}

static void test_record_name(void)
{
	static const char *const cases[][2] = {
		{ "wan", "wan" }, { "", "_" },    { "a b\tc\n", "a_b_c_" },
		{ "#x", "_x" },   { "x#", "x#" }, { "w\xc3\xa4n", "w__n" },
	};
	char name[SHROUD_RECORD_NAME_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		shroud_record_name(cases[i][0], name);
		CHECK(strcmp(name, cases[i][1]) == 0, cases[i][0]);
	}
}

static void test_redial(void)
{
	static const int64_t minutes[] = { 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440 };
	struct shroud_redial redial = { 0 }, again;
	struct shroud_error error;

	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		shroud_redial_offend(&redial, false, 1000);
		CHECK(redial.until == 1000 + minutes[i] * 60, "doubles up to 24 hours");
	}
	CHECK(shroud_redial_suppressed(&redial, 1000), "now");
	CHECK(!shroud_redial_suppressed(&redial, redial.until), "over");
	CHECK(!shroud_redial_suppressed(&redial, 0), "a clock that was set back");
	CHECK(shroud_redial_store(file("redial"), "wan", &redial, &error), error.text);
	CHECK(shroud_redial_load(file("redial"), "wan", &again, &error), error.text);
	CHECK(again.until == redial.until && again.offences == redial.offences, "as stored");
	redial = (struct shroud_redial){ 0 };
	for (int i = 1; i <= 5; i++) {
		shroud_redial_offend(&redial, true, 1000);
		CHECK(shroud_redial_suppressed(&redial, 1000) == (i == 5), "a known LNS: five");
		CHECK(shroud_redial_store(file("redial"), "wan", &redial, &error), error.text);
		CHECK(shroud_redial_load(file("redial"), "wan", &redial, &error), error.text);
	}
	CHECK(redial.until == 1600, "10 minutes");
	write_file("redial", "wan x y\n", 0600);
	CHECK(!shroud_redial_load(file("redial"), "wan", &again, &error) && again.offences == 0,
	      "bad");
}

static void test_text(void)
{
	static const char *const cases[][2] = {
		{ "plain", "plain" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "a\x1b[31mb", "a\xef\xbf\xbd[31mb" },
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "x\xf0\x9f\x92", "x\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf0\x9f\x92\xa9", "\xf0\x9f\x92\xa9" },
		{ "\xe2\x80\xa8"
		  "abc",
		  "\xef\xbf\xbd"
		  "abc" },
		{ "\xf5\x80\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};
	char out[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		shroud_text_clean(cases[i][0], strlen(cases[i][0]), out, sizeof(out));
		CHECK(strcmp(out, cases[i][1]) == 0, cases[i][0]);
	}
	shroud_text_clean("abc\xc3\xbc", 5, out, 5);
	CHECK(strcmp(out, "abc") == 0, "cut at a character");
}

static void remove_folder(void)
{
	static const char *const names[] = { "key",         "short",   "known",
					     "known.lock",  "race",    "redial",
					     "redial.lock", "damaged", "race.lock" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CHECK(unlink(file(names[i])) == 0, names[i]);
	CHECK(rmdir(folder) == 0, "nothing else was left");
}

int main(void)
{
	if (!mkdtemp(folder))
		return 2;
	test_key_text();
	test_key_file();
	test_known();
	test_known_race();
	test_known_damaged();
	test_record_name();
	test_redial();
	test_text();
	remove_folder();
	return check_result("files");
}
