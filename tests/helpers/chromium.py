"""Chromium by its own protocol: open a page, run script in it, press keys, drag, take pictures."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PATIENCE = 60.0


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Browser:
    """One page of a headless browser."""

    def __init__(self, line: ClientConnection) -> None:
        self.line, self.count = line, 0
        self.session = ""
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.tell("Page.enable")
        self.tell("Runtime.enable")

    def tell(self, method: str, **params: Any) -> dict[str, Any]:
        self.count += 1
        said: dict[str, Any] = {"id": self.count, "method": method, "params": params}
        if self.session:
            said["sessionId"] = self.session
        self.line.send(json.dumps(said))
        while True:
            found = json.loads(self.line.recv(timeout=PATIENCE))
            if found.get("id") == self.count:
                assert "error" not in found, found
                return dict(found["result"])

    def look(self, width: int, height: int = 900, dark: bool = False) -> None:
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = "dark" if dark else "light"
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, address: str) -> None:
        self.tell("Page.navigate", url=address)

    def run(self, script: str) -> Any:
        found = self.tell("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait(self, script: str, patience: float = PATIENCE) -> Any:
        """Until the script's value is true (an element comes as an empty dictionary)."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            value = self.run(script)
            if value or value == {}:
                return value
            time.sleep(0.03)
        raise AssertionError(f"never: {script}")

    def key(self, key: str, code: str = "", ctrl: bool = False, number: int = 0) -> None:
        named = {"key": key, "code": code or key, "modifiers": 2 if ctrl else 0, "windowsVirtualKeyCode": number}
        self.tell("Input.dispatchKeyEvent", type="rawKeyDown", **named)
        self.tell("Input.dispatchKeyEvent", type="keyUp", **named)

    def text(self, text: str) -> None:
        self.tell("Input.insertText", text=text)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = "Input.dispatchMouseEvent"
        self.tell(mouse, type="mousePressed", x=start[0], y=start[1], button="left", clickCount=1, buttons=1)
        for k in range(1, 6):
            x, y = (a + (b - a) * k / 5 for a, b in zip(start, end, strict=True))
            self.tell(mouse, type="mouseMoved", x=x, y=y, button="left", buttons=1)
        self.tell(mouse, type="mouseReleased", x=end[0], y=end[1], button="left", clickCount=1)

    def picture(self, path: Path, whole: bool = False) -> Path:
        found = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))
        return path


@contextmanager
def browser(command: str, folder: Path) -> Iterator[Browser]:
    """A browser that ends with the block."""
    words = [
        command, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
        f"--user-data-dir={folder}", "about:blank",
    ]  # fmt: skip
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        address = next(line for line in process.stderr if "DevTools listening on " in line).split(" on ", 1)[1]
        with connect(address.strip(), max_size=None) as line:
            yield Browser(line)
    finally:
        process.terminate()
        process.wait(30)
        if process.stderr is not None:
            process.stderr.close()
