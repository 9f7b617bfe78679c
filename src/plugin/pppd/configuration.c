/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "configuration.h"

#include "memory.h"

void shroud_configure(struct shroud_config *config, const struct shroud_channel *channel, bool off,
		      struct shroud_error *why)
{
	if (off)
		shroud_settings.policy = SHROUD_POLICY_OFF;
	config->policy = shroud_settings.policy;
	config->by_hand = shroud_settings.by_hand;
	config->offer = shroud_settings.offer;
	if (!off)
		config->no_datapath = !shroud_channel_limit(channel, &config->offer, why);
	config->rekey = (uint32_t)shroud_settings.rekey;
	config->notice = shroud_settings.notice;
	config->identity = shroud_settings.identity;
	config->trust = shroud_settings.pinned;
	if (config->policy != SHROUD_POLICY_OFF && config->role == SHROUD_ROLE_CPE)
		shroud_memory_load(config);
}
