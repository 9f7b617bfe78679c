# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of a command line."""

from shroud.errors import AgentError

FLAG, TEXT, LIST = 0, 1, 2  # an option without a value, with one, with one each time it is given


def parse(
    words: list[str], places: tuple[str, ...], options: dict[str, int], needed: int = 0
) -> dict[str, object]:
    """Return what the words say; AgentError("argument") says what is wrong with them.

    places: names of the words that are no options, in their order; the first `needed` must be
    there. options: "policy": TEXT is given as --policy X or --policy=X. What is not given is not
    in the answer; a word -- ends the options.
    """
    found: dict[str, object] = {}
    rest = list(words)
    plain: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "--":
            plain += rest
            break
        if word.startswith("-") and word != "-":
            _take_option(word, rest, options, found)
        else:
            plain.append(word)
    if len(plain) > len(places):
        raise AgentError("argument", f"{plain[len(places)]}: one word too many")
    if len(plain) < needed:
        raise AgentError("argument", f"{places[len(plain)].upper()} is missing")
    for name, word in zip(places, plain):
        found[name] = word
    return found


def _take_option(
    word: str, rest: list[str], options: dict[str, int], found: dict[str, object]
) -> None:
    """Take an option, and its value from the rest of the words."""
    name, equals, value = word[2:].partition("=")
    if not word.startswith("--") or name not in options:
        raise AgentError("argument", f"{word.split('=')[0]}: there is no such option")
    kind = options[name]
    name = name.replace("-", "_")
    if kind == FLAG:
        if equals:
            raise AgentError("argument", f"--{name}: takes no value")
        found[name] = True
        return
    if not equals:
        if not rest:
            raise AgentError("argument", f"{word}: a value is missing")
        value = rest.pop(0)
    if kind == LIST:
        before = found.setdefault(name, [])
        assert isinstance(before, list)
        before.append(value)
    else:
        found[name] = value
