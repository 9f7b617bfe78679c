# SPDX-License-Identifier: GPL-2.0-or-later
"""A page in the browser, used as a person would: real mouse, real keys, and what it then shows."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..testbed.wait import wait_until
from .chromium import Browser, BrowserError

PATIENCE = 30.0  # seconds to wait for what must come
TICK = 0.05
KEYS = {
    "Tab": ("Tab", 9, ""),
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    " ": ("Space", 32, " "),
}


class Tab:
    """One page with cookies and storage of its own."""

    def __init__(self, browser: Browser, *, width: int = 1000, dark: bool = False) -> None:
        self._browser = browser
        self.faults: list[str] = []
        """Exceptions and errors that no script caught, and what was logged as an error."""
        self._cover = ""
        self._context = browser.call("Target.createBrowserContext")["browserContextId"]
        own = {"url": "about:blank", "browserContextId": self._context}
        target = browser.call("Target.createTarget", **own)["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        browser.listen(self._session, self._hear)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width)
        self.call(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        )

    def close(self) -> None:
        """Close the page and forget what it stored."""
        self._browser.call("Target.disposeBrowserContext", browserContextId=self._context)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """A DevTools command for this page."""
        return self._browser.call(method, self._session, **params)

    def _hear(self, method: str, params: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            exception = details.get("exception", {})
            self.faults.append(exception.get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.faults.append(" ".join(str(word.get("value")) for word in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            entry = params["entry"]
            self.faults.append(f"{entry['text']} {entry.get('url', '')}")

    def open(self, url: str) -> None:
        """Go to an address; returns when the document has been read, not when it is drawn."""
        told = self.call("Page.navigate", url=url)
        if "errorText" in told:
            raise BrowserError(f"{url}: {told['errorText']}")
        self.wait("document.readyState != 'loading'")

    def resize(self, width: int, height: int = 800) -> None:
        """Make the page so many CSS pixels wide and high."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def js(self, expression: str) -> Any:
        """The value of an expression in the page, awaited if it is a promise."""
        told = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in told:
            details = told["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return told["result"].get("value")

    def wait(self, expression: str, *, patience: float = PATIENCE) -> Any:
        """Wait until an expression is true; return its value. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        guarded = (
            f"(() => {{ try {{ return {expression} || null }} catch (e) {{ return null }} }})()"
        )
        while True:
            value = self.js(guarded)
            if value is not None:  # an element comes as {}
                return value
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"not so after {patience} s: {expression}\nfaults: {self.faults}\n"
                    f"the page says:\n{self.js('document.body.innerText')}"
                )
            time.sleep(TICK)

    def until(self, condition: Callable[[], object], *, patience: float = PATIENCE) -> None:
        """Wait until something is so outside the page."""
        wait_until(condition, patience, "what the page was to do", detail=self.text)

    def text(self, selector: str = "body") -> str:
        """What a person reads in the first element that matches."""
        return str(self.wait(f"({{ text: {_node(selector)}.innerText }})")["text"])

    def wait_text(self, text: str, selector: str = "body", *, patience: float = PATIENCE) -> None:
        """Wait until an element shows a text."""
        self.wait(f"{_node(selector)}.innerText.includes({json.dumps(text)})", patience=patience)

    def click(self, selector: str) -> None:
        """Click in the middle of the first element that matches, which must be there to be hit."""
        x, y = self.wait(
            f"""(() => {{
                const node = {_node(selector)};
                node.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = node.getBoundingClientRect();
                const x = box.x + box.width / 2, y = box.y + box.height / 2;
                const hit = document.elementFromPoint(x, y);
                return box.width && node.contains(hit) && !node.disabled ? [x, y] : null;
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press and release one of KEYS."""
        code, number, text = KEYS[key]
        common: dict[str, object] = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        common["modifiers"] = 8 if shift else 0
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def write(self, selector: str, text: str) -> None:
        """Replace what is in a field by what a person types."""
        self.js(f"(node => {{ node.focus(); node.value = ''; }})({_node(selector)})")
        self.call("Input.insertText", text=text)

    def hide(self) -> None:
        """Have another tab opened over this one."""
        own = {"url": "about:blank", "browserContextId": self._context}
        self._cover = self._browser.call("Target.createTarget", **own)["targetId"]

    def unhide(self) -> None:
        """Have that tab closed again."""
        self._browser.call("Target.closeTarget", targetId=self._cover)

    def picture(self, path: Path) -> None:
        """Write a picture of the whole page, or of the window while a dialog is open."""
        tall = self.js(
            "document.body.classList.contains('modal-overlay-active') ? 0"
            " : document.documentElement.scrollHeight"
        )
        width = self.js("innerWidth")
        if tall:
            self.resize(width, max(200, tall))
        told = self.call("Page.captureScreenshot", format="png")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(told["data"]))
        self.resize(width)


def _node(selector: str) -> str:
    return f"document.querySelector({json.dumps(selector)})"
