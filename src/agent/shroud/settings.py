# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user wants of each line: /etc/config/shroud."""

from shroud import files, host, keys, paths, uci
from shroud.errors import AgentError

MODES = ("auto", "head", "decoy")
FRAMINGS = ("native", "lcp")
POLICIES = ("prefer", "require")
REKEY_MIN, REKEY_MAX = 60, 43200  # seconds
MAX_KEYS = 16  # of the plugin
TRUE = (b"1", b"on", b"true", b"yes", b"enabled")
FALSE = (b"0", b"off", b"false", b"no", b"disabled")
LOCK_WAIT = 5  # seconds, for a `uci commit` to end
LINE_OPTIONS = ("enabled", "mode", "framing", "policy", "peer_key", "rekey_interval", "locked")
GLOBAL_OPTIONS = ("metrics", "locked_by")
FILE = "shroud"  # the configuration's name in messages


class Settings:
    """One line's. Whatever made them has checked them."""

    def __init__(
        self,
        name: str,
        enabled: bool = False,
        mode: str = "auto",
        policy: str = "prefer",
        peer_keys: tuple[str, ...] = (),
        rekey_interval: int | None = None,
        locked: bool = False,
        framing: str = "native",
    ) -> None:
        """The defaults are those of a line that the file does not name."""
        self.name = name
        self.enabled = enabled
        self.mode = mode
        self.policy = policy
        self.peer_keys = tuple(peer_keys)
        self.rekey_interval = rekey_interval
        self.locked = locked
        self.framing = framing

    def to_json(self) -> dict[str, object]:
        """All of it as JSON has it; from_json() takes it back."""
        return {
            "name": self.name,
            "enabled": self.enabled,
            "mode": self.mode,
            "policy": self.policy,
            "peer_keys": list(self.peer_keys),
            "rekey_interval": self.rekey_interval,
            "locked": self.locked,
            "framing": self.framing,
        }

    @staticmethod
    def from_json(value: dict[str, object]) -> "Settings":
        """Make settings of a dict; AgentError("argument") names the member that is wrong."""
        return check(dict(value))

    def changed(self, **members: object) -> "Settings":
        """The same but for these members; AgentError("argument") if one is not allowed."""
        value = self.to_json()
        value.update(members)
        return check(value)

    def __eq__(self, other: object) -> bool:
        """Whether all is the same."""
        return isinstance(other, Settings) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        """Equal settings have equal names."""
        return hash(self.name)


class Globals:
    """What holds for all lines, and which lines' settings cannot be used."""

    def __init__(self) -> None:
        """The defaults."""
        self.metrics = False
        self.locked_by: str | None = None
        self.readable = True
        self.broken: list[str] = []

    def usable(self, name: str) -> bool:
        """False: what the file says of this line is in error; leave the line as it is."""
        return self.readable and name not in self.broken


def check(value: dict[str, object]) -> Settings:
    """Make settings of members as to_json() names them; AgentError("argument") if one is wrong."""
    known = Settings("").to_json()
    for member in value:
        if member not in known:
            raise AgentError("argument", f"{member}: there is no such setting")
    if not isinstance(value.get("name"), str):
        raise AgentError("argument", "name: the name of a line was expected")
    for member, default in known.items():
        _check_member(member, value.setdefault(member, default))
    if value["framing"] == "lcp" and value["mode"] != "decoy":
        raise AgentError("argument", "framing: lcp goes with mode decoy only")
    return Settings(**value)  # type: ignore[arg-type]


def _check_member(member: str, value: object) -> None:
    what = ""
    if member in ("enabled", "locked") and not isinstance(value, bool):
        what = "true or false"
    elif member == "mode" and value not in MODES:
        what = "auto, head or decoy"
    elif member == "framing" and value not in FRAMINGS:
        what = "native or lcp"
    elif member == "policy" and value not in POLICIES:
        what = "prefer or require"
    elif member == "rekey_interval" and not _is_interval(value):
        what = f"seconds from {REKEY_MIN} to {REKEY_MAX}, or nothing"
    elif member == "peer_keys":
        _check_keys(value)
    if what:
        raise AgentError("argument", f"{member}: expected {what}")


def _is_interval(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, int) and value is not True and REKEY_MIN <= value <= REKEY_MAX


def _check_keys(value: object) -> None:
    if not isinstance(value, (list, tuple)) or not all(isinstance(key, str) for key in value):
        raise AgentError("argument", "peer_keys: expected a list of keys")
    if len(value) > MAX_KEYS:
        raise AgentError("argument", f"peer_keys: {len(value)} keys, {MAX_KEYS} are allowed")
    for key in value:
        try:
            keys.parse(key)
        except AgentError as error:
            raise AgentError("argument", "peer_keys: " + error.message)


def load() -> tuple[dict[str, Settings], Globals, list[str]]:
    """Return the lines' settings by name, the global ones, and what is wrong with the file.

    A line with a wrong setting is not among them, but in Globals.broken; a file that cannot be
    read at all is Globals.readable False. A line that the file does not name has the defaults.
    """
    lines: dict[str, Settings] = {}
    common = Globals()
    problems: list[str] = []
    try:
        sections = uci.parse(files.read(paths.SHROUD, uci.LIMIT), FILE)
    except AgentError as error:
        common.readable = False
        return lines, common, [error.message]
    for section in sections:
        try:
            _take(section, lines, common)
        except uci.UciError as error:
            problems.append(error.message)
            if section.type == "line":
                common.broken.append(section.name)
        problems += _strangers(section)
    return lines, common, problems


def _take(section: uci.Section, lines: dict[str, Settings], common: Globals) -> None:
    if section.type == "global":
        common.metrics = _flag(section, "metrics")
        common.locked_by = _text(section, "locked_by")
    elif section.type == "line":
        if not section.name:
            raise uci.UciError(FILE, section.line, "this line has no name: config line 'wan'")
        lines[section.name] = _settings(section)


def _strangers(section: uci.Section) -> list[str]:
    """A word on each thing that means nothing to us: it may be a slip of the pen."""
    if section.type not in ("global", "line"):
        return [f"{FILE}: line {section.line}: there are no sections '{section.type}'"]
    known = GLOBAL_OPTIONS if section.type == "global" else LINE_OPTIONS
    return [
        f"{FILE}: line {section.line_of(option)}: there is no option '{option}'"
        for option in sorted(section.options)
        if option not in known
    ]


def _settings(section: uci.Section) -> Settings:
    value: dict[str, object] = {"name": section.name}
    for option in ("enabled", "locked"):
        value[option] = _flag(section, option)
    for option in ("mode", "framing", "policy"):
        text = _text(section, option)
        if text is not None:
            value[option] = text
    value["rekey_interval"] = _number(section, "rekey_interval")
    value["peer_keys"] = [
        _decoded(section, "peer_key", key) for key in section.get_list("peer_key")
    ]
    try:
        return check(value)
    except AgentError as error:
        option = error.message.split(":")[0].replace("peer_keys", "peer_key")
        raise uci.UciError(
            FILE, section.line_of(option), error.message.replace("peer_keys", option)
        )


def _flag(section: uci.Section, option: str) -> bool:
    value = section.get(option)
    if value is None or value in FALSE:
        return False
    if value in TRUE:
        return True
    raise uci.UciError(FILE, section.line_of(option), f"{option}: expected 0 or 1")


def _number(section: uci.Section, option: str) -> int | None:
    value = section.get(option)
    if value is None:
        return None
    digits = all(48 <= char < 58 for char in value) and len(value) < 10
    return int(value.decode()) if digits else -1


def _text(section: uci.Section, option: str) -> str | None:
    value = section.get(option)
    return None if value is None else _decoded(section, option, value)


def _decoded(section: uci.Section, option: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeError:
        raise uci.UciError(FILE, section.line_of(option), f"{option}: not UTF-8")


def store(wanted: Settings) -> None:
    """Write a line's settings into the file; whether it is locked is not the agent's to say.

    Touches just what differs. UciError for a file that is in error; AgentError("busy") while
    another program holds it.
    """
    from shroud import settings_edit

    lock = host.lock(paths.SHROUD, LOCK_WAIT)
    if not lock:
        raise AgentError("busy", paths.SHROUD + ": another program is changing it")
    try:
        data = files.read(paths.SHROUD, uci.LIMIT)
        new = settings_edit.edited(data, wanted)
        if new != data:
            files.replace(paths.SHROUD, new, None)
    finally:
        lock.release()
