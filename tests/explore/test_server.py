"""The server: who may ask, how much, and that nothing hostile becomes more than text."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from helpers.two_provinces import FEW, country
from pdc.ask.handmade import read_cetvel
from pdc.ask.repair import repair
from pdc.ask.session import Cancel, CancelledError, Question, Session
from pdc.ask.sweep.run import sweep
from pdc.country.setting import prepare
from pdc.explore.changes import Asked
from pdc.explore.desk import Desk, Given
from pdc.explore.server import MOST_BYTES, Routes

PORT, TOKEN = 8765, "abcDEF_123-token"
HERE = f"http://127.0.0.1:{PORT}"
EVIL = '<img src=x onerror="alert(1)">\'"&'
MORE = "set=B.4.a.8.beds_per_nurse=0.5"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = country()
    town.rows["units"][0]["unit"] = EVIL
    town.rows["provinces"][0]["province"] = EVIL
    return town.write(tmp_path_factory.mktemp("explore") / "data")


@pytest.fixture(scope="module")
def desk(data: Path) -> Iterator[Desk]:
    made = Desk(Given(str(data), (), tuple(FEW)), "tr")
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(desk: Desk) -> TestClient:
    return TestClient(Routes(desk).app(TOKEN, PORT), base_url=HERE)


def post(client: TestClient, name: str, /, **said: Any) -> Any:
    return client.post(f"/{TOKEN}/{name}", content=json.dumps(said), headers={"Origin": HERE})


def ask(client: TestClient, query: str, base: str = "") -> dict[str, Any]:
    found = post(client, "answer", query=query, base=base)
    assert found.status_code == 200, found.text
    return dict(found.json())


def test_the_page_needs_no_other_host_and_no_inline_script(client: TestClient) -> None:
    page = client.get(f"/{TOKEN}/")
    assert page.status_code == 200
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text
    assert page.text.count("<script") == 1
    assert 'src="explore.js"' in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    for name in ("explore.js", "explore.css"):
        asset = client.get(f"/{TOKEN}/{name}")
        assert asset.status_code == 200
        assert "//cdn" not in asset.text


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/wrong/", {}, 403), ("/", {}, 403), (f"/{TOKEN}x/", {}, 403), ("/%C4%B0/", {}, 403),
        (f"/{TOKEN}/", {"Host": "evil.example"}, 421), (f"/{TOKEN}/", {"Host": f"evil.example:{PORT}"}, 421),
        (f"/{TOKEN}/", {"Host": "127.0.0.1:1"}, 421), (f"/{TOKEN}/", {"Host": ""}, 421),
        (f"/{TOKEN}/", {"Host": f"localhost:{PORT}"}, 200),
        (f"/{TOKEN}/?x={'y' * 40000}", {}, 414), (f"/{TOKEN}/../../etc/passwd", {}, 403),
        (f"/{TOKEN}/static/../server.py", {}, 404),
    ],
)  # fmt: skip
def test_a_foreign_host_and_a_missing_token_are_refused(
    client: TestClient, path: str, headers: dict[str, str], status: int
) -> None:
    found = client.get(path, headers=headers)
    assert found.status_code == status
    assert "content-security-policy" in found.headers


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://127.0.0.1:8765", "http://127.0.0.1"])
@pytest.mark.parametrize("name", ["answer", "clauses", "place", "explain", "question", "table", "vary", "mend", "parameters", "stop", "one_more", "mending", "searching"])
def test_what_is_posted_comes_from_the_page_itself(client: TestClient, origin: str | None, name: str) -> None:
    headers = {} if origin is None else {"Origin": origin}
    assert client.post(f"/{TOKEN}/{name}", content="{}", headers=headers).status_code == 403


def test_requests_are_bounded_in_size(client: TestClient) -> None:
    headers = {"Origin": HERE}
    at = f"/{TOKEN}/clauses"
    assert client.post(at, content="x" * (MOST_BYTES + 1), headers=headers).status_code == 413
    chunks = (b"x" * 1024 for _ in range(MOST_BYTES // 1024 + 2))  # says no length
    assert client.post(at, content=chunks, headers=headers).status_code == 413
    assert client.request("PUT", at, headers=headers).status_code == 405


def test_requests_are_bounded_in_time(desk: Desk) -> None:
    slow = TestClient(Routes(desk, seconds=0.0).app(TOKEN, PORT), base_url=HERE)
    found = post(slow, "answer", query="title=ebe", base="")
    assert found.status_code == 503
    assert found.json()["faults"]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"query": 3}', '{"query": "set=x"}', "[" * 20000])
def test_what_cannot_be_read_is_told_and_is_no_failure(client: TestClient, body: str) -> None:
    found = client.post(f"/{TOKEN}/answer", content=body, headers={"Origin": HERE})
    assert found.status_code == 400
    assert found.json()["faults"]


@pytest.mark.parametrize(
    "query",
    ["scenario=nowhere", "scenario=q", "title=nowhere", "set=B.4.a.8.beds=4", "set=B.4.a.8.beds_per_nurse=x",
     "set=B.4.a.8.beds_per_nurse=0", "data=units.bed@unit:H1*2", "pin=hemsire@unit:NO=3",
     "pin=hemsire@province:19=1&pin=hemsire@district:C1=500", "new=unit_code=H1&district_code=C1&kind=x"],
)  # fmt: skip
def test_a_question_without_an_answer_says_why_in_words(client: TestClient, query: str) -> None:
    found = post(client, "answer", query=query if query.startswith("title") else f"title=hemsire&{query}", base="")
    assert found.status_code == 422, found.text
    assert all(isinstance(text, str) and text and "Traceback" not in text for text in found.json()["faults"])


def test_only_shipped_scenarios_are_read_not_files_of_that_name(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("q").write_text("norm = 'l1'", "utf-8")
    Path("norm-l1").write_text("secret", "utf-8")
    assert post(client, "answer", query="title=ebe&scenario=q", base="").status_code == 422
    assert post(client, "answer", query="title=ebe&scenario=norm-l1", base="").status_code == 200


def test_the_answer_has_the_numbers_of_a_session_and_its_table_has_every_province(client: TestClient, data: Path) -> None:
    said = ask(client, f"title=hemsire&{MORE}")
    fresh = Session(data, sets=FEW).ask(titles=["hemsire"], sets=["B.4.a.8.beds_per_nurse=0.5"])
    nurses = fresh.provinces[fresh.provinces["title"] == "hemsire"]
    for row in nurses.to_dict("records"):
        assert f'data-v="{float(row["posts"])}"' in said["html"]["places"]
    assert set(said["maps"]["change"]["fill"]) == {"5", "19"}
    assert said["command"].endswith("--set B.4.a.8.beds_per_nurse=0.5 --title hemsire")
    assert "beds_per_nurse = 0.5" in said["toml"]


def test_the_base_alone_differs_nowhere_and_an_accepted_base_is_compared_with(client: TestClient) -> None:
    assert "Hiçbir" in ask(client, "title=hemsire")["live"]
    assert "Hiçbir" in ask(client, f"title=hemsire&{MORE}", base=MORE)["live"]
    assert "→" in ask(client, f"title=hemsire&{MORE}")["live"]
    back = ask(client, "title=hemsire", base=MORE)
    assert "→" in back["live"]


def test_two_scenarios_stand_beside_one_another(client: TestClient, data: Path) -> None:
    one, other = "nurses-by-need", "one-nurse-per-four-beds"
    found = ask(client, f"title=hemsire&scenario={other}", base=f"title=hemsire&scenario={one}")
    for column, name in ((1, one), (2, other)):
        fresh = Session(data, name, sets=FEW).ask(titles=["hemsire"])
        nurses = fresh.provinces[fresh.provinces["title"] == "hemsire"]
        rows = re.findall(r"<tr.*?</tr>", found["html"]["places"], re.S)[1:]
        shown = [re.findall(r'data-v="([^"]*)"', row) for row in rows]
        assert sorted(float(row[column]) for row in shown) == sorted(map(float, nurses["posts"]))


def test_a_switched_off_change_does_not_hold_and_stays_a_chip(client: TestClient) -> None:
    said = ask(client, f"title=hemsire&off.{MORE}")
    assert "Hiçbir" in said["live"]
    assert "beds_per_nurse" not in said["toml"]
    assert 'class="off"' in said["chips"]


def test_hostile_names_stay_text(client: TestClient) -> None:
    said = ask(client, f"title=hemsire&{MORE}&close=%3Cscript%3E&pin=ebe@province:19=40")
    page = client.get(f"/{TOKEN}/").text
    place = post(client, "place", level="district", code="C1", query="title=hemsire", base="").json()["html"]
    for html in (page, place, said["chips"], *said["html"].values()):
        assert "<img" not in html
        assert "<script>" not in html
    assert "&lt;img" in place
    assert "&lt;img" in said["html"]["places"]


def test_the_law_is_searched_and_its_numbers_are_sliders_with_the_laws_value(client: TestClient) -> None:
    found = post(client, "clauses", word="yatak başına hemşire", query=MORE).json()["html"]
    assert 'data-name="B.4.a.8.beds_per_nurse" data-law="3"' in found
    assert 'type="range"' in found
    assert 'value="0.5"' in found  # what is asked now
    assert post(client, "clauses", word="<b>zürafa</b>", query="").json()["html"].count("<b>") == 0


def test_a_place_can_be_pinned_changed_and_filled(client: TestClient) -> None:
    unit = post(client, "place", level="unit", code="H2", query="title=hemsire", base="").json()["html"]
    assert 'data-close-unit="H2"' in unit
    province = post(client, "place", level="province", code="19", query="title=hemsire", base="").json()["html"]
    assert "place|district|C1" in province
    assert post(client, "place", level="galaxy", code="19", query="title=hemsire", base="").status_code == 400


def test_one_more_tells_levers_with_the_change_each_is(client: TestClient) -> None:
    said = post(client, "one_more", title="eczaci", level="unit", code="H1", query="title=eczaci").json()
    (part,) = said["parts"]
    assert len(part["lines"]) == len(part["does"])
    does = [one["change"] for one in part["does"] if one]
    assert {kind for kind, _ in does} == {"data", "set"}
    posts = _posts_of(client, "title=eczaci", "H1")
    for kind, text in does:
        assert _posts_of(client, f"title=eczaci&{urlencode([(kind, text)])}", "H1") > posts
    for level, code in (("national", ""), ("unit", "NO"), ("street", "")):
        found = post(client, "one_more", title="eczaci", level=level, code=code, query="title=eczaci")
        assert found.status_code == 422
        assert found.json()["faults"]


def _posts_of(client: TestClient, query: str, unit: str) -> int:
    html = post(client, "place", level="unit", code=unit, query=query, base="").json()["html"]
    found = re.search(r'id="pin-posts"[^>]*value="(\d+)"', html)
    assert found, html
    return int(found[1])


def test_a_search_for_one_more_gives_way_and_can_be_stopped(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, asked = desk.session.group_alone, Asked(("eczaci",))
    seen: list[int] = []
    stops: list[int] = []

    def stopped(question: Question, title: str, planned: Any, again: Any, cancel: Cancel) -> Any:
        seen.append(1)
        found = post(client, "searching").json()["parts"]
        if found and any(found[0]["does"]):  # what was found already can be applied
            stops.append(len(seen))
            assert post(client, "stop", what="one_more").status_code == 200
            assert post(client, "clauses", word="yatak", query="").status_code == 200  # nothing is held meanwhile
        return alone(question, title, planned, again, cancel)

    monkeypatch.setattr(desk.session, "group_alone", stopped)
    with pytest.raises(CancelledError):
        desk.one_more(asked, "eczaci", "unit", "H1")
    assert stops == [len(seen)]


def test_any_number_is_explained(client: TestClient) -> None:
    said = post(client, "explain", title="hemsire", level="unit", code="H2", query=f"title=hemsire&{MORE}").json()
    assert said["heading"]
    assert any("B.4.a.8" in line for part in said["parts"] for line in part["lines"])
    lost = post(client, "explain", title="hemsire", level="unit", code="NO", query="title=hemsire")
    assert lost.status_code == 422


def test_the_download_is_the_folder_of_a_plan(client: TestClient) -> None:
    found = client.get(f"/{TOKEN}/pdc.zip?title=hemsire&{MORE}")
    names = set(zipfile.ZipFile(io.BytesIO(found.content)).namelist())
    assert {"pdc/plan_units.csv", "pdc/cetvel.xlsx", "pdc/report.html", "pdc/difference.html", "pdc/scenario.toml"} <= names
    text = client.get(f"/{TOKEN}/scenario.toml?{MORE}")
    assert "attachment" in text.headers["content-disposition"]


def test_nothing_is_left_behind(data: Path) -> None:
    made = Desk(Given(str(data), (), tuple(FEW)), "en")
    before = sorted(p.name for p in data.iterdir())
    client = TestClient(Routes(made).app(TOKEN, PORT), base_url=HERE)
    ask(client, "title=ebe&close=H2")
    room = Path(made._room.name)
    assert room.stat().st_mode & 0o077 == 0
    made.close()
    assert not room.exists()
    assert sorted(p.name for p in data.iterdir()) == before


CETVEL = "Birim;Hemşire\nBirim H2;3\nBirim H3;70\n"


def test_a_hand_made_table_is_read_with_its_doubts_and_measured(client: TestClient, desk: Desk) -> None:
    content = base64.b64encode(CETVEL.encode()).decode()
    said = post(client, "table", name="../../elle.csv", content=content, query="title=hemsire")
    assert said.status_code == 200, said.text
    html = said.json()["html"]
    assert "elle.csv" in html
    assert "Birim H2" in html
    assert "<b>" not in html
    assert {"dropped-findings", "dropped-provinces", "dropped-cells", "dropped-doubts"} <= set(re.findall('table id="([^"]+)"', html))
    assert set(said.json()["maps"]) == {"table_gap", "table_short"}
    assert "elle.csv" not in {path.name for path in Path(desk.room).rglob("*")}
    content = base64.b64encode(f"{CETVEL}<b>Yok</b>;5\n".encode()).decode()
    (fault,) = post(client, "table", name="elle.csv", content=content, query="").json()["faults"]
    assert fault.startswith("elle.csv:4")


def test_a_dropped_table_stays_and_is_measured_by_the_next_question_and_mended(client: TestClient, data: Path) -> None:
    content = base64.b64encode(CETVEL.encode()).decode()
    key = post(client, "table", name="elle.csv", content=content, query="title=hemsire").json()["table"]
    again = post(client, "table", key=key, query="title=hemsire&set=B.4.a.8.beds_per_nurse=1").json()
    found = post(client, "table", key=key, query="title=hemsire").json()
    assert again["html"] != found["html"]
    assert post(client, "table", key="x", query="title=hemsire").status_code == 422
    html = post(client, "mend", key=key, query="title=hemsire").json()["html"]
    file = data.parent / "elle.csv"
    file.write_text(CETVEL, "utf-8")
    made = repair(prepare(data, (), FEW), read_cetvel(file, prepare(data, (), FEW)))
    assert str(made.moved) in html
    for clause in made.moves_frame()["mends"]:
        assert clause in html


def test_a_table_of_libreoffice_is_dropped_as_its_csv(client: TestClient) -> None:
    lines = [line.split(";") for line in CETVEL.splitlines()]
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    rows = "".join(f"<table:table-row>{''.join(map(cell.format, line))}</table:table-row>" for line in lines)
    names = " ".join(f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text"))
    body = f'<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", f'<office:document-content {names} office:version="1.3">{body}</office:document-content>')
        file.writestr("META-INF/manifest.xml", "<m/>")
    said = [
        post(client, "table", name=name, content=base64.b64encode(content).decode(), query="title=hemsire").json()
        for name, content in (("elle.csv", CETVEL.encode()), ("elle.ods", packed.getvalue()))
    ]
    assert said[0]["maps"] == said[1]["maps"], said[1]


def test_a_search_for_moves_tells_how_far_it_is_and_stops(desk: Desk) -> None:
    routes = Routes(desk)
    key = desk.keep_table("elle.csv", CETVEL.encode())
    assert routes.mending({}) == {"text": ""}
    told = []
    with pytest.raises(CancelledError), routes.mends.begun() as progress:
        progress(1, 2, "hemsire")
        told.append(routes.mending({})["text"])
        routes.stop({"what": "mend"})
        progress(2, 2, "hemsire")
    assert told == ["Biten: 1 / 2"]
    assert routes.mend({"key": key, "query": "title=hemsire"})["html"]  # a new one goes to its end


@pytest.mark.parametrize(("name", "content"), [("elle.exe", "eA=="), ("elle.csv", "***"), ("elle.xlsx", "eA=="), ("elle.ods", "eA=="), ("elle.csv", "")])
def test_a_table_that_cannot_be_read_is_told_in_words(client: TestClient, name: str, content: str) -> None:
    found = post(client, "table", name=name, content=content, query="title=hemsire")
    assert found.status_code in (400, 422)
    assert all("Traceback" not in text for text in found.json()["faults"])


def vary(client: TestClient, query: str, *ranges: tuple[str, str, str, str], outcome: str = "posts") -> list[dict[str, Any]]:
    said = [dict(zip(("name", "start", "end", "step"), one, strict=True)) for one in ranges]
    found = post(client, "vary", query=query, base="", ranges=said, outcome=outcome, province="19")
    assert found.status_code == 200, found.text
    return [json.loads(line) for line in found.text.splitlines()]


def test_a_line_has_the_numbers_of_a_sweep_at_the_terminal(client: TestClient, data: Path, tmp_path: Path) -> None:
    name = "B.4.a.1.growth"
    query = f"title=hemsire&{MORE}&set={name}=2"
    head, *points = vary(client, query, (name, "1", "2", "0.5"))
    assert points.pop() == {"end": True}
    stepped = [p for p in points if p["at"][0] in (1, 1.5, 2)]
    assert len(stepped) == 3
    assert len(points) > 3  # halved where it changes most
    # The file that the page shows, with the scenario that it saves and what it was started with.
    text, _, given = head["toml"].partition("# given.toml\n")
    (tmp_path / "sweep.toml").write_text(text, "utf-8")
    (tmp_path / "given.toml").write_text(given.replace("# ", ""), "utf-8")
    (tmp_path / "scenario.toml").write_text(post(client, "question", query=query).json()["toml"], "utf-8")
    found = sweep(tmp_path / "sweep.toml", data=data, cache=False)
    measures = found.measures
    measures = measures[(measures["title"] == "hemsire") & (measures["key"] == "")].set_index(["scenario", "measure"])["value"]
    for k, point in enumerate(sorted(stepped, key=lambda p: p["at"]), 1):
        assert point["posts"] == measures[f"{k:03}", "posts"]
        assert point["short"] == measures[f"{k:03}", "shortfall"]
        there = Session(data, sets=FEW).ask(titles=["hemsire"], sets=[MORE[4:], f"{name}={point['at'][0]}"]).provinces
        assert point["province"] == there.set_index(["title", "province_code"])["posts"]["hemsire", 19]


def test_two_numbers_are_a_map_and_a_whole_number_is_halved_to_its_break(client: TestClient) -> None:
    beds, growth = "B.4.a.8.beds_per_nurse", "B.4.a.1.growth"
    _, *points, end = vary(client, "title=hemsire", (beds, "1", "3", "1"), (growth, "1", "1.5", "0.5"))
    assert end == {"end": True}
    assert [p["at"] for p in points] == [[b, g] for b in (1, 2, 3) for g in (1, 1.5)]
    _, *points, _ = vary(client, "title=hemsire", (beds, "1", "9", "8"), outcome="short")
    values = [p["at"][0] for p in points]
    assert len(set(values)) == len(values)
    assert all(value == int(value) for value in values)


@pytest.mark.parametrize(
    ("ranges", "word"),
    [
        ([("B.4.a.1.growth", "2", "1", "0.5")], "2 … 1"), ([("B.4.a.1.growth", "1", "2", "0.001")], "60"),
        ([("B.4.a.1.growth", "1", "x", "1")], "x"), ([("B.4.a.1.growht", "1", "2", "1")], "growth"),
        ([("B.4.a.8.beds_per_nurse", "-1", "2", "1")], "beds_per_nurse"),
        ([("B.4.a.1.growth", "1", "2", "0.02"), ("B.4.a.8.beds_per_nurse", "1", "9", "1")], "144"),
    ],
)  # fmt: skip
def test_a_range_that_is_none_is_told_in_words(client: TestClient, ranges: list[tuple[str, ...]], word: str) -> None:
    said = [dict(zip(("name", "start", "end", "step"), one, strict=True)) for one in ranges]
    found = post(client, "vary", query="title=hemsire", base="", ranges=said, outcome="posts", province="")
    assert found.status_code == 422
    assert word in " ".join(found.json()["faults"])
    assert post(client, "vary", query="title=hemsire", base="", ranges=[], outcome="posts", province="").status_code == 400
    assert post(client, "vary", query="", base="", ranges="x", outcome="posts", province="").status_code == 400


def test_a_line_is_withdrawn_by_the_next_one(desk: Desk) -> None:
    routes = Routes(desk)
    said = {"query": "title=hemsire", "base": "", "outcome": "posts", "province": "",
            "ranges": [{"name": "B.4.a.1.growth", "start": "1", "end": "2", "step": "0.1"}]}  # fmt: skip
    first = routes.vary(said)
    next(first)
    next(first)
    desk.stop_varying()
    with pytest.raises(CancelledError):
        list(first)


def test_a_chip_says_twenty_percent_less_in_whole_numbers(client: TestClient) -> None:
    said = post(client, "question", query="title=hemsire&data=districts.etf_population@province:5*0.8").json()
    assert "Amasya: nüfus %−20" in said["chips"]
    assert "%−20,0" not in said["chips"]


def test_a_place_that_the_law_merges_of_several_rows_is_pinned_but_not_changed_as_one(tmp_path: Path) -> None:
    town = country()
    town.rows["provinces"][0]["metropolitan"] = 1
    for row in town.rows["districts"][:2]:
        row["metropolitan_centre"] = 1
    made = Desk(Given(str(town.write(tmp_path / "veri")), (), tuple(FEW)), "tr")
    client = TestClient(Routes(made).app(TOKEN, PORT), base_url=HERE)
    codes = made.setting.country.codes("district").tolist()
    assert len(codes) == 2
    forms = {}
    for code in codes:
        html = post(client, "place", level="district", code=code, query="title=hemsire", base="").json()["html"]
        assert 'data-form="pin"' in html
        forms[code] = 'data-form="data"' in html
    made.close()
    assert sorted(forms.values()) == [False, True]
    assert forms["A1"]


def test_a_list_of_the_law_has_a_field_an_entry_and_its_law_stays_marked(client: TestClient) -> None:
    html = post(client, "clauses", word="B.4.c.4.e", query="").json()["html"]
    assert 'data-shape="pairs"' in html
    assert 'value="3000" data-of="3000"' in html
    assert "Ankara" in post(client, "clauses", word="B.4.a.1", query="").json()["html"] or "34" in html
    kinds = post(client, "clauses", word="B.3.f", query="").json()["html"]
    assert 'data-key="ilce_gun_hastanesi"' in kinds


def test_an_opened_province_has_its_districts_on_a_map_and_every_title_can_be_shown(client: TestClient) -> None:
    said = post(client, "place", level="province", code="19", query=f"title=hemsire&{MORE}", base="").json()
    assert set(said["maps"]) >= {"per_100k", "change", "percent", "change_100k", "short", "deviation", "filled"}
    assert set(said["maps"]["change"]["fill"]) == {"C1", "C2"}
    every = ask(client, f"title=all&{MORE}")
    assert "--title" not in every["command"]
    assert every["html"]["titles"].count("<tr>") > 3
    assert "data-form=\"pin\"" not in post(client, "place", level="province", code="19", query="title=all", base="").json()["html"]


def test_a_place_in_a_search_can_be_opened(client: TestClient) -> None:
    html = post(client, "clauses", word="Amasya'ya 600 yataklı hastane", query="").json()["html"]
    assert 'data-why="place|province|5"' in html


def test_a_variation_that_is_no_question_is_told_before_the_first_line(client: TestClient) -> None:
    found = client.post(f"/{TOKEN}/vary", content="no json", headers={"Origin": HERE})
    assert found.status_code == 400
    assert len(found.json()["faults"]) == 1
