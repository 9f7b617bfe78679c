# SPDX-License-Identifier: GPL-2.0-or-later
"""The one kind of error that is meant for the user."""


class AgentError(Exception):
    """What went wrong, in words for the user, and one of the codes of the ubus object.

    Codes: argument, unknown-line, locked, busy, nothing-to-do, config, storage, system.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep both as attributes: str(error) is the message."""
        super().__init__(message)
        self.code = code
        self.message = message
