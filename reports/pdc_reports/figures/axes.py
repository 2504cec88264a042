"""Axes whose numbers are written as the reader's language writes them."""

from __future__ import annotations

from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from pdc_reports.numerals import number
from pdc_reports.text import Lang


def plain_numbers(axis: Axis, lang: Lang) -> None:
    """Write ticks as 1.234 or 0,25, with as many decimals as they need."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, lang)))


def tick(value: float, lang: Lang) -> str:
    """A tick's number with the fewest decimals (at most four) that say it."""
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9 * max(1, abs(value))), 4)
    return number(value, lang, decimals)
