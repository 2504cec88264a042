"""Write an audit: tables, summary, then the page made from those files alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from pdc.ask.audit.result import Audit, Where, audit_frame
from pdc.ask.audit.tables import doubts_frame, level_frame, summary
from pdc.base.folder import Folder, place, to_csv
from pdc.planning import names, results
from pdc_common.text import Lang, wording

NAMES = ("provinces", "titles", "clauses")


def write_audit(audit: Audit, target: Path, lang: Lang = "tr") -> Path:
    """Write ``audit.csv``, ``doubts.csv``, ``audit_summary.json``, ``audit.html`` and tables beside them."""
    folder = Folder(place(target, "audit", audit.inputs))
    try:
        from pdc_reports.audit_page import write_audit_page  # noqa: PLC0415 - jinja takes its time

        with wording(audit.setting.rulebook.about.words):
            parts(audit, folder, lang)
            write_audit_page(folder.path, lang)
        return folder.finish()
    except BaseException:
        folder.drop()
        raise


def parts(
    audit: Audit, folder: Folder, lang: Lang, prefix: str = "", *, beside: Audit | None = None
) -> dict[str, Any]:
    """The tables of one audit; ``prefix`` keeps two of them apart in one folder.

    Names that only the audit ``beside`` has stand behind its own.
    """
    where = Where(audit.setting.country)
    frames: dict[str, pd.DataFrame] = {
        "audit": audit_frame(audit, where), "doubts": doubts_frame(audit, lang),
    }  # fmt: skip
    for level, plural in results.PLURAL.items():
        if results.FINEST_FIRST.index(level) >= results.FINEST_FIRST.index(audit.cetvel.level):
            frames[f"audit_{plural}"] = level_frame(audit, level)
    for name, frame in frames.items():
        folder.write(f"{prefix}{name}.csv", to_csv(frame))
    told = summary(audit, where, lang)
    folder.write(f"{prefix}audit_summary.json", as_json(told))
    tables = names.names(audit.setting.country, audit.setting.rulebook)
    others = tables if beside is None else names.names(beside.setting.country, beside.setting.rulebook)
    for name in NAMES:
        key = tables[name].columns[0]
        more = others[name][~others[name][key].isin(tables[name][key])]
        every = tables[name] if more.empty else pd.concat([tables[name], more], ignore_index=True)
        folder.write(f"{name}.csv", to_csv(every))
    for name, path in audit.setting.side_files.items():
        if name.endswith(".geojson"):
            shutil.copyfile(path, folder.path / name)
    return told


def as_json(value: object) -> bytes:
    """JSON as the other summaries are written."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
