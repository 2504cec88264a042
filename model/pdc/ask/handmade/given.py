"""Tables that need no guessing: a plan folder, our own ``cetvel.xlsx``, the staff there is (``filled``)."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from pdc.ask.handmade.table import Doubt
from pdc.base.faults import Fault, InputError
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.country.staff import staff_columns
from pdc.law.rulebook import Rulebook
from pdc_common.cells_csv import read_table

PLAN_FILE: Final = "plan_units.csv"
FILLED: Final = "filled"


def is_ours(path: Path) -> bool:
    """Is this a workbook that pdc wrote?"""
    try:
        with zipfile.ZipFile(path) as book:
            return b"<dc:creator>pdc</dc:creator>" in book.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def plan_posts(folder: Path, country: Country, rulebook: Rulebook) -> tuple[dict[str, Ints], list[Doubt]]:
    """Posts by title and unit position of a plan folder."""
    path = folder / PLAN_FILE
    if not path.is_file():
        raise InputError([Fault(str(folder), None, None, "cetvel.no_plan", {"file": PLAN_FILE})])
    try:
        types = {"unit_code": "object", "title": "object", "posts": "int64"}
        frame = read_table(path, usecols=list(types), dtype=types)
    except (ValueError, OSError) as error:
        raise InputError(
            [Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})]
        ) from None
    return frame_posts(path.name, frame, country, rulebook)


def workbook_posts(path: Path, country: Country, rulebook: Rulebook) -> tuple[dict[str, Ints], list[Doubt]]:
    """Posts by title and unit position of our own workbook."""
    from pdc.ask.handmade.signed_workbook import read_posts  # noqa: PLC0415 - with it the workbook's writer comes in

    names = {name: title.code for title in rulebook.titles for name in title.name.values()}
    try:
        frame = read_posts(path, names)
    except ValueError as error:
        raise InputError([Fault(path.name, None, None, "unreadable", {"why": str(error)})]) from None
    return frame_posts(path.name, frame, country, rulebook)


def frame_posts(
    file: str, frame: pd.DataFrame, country: Country, rulebook: Rulebook
) -> tuple[dict[str, Ints], list[Doubt]]:
    """Posts from ``unit_code``, ``title``, ``posts``; faults for unknown codes; merged units are listed."""
    before = country.before["units"]
    at = dict(zip(before["unit_code"], before["at"].tolist(), strict=True))
    codes = country.codes("unit")
    given = frame["unit_code"].to_numpy(dtype=object).tolist()  # once: a column of texts makes them anew
    order = [title.code for title in rulebook.titles]
    faults = [
        Fault(file, None, "unit_code", "cetvel.place_unknown", {"text": code, "others": "–"})
        for code in sorted(set(given) - set(at))[:20]
    ]
    faults += [
        Fault(file, None, "title", "cetvel.title_unknown", {"text": title, "others": "–"})
        for title in sorted(set(frame["title"]) - set(order))
    ]
    twice = frame[frame.duplicated(["unit_code", "title"])]
    faults += [
        Fault(file, None, "unit_code", "cetvel.posts_twice", {"text": f"{code} – {title}"})
        for code, title in zip(twice["unit_code"][:20], twice["title"][:20], strict=True)
    ]
    if len(frame) and int(frame["posts"].min()) < 0:
        faults.append(
            Fault(file, None, "posts", "negative", {"text": str(frame["posts"].min()), "wanted": "count"})
        )
    if not len(frame):
        faults.append(Fault(file, None, None, "no_rows"))
    if faults:
        raise InputError(faults)
    where = np.array([at[code] for code in given], dtype=np.int64)
    numbers, which = frame["posts"].to_numpy(dtype=np.int64), pd.Categorical(frame["title"], order)
    sums = np.zeros((len(order), len(country.units)), dtype=np.int64)
    np.add.at(sums, (np.asarray(which.codes, dtype=np.int64), where), numbers)
    found: dict[str, Ints] = {order[i]: sums[i] for i in sorted(set(which.codes.tolist()))}
    gone = sorted({c for c in given if codes[at[c]] != c})
    names = dict(zip(before["unit_code"], before["unit"], strict=True))
    into = country.units["unit"].tolist()
    doubts = [
        Doubt("merged", file, None, "", names[c], "unit", str(codes[at[c]]), into[at[c]], posts=None)
        for c in gone
    ]
    return found, doubts


def filled_posts(country: Country, rulebook: Rulebook) -> tuple[dict[str, Ints], list[Doubt]]:
    """Filled posts by unit (A.2, A.6, A.7 applied); those not tied to a unit are listed."""
    order = [title.code for title in rulebook.titles]
    here = set(country.filled["title"])
    found = {title: staff_columns(country, title)["filled"] for title in order if title in here}
    loose = country.filled[country.filled["at"] < 0]
    names = {title.code: title.name["tr"] for title in rulebook.titles}
    doubts = [
        Doubt("untied", FILLED, None, "", names.get(title, title), "national", title, posts=int(posts))
        for title, posts in zip(loose["title"], loose["filled"], strict=True)
        if posts
    ]
    return found, doubts
