"""Seconds from letting go of a slider to painted numbers, in a browser: ``python benchmarks/explore.py``.

Starts the page on the built-in country, moves one number of the pharmacists and one of the nurses five times
each, to values that were not asked before, and says the median and the longest.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from helpers.chromium import browser, find_chromium

QUESTIONS = {
    "eczaci": ("B.5.3.e.beds_per_pharmacist", ("90", "80", "70", "60", "50")),
    "hemsire": ("B.4.a.8.beds_per_nurse", ("4", "5", "2", "6", "7")),
}
SHOWN = "document.body?.dataset.shown && !document.querySelector('.busy')"


def main() -> None:
    words = [sys.executable, str(ROOT / "solve.py"), "explore", "--no-browser"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert server.stdout is not None
    address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
    folder = Path(tempfile.mkdtemp())
    try:
        with browser(str(find_chromium()), folder) as page:
            page.look(1400)
            for title, (name, values) in QUESTIONS.items():
                page.open("about:blank")
                page.wait("location.href === 'about:blank'")
                page.open(f"{address}?title={title}")
                page.wait(f"location.href.startsWith('http') && {SHOWN}", 300)
                page.run(f"document.getElementById('word').value = '{name.rpartition('.')[0]}'")
                page.run("document.getElementById('search-form').requestSubmit()")
                slider = f"document.getElementById('r-{name}')"
                page.wait(slider)
                seconds = []
                for value in values:
                    # Two frames after the numbers are there they are on the screen.
                    took = page.run(
                        f"(async () => {{ const s = {slider}; s.value = '{value}';"
                        "const start = performance.now();"
                        "for (const kind of ['input', 'change'])"
                        " s.dispatchEvent(new Event(kind, { bubbles: true }));"
                        "const frame = () => new Promise(requestAnimationFrame);"
                        "while (document.querySelector('.busy')) await frame(); await frame(); await frame();"
                        "return performance.now() - start; })()"
                    )
                    seconds.append(float(took) / 1000)
                print(f"{title:10} median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s")
    finally:
        server.terminate()
        server.wait(30)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
