"""matplotlib's SVG, written faster: the same bytes.

A plan's figures have ten thousand dots, and matplotlib writes each in twenty steps. Here an element is one
line of text, and how a line or a dot looks is put into words once for all that look so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TextIO

from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.transforms import Transform

_ODD: Final = re.compile(r"[&<>\"]")
_outlines: dict[Any, str] = {}  # in words: letters are the same in all figures, and provinces in all maps


class Vector(RendererSVG):
    """Notes a figure as SVG. Were what it overrides no longer called, it would only take longer."""

    writer: Any

    def __init__(self, width: float, height: float, file: TextIO, **more: Any) -> None:
        new: Any = super().__init__
        new(width, height, file, **more)
        self._looks: dict[Any, tuple[dict[str, str], str]] = {}
        self._flipped: tuple[Any, Any] = (None, None)
        # So far a head was written, and within the one open element nothing is under way.
        self.writer = _Writer(file, "svg")

    def _get_style_dict(self, gc: GraphicsContextBase, rgbFace: Any) -> dict[str, str]:  # noqa: N803
        return dict(self._look(gc, rgbFace)[0])

    def _get_style(self, gc: GraphicsContextBase, rgbFace: Any) -> str:  # noqa: N803
        return self._look(gc, rgbFace)[1]

    def _make_flip_transform(self, transform: Transform) -> Any:
        if self._flipped[0] is not transform:  # many paths in a row have the same
            own: Any = super()
            self._flipped = transform, own._make_flip_transform(transform)
        return self._flipped[1]

    def _convert_path(
        self, path: Any, transform: Any = None, clip: Any = None, simplify: Any = None, sketch: Any = None
    ) -> str:
        own: Any = super()
        matrix = b""
        if transform is not None:
            if not transform.is_affine:
                return str(own._convert_path(path, transform, clip, simplify, sketch))
            matrix = transform.get_matrix().tobytes()
        codes = b"" if path.codes is None else path.codes.tobytes()
        page = (self.width, self.height) if clip else ()
        key = path.vertices.tobytes(), codes, matrix, page, simplify, sketch
        if key not in _outlines:
            _outlines[key] = own._convert_path(path, transform, clip, simplify, sketch)
        return _outlines[key]

    def _look(self, gc: Any, face: Any) -> tuple[dict[str, str], str]:
        """How something looks, as a dictionary and in one line."""
        offset, dashes = gc.get_dashes()
        key = (
            None if face is None else tuple(face), tuple(gc.get_rgb()), gc.get_linewidth(), gc.get_alpha(),
            gc.get_forced_alpha(), offset, None if dashes is None else tuple(dashes), gc.get_joinstyle(),
            gc.get_capstyle(), gc.get_hatch(),
        )  # fmt: skip
        if key not in self._looks:
            own: Any = super()
            style = own._get_style_dict(gc, face)
            self._looks[key] = style, "; ".join(f"{name}: {value}" for name, value in style.items())
        return self._looks[key]


class _Writer:
    """Writes elements as matplotlib's own writer does, from within one open element on."""

    def __init__(self, file: TextIO, tag: str) -> None:
        self._write, self.flush = file.write, file.flush
        self._tags = [tag]
        self._open = False  # does the last start still lack its ">"?
        self._texts: list[str] = []

    def start(self, tag: str, attrib: Mapping[str, str] | None = None, **extra: str) -> int:
        """Open an element; what it returns closes it."""
        self._settle(">\n")
        self._tags.append(tag)
        self._write(f"{' ' * (len(self._tags) - 1)}<{tag}{_attributes(attrib, extra)}")
        self._open = True
        return len(self._tags) - 1

    def element(
        self, tag: str, text: str | None = None, attrib: Mapping[str, str] | None = None, **extra: str
    ) -> None:
        """Write a whole element."""
        self._settle(">\n")
        end = f">{_escaped(text)}</{tag}>\n" if text else "/>\n"
        self._write(f"{' ' * len(self._tags)}<{tag}{_attributes(attrib, extra)}{end}")

    def data(self, text: str) -> None:
        """Write a text into the open element."""
        self._texts.append(text)

    def comment(self, comment: str) -> None:
        """Write a remark."""
        self._settle(">\n")
        told = re.sub(r"-(?=-)", "- ", _escaped(comment))
        self._write(f"{' ' * len(self._tags)}<!-- {told} -->\n")

    def end(self, tag: str | None = None, indent: bool = True) -> None:
        """Close the open element."""
        last = self._tags.pop()
        if tag and tag != last:
            raise ValueError(f"{last} is open, not {tag}")
        if self._texts:
            self._settle(">\n" if indent else ">")
        elif self._open:
            self._open = False
            self._write("/>\n")
            return
        self._write(f"{' ' * len(self._tags) if indent else ''}</{last}>\n")

    def close(self, number: int) -> None:
        """Close an element and all within it."""
        while len(self._tags) > number:
            self.end()

    def _settle(self, end: str) -> None:
        if self._open:
            self._write(end)
            self._open = False
        if self._texts:
            self._write(_escaped("".join(self._texts)))
            self._texts.clear()


def _attributes(one: Mapping[str, str] | None, more: Mapping[str, str]) -> str:
    both = {**one, **more} if one else more
    return "".join([f" {name}={_quoted(value)}" for name, value in both.items() if value])


def _quoted(value: str) -> str:
    if not _ODD.search(value):
        return f'"{value}"'
    if '"' not in value:
        return f'"{_escaped(value)}"'
    if "'" not in value:
        return f"'{_escaped(value)}'"
    return '"' + _escaped(value).replace("'", "&apos;").replace('"', "&quot;") + '"'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
