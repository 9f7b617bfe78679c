# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of data keys: JSON `{"okm": HEX}`, or the same octets alone in base64 or hex.

The okm of protocol section 4.3: 448 octets for mode head, 1104 for mode decoy. The last 32,
`chain`, may be missing.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from pathlib import Path

from pppshroud.handshake.keys import SessionKeys, split_keys
from pppshroud.keys import KeyFileError, read_secret, write_secret
from pppshroud.noise import OKM_LENS
from pppshroud.wire import CHAIN_LEN, Mode

KEY_LENS = {mode: OKM_LENS[mode] for mode in (Mode.HEAD, Mode.DECOY)}


def load_data_keys(path: Path, mode: Mode | None = None) -> SessionKeys:
    """Return the keys in a file that only its owner can read; those of `mode` if it is given."""
    text = read_secret(path).strip()
    if text.startswith("{"):
        text = _pull_json(text, path)
    okm = _decode(text)
    if len(okm) + CHAIN_LEN in KEY_LENS.values():
        okm += bytes(CHAIN_LEN)
    if len(okm) not in KEY_LENS.values():
        lengths = " or ".join(
            f"{length} ({kind.name.lower()})" for kind, length in KEY_LENS.items()
        )
        raise KeyFileError(
            f'{path}: not data keys: {lengths} octets in base64 or hex were expected, or {{"okm": '
            f"...}} with them; {len(okm)} octets could be read"
        )
    if mode is not None and len(okm) != KEY_LENS[mode]:
        raise KeyFileError(f"{path}: these are not keys of mode {mode.name.lower()}: try --mode")
    return split_keys(okm)


def make_data_keys(path: Path | None, mode: Mode, *, force: bool) -> SessionKeys:
    """Return random keys, and write them to a file with mode 0600 if there is a name for one."""
    okm = secrets.token_bytes(KEY_LENS[mode])
    if path is not None:
        write_secret(path, json.dumps({"okm": okm.hex()}) + "\n", force=force)
    return split_keys(okm)


def _pull_json(text: str, path: Path) -> str:
    try:
        okm = json.loads(text)["okm"]
    except (ValueError, KeyError, RecursionError) as error:
        raise KeyFileError(f'{path}: not JSON of the form {{"okm": "..."}}') from error
    return okm if isinstance(okm, str) else ""


def _decode(text: str) -> bytes:
    """Hex wins: it is base64 of another length."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        pass
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
