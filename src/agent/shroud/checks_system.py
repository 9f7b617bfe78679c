# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of the self-test that look at the router. Each returns result, text and advice.

bpf() itself is out of MicroPython's reach; what the kernel shows in /proc and /sys tells as much,
and the plugin's own attempt, which another step tells of, has the last word.
"""

import os
import sys

from shroud import files, host, paths, versions

Answer = "tuple[str, str, str | None]"
KERNEL = (6, 6)  # the first with tcx
PYTHON = (1, 23)
GZIP_START = b"\x1f\x8b"
ELF_START = b"\x7fELF\x02"  # 64 bit
MACHINE_BPF = 247
SPARE = 65536  # octets of flash that a change needs at most
SANE = 1735689600  # 2025-01-01: no router with this software has seen an earlier day
REINSTALL = "Install the package ppp-mod-shroud that belongs to this release of OpenWrt."
REINSTALL_DECOY = "Install the package ppp-mod-shroud-decoy that belongs to ppp-mod-shroud."
UPDATE = "Update the router to OpenWrt 24.10 or newer."


def plugin(_patient: object) -> "tuple[str, str, str | None]":
    """The plugin is there for the pppd that is there."""
    has, wants = versions.plugins(), versions.ask_pppd()
    if wants is None:
        return (
            "fail",
            "pppd is not there, or does not tell its version.",
            "Install the package ppp.",
        )
    if wants in has:
        return "ok", f"pppd is {wants}, and the plugin shroud.so is there for it.", None
    there = ", ".join(has) or "no version"
    return "fail", f"pppd is {wants}, but shroud.so is there for {there}.", REINSTALL


def programs(patient) -> "tuple[str, str, str | None]":  # type: ignore[no-untyped-def]
    """The BPF programs are there, for this processor's order of octets."""
    fault, text = _object(paths.PROGRAMS)
    if fault:
        return "fail", text, REINSTALL
    if patient and patient.settings.mode == "decoy":
        fault, decoys = _object(paths.DECOY_PROGRAMS)
        text = decoys if fault else f"{text} {decoys}"
        if fault:
            return "fail", text, REINSTALL_DECOY
    return "ok", text, None


def _object(path: str) -> "tuple[bool, str]":
    """Whether a file with programs is missing or wrong, and what there is to say of it."""
    head = files.read(path)[:20]
    packed = path + paths.PACKED
    if not head and files.read(packed).startswith(GZIP_START):
        # For what it was made is the plugin's to say, which unpacks it.
        return False, f"The programs for the kernel are there ({packed})."
    if len(head) < 20 or not head.startswith(ELF_START):
        return True, f"{path} is not there, or no BPF object."
    order = "little" if head[5] == 1 else "big"
    machine = head[18] | head[19] << 8 if order == "little" else head[19] | head[18] << 8
    if machine != MACHINE_BPF or order != sys.byteorder:
        return True, f"{path} is made for another processor."
    return False, f"The programs for the kernel are there ({path})."


def kernel(_patient: object) -> "tuple[str, str, str | None]":
    """The kernel is new enough."""
    release = versions.kernel()
    if _version(release) < KERNEL:
        return "fail", f"The kernel is {release}; 6.6 is the first that can do it.", UPDATE
    return "ok", f"The kernel is {release}.", None


def bpf(_patient: object) -> "tuple[str, str, str | None]":
    """The kernel runs BPF programs, and compiles them."""
    if not files.exists("/proc/sys/kernel/unprivileged_bpf_disabled"):
        return "fail", "The kernel can not run BPF programs (BPF_SYSCALL).", UPDATE
    jit = files.read("/proc/sys/net/core/bpf_jit_enable", 64).strip()
    if jit in (b"1", b"2"):
        return "ok", "The kernel runs BPF programs and compiles them (JIT).", None
    return (
        "warning",
        "The kernel runs BPF programs, but does not compile them: the line will be slow.",
        "Run: sysctl -w net.core.bpf_jit_enable=1",
    )


def bpffs(_patient: object) -> "tuple[str, str, str | None]":
    """The BPF file system is mounted, where keys outlive a pppd that dies."""
    for row in files.read("/proc/mounts").split(b"\n"):
        words = row.split()
        if words[1:3] == [b"/sys/fs/bpf", b"bpf"]:
            return "ok", "The BPF file system is mounted on /sys/fs/bpf.", None
    return (
        "fail",
        "The BPF file system is not mounted on /sys/fs/bpf.",
        "Run: mount -t bpf bpf /sys/fs/bpf",
    )


def tcx(_patient: object) -> "tuple[str, str, str | None]":
    """The kernel has tcx, told by the name of a function of it."""
    code, _, _ = host.run(
        ["grep", "-q", " tcx_prog_attach$", paths.real("/proc/kallsyms")], b"", 10
    )
    if code == 0:
        return "ok", "The kernel has tcx, to which the programs are attached.", None
    if code == 1:
        return "fail", "The kernel has no tcx (NET_XGRESS).", UPDATE
    return "skipped", "This kernel does not tell whether it has tcx.", None


def storage(_patient: object) -> "tuple[str, str, str | None]":
    """There is room for a change on the flash."""
    try:
        look = os.statvfs(paths.real("/etc"))
    except OSError:
        return "fail", "The file system of /etc can not be looked at.", "Restart the router."
    spare = look[1] * look[4]
    if look[8] & 1:
        return "fail", "The file system of /etc is read-only.", "Restart the router."
    if spare < SPARE:
        advice = "Remove packages or files that you do not need."
        return "fail", f"Only {spare} octets of flash are free; {SPARE} are needed.", advice
    return "ok", f"{spare // 1024} KiB of flash are free.", None


def clock(_patient: object) -> "tuple[str, str, str | None]":
    """The clock is not far off. Keys do not depend on it, but times shown do."""
    now = host.now()
    if now < SANE:
        return (
            "warning",
            f"The clock says {host.timestamp(now)}, so that all times shown are wrong.",
            "Switch on the time server client (System, Time synchronization).",
        )
    return "ok", f"The clock says {host.timestamp(now)}.", None


def interpreter(_patient: object) -> "tuple[str, str, str | None]":
    """What runs this agent."""
    version = versions.interpreter()
    if version is None:
        return "warning", "This agent does not run under MicroPython.", None
    if _version(version) < PYTHON:
        return "fail", f"MicroPython is {version}; 1.23 is needed.", UPDATE
    return "ok", f"MicroPython is {version}.", None


def offload(_patient: object) -> "tuple[str, str, str | None]":
    """No hardware forwards packets past the data path while a line is switched on."""
    from shroud import network
    from shroud import offload as guard

    switched_on = any(interface.is_attached() for interface in network.interfaces())
    state = guard.state()
    text = str(state["sentence"])
    if switched_on and (state["hardware_configured"] or state["hardware_active"]):
        return "fail", text, "Run: shroud guard"
    return "ok", text, None


def _version(text: str) -> "tuple[int, ...]":
    """The first two numbers of a version."""
    numbers = []
    for word in text.replace("-", ".").split(".")[:2]:
        digits = "".join([mark for mark in word if "0" <= mark <= "9"])
        numbers.append(int(digits or "0"))
    return tuple(numbers)
