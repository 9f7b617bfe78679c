/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "channel.h"

#include <errno.h>
#include <string.h>

#include "../handshake/offer.h"

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

void shroud_channel_prepare(struct shroud_channel *channel, const char *device,
			    const struct shroud_settings *settings, enum shroud_role role)
{
	struct shroud_datapath_error error;

	for (enum shroud_path path = SHROUD_PATH_HEAD; path < SHROUD_PATHS; path++) {
		channel->refused[path][0] = '\0';
		if (!shroud_path_needed(path, settings) || if_nametoindex(device) == 0 ||
		    shroud_path_load(path, device, settings, role, &error))
			continue;
		snprintf(channel->refused[path], sizeof(channel->refused[path]), "%s", device);
		channel->refusal[path] = error;
	}
}

static bool open_path(struct shroud_channel *channel, const struct shroud_settings *settings,
		      enum shroud_role role, enum shroud_path path,
		      struct shroud_datapath_error *error)
{
	const struct shroud_datapath_options options = shroud_path_options(path, settings, role);
	const char *device = channel->line.device;

	if (channel->refused[path][0] && strcmp(channel->refused[path], device) == 0) {
		*error = channel->refusal[path];
		return false;
	}
	if (shroud_datapath_open(&channel->datapath[path], device, &options, error) != 0) {
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

/* If mode decoy is not to be had the line goes on in mode head, where that may be, and not in
 * plain. */
static bool open_paths(struct shroud_channel *channel, const struct shroud_settings *settings,
		       enum shroud_role role, struct shroud_datapath_error *why)
{
	bool head = shroud_path_needed(SHROUD_PATH_HEAD, settings);

	channel->path = head ? SHROUD_PATH_HEAD : SHROUD_PATH_DECOY;
	if (head && !open_path(channel, settings, role, SHROUD_PATH_HEAD, why))
		return false;
	if (!shroud_path_needed(SHROUD_PATH_DECOY, settings) ||
	    open_path(channel, settings, role, SHROUD_PATH_DECOY, why))
		return true;
	if (head && shroud_offer_has_mode(&settings->offer, SHROUD_MODE_HEAD)) {
		error("shroud: this line does without mode decoy: %s", why->text);
		return true;
	}
	close_path(channel, SHROUD_PATH_HEAD);
	return false;
}

bool shroud_channel_open(struct shroud_channel *channel, int fd,
			 const struct shroud_settings *settings, enum shroud_role role,
			 struct shroud_error *error)
{
	struct shroud_datapath_error reason;

	if (!shroud_line_find(fd, &channel->line, error))
		return false;
	if (!open_paths(channel, settings, role, &reason)) {
		shroud_error_set(error, "%s", reason.text);
		return false;
	}
	for (enum shroud_path path = SHROUD_PATH_HEAD; path < SHROUD_PATHS; path++) {
		if (!channel->session[path])
			shroud_path_clear(path, &channel->line, settings, role);
	}
	return true;
}

void shroud_channel_clear(int fd, const struct shroud_settings *settings, enum shroud_role role)
{
	struct shroud_line line;
	struct shroud_error error;

	if (!shroud_line_find(fd, &line, &error))
		return;
	for (enum shroud_path path = SHROUD_PATH_HEAD; path < SHROUD_PATHS; path++)
		shroud_path_clear(path, &line, settings, role);
}

bool shroud_channel_limit(const struct shroud_channel *channel, struct shroud_offer *offer,
			  struct shroud_error *error)
{
	if (!channel->session[channel->path])
		return false;
	if (!channel->session[SHROUD_PATH_DECOY]) {
		shroud_offer_forbid(offer, SHROUD_MODE_DECOY);
		shroud_offer_forbid(offer, SHROUD_MODE_PLAIN);
	}
	if (offer->mode_count == 0)
		shroud_error_set(error, "shroud-mode decoy for one subscriber only: it has to be "
					"among the modes that pppd starts with");
	return offer->mode_count > 0;
}

static bool set_path(struct shroud_channel *channel, enum shroud_path path,
		     const struct shroud_datapath_state *state, struct shroud_error *error)
{
	struct shroud_datapath_error reason;

	if (shroud_datapath_session_set(channel->session[path], state, &reason) == 0)
		return true;
	shroud_error_set(error, "%s", reason.text);
	return false;
}

static uint64_t plain_ncps(struct shroud_channel *channel)
{
	struct shroud_datapath_stats stats;

	return shroud_channel_stats(channel, &stats) ? stats.frames[SHROUD_COUNT_RX_NCP] : 0;
}

/* The path that has the session's keys from here on. */
static void choose_path(struct shroud_channel *channel, enum shroud_path path)
{
	uint64_t before = plain_ncps(channel);

	channel->path = path;
	shroud_arrivals_move(&channel->arrivals, before, plain_ncps(channel));
}

/* Whether the line would not be what it is taken for without programs. */
static bool needs_path(const struct shroud_cover *cover)
{
	return cover->mode == SHROUD_COVER_KEYS ||
	       (cover->mode == SHROUD_COVER_PLAIN && cover->lcp);
}

/* Which one is to do it; holding, or letting all pass, can be done by the one in use. */
static enum shroud_path path_for(const struct shroud_channel *channel,
				 const struct shroud_cover *cover)
{
	if (!needs_path(cover))
		return channel->path;
	return cover->decoy || cover->mode == SHROUD_COVER_PLAIN ? SHROUD_PATH_DECOY :
								   SHROUD_PATH_HEAD;
}

bool shroud_channel_set(struct shroud_channel *channel, const struct shroud_cover *cover,
			struct shroud_error *error)
{
	static const enum shroud_datapath_mode modes[] = {
		[SHROUD_COVER_HOLD] = SHROUD_DATAPATH_HOLD,
		[SHROUD_COVER_KEYS] = SHROUD_DATAPATH_COVER,
		[SHROUD_COVER_PLAIN] = SHROUD_DATAPATH_PLAIN,
	};
	enum shroud_path path = path_for(channel, cover);
	enum shroud_path other = (enum shroud_path)(SHROUD_PATH_DECOY - path);
	bool lcp = cover->lcp && path == SHROUD_PATH_DECOY;
	const struct shroud_datapath_state state = {
		.mode = modes[cover->mode],
		.lcp = lcp,
		.tx = cover->tx,
		.rx = { cover->rx[0], cover->rx[1] },
		.tx_phase = cover->tx_phase,
		.rx_phase = { cover->rx_phase[0], cover->rx_phase[1] },
	};
	const struct shroud_datapath_state beside = {
		.mode = cover->mode == SHROUD_COVER_HOLD ? SHROUD_DATAPATH_HOLD :
							   SHROUD_DATAPATH_PLAIN,
	};

	if (!channel->session[path] && !needs_path(cover))
		return true; /* nothing was ever held */
	if (!channel->session[path]) {
		shroud_error_set(error, "this mode and framing need programs that the line lacks");
		return false;
	}
	if (path != channel->path)
		choose_path(channel, path);
	return set_path(channel, path, &state, error) &&
	       (!channel->session[other] || set_path(channel, other, &beside, error));
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
	event->sent =
		n[SHROUD_COUNT_TX_BLOCK] + n[SHROUD_COUNT_TX_WHOLE] + n[SHROUD_COUNT_TX_DECOY];
	/* Decoys that are received tell nothing of wrong keys: docs/decoy.md section 3. */
	event->passed =
		n[SHROUD_COUNT_RX_BLOCK] + n[SHROUD_COUNT_RX_WHOLE] + n[SHROUD_COUNT_RX_SECOND];
	event->failed = n[SHROUD_COUNT_RX_UNKNOWN] + n[SHROUD_COUNT_RX_LENGTH];
	return true;
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
