"""What would give one more here: the value told gives the post, one step before it does not, and no smaller one does."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import pdc
import pdc.ask.one_more as one_more_room
from helpers.small import Small, posts
from helpers.two_provinces import FEW
from pdc.ask.one_more import search as search_room
from pdc.ask.one_more.answer import CAP, POOL, RANGE, TIME, UNREAD, Answer, OneMore
from pdc.ask.one_more.levers import Lever, written
from pdc.ask.one_more.search import EVERY, Found, Search
from pdc.ask.session import Question, Session
from pdc.base.exact import Fraction
from pdc.cli import app
from pdc.planning.write import write
from pdc_common.text import LANGS, Lang


def towns() -> Small:
    small = Small().province(19).district("C1", 19, 90_000, central=1).district("C2", 19, 30_000)
    for code, district, beds in (("H1", "C1", 200), ("H2", "C2", 50)):
        small.unit(code, district, "devlet_hastanesi", beds=beds)
    return small.filled("eczaci", 11)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return towns().write(tmp_path_factory.mktemp("one-more") / "data")


@pytest.fixture(scope="module")
def folder(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = pdc.plan(data, sets=FEW, titles=["eczaci"], cache=False)
    return write(made, tmp_path_factory.mktemp("one-more") / "plan", "tr", reports=False)


@pytest.fixture(scope="module")
def told(folder: Path) -> OneMore:
    return pdc.one_more(folder, "eczaci", unit="H2")


def planned(data: Path, scenario: str, folder: Path) -> pdc.Plan:
    """The plan under a scenario file, from the start, by the other engine."""
    (folder / "try.toml").write_text(scenario, "utf-8")
    return pdc.plan(data, folder / "try.toml", sets=FEW, titles=["eczaci"], cache=False)


def test_each_value_told_has_the_post_and_one_step_before_it_has_not(
    data: Path, told: OneMore, tmp_path: Path
) -> None:
    works = [one for one in told.answers if one.found]
    kinds = {(one.lever.kind, one.lever.name) for one in works}
    assert {("data", "units.beds"), ("data", "districts.etf_population"), ("set", "B.5.3.a.growth")} <= kinds
    for one in works:
        assert one.found
        nearer = one.found.step - (1 if one.found.step > 0 else -1)
        there = planned(data, one.lever.scenario(one.found.step), tmp_path)
        before = planned(data, one.lever.scenario(nearer), tmp_path)
        assert posts(there, "eczaci", "H2") == one.found.posts >= 5
        assert posts(before, "eczaci", "H2") == one.found.before == 4


@pytest.mark.parametrize("lang", LANGS)
def test_the_sentence_has_both_values_and_the_option(told: OneMore, lang: str) -> None:
    line = next(one for one in told.lines(lang) if "B.5.3.a" in one)
    beds = next(one for one in told.lines(lang) if "Birim H2" in one)
    assert ("1,5" if lang == "tr" else "1.5") in line
    assert "--set B.5.3.a.growth=1.69" in line
    assert all(value in beds for value in ("50", "499", "500"))


def test_a_session_a_plan_and_a_folder_are_asked_the_same_way(data: Path, folder: Path) -> None:
    told = pdc.one_more(folder, "eczaci", unit="H2", seconds=0)
    question = Question(sets=("B.5.3.a.growth=1.5",))
    asked = pdc.one_more(Session(data, sets=FEW), "eczaci", unit="H2", question=question, seconds=0)
    made = pdc.plan(data, sets=FEW, titles=["eczaci"], cache=False)
    assert asked.data() == told.data() == pdc.one_more(made, "eczaci", unit="H2", seconds=0).data()
    assert told.posts == 4
    assert len(told.answers) == 4


def test_a_limit_is_named_where_it_holds_the_number(tmp_path: Path) -> None:
    small = towns().limit("standards", "H2", "eczaci", 3)
    made = pdc.plan(small.write(tmp_path / "data"), sets=FEW, titles=["eczaci"], cache=False)
    assert posts(made, "eczaci", "H2") == 3
    told = pdc.one_more(made, "eczaci", unit="H2")
    assert {one.why for one in told.answers} == {CAP}
    assert all("A.9" in one.clauses for one in told.answers)
    assert "A.9" in told.lines("en")[1]
    assert told.lines("en")[0].startswith("No number that was tried")


def test_without_time_every_lever_is_told_as_not_tried(folder: Path) -> None:
    told = pdc.one_more(folder, "eczaci", unit="H2", seconds=0)
    assert {one.why for one in told.answers} == {TIME}
    assert all("not tried to its end" in line for line in told.lines("en")[1:])
    assert told.lines("en")[0].startswith("In the time given no number was found")


def test_a_plan_that_cannot_be_made_again_is_refused(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / "plan")
    units = other / "plan_units.csv"
    text = units.read_text("utf-8").splitlines()
    head = text[0].split(",")
    row = text[1].split(",")
    row[head.index("posts")] = str(int(row[head.index("posts")]) + 1)
    units.write_text("\n".join([text[0], ",".join(row), *text[2:]]) + "\n", "utf-8")
    with pytest.raises(pdc.InputError) as caught:
        pdc.one_more(other, "eczaci", unit="H2")
    assert [fault.code for fault in caught.value.faults] == ["one_more.other_plan"]
    with pytest.raises(pdc.InputError) as caught:
        pdc.one_more(folder, "eczaci")
    assert [fault.code for fault in caught.value.faults] == ["one_more.place"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_command_tells_it_below_the_explanation(folder: Path, lang: str) -> None:
    call = ["explain", str(folder), "--title", "eczaci", "--district", "C2", "--one-more", "--lang", lang]
    done = CliRunner().invoke(app, [*call, "--time-limit", "0", "--format", "json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["parts"][-1]["name"] == "one_more"
    assert said["one_more"]["lines"][lang] == said["parts"][-1]["lines"]
    assert {one["why"] for one in said["one_more"]["answers"]} == {TIME}


def test_what_bounds_leave_open_is_planned_to_its_end_where_that_is_asked(
    folder: Path, told: OneMore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any bounds: ranges are open, and with ``exact`` none is, the answer that of the bounds."""
    real, levers = one_more_room.course, one_more_room._levers
    monkeypatch.setattr(one_more_room, "course", lambda *of: replace(real(*of), excludes=None))
    monkeypatch.setattr(
        one_more_room, "_levers", lambda *of: [one for one in levers(*of) if one.name == "B.5.3.a.growth"]
    )
    monkeypatch.setattr(search_room, "EVERY", 3)
    (left,) = pdc.one_more(folder, "eczaci", unit="H2").answers
    assert left.open
    assert not left.proven
    (whole,) = pdc.one_more(folder, "eczaci", unit="H2", exact=True).answers
    assert whole.proven
    (bounded,) = (one for one in told.answers if one.lever == whole.lever)
    assert whole.found
    assert bounded.found
    assert (whole.found.step, whole.found.posts) == (bounded.found.step, bounded.found.posts)
    (late,) = pdc.one_more(folder, "eczaci", unit="H2", exact=True, seconds=0).answers
    assert late.why == TIME
    assert not late.proven


def test_where_time_ends_just_after_a_nearer_value_was_seen_the_farther_one_is_not_called_proven() -> None:
    """The nearest value was found, what comes beyond it was not: no answer may still tell the old one."""
    late = False

    def ask(step: int) -> int:
        if late and step not in range(1, 8):
            raise one_more_room._OutOfTimeError
        return 4 if step in (7, 30) or step > 30 else 3

    search = Search(ask, 4)
    search.known = {step: ask(step) for step in (29, 30, 60)}
    found = Found(30, 4, 3, search.open_below(0, 60), 1)
    desk = object.__new__(one_more_room._Desk)
    lever = replace(LEVER, least=0, most=60)
    desk.searches = {(lever.name, lever.code): search}
    late = True
    told = desk.to_the_end(Answer(lever, found, open=found.open))
    assert told.found is None
    assert (told.why, told.within) == (TIME, (6, 7))
    assert not told.proven


def test_whatever_is_asked_may_be_asked_quickly(
    data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, a plan and a session hear ``quick`` and ``so_far`` alike."""
    heard: list[bool] = []
    made = one_more_room._Desk

    def desk(*given: object) -> object:
        heard.append(bool(given[-1]))
        return made(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(one_more_room, "_Desk", desk)
    told: list[OneMore] = []
    plan = pdc.plan(data, sets=FEW, titles=["eczaci"], cache=False)
    for of in (folder, plan, Session(data, sets=FEW)):
        before = len(told)
        pdc.one_more(of, "eczaci", unit="H2", quick=True, seconds=0, so_far=told.append)
        assert len(told) > before
    assert heard == [True] * 3


# the search alone ------------------------------------------------------------------------------------------

LEAST, MOST = -30, 200


def smallest(values: dict[int, int], wanted: int) -> int | None:
    fits = [step for step, posts in values.items() if posts >= wanted and step]
    return min(fits, key=lambda step: (abs(step), step < 0), default=None)


@given(st.integers(1, MOST), st.integers(1, 5))
def test_the_smallest_step_of_a_monotone_number_is_found(at: int, jump: int) -> None:
    found = Search(lambda step: 3 + (jump if step >= at else 0), 4).first(LEAST, MOST)
    assert found
    assert (found.step, found.posts, found.before, found.gone) == (at, 3 + jump, 3, None)


@given(st.lists(st.integers(2, 4), min_size=2 * EVERY, max_size=2 * EVERY))
def test_of_few_steps_the_smallest_is_found_whatever_the_number_does(wild: list[int]) -> None:
    half = len(wild) // 2
    values = {step: wild[i] for i, step in enumerate([*range(-half, 0), *range(1, half + 1)])}
    found = Search(lambda step: values[step], 4).first(-half, half)
    best = smallest(values, 4)
    if found is None:  # nothing where it was tried: then the first step has not got it either
        assert best is None or abs(best) > 1
    else:
        assert found.step == best
        assert found.every


@given(st.lists(st.integers(2, 4), min_size=6 * EVERY, max_size=6 * EVERY), st.booleans())
def test_to_the_end_the_smallest_is_found_whatever_the_number_does(wild: list[int], bounded: bool) -> None:
    half = len(wild) // 2
    values = {
        step: min(wild[i], 3 + (abs(step) > 40))
        for i, step in enumerate([*range(-half, 0), *range(1, half + 1)])
    }
    even = lambda a, b: a % 2 == 0 and max(values[n] for n in range(a, b + 1)) < 4  # noqa: E731 - half of the bounds
    search = Search(lambda step: values[step], 4, even if bounded else None)
    search.first(-half, half)
    found = search.to_the_end(-half, half)
    assert (found.step if found else None) == smallest(values, 4)
    assert search.open_below(-half, half) == ()
    assert found is None or found.every


def test_a_number_that_goes_again_says_so() -> None:
    found = Search(lambda step: 4 if 10 <= step < 15 or step >= 40 else 3, 4).first(0, 60)
    assert found
    assert (found.step, found.gone) == (10, 20)


def test_values_that_are_not_allowed_end_the_way() -> None:
    found = Search(lambda step: None if step < -12 else 4 if step <= -11 else 3, 4).first(-75, 0)
    assert found
    assert found.step == -11


# the sentences ---------------------------------------------------------------------------------------------

LEVER = Lever("set", "B.1.z.beds", Fraction(3), Fraction(1, 100), -299, 3000, {"tr": "yatak", "en": "beds"})


def line(answer: Answer, lang: Lang = "en") -> str:
    told = OneMore("hemsire", "unit", "H", 4, 4.2, (answer,), 9, {("unit", "H"): "Hastane"})
    return told.lines(lang)[-1]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("why", [CAP, POOL, RANGE, TIME, UNREAD])
def test_every_reason_has_a_sentence_with_the_range_that_was_tried(why: str, lang: Lang) -> None:
    text = line(Answer(LEVER, None, why, ("A.9",), 5.25), lang)
    assert text.startswith("yatak (B.1.z) (bugün 3)" if lang == "tr" else "beds (B.1.z) (today 3)")
    assert ("0,01" if lang == "tr" else "0.01") in text or why == TIME
    assert ("A.9" in text) == (why == CAP)


def test_a_jump_a_way_that_is_not_monotone_and_how_many_values_were_tried() -> None:
    text = line(Answer(LEVER, Found(-50, 6, 3, ((-40, -2), (2, 2)), 12, -51), open=((-40, -2), (2, 2))))
    assert "with 2.5 instead of 3 (−0.5) there are 6 posts here; with 2.51, 3." in text
    assert "jumps past 5" in text
    assert "with 2.49 there are fewer again" in text
    assert "12 of the values nearer to today's were tried too" in text
    assert "Open: 2.6 to 2.98, 3.02; there it was neither tried nor proven" in text
    assert text.endswith("--set B.1.z.beds=2.5")
    assert "tried too" not in line(Answer(LEVER, Found(3, 5, 4, (), 4)))


def test_where_time_ran_out_the_answer_lies_between_two_values() -> None:
    assert "with 3.5 there is one more, with 3.25 there is not" in line(
        Answer(LEVER, None, TIME, within=(25, 50))
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5), "5"),
        (Fraction(1, 100), "0.01"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(12345, 100), "123.45"),
    ],
)
def test_a_number_is_written_as_the_law_reads_it(value: Fraction, text: str) -> None:
    assert written(value) == text
