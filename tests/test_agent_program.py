# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that the agent runs while it has little, or is started in an odd way."""

import json
from collections.abc import Sequence

from tests.support.agent import Interpreter

RUN = """
import json
from shroud import errors, host
def tried(argv, **more):
    try:
        code, out, err = host.run(argv, **more)
        return [code, out.decode(), err.decode()]
    except errors.AgentError as error:
        return [error.code, error.message]
"""


def told(interpreter: Interpreter, wrap: Sequence[str], code: str) -> list[object]:
    """What a program prints that is started by the command `wrap`."""
    outer = Interpreter(interpreter.name, [*wrap, *interpreter.command], interpreter.env)
    answer: list[object] = json.loads(outer.run("-c", RUN + code).stdout)
    return answer


def test_ends_of_children_are_not_reported(interpreter: Interpreter) -> None:
    answer = told(
        interpreter, ["env", "--ignore-signal=CHLD"], 'print(json.dumps(tried(["true"])))'
    )
    why = "failed: No child processes (error 10)"
    assert answer == ["system", f"waiting for a program (is SIGCHLD ignored?) {why}"]


def test_no_more_files_may_be_open(interpreter: Interpreter) -> None:
    code = """
with open("/proc/uptime"):
    answers = []
    held = []
    while not answers or answers[-1][0] == 0:
        held.append(open("/dev/null"))
        answers.append(tried(["true"]))
for one in held:
    one.close()
answers.append(tried(["echo", "again"]))
print(json.dumps(answers[-2:]))
"""
    failed, again = told(interpreter, ["prlimit", "--nofile=24"], code)
    assert isinstance(failed, list)
    assert failed[0] == "system"
    assert "Too many open files (error 24)" in failed[1]
    assert again == [0, "again\n", ""]


def test_no_path_in_the_environment(interpreter: Interpreter) -> None:
    code = 'print(json.dumps(tried(["sh", "-c", "echo $PATH"])))'
    answer = told(interpreter, ["env", "--unset=PATH"], code)
    assert answer == [0, "/usr/sbin:/usr/bin:/sbin:/bin\n", ""]


def test_the_standard_descriptors_are_closed(interpreter: Interpreter) -> None:
    """Then the pipes get the numbers 0 to 2 themselves."""
    code = """
import os
answers = [tried(["sh", "-c", "cat; echo err >&2"], data=b"in") for _ in range(2)]
with open(os.getenv("ANSWERS"), "w") as stream:
    stream.write(json.dumps(answers))
"""
    shell = ["sh", "-c", 'exec 3>&1; ANSWERS=/proc/self/fd/3 exec "$@" <&- >&- 2>&-', "sh"]
    assert told(interpreter, shell, code) == [[0, "in", "err\n"]] * 2
