"""Did you mean …?: what rapidfuzz finds most alike, and rapidfuzz only where something may be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from pdc_common.likeness import did_you_mean

ROOT = Path(__file__).resolve().parents[2]
WORDS = st.text("abcş_", max_size=8)


@given(WORDS, st.lists(WORDS, max_size=6), st.sampled_from([0, 20, 100 / 3, 50, 200 / 3, 80, 90, 100]))
def test_the_word_is_the_one_most_alike(text: str, among: list[str], least: float) -> None:
    best = process.extractOne(text, among, scorer=fuzz.ratio, score_cutoff=least)
    assert did_you_mean(text, among, least) == (best[0] if best else "")


def test_words_without_common_letters_do_not_wait_for_rapidfuzz() -> None:
    code = f"""
import sys
sys.path[:0] = {[str(ROOT / "model")]!r}
from pdc_common.likeness import did_you_mean
assert did_you_mean("nefroloji", ["kardiyoloji", "gastroenteroloji"], 90) == ""
assert "rapidfuzz" not in sys.modules
assert did_you_mean("kardiyoloj", ["nefroloji", "kardiyoloji"], 90) == "kardiyoloji"
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
