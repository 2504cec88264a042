"""A Word document in our style: a thin layer over python-docx.

Headings, paragraphs, pictures, and tables whose header row is repeated on every page and whose rows are
never parted. The file is the same to the byte whenever it is written.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

_FONT: Final = "Calibri"
_DARK, _SOFT, _RED, _GREEN = (
    RGBColor(*one) for one in ((31, 58, 95), (71, 85, 105), (163, 50, 11), (20, 83, 45))
)
_HEAD_FILL, _SUM_FILL = "E4EAF1", "F1F5F9"
WIDTH: Final = 17.0
"""Centimetres between the margins of an A4 page."""

_LETTER: Final = 0.66  # of its size: the width of a letter in the fonts that stand in for Calibri
_BESIDE: Final = 0.22  # centimetres of a cell that no text takes
_TOGETHER: Final = 3  # rows at the end of a table that no page parts

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
_LANGUAGE: Final = {"tr": "tr-TR", "en": "en-GB"}


def fitting(widths: Sequence[float], rows: Sequence[Sequence[str]], size: float) -> list[float]:
    """Widths (cm) of the same sum in which no column parts a word (of texts of ``size`` points).

    Whoever has no room takes it from those who have some, in proportion; where all together have too
    little, each keeps what it was given.
    """
    longest = [
        max((len(word) for text in column for word in text.split()), default=0)
        for column in zip(*rows, strict=True)
    ]
    needs = [letters * size * _LETTER * Pt(1) / Cm(1) + _BESIDE for letters in longest]
    lacks = sum(max(0.0, need - width) for need, width in zip(needs, widths, strict=True))
    spare = sum(max(0.0, width - need) for need, width in zip(needs, widths, strict=True))
    if lacks > spare:
        return list(widths)
    part = lacks / spare if spare else 0.0
    return [
        need if width <= need else width - (width - need) * part
        for need, width in zip(needs, widths, strict=True)
    ]


def _simple(texts: Sequence[str]) -> bool:
    """Are these texts without breaks, tabs or blanks at their ends, and none of them empty?"""
    return all(text and text == text.strip() and text.isprintable() for text in texts)


def _with_texts(row: Any, texts: Sequence[str]) -> Any:
    """A row of a table with other texts in its cells."""
    for mark, text in zip(row.iter(qn("w:t")), texts, strict=True):
        mark.text = text
    return row


class Paper:
    """The document being written."""

    def __init__(self, lang: str, title: str, made: datetime) -> None:
        self.document: Any = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin, section.bottom_margin = Cm(2), Cm(1.8)
        self._styles(lang)
        core = self.document.core_properties
        core.title, core.author, core.comments, core.language = title, "pdc", "", _LANGUAGE[lang]
        core.created = core.modified = core.last_printed = made
        core.last_modified_by, core.revision = "pdc", 1

    def _styles(self, lang: str) -> None:
        styles = self.document.styles
        for name, size in (("Normal", 10), ("Heading 1", 14), ("Heading 2", 11.5), ("Caption", 9)):
            style = styles[name]
            style.font.name, style.font.size = _FONT, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{kind}"), _FONT)
            for theme in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            style.paragraph_format.space_after = Pt(4)
            if name != "Normal":
                style.font.color.rgb, style.font.bold, style.font.italic = _DARK, name != "Caption", False
        styles["Heading 1"].paragraph_format.space_before = Pt(14)
        for language in self.document.element.iter(qn("w:lang")):
            language.set(qn("w:val"), _LANGUAGE[lang])
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), _LANGUAGE[lang])

    def running(self, head: str, foot: str, page: str) -> None:
        """Header and footer of every page; ``page`` has ``{page}`` and ``{pages}``."""
        section = self.document.sections[0]
        self._run(section.header.paragraphs[0], head, size=8, colour=_SOFT)
        paragraph = section.footer.paragraphs[0]
        # The footer's own style has a stop in the middle, which would take the page number.
        paragraph.style = self.document.styles["Normal"]
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        self._run(paragraph, f"{foot}\t", size=8, colour=_SOFT)
        before, _, rest = page.partition("{page}")
        middle, _, after = rest.partition("{pages}")
        for text, field in ((before, "PAGE"), (middle, "NUMPAGES"), (after, "")):
            self._run(paragraph, text, size=8, colour=_SOFT)
            if field:
                self._field(paragraph, field)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading."""
        self.document.add_heading(text, level)

    def text(
        self, text: str, *, bold: bool = False, size: float = 0, centre: bool = False, tone: str = "",
        after: float = 4,
        keep: bool = False,
    ) -> None:  # fmt: skip
        """A paragraph; ``tone`` is ``soft``, ``draft`` or ``approved``; ``keep``: with what follows."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = keep or None
        paragraph.paragraph_format.space_after = Pt(after)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        colour = {"soft": _SOFT, "draft": _RED, "approved": _GREEN}.get(tone)
        self._run(paragraph, text, bold=bold, size=size, colour=colour)

    def points(self, texts: Sequence[str]) -> None:
        """A list."""
        for text in texts:
            paragraph = self.document.add_paragraph(style="List Bullet")
            paragraph.paragraph_format.space_after = Pt(2)
            self._run(paragraph, text)

    def picture(self, path: Path, alternative: str, width: float = WIDTH) -> None:
        """A picture as wide as the text, or ``width`` centimetres; ``alternative`` says what it shows."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shape = paragraph.add_run().add_picture(str(path), width=Cm(width))
        shape._inline.docPr.set("descr", alternative)

    def pictures(self, paths: Sequence[tuple[Path, str]]) -> None:
        """Pictures side by side, each with what it shows."""
        table = self.document.add_table(rows=1, cols=len(paths))
        for cell, (path, alternative) in zip(table.rows[0].cells, paths, strict=True):
            shape = cell.paragraphs[0].add_run().add_picture(str(path), width=Cm(WIDTH / len(paths) - 0.4))
            shape._inline.docPr.set("descr", alternative)

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *,
        numbers: int = 0, total: bool = False, size: float = 8.5,
    ) -> None:  # fmt: skip
        """A table; the last ``numbers`` columns stand at the right, with ``total`` the last row is a sum."""
        table = self.document.add_table(rows=0, cols=len(heads))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        self._margins(table)
        widths = fitting(widths, [heads, *rows], size)
        for grid, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            grid.w = Cm(width)
        model: Any = None  # a row as the others are: python-docx asks for each of its cells again and again
        for number, row in enumerate([heads, *rows]):
            special = number == 0 or (total and number == len(rows))
            if model is not None and not special and _simple(row):
                table._tbl.append(_with_texts(deepcopy(model), row))
                continue
            self._row(table, row, widths, numbers, size, head=number == 0, strong=special and number > 0)
            if not special and _simple(row):
                model = table.rows[-1]._tr
        for row in table.rows[max(1, len(rows) + 1 - _TOGETHER) : -1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def _margins(self, table: Any) -> None:
        """A millimetre beside the text of each cell: narrow columns have room for their headings."""
        margins = OxmlElement("w:tblCellMar")
        for side, width in (("top", 20), ("left", 57), ("bottom", 20), ("right", 57)):
            mark = OxmlElement(f"w:{side}")
            mark.set(qn("w:w"), str(width))
            mark.set(qn("w:type"), "dxa")
            margins.append(mark)
        table._tbl.tblPr.append(margins)

    def _row(
        self, table: Any, texts: Sequence[str], widths: Sequence[float], numbers: int, size: float, *,
        head: bool, strong: bool,
    ) -> None:  # fmt: skip
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if head:
            properties.append(OxmlElement("w:tblHeader"))
        for i, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if head and i >= len(texts) - numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif i >= len(texts) - numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._run(paragraph, text, bold=head or strong, size=size - head)
            if head or strong:
                shade = OxmlElement("w:shd")
                for key, value in (
                    ("val", "clear"),
                    ("color", "auto"),
                    ("fill", _HEAD_FILL if head else _SUM_FILL),
                ):
                    shade.set(qn(f"w:{key}"), value)
                cell._tc.get_or_add_tcPr().append(shade)

    def signatures(self, roles: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Places to sign side by side, kept together on a page: a role and its lines each."""
        table = self.document.add_table(rows=1, cols=len(roles))
        for cell, (role, lines) in zip(table.rows[0].cells, roles, strict=True):
            first = cell.paragraphs[0]
            first.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(first, role, bold=True)
            for text in lines:
                paragraph = cell.add_paragraph()
                paragraph.paragraph_format.space_before = Pt(8)
                self._run(paragraph, text, colour=_SOFT)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))

    def new_page(self) -> None:
        """The next heading begins a page."""
        self.document.add_page_break()

    def save(self, path: Path) -> None:
        """Write the file: python-docx stamps its parts with the time of writing, which is taken out again."""
        raw = io.BytesIO()
        pictures = {}
        for part in self.document.part.package.image_parts:
            pictures[part.partname.lstrip("/")] = part.blob
            part._blob = b""  # python-docx would pack what is packed
        self.document.save(raw)
        with zipfile.ZipFile(raw) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name in parts.namelist():
                info = zipfile.ZipInfo(name, _NO_TIME)
                # Pictures are packed already.
                info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                out.writestr(info, pictures[name] if name in pictures else parts.read(name))

    def _run(
        self, paragraph: Any, text: str, *, bold: bool = False, size: float = 0, colour: Any = None
    ) -> None:
        run = paragraph.add_run(text)
        run.bold = bold or None
        if size:
            run.font.size = Pt(size)
        if colour is not None:
            run.font.color.rgb = colour

    def _field(self, paragraph: Any, name: str) -> None:
        """A number that Word fills in: the page, or how many there are."""
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), name)
        run = paragraph.add_run("1")
        run.font.size = Pt(8)
        run.font.color.rgb = _SOFT
        field.append(run._r)
        paragraph._p.append(field)
