"""Explanations of many cells in the least space: every sentence once, gzip, base64, for a page to unpack."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Sequence

from pdc_reports.explain.cell import Part


class Pack:
    """Sentences by number, and the cells that they explain."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.cells: dict[str, list[list[int]]] = {}

    def add(self, key: str, heading: str, parts: Iterable[Part]) -> None:
        """Explain the cell ``key``: a heading, then each part's heading with its lines."""
        groups = [[self._at(heading)]]
        groups += [[self._at(part.heading), *map(self._at, part.lines)] for part in parts]
        self.cells[key] = groups

    def _at(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))

    def text(self) -> str:
        """Base64 of gzipped JSON: ``{"t": texts, "c": {key: [[heading], [part, line …] …]}}``."""
        content = {"t": list(self.texts), "c": self.cells}
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.b64encode(gzip.compress(plain, compresslevel=6, mtime=0)).decode()


def unpack(text: str) -> dict[str, list[list[str]]]:
    """Cells of a pack with their sentences, as the page's script reads them."""
    content = json.loads(gzip.decompress(base64.b64decode(text)))
    texts: Sequence[str] = content["t"]
    return {key: [[texts[i] for i in group] for group in groups] for key, groups in content["c"].items()}
