// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lets User-Mode Linux 6.12 run on processors with AMX.
 *
 * That kernel keeps 2696 bytes of a process's extended state, the most there was before AMX.
 * Linux demands exactly as many as the processor has (11008 with AMX) in PTRACE_SETREGSET and
 * refuses less with EFAULT. Preloaded into linux.uml, this fills up with zero bytes: state
 * whose bit in the header is not set is not looked at, and nothing in a guest asks for AMX.
 */
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char full[65536];
static size_t full_size;

static long raw(long request, long pid, void *address, void *data)
{
	return syscall(SYS_ptrace, request, pid, address, data);
}

static long set_padded(long pid, void *set, struct iovec *given)
{
	struct iovec padded = { full, sizeof(full) };

	if (!full_size) {
		if (raw(PTRACE_GETREGSET, pid, set, &padded) < 0)
			return -1;
		full_size = padded.iov_len;
	}
	if (given->iov_len >= full_size) {
		errno = EFAULT;
		return -1;
	}
	memcpy(full, given->iov_base, given->iov_len);
	memset(full + given->iov_len, 0, full_size - given->iov_len);
	padded.iov_len = full_size;
	return raw(PTRACE_SETREGSET, pid, set, &padded);
}

/* As the C library's: a peek returns what it read, the system call stores it. */
long ptrace(enum __ptrace_request request, ...)
{
	long result, word, pid;
	void *address, *data;
	va_list list;

	va_start(list, request);
	pid = va_arg(list, pid_t);
	address = va_arg(list, void *);
	data = va_arg(list, void *);
	va_end(list);
	if (request >= PTRACE_PEEKTEXT && request <= PTRACE_PEEKUSER)
		return raw(request, pid, address, &word) < 0 ? -1 : word;
	result = raw(request, pid, address, data);
	if (result < 0 && errno == EFAULT && request == PTRACE_SETREGSET &&
	    address == (void *)NT_X86_XSTATE)
		result = set_padded(pid, address, data);
	return result;
}
