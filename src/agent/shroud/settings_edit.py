# SPDX-License-Identifier: GPL-2.0-or-later
"""How settings of a line are written into the text of /etc/config/shroud."""

from shroud import uci, uci_edit
from shroud.settings import FALSE, FILE, TRUE, Settings


def edited(data: bytes, wanted: Settings) -> bytes:
    """Return the text with a line's settings in it; unchanged if it says all that already."""
    before = data
    if not _section(data, wanted.name):
        data = uci_edit.add_section(data, "line", wanted.name)
    data = _put_flag(data, wanted)
    default = Settings(wanted.name)
    data = _put(data, wanted.name, "mode", wanted.mode, default.mode)
    data = _put(data, wanted.name, "framing", wanted.framing, default.framing)
    data = _put(data, wanted.name, "policy", wanted.policy, default.policy)
    interval = wanted.rekey_interval
    data = _put(data, wanted.name, "rekey_interval", "" if interval is None else str(interval), "")
    section = _found(data, wanted.name)
    values = [key.encode() for key in wanted.peer_keys]
    if section.get_list("peer_key") != values:
        data = uci_edit.set_list(data, FILE, section, "peer_key", values)
    return before if wanted == default and not _section(before, wanted.name) else data


def _section(data: bytes, name: str) -> uci.Section | None:
    return uci.find(uci.parse(data, FILE), "line", name)


def _found(data: bytes, name: str) -> uci.Section:
    section = _section(data, name)
    assert section  # edited() has added it
    return section


def _put_flag(data: bytes, wanted: Settings) -> bytes:
    section = _found(data, wanted.name)
    if section.get("enabled") in (TRUE if wanted.enabled else FALSE):
        return data
    value = b"1" if wanted.enabled else b"0"
    return uci_edit.set_option(data, FILE, section, "enabled", value)


def _put(data: bytes, name: str, option: str, value: str, default: str) -> bytes:
    """Write one option; a default is not written where there is nothing, "" takes it away."""
    section = _found(data, name)
    if (section.get(option) or default.encode()) == value.encode():
        return data
    if not value:
        return uci_edit.remove(data, FILE, section, option)
    return uci_edit.set_option(data, FILE, section, option, value.encode())
