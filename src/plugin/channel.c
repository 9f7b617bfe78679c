/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "channel.h"

#include <errno.h>
#include <string.h>

/* An LNS shares a device among many sessions; a CPE has one, and little memory. */
#define LNS_SESSIONS 4096

static void log_verifier(void *arg, const char *text)
{
	(void)arg;
	dbglog("shroud: verifier: %s", text);
}

static bool begin_session(struct shroud_channel *channel, enum shroud_path path,
			  struct shroud_datapath_error *error)
{
	return shroud_datapath_session_open(&channel->session[path], channel->datapath[path],
					    &channel->line.key, error) == 0;
}

static bool sweep(struct shroud_datapath *datapath)
{
	struct shroud_datapath_error error;

	if (shroud_datapath_sweep(datapath, &error) >= 0)
		return true;
	warn("shroud: %s", error.text);
	return false;
}

static void close_path(struct shroud_channel *channel, enum shroud_path path)
{
	shroud_datapath_session_close(channel->session[path]);
	shroud_datapath_close(channel->datapath[path]);
	channel->session[path] = NULL;
	channel->datapath[path] = NULL;
}

static bool open_path(struct shroud_channel *channel, enum shroud_path path,
		      const struct shroud_datapath_options *options,
		      struct shroud_datapath_error *error)
{
	if (shroud_datapath_open(&channel->datapath[path], channel->line.device, options, error) !=
	    0) {
		channel->datapath[path] = NULL;
		return false;
	}
	if (begin_session(channel, path, error))
		return true;
	if (error->code == ENOSPC && sweep(channel->datapath[path]) &&
	    begin_session(channel, path, error))
		return true;
	channel->session[path] = NULL;
	close_path(channel, path);
	return false;
}

static unsigned int paths_of(const struct shroud_settings *settings)
{
	const struct shroud_offer *offer = &settings->offer;

	return memchr(offer->modes, SHROUD_MODE_DECOY, offer->mode_count) ? SHROUD_PATHS : 1;
}

static struct shroud_datapath_options options_of(const struct shroud_settings *settings,
						 enum shroud_role role, enum shroud_path path)
{
	bool chosen = settings->max_sessions > 0 || role == SHROUD_ROLE_CPE;

	return (struct shroud_datapath_options){
		.object = path == SHROUD_PATH_DECOY ? settings->decoy_object : settings->object,
		.bpffs = settings->bpffs,
		.max_sessions = chosen ? (unsigned int)settings->max_sessions : LNS_SESSIONS,
		.detour = settings->detour,
		.decoy = path == SHROUD_PATH_DECOY,
		.verifier_log = log_verifier,
	};
}

/* Onto the device, and no session. */
static bool load_paths(const char *device, const struct shroud_settings *settings,
		       enum shroud_role role, struct shroud_datapath_error *error)
{
	for (unsigned int path = 0; path < paths_of(settings); path++) {
		const struct shroud_datapath_options options =
			options_of(settings, role, (enum shroud_path)path);
		struct shroud_datapath *datapath;

		if (shroud_datapath_open(&datapath, device, &options, error) != 0)
			return false;
		shroud_datapath_close(datapath);
	}
	return true;
}

void shroud_channel_prepare(struct shroud_channel *channel, const char *device,
			    const struct shroud_settings *settings, enum shroud_role role)
{
	struct shroud_datapath_error error;

	channel->refused[0] = '\0';
	if (if_nametoindex(device) == 0 || load_paths(device, settings, role, &error))
		return;
	snprintf(channel->refused, sizeof(channel->refused), "%s", device);
	shroud_error_set(&channel->refusal, "%s", error.text);
}

bool shroud_channel_preload(const struct shroud_settings *settings, enum shroud_role role)
{
	struct shroud_datapath_error why;

	if (load_paths(settings->preload, settings, role, &why)) {
		notice("shroud: the programs are on %s", settings->preload);
		return true;
	}
	error("shroud: %s", why.text);
	return false;
}

static bool open_paths(struct shroud_channel *channel, const struct shroud_settings *settings,
		       enum shroud_role role, struct shroud_datapath_error *error)
{
	for (unsigned int path = 0; path < paths_of(settings); path++) {
		const struct shroud_datapath_options options =
			options_of(settings, role, (enum shroud_path)path);

		if (open_path(channel, (enum shroud_path)path, &options, error))
			continue;
		close_path(channel, SHROUD_PATH_HEAD);
		return false;
	}
	return true;
}

bool shroud_channel_open(struct shroud_channel *channel, int fd,
			 const struct shroud_settings *settings, enum shroud_role role,
			 struct shroud_error *error)
{
	struct shroud_datapath_error reason;

	if (!shroud_line_find(fd, &channel->line, error))
		return false;
	if (channel->refused[0] && strcmp(channel->refused, channel->line.device) == 0) {
		*error = channel->refusal;
		return false;
	}
	if (open_paths(channel, settings, role, &reason))
		return true;
	shroud_error_set(error, "%s", reason.text);
	return false;
}

static bool set_path(struct shroud_channel *channel, enum shroud_path path,
		     const struct shroud_datapath_state *state, struct shroud_error *error)
{
	struct shroud_datapath_error reason;

	if (!channel->session[path] ||
	    shroud_datapath_session_set(channel->session[path], state, &reason) == 0)
		return true;
	shroud_error_set(error, "%s", reason.text);
	return false;
}

bool shroud_channel_set(struct shroud_channel *channel, const struct shroud_cover *cover,
			struct shroud_error *error)
{
	static const enum shroud_datapath_mode modes[] = {
		[SHROUD_COVER_HOLD] = SHROUD_DATAPATH_HOLD,
		[SHROUD_COVER_KEYS] = SHROUD_DATAPATH_COVER,
		[SHROUD_COVER_PLAIN] = SHROUD_DATAPATH_PLAIN,
	};
	const struct shroud_datapath_state state = {
		.mode = modes[cover->mode],
		.tx = cover->tx,
		.rx = { cover->rx[0], cover->rx[1] },
		.tx_phase = cover->tx_phase,
		.rx_phase = { cover->rx_phase[0], cover->rx_phase[1] },
	};
	const struct shroud_datapath_state beside = {
		.mode = cover->mode == SHROUD_COVER_HOLD ? SHROUD_DATAPATH_HOLD :
							   SHROUD_DATAPATH_PLAIN,
	};

	if (!channel->session[SHROUD_PATH_HEAD])
		return cover->mode != SHROUD_COVER_KEYS;
	if (cover->mode == SHROUD_COVER_KEYS)
		channel->path = cover->decoy ? SHROUD_PATH_DECOY : SHROUD_PATH_HEAD;
	return set_path(channel, channel->path, &state, error) &&
	       set_path(channel, (enum shroud_path)(SHROUD_PATH_DECOY - channel->path), &beside,
			error);
}

bool shroud_channel_stats(struct shroud_channel *channel, struct shroud_datapath_stats *stats)
{
	struct shroud_datapath_error error;

	return channel->session[channel->path] &&
	       shroud_datapath_session_stats(channel->session[channel->path], stats, &error) == 0;
}

bool shroud_channel_count(struct shroud_channel *channel, struct shroud_event *event)
{
	struct shroud_datapath_stats stats;
	const uint64_t *n = stats.frames;

	if (!shroud_channel_stats(channel, &stats))
		return false;
	/* Decoys tell nothing of wrong keys: docs/decoy.md section 3. */
	event->sent = n[SHROUD_COUNT_TX_BLOCK] + n[SHROUD_COUNT_TX_WHOLE];
	event->passed =
		n[SHROUD_COUNT_RX_BLOCK] + n[SHROUD_COUNT_RX_WHOLE] + n[SHROUD_COUNT_RX_SECOND];
	event->failed = n[SHROUD_COUNT_RX_UNKNOWN] + n[SHROUD_COUNT_RX_LENGTH];
	return true;
}

static uint64_t plain_ncps(struct shroud_channel *channel)
{
	struct shroud_datapath_stats stats;

	return shroud_channel_stats(channel, &stats) ? stats.frames[SHROUD_COUNT_RX_NCP] : 0;
}

/* Failing to is no reason not to go on. */
void shroud_channel_sweep(struct shroud_channel *channel)
{
	for (unsigned int path = 0; path < SHROUD_PATHS; path++) {
		if (channel->datapath[path])
			sweep(channel->datapath[path]);
	}
}

void shroud_channel_network(struct shroud_channel *channel)
{
	shroud_arrivals_begin(&channel->arrivals, plain_ncps(channel));
}

bool shroud_channel_plain_ncp(struct shroud_channel *channel)
{
	return shroud_arrivals_plain(&channel->arrivals, plain_ncps(channel));
}

void shroud_channel_settle(struct shroud_channel *channel, uint64_t now)
{
	shroud_arrivals_settle(&channel->arrivals, now);
}

bool shroud_channel_stale_ncp(struct shroud_channel *channel, uint64_t now)
{
	return now < channel->arrivals.until &&
	       shroud_arrivals_stale(&channel->arrivals, plain_ncps(channel), now);
}

void shroud_channel_close(struct shroud_channel *channel)
{
	for (unsigned int path = 0; path < SHROUD_PATHS; path++)
		close_path(channel, (enum shroud_path)path);
	memset(channel, 0, sizeof(*channel));
}
