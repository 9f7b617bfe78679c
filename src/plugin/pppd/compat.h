/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One view of pppd 2.4.9 and 2.5.x. The only file that knows which it is.
 */
#ifndef SHROUD_COMPAT_H
#define SHROUD_COMPAT_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/time.h>

#include <pppd/pppd.h>

#ifdef PPP_PPPDCONF_H /* 2.5: included by pppd.h itself */
#include <pppd/options.h>
#define SHROUD_PPPD_VERSION PPPD_VERSION
typedef struct option shroud_option_t;

/* Exported by pppd, but in none of its installed headers. */
extern bool auth_required;
extern bool demand;
extern bool multilink;
extern int hungup;
extern char linkname[];
extern char *ipparam;
extern char user[];
#else /* 2.4.9 */
#include <pppd/patchlevel.h>
#define SHROUD_PPPD_VERSION VERSION
typedef option_t shroud_option_t;

#define ppp_add_options add_options
#define ppp_option_error option_error
#define ppp_timeout timeout
#define ppp_untimeout untimeout
#define ppp_set_status(code) ((void)(status = (code)))
#define ppp_ifname() ifname
#define ppp_status() status
#define ppp_devnam() devnam
#define ppp_peer_authname(buffer, size) peer_authname
#define ppp_add_notify(which, function, arg) add_notifier(which, function, arg)
#define NF_PHASE_CHANGE &phasechange
#define NF_EXIT &exitnotify
#endif

#include <pppd/fsm.h>
#include <pppd/lcp.h>
#include <pppd/ipcp.h>
#include <pppd/ccp.h>
#include <pppd/ecp.h>

/* The channel's file descriptor; in no header of any version. */
extern int devfd;

/* Protocol numbers that some versions' headers lack. */
#ifndef PPP_IPCP
#define PPP_IPCP 0x8021
#endif
#ifndef PPP_IPV6CP
#define PPP_IPV6CP 0x8057
#endif

#endif
