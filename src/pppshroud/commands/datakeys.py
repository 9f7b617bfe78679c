# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of data keys: JSON `{"okm": HEX}`, or the same octets alone in base64 or hex.

The okm of protocol section 4.3, 448 octets; the last 32, `chain`, may be missing.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from pathlib import Path

from pppshroud.cover import DataKeys
from pppshroud.keys import KeyFileError, read_secret, write_secret
from pppshroud.wire import CHAIN_LEN, OKM_LEN


def load_data_keys(path: Path) -> DataKeys:
    """Return the keys in a file that only its owner can read."""
    text = read_secret(path).strip()
    if text.startswith("{"):
        text = _pull_json(text, path)
    okm = _decode(text)
    if len(okm) == OKM_LEN - CHAIN_LEN:
        okm += bytes(CHAIN_LEN)
    if len(okm) != OKM_LEN:
        raise KeyFileError(
            f'{path}: not data keys: {OKM_LEN} octets in base64 or hex were expected, or {{"okm": '
            f"...}} with them; {len(okm)} octets could be read"
        )
    return DataKeys.split(okm)


def make_data_keys(path: Path | None, *, force: bool) -> DataKeys:
    """Return random keys, and write them to a file with mode 0600 if there is a name for one."""
    okm = secrets.token_bytes(OKM_LEN)
    if path is not None:
        write_secret(path, json.dumps({"okm": okm.hex()}) + "\n", force=force)
    return DataKeys.split(okm)


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
