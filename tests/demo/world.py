# SPDX-License-Identifier: GPL-2.0-or-later
"""The Internet of the demo: its hosts beyond the LNS, all on one device of the server's.

Names are from RFC 2606, addresses from RFC 5737 and RFC 3849: none of them exists.
"""

from __future__ import annotations

from tests.testbed.internet import Host

RESOLVER = Host("resolver.example", 53)
NEWS = Host("news.example", 10)
UNION = Host("union.example", 20)
CLINIC = Host("clinic.example", 30)
BANK = Host("bank.example", 40)
VOICE = Host("voice.example", 50)
TRACKER = Host("tracker.example", 60)
SEEDER = Host("seeder.example", 61)
SPEED = Host("speed.example", 70)
HELPLINE = Host("helpline.example", 80)
LAWYER = Host("lawyer.example", 81)

HOSTS = (
    RESOLVER, NEWS, UNION, CLINIC, BANK, VOICE, TRACKER, SEEDER, SPEED, HELPLINE, LAWYER,
)  # fmt: skip

SIP_USER = "whistleblower"
SIP_URI = f"sip:{SIP_USER}@{VOICE.name}"
PEER_PORT = 51413
TORRENT = "meeting.ogg"
TORRENT_BYTES = 300_000
