# SPDX-License-Identifier: GPL-2.0-or-later
"""netifd, which dials the lines: what it says of one, and how one is dialled again.

What its source says, and this module builds on:
- `network reload` reads the network file, uncommitted changes in /tmp/.uci included, and restarts
  the interfaces whose options changed. Their status is "down" before the call returns.
- An interface that a handler blocked (pppd refused its options), or somebody switched off, is not
  started by a reload, but by `up`.
- `down` and, at once, `up`: the interface is dialled again when it has been torn down.
"""

import json

from shroud import program
from shroud.errors import AgentError

NOT_FOUND = 4  # ubus: no such object
REFUSED = "OPTION_ERROR"  # what ppp.sh tells of a pppd that ended over its options
TIMEOUT = 15  # seconds for one call; ubus itself gives up before


def _ubus(*words: str) -> "tuple[int, bytes]":
    """Call ubus; return its code and answer. AgentError if nobody answers."""
    argv = ["ubus", "-t", "10", "call"] + list(words)
    code, out, err = program.run(argv, timeout=TIMEOUT)
    if code not in (0, NOT_FOUND):
        said = str(err[:200]).strip("b'\"\\n") or f"code {code}"
        raise AgentError("system", "netifd does not answer: " + said)
    return code, out


def status(name: str) -> "dict | None":  # type: ignore[type-arg]
    """What netifd knows of an interface, None if it does not know it.

    Members: up, pending (it is being dialled), autostart (it will be dialled again) booleans;
    device, l3_device text or None; uptime in seconds or None; gateway text or None; dns list;
    errors: list of codes, as OPTION_ERROR of pppd. AgentError if netifd does not answer.
    """
    code, out = _ubus("network.interface." + name, "status")
    if code == NOT_FOUND:
        return None
    try:
        return parse(json.loads(out.decode()))
    except (ValueError, RuntimeError):
        raise AgentError("system", "netifd's answer is not JSON")


def parse(told: object) -> "dict[str, object]":
    """The members that status() returns, out of what netifd tells; anything may be missing."""
    told = told if isinstance(told, dict) else {}
    uptime = told.get("uptime")
    return {
        "up": told.get("up") is True,
        "pending": told.get("pending") is True,
        "autostart": told.get("autostart") is True,
        "device": _text(told.get("device")),
        "l3_device": _text(told.get("l3_device")),
        "uptime": uptime if isinstance(uptime, int) else None,
        "gateway": _gateway(told.get("route")) or _peer(told.get("ipv4-address")),
        "dns": [server for server in _list(told.get("dns-server")) if isinstance(server, str)],
        "errors": [_text(error.get("code")) for error in _dicts(told.get("errors"))],
    }


def refused(told: "dict") -> bool:  # type: ignore[type-arg]
    """Whether pppd refused its options, by status(): it is not dialled again until up()."""
    return not told["autostart"] and not told["pending"] and REFUSED in told["errors"]


def reload() -> None:
    """Have netifd read the network file again, and restart what changed."""
    _ubus("network", "reload")


def up(name: str) -> None:
    """Have an interface dialled if it is not, whatever stopped it."""
    _ubus("network.interface." + name, "up")


def restart(name: str) -> None:
    """Have an interface dialled again."""
    _ubus("network.interface." + name, "down")
    up(name)


def forget_instance(service: str, instance: str) -> None:
    """Have procd end one instance of a service, and not start it again."""
    _ubus("service", "delete", json.dumps({"name": service, "instance": instance}))


def _gateway(routes: object) -> "str | None":
    """The next hop of the default route; IPv4 if there is one."""
    found = None
    for route in _dicts(routes):
        hop = _text(route.get("nexthop"))
        if route.get("mask") == 0 and hop not in (None, "0.0.0.0", "::"):  # noqa: S104
            if route.get("target") == "0.0.0.0":  # noqa: S104
                return hop
            found = found or hop
    return found


def _peer(addresses: object) -> "str | None":
    """The other end of a line that has no default route."""
    for address in _dicts(addresses):
        if _text(address.get("ptpaddress")):
            return _text(address["ptpaddress"])
    return None


def _text(value: object) -> "str | None":
    return value if isinstance(value, str) else None


def _list(value: object) -> "list":  # type: ignore[type-arg]
    return value if isinstance(value, list) else []


def _dicts(value: object) -> "list[dict]":  # type: ignore[type-arg]
    return [item for item in _list(value) if isinstance(item, dict)]
