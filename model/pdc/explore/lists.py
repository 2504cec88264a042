"""Numbers of the law that are lists: bands, tables by place, lists of kinds. Each entry has a field.

A list travels as one line of TOML, always written the same way (:func:`list_text`), so that the page, the
address, the chip and the scenario file hold one text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import tomli

from pdc.base.exact import Fraction
from pdc.country.country import Country
from pdc.law.rulebook import Parameter, Rulebook
from pdc_common.text import Lang, say

BY_PLATE: Final = "by plate code"


def list_text(value: Any) -> str:
    """A list or a table of the law in one line: ``[[3000, 3], [30000, 4]]``, ``{ "34" = 25 }``."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_text(str(key))} = {list_text(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(list_text, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):.12g}"
    return str(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_list(text: str) -> str | None:
    """The same list as pdc writes it; None where the text is none."""
    if text[:1] not in ("[", "{") or "\n" in text:
        return None
    try:
        value = tomli.loads(f"x = {text}", parse_float=Decimal)
    except (tomli.TOMLDecodeError, RecursionError, ValueError):
        return None
    found = value.get("x")
    whole = len(value) == 1 and isinstance(found, (list, dict))
    return list_text(found) if whole else None


def list_field(parameter: Parameter, book: Rulebook, country: Country, lang: Lang) -> dict[str, Any] | None:
    """What the page shows of a list: its shape and an entry a field; None where it is no list.

    ``pairs``: rows of numbers under ``heads``. ``table``: ``(key, name, value)``, numbers or titles.
    ``names``: ``(code, name)`` of what the law lists, ``more`` what could be added.
    """
    value = parameter.value
    if isinstance(value, Mapping):
        names = _names_of_keys(parameter, country)
        rows = [(key, names.get(key, key), list_text(one).strip('"')) for key, one in value.items()]
        numbers = all(isinstance(one, (int, Fraction)) for one in value.values())
        return {"kind": "list", "shape": "table", "rows": rows, "numbers": numbers}
    if not isinstance(value, tuple) or not value:
        return None
    if all(isinstance(one, tuple) for one in value):
        heads = _heads(parameter, len(value[0]), lang)
        rows_ = [[list_text(one) for one in row] for row in value]
        return {"kind": "list", "shape": "pairs", "heads": heads, "rows": rows_}
    if all(isinstance(one, str) for one in value):
        known = _vocabulary(value, book, lang)
        rows = [(code, known.get(code, code), code) for code in value]
        more = [(code, name) for code, name in known.items() if code not in value]
        return {"kind": "list", "shape": "names", "rows": rows, "more": more}
    return None


def _heads(parameter: Parameter, count: int, lang: Lang) -> list[str]:
    """Headings of the columns, from the unit: ``[people up to, posts]``."""
    parts = [part.strip() for part in parameter.unit.strip("[]").split(",")]
    if len(parts) != count:
        return [str(i) for i in range(1, count + 1)]
    told = {"people up to": say("explore.unit.people_up_to", lang), "posts": say("explore.unit.posts", lang)}
    return [told.get(part, part) for part in parts]


def _names_of_keys(parameter: Parameter, country: Country) -> dict[str, str]:
    if not parameter.unit.endswith(BY_PLATE) and parameter.unit != "plate code":
        return {}
    codes = map(str, country.codes("province"))
    return dict(zip(codes, country.place_names["province"], strict=True))


def _vocabulary(value: tuple[Any, ...], book: Rulebook, lang: Lang) -> dict[str, str]:
    """What could stand in the list: kinds of unit, titles or branches, whichever has all that is there."""
    kinds = {kind.code: kind.name[lang] for kind in book.schema.kinds}
    titles = {title.code: title.name[lang] for title in book.titles}
    branches = {title.branch: title.name[lang] for title in book.titles if title.branch}
    for known in (kinds, titles, branches):
        if set(value) <= set(known):
            return known
    return {**kinds, **titles, **branches} if set(value) & {*kinds, *titles, *branches} else {}
