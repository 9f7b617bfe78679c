# SPDX-License-Identifier: GPL-2.0-or-later
"""A small web server on loopback that shows our pages in a runtime, as a router's would."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

from . import catalogue
from .rpcd import Rpcd
from .runtime import APP, Runtime

ADMIN_SESSION = "a" * 32
VIEWER_SESSION = "b" * 32
STRANGER_SESSION = "c" * 32
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
VIEWS = {"shroud": "shroud/overview", "overview": "status/index"}

Fault = Callable[[str, str], "tuple[int, str] | None"]
"""What goes wrong: takes method and answer, returns HTTP status and body, or None to hang up."""


class Site:
    """The server. Give it to `with`, or close() it."""

    def __init__(self, runtime: Runtime, rpcd: Rpcd) -> None:
        self.runtime = runtime
        self.rpcd = rpcd
        self.faults: dict[str, Fault] = {}
        """By method of the ubus object."""
        self.sent: dict[str, int] = {}
        """Octets of each file that was sent."""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def url(
        self,
        page: str = "shroud",
        *,
        session: str = ADMIN_SESSION,
        dark: bool = False,
        language: str = "en",
    ) -> str:
        """The address of one of VIEWS, as one login sees it."""
        port = self.server.server_address[1]
        return f"http://127.0.0.1:{port}/{page}/{session}/{'dark' if dark else 'light'}/{language}"

    def page(self, view: str, session: str, theme: str, language: str) -> str:
        """The HTML that LuCI's templates make around a view."""
        template = resources.files(__package__).joinpath("page.html").read_text()
        login = self.rpcd.sessions[session]
        settings = {
            "media": f"/luci-static/{self.runtime.theme}",
            "resource": "/luci-static/resources",
            "scriptname": "/cgi-bin/luci",
            "pathinfo": "/admin/network/shroud",
            "documentroot": "/www",
            "requestpath": ["admin", "network", "shroud"],
            "dispatchpath": ["admin", "network", "shroud"],
            "pollinterval": 5,
            "ubuspath": "/ubus/",
            "sessionid": session,
            "token": "token",
            "nodespec": {
                "satisfied": True,
                "readonly": "write" not in login.rights("luci-app-shroud"),
                "action": {"type": "view", "path": VIEWS[view]},
            },
            "apply_rollback": 90,
            "apply_holdoff": 4,
            "apply_timeout": 5,
            "apply_display": 1.5,
        }
        for mark, value in (
            ("LANGUAGE", language),
            ("DARK", "true" if theme == "dark" else "false"),
            ("MEDIA", f"/luci-static/{self.runtime.theme}"),
            ("TRANSLATIONS", _script(self.translations(language))),
            ("SETTINGS", _script(settings)),
            ("VIEW", VIEWS[view]),
        ):
            template = template.replace(f"@{mark}@", value)
        return template

    def translations(self, language: str) -> dict[str, str]:
        """The texts of our package in a language, in the form that the runtime wants."""
        path = APP / f"po/{language.replace('-', '_')}/shroud.po"
        return self.runtime.translations(catalogue.read(path) if path.exists() else {})

    def file(self, path: str) -> tuple[str, bytes] | None:
        """Type and contents of a file below /luci-static/."""
        found = self.runtime.file(path)
        if found is None:
            return None
        data = found.read_bytes()
        self.sent[path] = len(data)
        return TYPES.get(found.suffix, "application/octet-stream"), data

    def ubus(self, body: bytes) -> tuple[int, str] | None:
        """HTTP status and body of the answer to a JSON-RPC request; None: no answer at all."""
        asked = json.loads(body)
        answer: Any
        if isinstance(asked, list):
            answer = [self.rpcd.answer(message) for message in asked]
        else:
            answer = self.rpcd.answer(asked)
            fault = self.faults.get(_method(asked))
            if fault is not None:
                return fault(_method(asked), json.dumps(answer))
        return 200, json.dumps(answer)


def _method(message: dict[str, Any]) -> str:
    params = message.get("params")
    return str(params[2]) if isinstance(params, list) and len(params) > 2 else ""


def _script(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/")


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            parts = path.strip("/").split("/")
            if path.startswith("/luci-static/"):
                found = site.file(path.removeprefix("/luci-static/"))
                self._send(*(200, *found) if found else (404, "text/plain", b""))
            elif len(parts) == 4 and parts[0] in VIEWS:
                self._send(200, "text/html; charset=utf-8", site.page(*parts).encode())
            else:
                self._send(204 if path == "/favicon.ico" else 404, "text/plain", b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = site.ubus(body)
            if answer is None:
                self.close_connection = True
                return
            self._send(answer[0], "application/json", answer[1].encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Cache-Control", "no-store")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the page was closed meanwhile

        def log_message(self, *_: object) -> None:
            pass

    return Handler
