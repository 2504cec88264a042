"""Templates, style and script of the pages."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pdc_common.text import say
from pdc_reports.folder.views import fingerprint, is_approved, state_line
from pdc_reports.pages.parts.cells import row_html
from pdc_reports.pages.parts.edition import Edition


@cache
def environment() -> Environment:
    """Templates of the package; everything is escaped, and a misspelt name is an error."""
    made = Environment(
        loader=PackageLoader("pdc_reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["row_html"] = row_html
    return made


@cache
def asset(name: str) -> Markup:
    """Style or script, to be put into the page as it stands: a page needs no second file."""
    return Markup((resources.files("pdc_reports") / "templates" / name).read_text("utf-8"))


def common(edition: Edition) -> dict[str, Any]:
    """What every page needs: words, state, fingerprints, style and script."""
    tables, lang = edition.tables, edition.lang
    words = {key: edition.say(f"script.{key}") for key in ("found", "no_number", "no_why")}
    return {
        "lang": lang,
        "t": lambda key, **values: say(f"reports.{key}", lang, **values),
        "state": state_line(tables, lang),
        "approved": is_approved(tables),
        "data_print": fingerprint(tables, "data"),
        "rulebook_print": fingerprint(tables, "rulebook"),
        "version": str(tables.summary.get("pdc") or "–"),
        "style": asset("style.css"),
        "script": asset("script.js"),
        "words": script_json(words),
    }


def script_json(value: object) -> Markup:
    """JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))
