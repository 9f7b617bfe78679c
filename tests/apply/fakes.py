# SPDX-License-Identifier: GPL-2.0-or-later
"""ubus with a small netifd behind it, nft, ping, logger and init scripts, named by the first word.

The line's life depends on the files as on a router: netifd takes a line's pppd_options out of the
network file at a reload and dials again if they changed; "pppd" reads the options file that they
name and refuses what it does not know, after which netifd does not dial any more (ppp.sh's
proto_block_restart); whether the line then is shrouded, plain, dead or down depends on the LNS
in /lns.json. State is in /var/run/fake/, gone with a restart. FAKE_ROOT is the router's root.
"""

import json
import os
import re
import sys
import time

ROOT = os.environ.get("FAKE_ROOT", "")
MEMORY = "/var/run/fake"
WORDS = {
    "shroud": 1, "shroud-role": 1, "shroud-line": 1, "shroud-mode": 1, "shroud-peer-key": 1,
    "shroud-framing": 1, "shroud-rekey": 1, "shroud-known-keys": 1, "shroud-status": 1,
    "shroud-redial": 1, "plugin": 1, "debug": 0, "lcp-restart": 1,
}  # fmt: skip
"""pppd's options that this one knows, and how many words follow them."""


def path(name):
    return ROOT + name


def read(name):
    with open(path(name), encoding="latin-1") as stream:
        return stream.read()


def write(name, text, mode="w"):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), mode) as stream:
        stream.write(text)


def interfaces() -> dict[str, str]:
    """Names of the PPPoE interfaces in the network file, with their pppd_options."""
    found: dict[str, str] = {}
    name = ""
    options: dict[str, str] = {}
    text = read("/etc/config/network")
    for row in [*text.splitlines(), "config end 'end'"]:
        section = re.match(r"\s*config\s+(\S+)\s+'?([^'\s]*)'?", row)
        option = re.match(r"\s*option\s+(\S+)\s+(?:'([^']*)'|\"([^\"]*)\"|(\S+))", row)
        if section:
            if options.get("proto") == "pppoe":
                found[name] = options.get("pppd_options", "")
            name, options = section[2], {}
        elif option:
            options[option[1]] = next(text for text in option.groups()[1:] if text is not None)
    return found


def dial(options: str) -> str:
    """What becomes of a line that is dialled: shrouded, plain, dead, down, or OPTION_ERROR."""
    words = options.split()
    if "file" in words:
        at = words.index("file")
        try:
            rows = read(words[at + 1]).splitlines()
        except OSError:
            return "OPTION_ERROR"
        del words[at : at + 2]
        words += [word for row in rows if not row.startswith("#") for word in row.split()]
    settings: dict = {}
    while words:
        word = words.pop(0)
        if word not in WORDS or len(words) < WORDS[word]:
            return "OPTION_ERROR"
        settings.setdefault(word, []).extend(words[: WORDS[word]])
        del words[: WORDS[word]]
    return str(meet_lns(settings))


def meet_lns(settings):
    lns = json.loads(read("/lns.json"))
    if "plugin" not in settings:
        return lns["plain"]
    if not os.path.exists(path("/usr/lib/pppd/2.5.2/shroud.so")) or len(settings["shroud"]) != 1:
        return "OPTION_ERROR"
    pinned = settings.get("shroud-peer-key")
    if lns["key"] and (pinned is None or lns["key"] in pinned):
        return lns["shrouded"]
    return lns["plain"] if settings["shroud"] == ["prefer"] else "down"


def load():
    try:
        return json.loads(read(MEMORY + "/netifd.json"))
    except FileNotFoundError:
        lines = {}
        for name, options in interfaces().items():
            lines[name] = {"options": options, "autostart": True, "state": "", "dials": 0}
            redial(lines[name], name)
        save(lines)
        return lines


def save(lines):
    beside = f"{MEMORY}/netifd.{os.getpid()}"
    write(beside, json.dumps(lines))
    os.replace(path(beside), path(MEMORY + "/netifd.json"))


def redial(line, name):
    line["state"] = dial(line["options"])
    line["dials"] += 1
    line["autostart"] = line["state"] != "OPTION_ERROR"
    count(name, 8)  # IPCP's packets


def count(name, packets):
    """Packets that the line's ppp device has received."""
    file = f"/sys/class/net/pppoe-{name}/statistics/rx_packets"
    before = int(read(file)) if packets == 1 else 0
    write(file, f"{before + packets}\n")


def is_up(line):
    return line["state"] in ("shrouded", "plain", "dead")


def status(line, name):
    answer = {
        "up": is_up(line), "pending": line["state"] == "down" and line["autostart"],
        "available": True, "autostart": line["autostart"], "dynamic": False, "proto": "pppoe",
        "device": "eth1", "data": {},
    }  # fmt: skip
    if answer["up"]:
        answer["l3_device"] = "pppoe-" + name
        answer["uptime"] = 1
        everywhere = "0.0.0.0"  # noqa: S104
        answer["route"] = [{"target": everywhere, "mask": 0, "nexthop": "192.0.2.2"}]
        answer["dns-server"] = []
    if line["state"] == "OPTION_ERROR":
        answer["errors"] = [{"subsystem": "pppoe", "code": "OPTION_ERROR"}]
    return answer


def reload(lines):
    present = interfaces()
    for name in set(lines) - set(present):
        del lines[name]
    for name, options in present.items():
        line = lines.setdefault(name, {"options": None, "autostart": True, "state": "", "dials": 0})
        if line["options"] != options:
            line["options"] = options
            line["state"] = "off"
            if line["autostart"]:
                redial(line, name)


def ubus(words):
    while words[0].startswith("-"):
        del words[: 2 if words[0] == "-t" else 1]
    if os.path.exists(path("/netifd-is-dead")):
        sys.exit("Failed to connect to ubus")
    _, thing, method = words[:3]
    if thing == "service":
        forget()
        return
    lines = load()
    name = thing.rpartition(".")[2]
    if thing == "network" and method == "reload":
        reload(lines)
    elif name not in lines:
        print("Command failed: Not found", file=sys.stderr)
        sys.exit(4)
    elif method == "status":
        print(json.dumps(status(lines[name], name)))
    elif method == "down":
        lines[name].update(autostart=False, state="off")
    elif method == "up":
        lines[name]["autostart"] = True
        if not is_up(lines[name]) and lines[name]["state"] != "down":
            redial(lines[name], name)
    save(lines)


def forget():
    """procd is told that no keeper is needed; when it is slow, note what happens meanwhile."""
    if os.path.exists(path("/procd-is-slow")):
        write(MEMORY + "/forgetting", "")
        time.sleep(1)
        begun = os.path.exists(path("/etc/shroud/journal.json"))
        write(MEMORY + "/forgetting", "a trial has begun" if begun else "quiet")


def ping(words):
    name = words[words.index("-I") + 1].removeprefix("pppoe-")
    line = load()[name]
    if line["state"] in ("shrouded", "plain"):
        count(name, 1)


def nft(words):
    del words
    if os.path.exists(path(MEMORY + "/hardware")):
        print("table inet fw4 {\n\tflowtable ft {\n\t\tflags offload;\n\t}\n}")
    elif os.path.exists(path(MEMORY)):
        print("table inet fw4 {\n\tflowtable ft {\n\t}\n}")


def firewall(words):
    """fw4: the flow table's flag is what the file says."""
    assert words == ["reload"]
    wanted = re.search(r"flow_offloading_hw\s+['\"]?(1|on)", read("/etc/config/firewall"))
    mark = MEMORY + "/hardware"
    write(mark, "")
    if not wanted:
        os.remove(path(mark))


def logger(words):
    write(MEMORY + "/log", words[-1] + "\n", "a")


def shroud(words):
    """The init script, which has procd start the keeper: here the test does that."""
    assert words == ["start"]


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2:])
