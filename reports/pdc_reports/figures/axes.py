"""Axes whose numbers are written as the reader's language writes them."""

from __future__ import annotations

from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from pdc_common.numerals import tick
from pdc_common.text import Lang


def plain_numbers(axis: Axis, lang: Lang) -> None:
    """Write ticks as 1.234 or 0,25, with as many decimals as they need."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, lang)))
