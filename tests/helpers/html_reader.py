"""Reads the pages as a test needs them: tables, headings, ids, links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "input", "br", "img"}


@dataclass
class Row:
    hidden: bool
    cells: list[str] = field(default_factory=list)


@dataclass
class Table:
    caption: str = ""
    keys: list[str] = field(default_factory=list)
    sorts: list[str | None] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def shown(self) -> list[list[str]]:
        return [row.cells for row in self.rows if not row.hidden]

    def column(self, key: str) -> list[str]:
        return [cells[self.keys.index(key)] for cells in self.shown()]


class Html(HTMLParser):
    """A parsed page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: dict[str, Table] = {}
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._table: Table | None = None
        self.feed(text)
        self.close()

    @classmethod
    def read(cls, path: Path) -> Html:
        return cls(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(int(tag[1]))
        if tag == "table":
            self._table = self.tables[str(found["id"])] = Table()
        table = self._table
        if table is not None:
            inside_body = any(name == "tbody" for name, _ in self._open)
            if tag == "th" and not inside_body:
                table.keys.append(str(found.get("data-key")))
                table.sorts.append(found.get("aria-sort"))
            elif tag == "tr" and inside_body:
                table.rows.append(Row("hidden" in found))
            elif tag in {"td", "th"}:
                table.rows[-1].cells.append("")
        if tag not in VOID:
            self._open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, _ = self._open.pop()
            if name == tag:
                break
        if tag == "table":
            self._table = None

    def handle_data(self, data: str) -> None:
        for _, attrs in self._open:
            if attrs.get("id"):
                self.text[str(attrs["id"])] = self.text.get(str(attrs["id"]), "") + data
        if self._table is None:
            return
        names = [name for name, _ in self._open]
        if names[-1:] == ["caption"]:
            self._table.caption += data
        elif "tbody" in names and self._table.rows and self._table.rows[-1].cells:
            self._table.rows[-1].cells[-1] += data.strip("\n")
