"""A session answers as a fresh run does, to the byte, whatever it was asked before; and plans only what is reached."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

import pdc
from helpers.two_provinces import FEW, country
from pdc.ask import session as session_module
from pdc.ask.session import Cancel, CancelledError, Question, Session
from pdc.base.folder import to_csv
from pdc.law.pins import Pin
from pdc.program.options import Options

TITLES = ("hemsire", "ebe", "eczaci", "pratisyen_tabip")
SETS = (
    "B.4.a.8.beds_per_nurse=4", "B.4.a.8.beds_per_nurse=2.5", "B.5.3.a.growth=0.8", "B.3.a.persons_per_gp=2500",
    "B.4.b.1.growth=0.3", "B.5.3.b.directorate=2", "B.4.a.2.directorate=7",
)  # fmt: skip
DATA = """
[[data]]
table = "{table}"
where = "{where}"
set = {{ {column} = "round_half_up({column} * {factor})" }}
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return country().write(tmp_path_factory.mktemp("session") / "data")


def tables(plan: pdc.Plan) -> dict[str, bytes]:
    frames = {name: to_csv(frame) for name, frame in plan.results.frames.items()}
    return {**frames, "national": to_csv(plan.national), "notices": to_csv(plan.notices("tr"))}


def fresh(data: Path, question: Question) -> pdc.Plan:
    return pdc.plan(
        data, list(question.scenario), sets=[*FEW, *question.sets], titles=question.titles,
        options=Options(proof=False), cache=False,
    )  # fmt: skip


def questions(folder: Path, count: int, chance: random.Random) -> list[Question]:
    places = [
        DATA.format(table="districts", where="district == 'C1'", column="etf_population", factor="0.8"),
        DATA.format(table="units", where="beds > 0", column="beds", factor="1.25"),
    ]
    files = []
    for i, text in enumerate(places):
        (folder / f"data{i}.toml").write_text(text, "utf-8")
        files.append(str(folder / f"data{i}.toml"))
    return [
        Question(
            sets=tuple(chance.sample(SETS, chance.randint(0, 3))),
            scenario=tuple(chance.sample(files, chance.choice([0, 0, 1, 2]))),
            titles=tuple(chance.sample(TITLES, chance.choice([1, 1, 2, 4]))),
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_chain_of_changes_and_back_gives_the_bytes_of_fresh_runs(
    data: Path, tmp_path: Path, seed: int
) -> None:
    session = Session(data, sets=FEW)
    chain = questions(tmp_path, 25, random.Random(seed))
    first = {}
    for question in [Question(titles=TITLES), *chain, *reversed(chain), Question(titles=TITLES)]:
        made = tables(session.answer(question))
        known = first.setdefault(question, made)
        assert made == known
    for question in {Question(titles=TITLES), *chain[::4]}:
        assert first[question] == tables(fresh(data, question))


def test_only_groups_that_a_change_reaches_are_planned(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(data, sets=FEW)
    session.ask()
    planned: list[str] = []
    original = session_module.plan_one

    def told(work, group, read):
        planned.append(group.name)
        return original(work, group, read)

    monkeypatch.setattr(session_module, "plan_one", told)
    session.ask(sets=["B.5.3.b.directorate=2"])
    assert planned == ["eczaci"]
    session.ask(sets=["B.5.3.b.directorate=2"])
    session.ask()
    assert planned == ["eczaci"]


def test_a_pin_is_a_question_too(data: Path) -> None:
    session = Session(data, sets=FEW)
    plan = session.ask(titles=["eczaci"], pins=[Pin("eczaci", "province", "19", 9, "here")])
    row = plan.provinces.set_index("province_code").loc[19]
    assert row["posts"] == 9
    assert tables(session.ask(titles=["eczaci"])) == tables(fresh(data, Question(titles=("eczaci",))))


def test_bad_questions_are_told_and_leave_the_session_as_it_was(data: Path) -> None:
    session = Session(data, sets=FEW)
    before = tables(session.ask(titles=["eczaci"]))
    with pytest.raises(pdc.InputError, match=r"B\.5\.3\.b"):
        session.ask(sets=["B.5.3.b.directorat=2"])
    with pytest.raises(pdc.ClashError):
        session.ask(titles=["eczaci"], pins=[Pin("eczaci", "province", "19", 999, "here")])
    assert tables(session.ask(titles=["eczaci"])) == before


def test_a_withdrawn_question_stops_at_its_next_group(data: Path) -> None:
    session, cancel = Session(data, sets=FEW), Cancel()
    seen: list[str] = []

    def tell(done: int, total: int, name: str) -> None:
        seen.append(name)
        cancel.cancel()

    with pytest.raises(CancelledError):
        session.ask(cancel=cancel, progress=tell)
    assert len(seen) == 1
    assert session.ask(titles=["eczaci"]).status == "optimal"


def test_threads_may_share_it(data: Path, tmp_path: Path) -> None:
    session = Session(data, sets=FEW)
    asked = questions(tmp_path, 6, random.Random(3))
    found: dict[int, dict[str, bytes]] = {}

    def run(i: int) -> None:
        found[i] = tables(session.answer(asked[i]))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = Session(data, sets=FEW)
    assert found == {i: tables(alone.answer(question)) for i, question in enumerate(asked)}
