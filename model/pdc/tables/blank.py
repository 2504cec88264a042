"""An empty workbook to fill in: every sheet, heading, note and drop-down, and a few marked example rows.

In Turkish its sheets and headings are Turkish too; the tables are read by either name.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pdc.base.folder import new_file
from pdc.tables.example_rows import cell
from pdc.tables.schema import Column, Table, heading_key
from pdc.tables.vocabulary import Vocabulary
from pdc.tables.words import Words
from pdc_common.text import LANGS, Lang, say

_LAST_ROW: Final = 1_048_575
_CREATED: Final = datetime.datetime(2006, 1, 1)
"""Fixed, so that the same template is the same bytes."""
_LISTS: Final = "lists"


@dataclass(frozen=True)
class _Formats:
    """Cell formats of the headings and of columns that hold text."""

    due: Any
    optional: Any
    text: Any
    example: Any


def template(out: Path, lang: Lang, vocabulary: Vocabulary) -> None:
    """Write the empty workbook to ``out``; notes, headings and names of sheets are in ``lang``.

    Its example rows (:mod:`pdc.tables.example_rows`) are refused where they are left in.

    A file that is there is replaced only if it is such a workbook, in either language; another one raises
    :class:`~pdc.base.folder.OutError`. Equal arguments give equal bytes.
    """
    others: tuple[Lang, ...] = tuple(one for one in LANGS if one != lang)
    new_file(out, [_workbook(one, vocabulary) for one in (lang, *others)])


def _workbook(lang: Lang, vocabulary: Vocabulary) -> bytes:
    """The empty workbook.

    Kinds, titles and statuses have drop-downs.
    """
    lists = _lists(vocabulary)
    import xlsxwriter  # noqa: PLC0415 - only an empty workbook needs it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    try:
        book.set_properties({"created": _CREATED})
        formats = _Formats(
            due=book.add_format({"bold": True, "bottom": 1, "bg_color": "#FFE699"}),
            optional=book.add_format({"bold": True, "bottom": 1, "bg_color": "#DDEBF7"}),
            text=book.add_format({"num_format": "@"}),
            example=book.add_format({"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2"}),
        )
        for table in vocabulary.schema.tables.values():
            _sheet(book, table, lang, formats, lists)
        _hidden_lists(book, lists)
    finally:
        book.close()
    return out.getvalue()


def _lists(vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    """Words to choose from, by type of column."""
    words = Words(vocabulary)
    return {
        "kind": words.kinds,
        "status": words.statuses,
        "title": words.titles,
        "planning_title": words.planning_titles,
    }


def _sheet(
    book: Any, table: Table, lang: Lang, formats: _Formats, lists: Mapping[str, tuple[str, ...]]
) -> None:
    sheet = book.add_worksheet(_sheet_name(table, lang))
    sheet.freeze_panes(1, 0)
    sheet.set_comments_author("pdc")
    for position, column in enumerate(table.columns):
        due = column.default is None and not column.blank
        width = max(12, len(column.name if lang == "en" else column.heading) + 3)
        sheet.set_column(position, position, width, formats.text if _is_text(column) else None)
        heading = column.heading if lang == "tr" else column.name
        sheet.write_string(0, position, heading, formats.due if due else formats.optional)
        sheet.write_comment(0, position, _note(column, lang, due), {"x_scale": 2, "y_scale": 1.2})
        if (rule := _rule(column, lists)) is not None:
            sheet.data_validation(1, position, _LAST_ROW, position, rule)
    for row, example in enumerate(table.examples, 1):
        for position, column in enumerate(table.columns):
            _example_cell(sheet, row, position, cell(column, example.get(column.name, ""), lang), formats)
        told = say("template.example", lang)
        sheet.write_comment(row, 0, told, {"x_scale": 2, "y_scale": 1.2})


def _example_cell(sheet: Any, row: int, position: int, text: str, formats: _Formats) -> None:
    if text and text.replace(".", "", 1).isdecimal():
        sheet.write_number(row, position, float(text), formats.example)
    elif text:
        sheet.write_string(row, position, text, formats.example)


def _sheet_name(table: Table, lang: Lang) -> str:
    """The table's name; in Turkish the Turkish one, where its law has not given it another."""
    name = say(f"template.sheet.{table.name}", lang)
    return name if heading_key(name) in map(heading_key, table.files) else table.name


def _is_text(column: Column) -> bool:
    """Codes keep their leading zeros, and statuses stay words."""
    return column.type in ("code", "reference", "status")


def _note(column: Column, lang: Lang, due: bool) -> str:
    lines = [column.name if lang == "tr" else column.name.replace("_", " "), column.note[lang]]
    if due:
        lines.append(say("template.due", lang))
    elif column.default:
        lines.append(say("template.default", lang, value=column.default))
    else:
        lines.append(say("template.optional", lang))
    return "\n".join(lines)


def _rule(column: Column, lists: Mapping[str, tuple[str, ...]]) -> dict[str, Any] | None:
    if column.type in lists:
        place = _column_letter(list(lists).index(column.type))
        source = f"={_LISTS}!${place}$1:${place}${len(lists[column.type])}"
        return {"validate": "list", "source": source}
    make = _RULES.get(column.type)
    return make(column) if make else None


def _column_letter(position: int) -> str:
    return "ABCDEFGH"[position]


def _hidden_lists(book: Any, lists: Mapping[str, tuple[str, ...]]) -> None:
    sheet = book.add_worksheet(_LISTS)
    for position, words in enumerate(lists.values()):
        sheet.write_column(0, position, words)
    sheet.hide()


def _whole(column: Column) -> dict[str, Any]:
    return {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": column.most}


def _between(column: Column) -> dict[str, Any]:
    return {"validate": "decimal", "criteria": "between", "minimum": column.least, "maximum": column.most}


def _above(column: Column) -> dict[str, Any]:
    return {"validate": "decimal", "criteria": ">", "value": 0}


_RULES: Final[Mapping[str, Callable[[Column], dict[str, Any]]]] = {
    "whole": _whole,
    "count": _whole,
    "flag": lambda column: {"validate": "list", "source": ["0", "1"]},
    "region": lambda column: {"validate": "list", "source": ["1", "2", "3", "4", "5", "6"]},
    "decimal": _between,
    "percent": _between,
    "degree": _between,
    "positive": _above,
}
