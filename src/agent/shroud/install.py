# SPDX-License-Identifier: GPL-2.0-or-later
"""What a line's settings come to in the system's files. All of it can be repeated.

The order is such that whatever a power cut leaves is a line that works: pppd's options are there
before the network file refers to them, and go after that reference; hardware offload is off as
long as there is one.
"""

from shroud import events, files, network, offload, options, owned, paths
from shroud.settings import Settings

SUFFIX = ".options"
WITHOUT_DECOYS = "mode decoy needs the package ppp-mod-shroud-decoy, which is not installed"


def place(line: str) -> owned.Option:
    """Where the network file refers to our options: the switch itself."""
    return owned.Option(paths.NETWORK, network.TYPE, line, network.OPTION)


def attach(settings: Settings) -> bool:
    """Switch a line on; return whether the network file was changed."""
    name = settings.name
    for folder in (paths.RUN, paths.LINES_STATUS):  # where the plugin writes
        files.make_folder(folder)
    wanted = options.render(settings)
    path = paths.options_file(name)
    if files.read(path) != wanted:
        files.replace(path, wanted)
    return owned.hold(place(name), lambda present: network.attached(present or b"", name))


def detach(line: str) -> bool:
    """Switch a line off; return whether the network file was changed."""
    return owned.release(place(line), lambda present: network.detached(present, line) or None)


def clean(line: str) -> None:
    """Remove what a line needed that is off and no longer dialled with our options."""
    files.remove(paths.options_file(line))


def attached() -> "list[str]":
    """Names of the lines that are switched on in the network file."""
    return [interface.name for interface in network.interfaces() if interface.is_attached()]


def known() -> "list[str]":
    """Names of all lines that something of ours may be left of."""
    names = [name[: -len(SUFFIX)] for name in files.names(paths.LINES) if name.endswith(SUFFIX)]
    return sorted(set(names + [interface.name for interface in network.interfaces()]))


def plugin_missing() -> bool:
    """Whether our plugin is not where pppd's own PPPoE plugin is: pppd would refuse to start.

    So it is after an update of pppd alone.
    """
    folders = [paths.PLUGINS + "/" + version for version in files.names(paths.PLUGINS)]
    return not any(
        files.exists(folder + "/pppoe.so") and files.exists(folder + "/shroud.so")
        for folder in folders
    )


def decoys_missing() -> bool:
    """Whether the BPF programs of mode decoy are not there: they are a package of their own."""
    path = paths.DECOY_PROGRAMS
    return not (files.exists(path) or files.exists(path + paths.PACKED))


def must_be_plain(settings: Settings) -> bool:
    """Whether a line that may be plain has to be: without the plugin it would have no internet."""
    return settings.policy == "prefer" and plugin_missing()


def at_boot(settings: Settings) -> None:
    """Bring a line's files into line with its settings, while nothing is dialled."""
    if settings.enabled and plugin_missing():
        events.add("datapath", settings.name, "warning", text="the plugin is missing")
    if settings.enabled and not must_be_plain(settings):
        offload.hold()
        attach(settings)
    else:
        detach(settings.name)
        clean(settings.name)
