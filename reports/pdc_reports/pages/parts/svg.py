"""Small drawings inside the page: plain SVG that takes its colours from the page's style sheet."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from markupsafe import Markup, escape

from pdc_common.fairness import lorenz
from pdc_common.numerals import tick
from pdc_common.text import Lang, say
from pdc_reports.folder.views import ByProvince

Numbers = npt.NDArray[np.float64]
STRIP_WIDTH: Final = 400
STRIP_TICKS: Final = (-100, -10, -1, 0, 1, 10, 100)
_STRIP_END: Final = 300.0


def scatter(numbers: ByProvince, names: Sequence[str], lang: Lang) -> Markup:
    """Inside of the plot of targets (log) against posts − target (see :func:`symlog`), the largest named."""
    left, right, top, bottom = 50.0, 432.0, 14.0, 236.0
    q, d = numbers.target, numbers.deviation
    known = np.flatnonzero(~np.isnan(d) & (q > 0))
    if not known.size:
        return Markup("")
    low, high = math.log10(float(q[known].min())), math.log10(float(q[known].max()))
    low, high = low - 0.08, max(high, low + 0.3) + 0.08
    reach = max(2.0, float(np.abs(d[known]).max())) * 1.3
    y_ticks = [v for v in (-1000, -100, -10, -1, 0, 1, 10, 100, 1000) if abs(v) <= reach]

    def x_of(value: float) -> float:
        return left + (math.log10(value) - low) / (high - low) * (right - left)

    def y_of(value: float) -> float:
        return (top + bottom) / 2 - symlog(value, reach) * (bottom - top) / 2

    x_ticks = [m * 10.0**e for e in range(-4, 7) for m in ((1,) if high - low > 1.2 else (1, 2, 5))]
    parts = [
        grid_x(x_of, [v for v in x_ticks if low <= math.log10(v) <= high], top, bottom, lang),
        grid_y(y_of, y_ticks, left, right, lang),
        f'<path class="axis" d="M{left:.0f} {y_of(0):.1f}H{right:.0f}"/>',
        dots(((x_of(float(q[i])), y_of(float(d[i]))) for i in known), "dots"),
    ]
    taken: list[tuple[float, float]] = []
    for i in known[np.argsort(-np.abs(d[known]), kind="stable")][:6]:
        x, y = x_of(float(q[i])), y_of(float(d[i]))
        if abs(d[i]) < 0.5 or any(abs(x - a) < 90 and abs(y - b) < 14 for a, b in taken):
            continue
        taken.append((x, y))
        end = x > (left + right) / 2
        parts.append(
            f'<text class="name" x="{x - 6 if end else x + 6:.1f}" y="{y + 3.5:.1f}"'
            f' text-anchor="{"end" if end else "start"}">{escape(names[i])}</text>'
        )
    parts.append(label(right, 268, "end", say("reports.figure.target_axis", lang)))
    parts.append(label(left, 9, "start", say("reports.figure.deviation_axis", lang)))
    return Markup("".join(parts))


def lorenz_plot(numbers: ByProvince, lang: Lang) -> Markup:
    """Inside of the Lorenz plot: equality, filled posts (dashed), plan."""
    curves = []
    for posts, css in ((numbers.filled, "before"), (numbers.posts, "after")):
        known = (numbers.people > 0) & ~np.isnan(posts)
        if known.any() and posts[known].sum() > 0:
            curves.append((css, *lorenz(numbers.people[known], posts[known])))
    x_axis, y_axis = (say(f"reports.page.{axis}_axis", lang) for axis in ("people", "posts"))
    return square_plot(curves, x_axis, y_axis, lang)


def square_plot(
    curves: Sequence[tuple[str, Numbers, Numbers]], x_axis: str, y_axis: str, lang: Lang
) -> Markup:
    """Curves (style, X, Y) of cumulative shares in a square, with its diagonal."""
    left, right, top, bottom = 38.0, 268.0, 8.0, 238.0
    parts = []
    for i in range(6):
        x, y = left + i / 5 * (right - left), bottom - i / 5 * (bottom - top)
        parts.append(
            f'<path class="grid" d="M{x:.0f} {top:.0f}V{bottom:.0f}M{left:.0f} {y:.0f}H{right:.0f}"/>'
        )
        parts.append(_text(x, bottom + 14, "middle", tick(i / 5, lang)))
        parts.append(_text(left - 5, y + 3.5, "end", tick(i / 5, lang)))
    parts.append(f'<path class="axis" d="M{left:.0f} {bottom:.0f}L{right:.0f} {top:.0f}"/>')
    for css, xs, ys in curves:
        points = [
            f"{left + x * (right - left):.1f} {bottom - y * (bottom - top):.1f}"
            for x, y in zip(xs, ys, strict=True)
        ]
        parts.append(f'<path class="{css}" d="M{"L".join(points)}"/>')
    parts.append(label(right, 268, "end", x_axis))
    parts.append(_text(left + 6, top + 12, "start", y_axis))
    return Markup("".join(parts))


def strip(deviations: Numbers) -> Markup:
    """One line of dots, a province each, by posts − target (linear to ±1, then logarithmic)."""
    known = deviations[~np.isnan(deviations)]
    # Many provinces share a place on the line: steps up and down keep them apart, the same way each time.
    steps = [5 + (i * 7 % 5 - 2) * 1.4 for i in range(len(known))]
    return Markup(dots(((strip_x(float(v)), y) for v, y in zip(np.sort(known), steps, strict=True)), "dots"))


def strip_x(value: float) -> float:
    """Place of a deviation on the strip, in its own units (0 … ``STRIP_WIDTH``)."""
    return round(STRIP_WIDTH / 2 + symlog(value, _STRIP_END) * (STRIP_WIDTH / 2 - 6), 1)


def symlog(value: float, reach: float) -> float:
    """Place of a value between −1 (−reach) and 1 (reach): linear within ±1, logarithmic beyond."""
    size = min(abs(value), reach)
    share = size if size <= 1 else 1 + math.log10(size)
    return math.copysign(share / (1 + math.log10(reach)), value)


def grid_x(
    at: Callable[[float], float], ticks: Sequence[float], top: float, bottom: float, lang: Lang
) -> str:
    """Vertical lines of a grid with their numbers below."""
    lines = "".join(f"M{at(v):.1f} {top:.0f}V{bottom:.0f}" for v in ticks)
    texts = "".join(_text(at(v), bottom + 14, "middle", tick(v, lang)) for v in ticks)
    return f'<path class="grid" d="{lines}"/>{texts}'


def grid_y(
    at: Callable[[float], float], ticks: Sequence[float], left: float, right: float, lang: Lang
) -> str:
    """Horizontal lines of a grid with their numbers at the left."""
    lines = "".join(f"M{left:.0f} {at(v):.1f}H{right:.0f}" for v in ticks)
    texts = "".join(_text(left - 5, at(v) + 3.5, "end", tick(v, lang)) for v in ticks)
    return f'<path class="grid" d="{lines}"/>{texts}'


def dots(points: Iterable[tuple[float, float]], css: str) -> str:
    """Dots at some points, one path for all."""
    # A line of no length with round ends is a dot: a tenth of the bytes of a circle element.
    moves = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
    return f'<path class="{css}" d="{moves}"/>'


def _text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def label(x: float, y: float, anchor: str, text: str) -> str:
    """Label of an axis."""
    return f'<text class="label" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
