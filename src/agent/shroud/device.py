# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel tells of a network device."""

from shroud import files, paths


def number(device: object, name: str) -> "int | None":
    """The number in the file `name` of a device: mtu, statistics/...; None if there is none."""
    if not isinstance(device, str) or not device or "/" in device or device.startswith("."):
        return None
    try:
        return int(files.read(f"{paths.NETWORK_DEVICES}/{device}/{name}", 64))
    except (files.FileError, ValueError):
        return None
