"""A real browser for tests: Chromium, controlled over a pipe."""

import base64
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

#: Path of Chromium; None if it is not installed.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

#: Highlight colour of quotes in the test pages; nothing else in them has it.
HIGHLIGHT = (0, 255, 0)
STYLE = "<style>::target-text { background: rgb(0, 255, 0); color: rgb(0, 255, 0) } body { line-height: 2 }</style>"


class Browser:
    """A window of 800 by 600 pixels."""

    def __init__(self, to: io.FileIO, back: io.BufferedReader) -> None:
        self._to = to
        self._back = back
        self._last = 0
        self._session: str | None = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")
        self._call("Emulation.setDeviceMetricsOverride", width=800, height=600, deviceScaleFactor=1, mobile=False)

    def open(self, address: str) -> None:
        """Navigate to an address as a reader does, and wait until the page has loaded."""
        self._call("Page.navigate", url="about:blank")
        self._call("Page.navigate", url=address)
        self.ask("document.readyState == 'complete' || new Promise(done => addEventListener('load', done))")

    def scrolled(self) -> float:
        """How far the page has scrolled, as soon as it has; 0 if it has not within some seconds."""
        scroll = "addEventListener('scroll', () => done(scrollY)); setTimeout(() => done(0), 5000)"
        return float(self.ask(f"scrollY || new Promise(done => {{ {scroll} }})"))

    def ask(self, script: str) -> Any:
        """The value of an expression in the page, as soon as it has one."""
        answer = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def highlighted(self) -> list[tuple[int, int]]:
        """The pixels of the window that are highlighted."""
        picture = Image.open(io.BytesIO(base64.b64decode(self._call("Page.captureScreenshot")["data"]))).convert("RGB")
        return [(x, y) for y, x in np.argwhere((np.asarray(picture) == HIGHLIGHT).all(axis=2)).tolist()]

    def _call(self, method: str, **parameters: Any) -> Any:
        self._last += 1
        session = {"sessionId": self._session} if self._session else {}
        self._to.write(
            json.dumps({"id": self._last, "method": method, "params": parameters, **session}).encode() + b"\0"
        )
        while True:
            received = bytearray()
            while (letter := self._back.read(1)) != b"\0":
                assert letter, "the browser has gone"
                received += letter
            message = json.loads(received)
            if message.get("id") == self._last:
                assert "error" not in message, message
                return message["result"]


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser, closed at the end; ``profile`` is a folder for its files."""
    assert CHROMIUM is not None
    read_there, write_here = os.pipe()
    read_here, write_there = os.pipe()
    options = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --remote-debugging-pipe"
    process = subprocess.Popen(
        [
            "bash",
            "-c",
            f'exec "$0" {options} --user-data-dir="$1" 3<&{read_there} 4>&{write_there}',
            CHROMIUM,
            str(profile),
        ],
        pass_fds=(read_there, write_there),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_there)
    os.close(write_there)
    with process, os.fdopen(write_here, "wb", buffering=0) as to, os.fdopen(read_here, "rb") as back:
        try:
            yield Browser(to, back)
        finally:
            process.kill()
