"""Axes whose numbers are written as the reader's language writes them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from pdc_common.numerals import tick
from pdc_common.text import Lang


def plain_numbers(axis: Axis, lang: Lang) -> None:
    """Write ticks as 1.234 or 0,25, with as many decimals as they need."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, lang)))


def shares(ax: Axes, lang: Lang) -> None:
    """Both axes from 0 to 1, of the same length, with a grid below what is drawn."""
    ax.set_aspect("equal")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    plain_numbers(ax.xaxis, lang)
    plain_numbers(ax.yaxis, lang)
    ax.grid(True, linewidth=0.6)
    ax.set_axisbelow(True)
