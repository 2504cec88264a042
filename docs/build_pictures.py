"""The pictures of the README, from a real run: ``python docs/build_pictures.py`` (needs chromium).

The page with one question, and the map of what differs; WebP, so that a clone stays small.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from helpers.chromium import Browser, browser, find_chromium

QUESTION = "?title=eczaci&set=B.5.3.e.beds_per_pharmacist%3D50"
CLAUSE = "B.5.3.e"
QUALITY = 62


def main() -> None:
    """Start the page, ask, take the pictures."""
    words = [sys.executable, str(ROOT / "solve.py"), "explore", "--no-browser", "--lang", "en"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert server.stdout is not None
    address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
    try:
        with browser(str(find_chromium()), Path(tempfile.mkdtemp())) as page:
            page.look(1280, 900)
            page.open(address + QUESTION)
            page.wait("document.body?.dataset.shown && !document.querySelector('.busy')", 300)
            page.run(f"document.getElementById('word').value = '{CLAUSE}'")
            page.run("document.getElementById('search-form').requestSubmit()")
            page.wait("document.querySelector('.field')")
            save(page, "explore")
            box = page.run(
                "(() => { const b = document.querySelector('figure.map').getBoundingClientRect();"
                "return [b.left + scrollX, b.top + scrollY, b.width, b.height]; })()"
            )
            save(page, "map", dict(zip(("x", "y", "width", "height"), box, strict=True)))
    finally:
        server.terminate()
        server.wait(30)


def save(page: Browser, name: str, clip: dict[str, float] | None = None) -> None:
    """A picture of the window, or of a part of the page."""
    part = {"clip": {**clip, "scale": 1}, "captureBeyondViewport": True} if clip else {}
    found = page.tell("Page.captureScreenshot", format="webp", quality=QUALITY, **part)
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.webp").write_bytes(base64.b64decode(found["data"]))


if __name__ == "__main__":
    main()
