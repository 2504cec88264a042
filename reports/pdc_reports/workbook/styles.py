"""Cell formats of the workbook, by name."""

from __future__ import annotations

from typing import Any, Final

_FONT: Final = {"font_name": "Calibri", "font_size": 10, "valign": "vcenter"}
_CELL: Final = {**_FONT, "border": 1, "border_color": "#9AA5B1"}
_HEAD: Final = {**_CELL, "bold": True, "bg_color": "#E4EAF1", "align": "center", "text_wrap": True}
_SUB: Final = {**_CELL, "bold": True, "bg_color": "#F1F5F9"}
_SUM: Final = {**_CELL, "bold": True, "bg_color": "#CFDAE6", "top": 2}
# 0 is a dash: it stays a number, and stands apart from a cell that is empty.
# A number too wide for its column shrinks: #### on a signed table would be no number at all.
_POSTS: Final = {"num_format": '#,##0;\u2212#,##0;"–"', "align": "right", "shrink": True}
_SOFT: Final = "#475569"
# Service groups from the first to the last; more groups than colours share the last.
GROUP_COLOURS: Final = ("#c6dbef", "#e5eef7", "#fdeccf", "#fbcf9d")

FORMATS: Final[dict[str, dict[str, Any]]] = {
    "title": {**_FONT, "bold": True, "font_size": 15},
    "draft": {**_FONT, "bold": True, "font_color": "#A3320B"},
    "approved": {**_FONT, "bold": True, "font_color": "#14532D"},
    "line": {**_FONT, "font_color": _SOFT},
    "section": {**_FONT, "bold": True, "font_size": 12, "bottom": 2, "bottom_color": "#1F3A5F"},
    "head": _HEAD,
    "group": {**_HEAD, "bg_color": "#CFDAE6"},
    "rotated": {**_HEAD, "rotation": 90, "bold": False},
    "text": {**_CELL, "align": "left", "indent": 1},
    "name": {**_CELL, "align": "left", "indent": 1, "shrink": True},
    "indented": {**_CELL, "indent": 2},
    "wrap": {**_CELL, "align": "left", "text_wrap": True, "valign": "top", "indent": 1},
    "empty": {"border": 1, "border_color": "#9AA5B1"},
    "code": {**_CELL, "font_color": _SOFT, "font_size": 8, "indent": 1},
    "plate": {**_CELL, "num_format": "00", "align": "center"},
    "posts": {**_CELL, **_POSTS},
    "people": {**_CELL, "num_format": "#,##0", "align": "right"},
    "rate": {**_CELL, "num_format": "0.0%", "align": "right"},
    "sub_rate": {**_SUB, "num_format": "0.0%", "align": "right"},
    "sum_rate": {**_SUM, "num_format": "0.0%", "align": "right"},
    **{
        f"group_{i}": {**_CELL, "align": "center", "bg_color": colour}
        for i, colour in enumerate(GROUP_COLOURS)
    },
    "letterhead": {**_FONT, "bold": True, "font_size": 12, "align": "center"},
    "paragraph": {**_FONT, "font_color": _SOFT, "text_wrap": True, "valign": "top"},
    "fact": {**_FONT, "align": "left"},
    "decimal": {**_CELL, "num_format": "#,##0.00", "align": "right"},
    "sub_text": {**_SUB, "indent": 1},
    "sub_plate": {**_SUB, "num_format": "00", "align": "center"},
    "sub_posts": {**_SUB, **_POSTS},
    "sum_text": {**_SUM, "indent": 1},
    "sum_posts": {**_SUM, **_POSTS},
    "sign_head": {**_FONT, "bold": True, "align": "center", "top": 1},
    "sign": {**_FONT, "font_color": _SOFT},
}
