"""The chapters of ``rapor.docx``: decided, mapped, short, staffed, grouped, changed, plausible, signed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pdc_common.numerals import number, percent
from pdc_common.text import Lang, say, shortened
from pdc_reports.figures.groups import group_figure, when
from pdc_reports.folder import staffing
from pdc_reports.folder.changed import lines
from pdc_reports.folder.letterhead import letterhead
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import (
    choice_name,
    fingerprint,
    is_approved,
    is_proven,
    rules_by_clause,
    state_line,
)
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.explanations import Whys
from pdc_reports.pages.parts.plausibility import cause_words, sentences
from pdc_reports.pages.parts.since import last_table, sentences_since, title_rows
from pdc_reports.pages.parts.summary import cards, worst_places
from pdc_reports.word.paper import Paper

_NO_DATE: Final = datetime(2000, 1, 1)
_CLAUSES: Final = 25  # of those that are short
_CHANGED: Final = 12  # lines of what differs from the base
_LARGEST: Final = 10  # units in a list
_MAPS: Final = 4
_READING: Final = 220  # letters of a clause's text
_SIGN: Final = ("name", "duty", "date", "signature")


class Report:
    """One plan's report in one language."""

    def __init__(self, tables: PlanTables, figures: Path, whys: Whys, lang: Lang) -> None:
        self.tables, self.figures, self.whys, self.lang = tables, figures, whys, lang
        self.edition = Edition(tables, lang)
        self.paper = Paper(lang, self.say("title"), self._date())

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of ``reports.word.*``."""
        return say(f"reports.word.{key}", self.lang, **values)

    def num(self, value: float | None, *, sign: bool = False) -> str:
        """Write a number."""
        return number(value, self.lang, sign=sign)

    def heads(self, *keys: str) -> list[str]:
        """Headings of a table by the message keys ``reports.column.*``."""
        return [say(f"reports.column.{key}", self.lang) for key in keys]

    def write(self, path: Path) -> Path:
        """Write all chapters."""
        self._front()
        self._decided()
        self._maps()
        self._short()
        if staffing.known(self.tables):
            self._staff()
        if not self.tables.service_groups.empty:
            self._groups()
        self._since()
        self._plausible()
        self._sign()
        self.paper.save(path)
        return path

    def _date(self) -> datetime:
        try:
            return datetime.fromisoformat(str((self.tables.summary.get("state") or {})["date"]))
        except (KeyError, ValueError):
            return _NO_DATE

    def _front(self) -> None:
        paper, tables = self.paper, self.tables
        head, state = letterhead(tables, self.lang), state_line(tables, self.lang)
        foot = say(
            "reports.fingerprints", self.lang, data=fingerprint(tables, "data"),
            rulebook=fingerprint(tables, "rulebook"), version=str(tables.summary.get("pdc") or "–"),
        )  # fmt: skip
        pages = say("reports.page_of", self.lang, page="{page}", pages="{pages}")
        paper.running(f"{say('reports.title', self.lang)} · {state}", foot, pages)
        for line in head.institution:
            paper.text(line, bold=True, size=12, centre=True, after=0)
        paper.text("", after=0)
        for name, value in head.facts:
            paper.text(f"{name}: {value}", after=1)
        paper.text(self.say("title"), bold=True, size=18, centre=True, after=2)
        paper.text(
            state, bold=True, centre=True, tone="approved" if is_approved(tables) else "draft", after=6
        )

    def _decided(self) -> None:
        paper, tables = self.paper, self.tables
        paper.heading(self.say("h.decided"))
        found = cards(self.edition)
        paper.points([f"{card.name}: {card.value} ({card.note})" for card in found])
        proof = "reports.proof.optimal" if is_proven(tables) else "reports.proof.time_limit"
        paper.text(self.say("decided", proof=say(proof, self.lang)))
        by_title = staffing.sums(staffing.placed(tables), ("title",), tables.planned).set_index("title")
        national = tables.national.set_index("title")
        rows, totals = [], [0.0] * 5
        for sheet in tables.sheets:
            known = [title for title in sheet.titles if title in by_title.index]
            filled = float(national["filled"].reindex(sheet.titles).sum())
            posts = float(national["posts"].reindex(sheet.titles).sum())
            short = sum(float(self._title(title).get("shortfall") or 0) for title in sheet.titles)
            numbers = [filled, posts, float(by_title.loc[known, "vacancy"].sum())]
            numbers += [float(by_title.loc[known, "surplus"].sum()), short]
            totals = [a + b for a, b in zip(totals, numbers, strict=True)]
            rows.append([sheet.names[self.lang], self.num(len(sheet.titles)), *map(self.num, numbers)])
        rows.append(
            [say("reports.grand_total", self.lang), self.num(len(tables.planned)), *map(self.num, totals)]
        )
        heads = self.heads("group", "titles_count", "filled", "posts", "vacancy", "surplus", "shortfall")
        paper.table(heads, rows, (5.2, 1.8, 2, 2, 2, 2, 2), numbers=6, total=True)
        paper.text(self.say("decided_note"), tone="soft", size=8.5)
        told = lines(tables.summary, self.lang)
        if told:
            paper.heading(self.say("h.changed"), 2)
            paper.points([shortened(str(line), 240) for line in told[:_CHANGED]])
            if len(told) > _CHANGED:
                paper.text(self.say("more", count=self.num(len(told) - _CHANGED)), tone="soft")

    def _title(self, title: str) -> dict[str, Any]:
        found: dict[str, Any] = (self.tables.summary.get("titles") or {}).get(title) or {}
        return found

    def _maps(self) -> None:
        shown = [
            (title, path)
            for title in self.tables.shown[:_MAPS]
            if (path := self._figure(f"map-{title.replace('_', '-')}")) is not None
        ]
        self.paper.heading(self.say("h.maps"))
        if not shown:
            self.paper.text(say("reports.no_map", self.lang))
        else:
            self.paper.text(self.say("maps"))
        for title, path in shown:
            name = choice_name(self.tables, title, self.lang)
            self.paper.picture(path, f"{name}: {say('reports.measure.per_100k_unit', self.lang)}", 14.5)

    def _figure(self, name: str) -> Path | None:
        path = self.figures / f"{name}.png"
        return path if path.is_file() else None

    def _short(self) -> None:
        paper = self.paper
        paper.heading(self.say("h.short"))
        counts = rules_by_clause(self.tables)
        short = counts[counts["short"] > 0].sort_values("shortfall", ascending=False, kind="stable")
        if short.empty:
            paper.text(say("reports.figure.nothing_short", self.lang))
            return
        paper.text(self.say("short"), keep=True)
        worst, texts = worst_places(self.edition), self.tables.clause_text(self.lang)
        rows = [
            [
                str(clause), shortened(texts.get(str(clause), ""), _READING), worst[str(clause)],
                self.num(float(row["short"])), self.num(float(row["shortfall"])),
            ]
            for clause, row in short.head(_CLAUSES).iterrows()
        ]  # fmt: skip
        heads = self.heads("clause", "clause_text", "worst", "places", "shortfall")
        paper.table(heads, rows, (1.7, 7.3, 5, 1.4, 1.6), numbers=2)
        if len(short) > _CLAUSES:
            paper.text(self.say("more", count=self.num(len(short) - _CLAUSES)), tone="soft")

    def _staff(self) -> None:
        paper, tables = self.paper, self.tables
        paper.heading(self.say("h.staff"))
        rows = staffing.placed(tables)
        whole = rows[list(staffing.SUMMED)].sum()
        values = {name: self.num(float(whole[name])) for name in staffing.SUMMED}
        paper.text(self.say("staff", units=self.num(rows["unit_code"].nunique()), **values))
        by_title = staffing.sums(rows, ("title",), tables.planned)
        largest = by_title.sort_values("posts", ascending=False, kind="stable").head(15)
        paper.heading(self.say("h.staff_titles"), 2)
        heads = self.heads("title", *_BESIDE, "fill_rate")
        paper.table(
            heads,
            [
                [staffing.full_title(tables, row["title"], self.lang), *self._beside(row)]
                for row in largest.to_dict("records")
            ],
            (5.2, 1.6, 1.8, 1.7, 1.7, 1.6, 1.6, 1.8),
            numbers=7,
        )  # fmt: skip
        paper.heading(self.say("h.staff_provinces"), 2)
        by_province = staffing.sums(rows, ("province_code",), tables.planned)
        by_province = by_province[by_province["posts"] > 0]
        rate = (by_province["filled"] - by_province["absent"]) / by_province["posts"]
        lowest = by_province.assign(rate=rate).sort_values("rate", kind="stable").head(_LARGEST)
        paper.table(
            self.heads("province", *_BESIDE, "fill_rate"),
            [
                [tables.province_name.get(row["province_code"], ""), *self._beside(row)]
                for row in lowest.to_dict("records")
            ],
            (5.2, 1.6, 1.8, 1.7, 1.7, 1.6, 1.6, 1.8),
            numbers=7,
        )  # fmt: skip
        for which, column in (("vacancies", "vacancy"), ("surplus", "surplus"), ("locked", "locked_4924")):
            self._units(staffing.listed(rows, which), which, column)

    def _beside(self, row: Mapping[Any, Any]) -> list[str]:
        rate = (row["filled"] - row["absent"]) / row["posts"] if row["posts"] else math.nan
        return [*(self.num(row[column]) for column in _NUMBERS), percent(rate, self.lang)]

    def _units(self, rows: pd.DataFrame, which: str, column: str) -> None:
        """The largest rows of a list by unit."""
        paper, tables = self.paper, self.tables
        if rows.empty:
            return
        paper.heading(say(f"reports.staff.{which}_title", self.lang), 2)
        by = [column, "blocked_4924"] if which == "locked" else [column]
        largest = rows.sort_values(by, ascending=False, kind="stable").head(_LARGEST)
        columns = staffing.LISTS[which]
        paper.table(
            self.heads("province", "unit", "title", *(_HEADINGS.get(name, name) for name in columns)),
            [
                [
                    tables.province_name.get(row["province_code"], ""), row["unit"],
                    staffing.full_title(tables, row["title"], self.lang),
                    *(self.num(row[name]) for name in columns),
                ]
                for row in largest.to_dict("records")
            ],
            (2.6, *_split(17 - 2.6 - 1.7 * len(columns)), *[1.7] * len(columns)),
            numbers=len(columns),
        )  # fmt: skip
        if len(rows) > _LARGEST:
            values = {"shown": self.num(_LARGEST), "all": self.num(len(rows)), "file": f"{_FILES[which]}.csv"}
            paper.text(self.say("whole_list", **values), tone="soft", size=8.5)

    def _groups(self) -> None:
        paper, tables = self.paper, self.tables
        paper.heading(self.say("h.groups"))
        told = staffing.rule(tables)
        if told:
            values = {key: (told.get(key) or {}).get(self.lang, "") for key in ("text", "source")}
            paper.text(
                say("reports.staff.groups_rule", self.lang, rule=values["text"], source=values["source"])
            )
        moved = staffing.moved(tables)
        if moved:
            label = when(tables, True, self.lang)
            paper.text(
                self.say(
                    "moved", label=label, count=self.num(sum(moved.values())), titles=self.num(len(moved))
                )
            )
        else:
            paper.text(self.say("no_before"), tone="soft")
        rows = [row for title in tables.shown for row in self._ends(title, moved)]
        if rows:
            heads = self.heads("title", "fullest", "emptiest", *(["moved"] if moved else []))
            widths = (3.8, 6.6, 6.6) if not moved else (3.6, 5.8, 5.8, 1.8)
            paper.table(heads, rows, widths, numbers=int(bool(moved)))
        for title in tables.shown[:_MAPS]:
            held = []
            for before in (True, False):
                path = self._figure(group_figure(title, before))
                if path is not None:
                    name = f"{choice_name(tables, title, self.lang)}: {when(tables, before, self.lang)}"
                    held.append((path, name))
            if len(held) == 2:
                paper.pictures(held)
            elif held:
                paper.picture(*held[0], 13)

    def _ends(self, title: str, moved: Any) -> Iterable[list[str]]:
        """The three fullest and the three emptiest provinces of a title."""
        own = self.tables.service_groups
        own = own[(own["title"] == title) & (own["group"] != "")].sort_values("rank", kind="stable")
        if own.empty:
            return
        texts = []
        for part in (own.head(3), own.tail(3)[::-1]):
            rows = part.to_dict("records")
            names = self.tables.province_name
            texts.append(
                "; ".join(
                    f"{names.get(r['province_code'], '')} {percent(r['fill_rate'], self.lang)} ({r['group']})"
                    for r in rows
                )
            )
        more = [self.num(moved[title]) if title in moved else "–"] if moved else []
        yield [staffing.full_title(self.tables, title, self.lang), *texts, *more]

    def _since(self) -> None:
        paper = self.paper
        paper.heading(self.say("h.since"))
        if last_table(self.tables) is None:
            paper.text(self.say("no_since"))
            return
        for text in sentences_since(self.edition):
            paper.text(text)
        rows = title_rows(self.edition)
        if rows:
            heads = self.heads("title", "posts_last", "posts", "difference")
            paper.table(heads, rows[:25], (8, 3, 3, 3), numbers=3)
            if len(rows) > 25:
                paper.text(self.say("more", count=self.num(len(rows) - 25)), tone="soft")

    def _plausible(self) -> None:
        paper, far = self.paper, self.whys.far
        if not far:
            return
        paper.heading(self.say("h.plausible"))
        paper.text(say("reports.plausibility.lead", self.lang))
        paper.points(sentences(far, self.edition))
        sizes = sorted((one for one in far if one.part == "size"), key=lambda one: -one.far)[:_LARGEST]
        rows = [
            [
                staffing.full_title(self.tables, one.title, self.lang),
                self.edition.place("unit", one.code),
                number(one.said, self.lang, 1), self.num(one.posts), cause_words(one.cause, self.lang),
            ]
            for one in sizes
        ]  # fmt: skip
        if rows:
            paper.table(self.heads("title", "unit", "said", "posts", "reason"), rows, (3.2, 4.4, 2, 1.8, 5.6))

    def _sign(self) -> None:
        paper, head = self.paper, letterhead(self.tables, self.lang)
        paper.heading(self.say("h.sign"))
        paper.text(self.say("sign"), keep=True)
        roles = []
        for role, (name, duty) in head.signs.items():
            known = {"name": name, "duty": duty}
            texts = [
                f"{say(f'reports.sign.{key}', self.lang)} {known.get(key, '')}".rstrip() for key in _SIGN
            ]
            roles.append((say(f"reports.sign.{role}", self.lang), texts))
        paper.signatures(roles)


_NUMBERS: Final = ("filled", "posts", "vacancy", "surplus", "locked_4924", "blocked_4924")
_BESIDE: Final = ("filled_units", "planned", "vacancy", "surplus", "locked_4924", "blocked_4924")
_HEADINGS: Final = {"posts": "planned", "filled": "filled_units"}
_FILES: Final = {"vacancies": "vacancies", "surplus": "surplus", "locked": "locked_4924"}


def _split(width: float) -> Sequence[float]:
    """Columns of unit and title."""
    return width * 0.58, width * 0.42
