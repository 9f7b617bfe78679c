# SPDX-License-Identifier: GPL-2.0-or-later
"""The offload guard: packets that hardware forwards never meet the data path, and leave in clear.

While a line is switched on the firewall's `flow_offloading_hw` is '0'. What it was is remembered,
and put back when the last line is off. Software offload stays: its packets do meet the data path.
"""

from shroud import files, owned, paths, program, uci
from shroud.errors import AgentError

SOFTWARE = "flow_offloading"
HARDWARE = owned.Option(paths.FIREWALL, "defaults", 0, "flow_offloading_hw")
TRUE = (b"1", b"on", b"true", b"yes")  # for firewall4
INIT_SCRIPT = "/etc/init.d/firewall"
RELOAD_TIME = 20  # seconds
SENTENCES = {
    "leak": "Hardware offload is on although a line is switched on: packets can leave in clear.",
    "held": "Hardware offload is off while a line is shrouded, because it would let packets "
    "pass in clear.",
    "on": "Hardware offload is on. It is switched off while a line is shrouded.",
    "off": "Hardware offload is off.",
}


def hold() -> bool:
    """Have hardware offload off in the firewall's file; return whether that was changed."""
    if not files.exists(paths.FIREWALL) or HARDWARE.value() not in TRUE:
        return False
    return owned.hold(HARDWARE, lambda _: b"0")


def release() -> bool:
    """Have the firewall's file as it was; return whether it was changed."""
    return owned.release(HARDWARE, lambda present: present)


def enforce() -> bool:
    """hold(), in the running firewall too; return whether anything had to be done.

    AgentError if the kernel still has a flow table with hardware offload then.
    """
    changed = hold()
    if not changed and not active():
        return False
    said = _reload()
    if active():
        raise AgentError("system", "hardware offload could not be switched off. " + said)
    return True


def relax() -> bool:
    """release(), in the running firewall too; return whether anything had to be done."""
    changed = release()
    if changed:
        _reload()
    return changed


def active() -> "bool | None":
    """Whether the kernel has a flow table with hardware offload; None if that can not be told."""
    code, out, _ = program.run(["nft", "list", "flowtables"])
    return parse(out) if code == 0 else None


def parse(listing: bytes) -> bool:
    """Whether there is a flow table with the flag `offload` in what nft lists."""
    for line in listing.split(b"\n"):
        words = line.replace(b";", b" ").replace(b",", b" ").split()
        if words[:1] == [b"flags"] and b"offload" in words:
            return True
    return False


def state() -> "dict[str, object]":
    """What the status tells of offload."""
    from shroud import install

    switched_on = software = configured = wanted = False
    fault = ""
    try:
        switched_on = bool(install.attached())
        data = files.read(paths.FIREWALL, uci.LIMIT)
        section = HARDWARE.find(data)
        if section:
            software = section.get(SOFTWARE) in TRUE
            configured = section.get(HARDWARE.option) in TRUE
            wanted = HARDWARE.original_in(data, section) in TRUE
    except AgentError as error:
        fault = error.message
    running = active()
    word = _sentence(switched_on, wanted, configured or running is True)
    return {
        "software": software,
        "hardware_wanted": wanted,
        "hardware_configured": configured,
        "hardware_active": running,
        "sentence": fault or SENTENCES[word],
    }


def _sentence(switched_on: bool, wanted: bool, on: bool) -> str:
    if on:
        return "leak" if switched_on else "on"
    return "held" if wanted else "off"


def _reload() -> str:
    """Have the firewall read its file; return what it complained of. It may not be running."""
    code, _, err = program.run([paths.real(INIT_SCRIPT), "reload"], timeout=RELOAD_TIME)
    return "" if code == 0 else f"The firewall's reload ended with {code}: {err[:200]!r}"
