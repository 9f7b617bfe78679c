# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs commands in a guest for the host: JSON requests and answers, one a line.

Request:  {"id": n, "op": name, ...the operation's arguments}
Answer:   {"id": n, "value": ...} or {"id": n, "error": text}
Each request has a thread of its own, so that a slow one holds up no other.
Bytes travel as base64. {"taken": n} tells the host how many bytes were read so far: a terminal
holds only 4 KiB, and User-Mode Linux may lose the wake-up of one that was full.
"""

from __future__ import annotations

import base64
import contextlib
import glob
import itertools
import json
import os
import signal
import subprocess
import sys
import termios
import threading
import time
import traceback
import tty

processes: dict[int, subprocess.Popen[bytes]] = {}
writing = threading.Lock()


def argv_in(namespace, argv):
    """`argv` as it must be started to be in network namespace `namespace`.

    nsenter, not `ip netns exec`: the latter mounts a fresh /sys and so hides /sys/fs/bpf.
    """
    return ["nsenter", f"--net=/run/netns/{namespace}", *argv] if namespace else argv


def op_run(argv, ns=None, stdin="", timeout=60, env=None, cwd=None):
    """Run to the end and return code, stdout and stderr; killed after `timeout` seconds."""
    process = start(argv, ns, env, cwd, subprocess.PIPE, subprocess.PIPE)
    late = False
    try:
        out, err = process.communicate(base64.b64decode(stdin), timeout)
    except subprocess.TimeoutExpired:
        late = True
        kill_group(process.pid, signal.SIGKILL)
        try:
            out, err = process.communicate(timeout=2)
        except subprocess.TimeoutExpired as still:  # a daemon of its holds the pipe
            out, err = still.stdout or b"", still.stderr or b""
    return {"code": process.returncode, "out": b64(out), "err": b64(err), "late": late}


def op_spawn(argv, log, ns=None, env=None, cwd=None):
    """Start with output to the file `log`; return the process id."""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "ab") as file:
        process = start(argv, ns, env, cwd, file, subprocess.STDOUT)
    processes[process.pid] = process
    return process.pid


def op_converse(argv, log, ns=None, env=None, cwd=None):
    """Start with pipes for `ask`, complaints go to the file `log`; return the process id."""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "ab") as file:
        process = start(argv, ns, env, cwd, subprocess.PIPE, file)
    processes[process.pid] = process
    return process.pid


def op_ask(pid, lines, text="", path=None):
    """Write text, or the file `path`, which is removed, and return the next lines."""
    if path:
        with open(path) as file:
            text = file.read()
        os.unlink(path)
    # From a thread: the process may have to be listened to before it has read all.
    threading.Thread(target=tell, args=(pid, text.encode()), daemon=True).start()
    said = processes[pid].stdout
    assert said
    answers = iter(said.readline, b"")
    return [line.decode().rstrip("\n") for line in itertools.islice(answers, lines)]


def tell(pid, text):
    heard = processes[pid].stdin
    assert heard
    with contextlib.suppress(BrokenPipeError):  # it has ended: so the answers say
        heard.write(text)
        heard.flush()


def op_hang_up(pid):
    """End the input of a process."""
    heard = processes[pid].stdin
    assert heard
    with contextlib.suppress(BrokenPipeError):
        heard.close()


def start(argv, ns, env, cwd, out, err):
    return subprocess.Popen(
        argv_in(ns, argv),
        env={**os.environ, **(env or {})},
        cwd=cwd,
        start_new_session=True,
        stdin=subprocess.DEVNULL if err == subprocess.STDOUT else subprocess.PIPE,
        stdout=out,
        stderr=err,
    )


def op_poll(pid):
    """The exit code of a spawned process, or None while it runs."""
    return processes[pid].poll()


def op_wait(pid, timeout):
    """As poll, after at most `timeout` seconds."""
    try:
        return processes[pid].wait(timeout)
    except subprocess.TimeoutExpired:
        return None


def op_signal(pid, number, group=False):
    """Send a signal to a process, or to all of its session."""
    if group:
        kill_group(pid, number)
    elif number == signal.SIGKILL:
        return kill_all(lambda: [pid]) > 0
    else:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
    return True


def kill_group(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def op_read(path, offset=0):
    with open(path, "rb") as file:
        file.seek(offset)
        return b64(file.read())


def op_write(path, data, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(base64.b64decode(data))


def op_sync(path):
    """Bring what was written to `path` to the host."""
    descriptor = os.open(path, os.O_RDWR)
    os.fsync(descriptor)
    os.close(descriptor)


def op_uptime():
    return time.monotonic()


def op_reset():
    """Kill every process but this one, process 1 and the kernel's; return how many."""
    keep = {1, os.getpid()}
    return kill_all(lambda: [p for p in user_processes() if p not in keep])


def op_kill_namespace(pid):
    """Kill every process in the PID namespace of `pid`, as a power cut does; return how many."""
    wanted = namespace_of(pid)
    return kill_all(lambda: [p for p in user_processes() if namespace_of(p) == wanted])


def namespace_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return None


def kill_all(wanted, timeout=10):
    """Kill the processes that wanted() names, until there are none; return how many.

    They are stopped before: User-Mode Linux panics when a fork fails half-way, as it does in a
    process that is killed meanwhile, or whose namespace's process 1 is dying.
    """
    deadline = time.monotonic() + timeout
    send(wanted(), signal.SIGSTOP, deadline)
    # D: waits for a child of vfork() that is stopped itself.
    while moving := [p for p in wanted() if state(p) not in "TtZXD"]:
        send(moving, signal.SIGSTOP, deadline)
    total = 0
    while alive := [p for p in wanted() if state(p) not in "ZX"]:
        send(alive, signal.SIGKILL, deadline)
        total += len(alive)
        for process in processes.values():
            process.poll()
    return total


def send(pids, number, deadline):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    if time.monotonic() > deadline:
        raise TimeoutError(f"processes {pids} do not take signal {number}")
    time.sleep(0.01)


def state(pid):
    """The letter that /proc has for it; X when it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def user_processes():
    """Ids of living processes that have a program (kernel threads and zombies have none)."""
    for path in glob.glob("/proc/[0-9]*"):
        try:
            os.readlink(f"{path}/exe")
        except OSError:
            continue
        yield int(path.rsplit("/", 1)[1])


def op_exit():
    """End, and with it the machine."""
    os.sync()
    answer({"id": 0, "value": "bye"})
    os._exit(0)


def b64(raw):
    return base64.b64encode(raw).decode()


def answer(message):
    raw = json.dumps(message).encode() + b"\n"
    with writing:
        while raw:
            raw = raw[os.write(channel, raw) :]


def serve(request):
    number, operation = request.pop("id"), request.pop("op")
    try:
        answer({"id": number, "value": globals()[f"op_{operation}"](**request)})
    except Exception as error:  # the host raises it again, with this text
        text = f"{type(error).__name__}: {error}"
        if not isinstance(error, OSError):
            text = traceback.format_exc()
        answer({"id": number, "error": text})


def open_channel(pattern):
    """Open the device that matches `pattern`; a terminal is put into raw mode.

    "fd:NUMBER" is what has been opened already.
    """
    if pattern.startswith("fd:"):
        return int(pattern[3:])
    deadline = time.monotonic() + 20
    while not (found := glob.glob(pattern)):
        if time.monotonic() > deadline:
            sys.exit(f"agent: no device {pattern}")
        time.sleep(0.02)
    descriptor = os.open(found[0], os.O_RDWR | os.O_NOCTTY)
    if os.isatty(descriptor):
        tty.setraw(descriptor, termios.TCSANOW)
    return descriptor


def requests():
    """The requests as they come in, until the host ends."""
    taken, rest = 0, b""
    while piece := os.read(channel, 65536):
        taken += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        answer({"taken": taken})
        yield from map(json.loads, lines)


channel = open_channel(sys.argv[1])
answer({"id": 0, "value": "ready"})
for item in requests():
    threading.Thread(target=serve, args=(item,), daemon=True).start()
