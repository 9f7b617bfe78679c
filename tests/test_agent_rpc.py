# SPDX-License-Identifier: GPL-2.0-or-later
"""The ubus object as rpcd calls it: whole processes, under both interpreters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .luci.router import COUNTERS, KEY, OTHER_KEY
from .support.agent import Interpreter
from .support.rpcd import TIMEOUT, Agent, assert_same_shape, documented, shape

PASSWORD = "correct-horse"  # noqa: S105
BLOBMSG = {str: "a text", bool: "a boolean", int: "a number", list: "a list"}


@pytest.fixture
def agent(tmp_path: Path, interpreter: Interpreter) -> Iterator[Agent]:
    made = Agent(tmp_path / "router", interpreter)
    yield made
    made.router.close()


def test_list(agent: Agent) -> None:
    with agent.start("list") as process:
        out, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, err) == (0, b"")
    methods = json.loads(out)
    assert sorted(methods) == [
        "apply", "confirm", "diagnose", "history", "lines", "rollback", "status", "trust",
    ]  # fmt: skip
    assert {name: BLOBMSG[type(value)] for name, value in methods["apply"].items()} == {
        "line": "a text",
        "enabled": "a boolean",
        "mode": "a text",
        "framing": "a text",
        "policy": "a text",
        "peer_key": "a list",
        "rekey_interval": "a number",
    }
    # rpcd takes 8, 16 and 64 for numbers of other widths.
    assert methods["apply"]["rekey_interval"] == methods["history"]["limit"] == 32


@pytest.mark.parametrize("words", [[], ["call"], ["list", "x"], ["call", "a", "b"], ["x"]])
def test_words_that_rpcd_does_not_use(agent: Agent, words: list[str]) -> None:
    with agent.start(*words) as process:
        out, err = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 2
    assert out == b""
    assert err.startswith(b"usage:")


def test_unknown_method(agent: Agent) -> None:
    assert agent.refusal("reboot", b"{}")[0] == "argument"


def test_status_of_a_shrouded_line(agent: Agent) -> None:
    session = {"encapsulation": "pppoe", "id": 7, "device": "eth1", "peer": "02:00:00:00:53:01"}
    agent.router.shrouded_line(notice='<b onclick="x">%s{0}</b>', session=session)
    agent.router.add_line("wan2")
    status = agent.ask("status")
    assert_same_shape(shape(status), shape(documented("`status`")))
    line, other = status["lines"]
    assert (line["name"], line["state"], line["shrouded"]) == ("wan", "shrouded", True)
    assert line["sentence"] == "Shrouded. Your carrier sees noise."
    assert line["notice"] == '<b onclick="x">%s{0}</b>'
    assert line["counters"] == COUNTERS
    assert (line["mtu"], line["traffic"]["rx_packets"]) == (1492, 810)
    assert (other["name"], other["state"], other["shrouded"]) == ("wan2", "off", False)
    assert status["problems"] == []
    assert status["versions"]["pppd"] == "2.5.2"
    assert agent.ask("status", line="wan2")["lines"] == [other]


def test_status_when_pppd_is_gone(agent: Agent) -> None:
    agent.router.shrouded_line()
    agent.router.link(up=False)
    agent.kill_pppd("wan")
    line = agent.ask("status")["lines"][0]
    assert (line["state"], line["shrouded"], line["counters"]) == ("down", False, None)


@pytest.mark.parametrize(("policy", "state"), [("prefer", "plain"), ("require", "down")])
def test_status_without_the_plugin(agent: Agent, policy: str, state: str) -> None:
    """Dialling again would not shroud it."""
    agent.router.add_line(switched_on=True, policy=policy)
    agent.router.link(up=state == "plain")
    assert agent.ask("status")["lines"][0]["sentence_id"] in ("plain-pending", "down")
    (agent.router.root / "usr/lib/pppd/2.5.2/shroud.so").unlink()
    line = agent.ask("status")["lines"][0]
    assert (line["state"], line["sentence_id"]) == (state, f"{state}-datapath")


def test_lines(agent: Agent) -> None:
    agent.router.add_line(switched_on=True, peer_key=KEY)
    lines = agent.ask("lines")
    assert_same_shape(shape(lines), shape(documented("`lines`")))
    assert lines["lines"][0]["peer_keys"] == [KEY]


def test_diagnose(agent: Agent) -> None:
    agent.router.shrouded_line()
    told = agent.ask("diagnose", line="wan")
    assert_same_shape(shape(told), shape(documented("`diagnose`")))
    results = {step["name"]: step["result"] for step in told["steps"]}
    assert set(results.values()) <= {"ok", "warning", "fail", "skipped"}
    assert results["config"] == results["plugin"] == results["line"] == results["peer"] == "ok"
    assert results["programs"] == "fail"
    assert told["verdict"].count("programs") == 1


def test_trust_and_history(agent: Agent) -> None:
    agent.router.add_line(switched_on=True)
    (agent.router.root / "etc/shroud/known_keys").write_text(f"{OTHER_KEY} wan\n")
    agent.router.plugin(
        state="plain", shrouded=False, alarm=True, peer={"fingerprint": KEY, "trust": "untrusted"}
    )
    answer = agent.ask("trust", line="wan", fingerprint=KEY)
    assert answer == {"line": "wan", "fingerprint": KEY, "reconnecting": True}
    assert (agent.router.root / "etc/shroud/known_keys").read_text() == f"{KEY} wan\n"
    assert (
        "network.interface.wan down\nnetwork.interface.wan up\n"
        in (agent.router.root / "ubus.log").read_text()
    )
    history = agent.ask("history", line="wan", limit=1)
    assert_same_shape(shape(history), shape(documented("`history`")))
    assert history["events"][0]["kind"] == "trusted"


@pytest.mark.parametrize(
    "method", ["status", "history", "diagnose", "apply", "confirm", "rollback"]
)
def test_unknown_line(agent: Agent, method: str) -> None:
    agent.router.add_line()
    code, message = agent.refusal(method, json.dumps({"line": "w\u00e4n\x1b'%s"}).encode())
    assert code == "unknown-line"
    assert "w\u00e4n?'%s" in message
    assert message.endswith("wan")


def test_arguments_in_parts_and_without_an_end(agent: Agent) -> None:
    agent.router.add_line()
    with agent.start("call", "status") as process:
        assert process.stdin
        assert process.stdout
        for part in (b'{"line":', b'"wan"', b"}"):
            process.stdin.write(part)
            process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(TIMEOUT) == 0
    assert answer["lines"][0]["name"] == "wan"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"line":"wan"', "the text ends"),
        (b"[]", "no JSON object"),
        (b'{"line" "wan"}', "no :"),
        (b"\xff{}", "not UTF-8"),
        (b'{"line":1}', '"line" is not a text'),
        (b'{"lines":""}', 'no argument "lines"'),
        (b'{"line":"' + b"x" * 70000 + b'"}', "longer than 65536 octets"),
        (b"[" * 60000, "nested too deeply"),
    ],
)
def test_arguments_that_make_no_sense(agent: Agent, data: bytes, text: str) -> None:
    code, message = agent.refusal("status", data)
    assert code == "argument"
    assert text in message


def test_no_arguments_at_all(agent: Agent) -> None:
    assert agent.call("lines", b"") == {"lines": [], "problems": []}


def test_arguments_that_do_not_come(interpreter: Interpreter) -> None:
    code = "from shroud import rpc\nrpc.PATIENCE = 50\nrpc.main(['call', 'lines'])"
    with interpreter.start("-c", code) as process:
        assert process.stdout
        answer = json.loads(process.stdout.readline())
        assert process.stdin
        process.stdin.close()
        assert process.wait(TIMEOUT) == 0
    assert answer["error"]["code"] == "argument"
    assert "did not come" in answer["error"]["message"]


def test_error_of_the_agents_own(agent: Agent) -> None:
    code = (
        "import sys\nfrom shroud import methods, rpc\n"
        f"def fail(given):\n    raise ValueError('{PASSWORD}')\n"
        "methods._DO['lines'] = fail\nsys.exit(rpc.main(['call', 'lines']))"
    )
    done = agent.interpreter.run("-c", code, stdin=b"{}", env=agent.env)
    assert json.loads(done.stdout) == {
        "error": {
            "code": "system",
            "message": "internal error (ValueError); the system log says where",
        }
    }
    assert "internal error: ValueError in" in agent.log()
    assert "methods.py line " in agent.log()
    assert PASSWORD not in agent.log() + done.stderr.decode()


def test_no_password_in_any_answer(agent: Agent) -> None:
    agent.router.shrouded_line()
    network = agent.router.root / "etc/config/network"
    network.write_text(network.read_text() + f"\toption password '{PASSWORD}'\n")
    told = [agent.ask(method) for method in ("status", "lines", "history")]
    told += [agent.ask("diagnose", line="wan"), agent.ask("apply", line="wan", mode="full")]
    network.write_text(f"config interface 'wan'\n\toption password '{PASSWORD}\n")
    told += [agent.ask("status"), agent.ask("lines"), agent.ask("diagnose", line="wan")]
    assert told[-1]["error"]["code"] == "config"
    assert PASSWORD not in json.dumps(told) + agent.log()


def test_settings_that_can_not_be(agent: Agent) -> None:
    agent.router.add_line()
    before = (agent.router.root / "etc/config/shroud").read_bytes()
    cases: list[tuple[dict[str, object], str]] = [
        ({"mode": "full"}, "auto, head or decoy"),
        ({"framing": "lcp"}, "mode decoy only"),
        ({"policy": "maybe"}, "prefer or require"),
        ({"rekey_interval": 59}, "from 60 to 43200"),
        ({"peer_key": ["x"]}, "not a key"),
        ({"peer_key": [KEY] * 17}, "17 keys"),
    ]
    for given, text in cases:
        code, message = agent.refusal("apply", json.dumps({"line": "wan", **given}).encode())
        assert (code, text in message) == ("argument", True), message
    assert (agent.router.root / "etc/config/shroud").read_bytes() == before


def test_mode_decoy(agent: Agent) -> None:
    agent.router.shrouded_line(mode="decoy", framing="lcp")
    agent.router.write(
        "etc/config/shroud",
        "config line 'wan'\n\toption enabled '1'\n\toption mode 'decoy'\n\toption framing 'lcp'\n",
    )
    status = agent.ask("status")
    [line] = status["lines"]
    assert (line["mode"], line["framing"]) == ("decoy", "lcp")
    assert (line["plugin_mode"], line["plugin_framing"]) == ("decoy", "lcp")
    assert line["sentence_id"] == "shrouded-decoy"
    [problem] = status["problems"]
    assert problem.startswith("wan: mode decoy needs the package ppp-mod-shroud-decoy")
    agent.router.write("usr/lib/pppshroud/decoy.bpf.o", "")
    told = agent.ask("lines")
    assert told["problems"] == []
    assert (told["lines"][0]["mode"], told["lines"][0]["framing"]) == ("decoy", "lcp")


def test_many_at_once(agent: Agent) -> None:
    agent.router.shrouded_line()
    processes = [agent.start("call", "status") for _ in range(8)]
    answers = [json.loads(process.communicate(b"{}", timeout=TIMEOUT)[0]) for process in processes]
    assert [answer["lines"][0]["state"] for answer in answers] == ["shrouded"] * 8


def test_whoever_asked_has_gone(agent: Agent) -> None:
    with agent.start("call", "lines") as process:
        assert process.stdout
        process.stdout.close()
        process.communicate(b"{}", timeout=TIMEOUT)
    assert process.returncode != 0
