// SPDX-License-Identifier: GPL-2.0-or-later
/* The object into the kernel, and what it means if that refuses. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

enum {
	VERIFIER_LOG = 1 << 20, /* octets */
};

static int explain_load(const struct shroud_datapath *datapath, int code,
			struct shroud_datapath_error *error)
{
	/* E2BIG: the kernel lets everyone load short programs, and ours are not. */
	if (code == EPERM || (code == E2BIG && geteuid()))
		return fail(error, EPERM,
			    "not permitted to load BPF programs: root or CAP_BPF and CAP_NET_ADMIN "
			    "needed (on kernels before 5.11 also a higher limit of locked memory)");
	if (code == ENOSYS)
		return fail(error, code, "this kernel has no BPF; it needs Linux 6.6 or newer");
	if (code == ENOMEM)
		return fail(error, code, "no memory for the BPF maps of %u sessions",
			    datapath->sessions);
	return fail(error, code, "the kernel refuses the programs in %s: %s", datapath->object,
		    strerror(code));
}

int load_object(const struct shroud_datapath *datapath, struct bpf_object *object,
		const struct shroud_datapath_options *options, struct shroud_datapath_error *error)
{
	char *log = options->verifier_log ? calloc(1, VERIFIER_LOG) : NULL;
	struct bpf_program *program;
	int code;

	bpf_object__for_each_program(program, object) if (log)
		bpf_program__set_log_buf(program, log, VERIFIER_LOG);
	code = -bpf_object__load(object);
	if (code && log && log[0])
		options->verifier_log(options->verifier_arg, log);
	free(log);
	return code ? explain_load(datapath, code, error) : 0;
}
