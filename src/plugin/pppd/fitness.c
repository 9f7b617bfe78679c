/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "fitness.h"

#include <stdlib.h>

void shroud_refuse(const char *text)
{
	ppp_option_error("%s", text);
	exit(EXIT_OPTION_ERROR);
}

void shroud_pppd_switch_off(void)
{
	lcp_wantoptions[0].neg_pcompression = lcp_allowoptions[0].neg_pcompression = 0;
	lcp_wantoptions[0].neg_accompression = lcp_allowoptions[0].neg_accompression = 0;
	lcp_wantoptions[0].neg_mrru = lcp_allowoptions[0].neg_mrru = 0;
	ipcp_wantoptions[0].neg_vj = ipcp_allowoptions[0].neg_vj = 0;
	for (int i = 0; protocols[i]; i++) {
		struct protent *p = protocols[i];

		if (p->protocol < 0xc000 && p->protocol != PPP_IPCP && p->protocol != PPP_IPV6CP)
			p->enabled_flag = 0;
	}
}

void shroud_pppd_check(void)
{
	if (demand)
		shroud_refuse(
			"shroud can not be used with demand: packets would be queued before the "
			"line is shrouded; use persist, or shroud off");
	if (multilink)
		shroud_refuse(
			"shroud can not be used with multilink; use nomultilink, or shroud off");
	if (ccp_wantoptions[0].mppe)
		shroud_refuse(
			"shroud can not be used with MPPE, whose packets it could not cover; remove "
			"require-mppe, or use shroud off");
}
