"""The page in a real browser: what is dragged, pinned, undone and reloaded gives the numbers of the terminal."""

from __future__ import annotations

import csv
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.chromium import Browser, browser, find_chromium
from helpers.two_provinces import country

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = country().province(65, "Van").district("V1", 65, 40_000, central=1)
    town.unit("H9", "V1", "devlet_hastanesi", beds=60).unit("S9", "V1", "saglik_ocagi", catchment_population=20_000)
    town.rows["units"][0]["unit"] = "<img src=x onerror=\"document.title='hit'\">"
    for unit, nurses in (("H1", 30), ("H3", 10), ("H9", 2)):
        town.staff(unit, "hemsire", nurses)
    for i, row in enumerate(town.rows["districts"]):
        row.update(latitude=40.5, longitude=34.0 + i)
    return town.write(tmp_path_factory.mktemp("explore") / "veri")


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    words = [sys.executable, str(ROOT / "solve.py"), "explore", "--data", str(data), "--no-browser"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(str(find_chromium()), tmp_path_factory.mktemp("chromium")) as one:
        yield one


@pytest.fixture
def page(chromium: Browser, address: str) -> Browser:
    chromium.look(1400)
    for at in ("about:blank", address + "?title=hemsire"):
        chromium.open(at)
        chromium.wait(f"location.href === '{at}'")
    settle(chromium)
    return chromium


def settle(page: Browser) -> None:
    page.wait("document.body?.dataset.query === new URLSearchParams([...new URLSearchParams(location.search)]"
              ".filter(([name]) => !['base', 'm'].includes(name))).toString()"
              " && !document.querySelector('.busy')")  # fmt: skip


def places(page: Browser) -> dict[str, int]:
    """Numbers now by province, as the table shows them."""
    found: Any = page.run(
        "[...document.querySelectorAll('#places tbody tr')].map(r => [r.cells[0].textContent, Number(r.cells[2].dataset.v)])"
    )
    return {str(name): int(posts) for name, posts in found}


def at_the_terminal(page: Browser, folder: Path) -> dict[str, int]:
    """The command line that the page shows, run; a scenario file is the text that the page shows."""
    words = shlex.split(str(page.run("document.getElementById('command').textContent")))
    toml = str(page.run("document.getElementById('toml').textContent"))
    (folder / "scenario.toml").write_text(toml, "utf-8")
    subprocess.run(
        [sys.executable, str(ROOT / words[0]), *words[1:], "--no-reports", "--out", str(folder / "plan")],
        cwd=folder, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    names = {"5": "Amasya", "19": "Çorum", "65": "Van"}
    with (folder / "plan" / "plan_provinces.csv").open(encoding="utf-8", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row["title"] == "hemsire"]
    return {names[row["province_code"]]: int(row["posts"]) for row in rows}


def search(page: Browser, word: str) -> None:
    page.run("document.getElementById('word').focus()")
    page.text(word)
    page.wait("document.querySelector('#clauses .field input[type=range]')")


def test_a_slider_dragged_gives_the_numbers_of_the_terminal_and_undo_the_first_ones(page: Browser, tmp_path: Path) -> None:
    first = places(page)
    search(page, "B.4.a.1")
    slider = "[...document.querySelectorAll('#clauses input[type=range]')][0]"
    page.run(f"{slider}.scrollIntoView({{block: 'center'}})")
    box: Any = page.run(f"(() => {{ const b = {slider}.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; }})()")
    y = box[1] + box[3] / 2
    page.drag((box[0] + box[2] / 2, y), (box[0] + box[2] * 0.9, y))
    page.wait("location.search.includes('set=')")
    settle(page)
    page.run("document.getElementById('undo').click()")
    page.wait("!location.search.includes('set=')")
    settle(page)
    assert places(page) == first
    page.run("document.getElementById('redo').click()")
    page.wait("location.search.includes('set=')")
    settle(page)
    assert "--set" in str(page.run("document.getElementById('command').textContent"))
    assert places(page) == at_the_terminal(page, tmp_path)


def test_a_pin_and_half_the_people_of_a_province_move_the_map_and_a_reload_keeps_them(page: Browser, tmp_path: Path) -> None:
    first = places(page)
    page.run("document.querySelector('#p19').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.wait("document.querySelector('#place form[data-form=pin]')")
    page.run(f"document.getElementById('pin-posts').value = '{first['Çorum'] - 5}'")
    page.run("document.querySelector('#place form[data-form=pin]').requestSubmit()")
    page.wait("location.search.includes('pin=')")
    settle(page)
    page.wait("document.querySelector('#place form[data-form=data]')")
    page.run("document.getElementById('people').value = '-50'")
    page.run("document.querySelector('#place form[data-form=data]').requestSubmit()")
    page.wait("location.search.includes('data=')")
    settle(page)
    moved = places(page)
    assert moved["Çorum"] == first["Çorum"] - 5
    assert moved == at_the_terminal(page, tmp_path)
    assert str(moved["Çorum"]) in str(page.run("document.getElementById('live').textContent"))
    fill = page.run("document.getElementById('p19').style.fill")
    assert fill
    page.tell("Page.reload")
    page.wait("!document.body?.dataset.shown")
    settle(page)
    assert places(page) == moved
    assert page.run("document.getElementById('p19').style.fill") == fill
    assert page.run("document.querySelectorAll('.chips li').length") == 2


def test_the_keyboard_alone_undoes_and_switches_a_chip_off(page: Browser) -> None:
    first = places(page)
    page.run("history.pushState(null, '', '?title=hemsire&pin=hemsire%40province%3A19%3D100'); dispatchEvent(new PopStateEvent('popstate'))")
    settle(page)
    assert places(page)["Çorum"] == 100
    page.run("document.querySelector('.chips input').focus()")
    page.key(" ", "Space", number=32)
    page.wait("location.search.includes('off.pin=')")
    settle(page)
    assert places(page) == first
    page.run("document.activeElement.blur()")
    page.key("z", "KeyZ", ctrl=True, number=90)
    page.wait("!location.search.includes('off.pin=')")
    settle(page)
    assert places(page)["Çorum"] == 100


def test_a_hostile_name_runs_nothing_and_a_table_is_copied_for_excel(page: Browser) -> None:
    page.run("document.getElementById('province').value = '19'; document.getElementById('province').dispatchEvent(new Event('change', {bubbles: true}))")
    page.wait("document.querySelector('#place [data-why^=\"place|district\"]')")
    page.run("document.querySelector('#place [data-why^=\"place|district|C1\"]').click()")
    page.wait("document.querySelector('#place form[data-form=new]')")
    assert page.run("document.querySelectorAll('img').length") == 0
    assert page.run("document.title") != "hit"
    page.run("document.querySelector('[data-copy-of=places]').click()")
    lines = str(page.wait("document.body.dataset.lastCopy")).split("\r\n")
    assert len(lines) == 4
    assert {line.split("\t")[0] for line in lines[1:]} == {"Amasya", "Çorum", "Van"}


def test_it_fits_400_pixels_and_every_control_has_a_name(page: Browser) -> None:
    search(page, "yatak hemşire")
    page.look(400, 800)
    assert int(str(page.run("document.documentElement.scrollWidth"))) <= 400
    nameless = page.run(
        "[...document.querySelectorAll('input, select, button')].filter(c => !(c.textContent.trim() && c.tagName === 'BUTTON')"
        " && !c.getAttribute('aria-label') && !(c.labels && c.labels.length)).map(c => c.outerHTML)"
    )
    assert nameless == []


def test_a_number_is_varied_and_its_line_drawn_as_points_come_in_then_two_as_a_map(page: Browser) -> None:
    search(page, "B.4.a.1")
    page.run("document.querySelector('[data-vary=\"B.4.a.1.growth\"]').click()")
    for name, value in (("start", "0,6"), ("end", "1.8"), ("step", "0.6")):
        page.run(f"document.getElementById('vary-{name}').value = '{value}'")
    page.run("document.getElementById('vary-outcome').value = 'posts'; document.getElementById('vary-form').requestSubmit()")
    page.wait("document.querySelectorAll('#vary-plot circle').length >= 5")
    page.wait("document.getElementById('vary-stop').disabled")
    values: Any = page.run("[...document.querySelectorAll('#vary-table tbody tr')].map(r => [Number(r.cells[0].dataset.v), Number(r.cells[6].dataset.v)])")
    assert values[0][0] == 0.6
    assert [x for x, _ in values] == sorted(x for x, _ in values)
    assert [posts for _, posts in values] == sorted(posts for _, posts in values)
    page.wait("document.getElementById('vary-second').options.length > 2")
    page.run("(() => { const s = document.getElementById('vary-second'); s.value = 'B.4.a.8.beds_per_nurse';"
             " s.dispatchEvent(new Event('change', {bubbles: true})); })()")  # fmt: skip
    for name, value in (("start", "1"), ("end", "2"), ("step", "1"), ("start2", "1"), ("end2", "3"), ("step2", "1")):
        page.run(f"document.getElementById('vary-{name}').value = '{value}'")
    page.run("document.getElementById('vary-form').requestSubmit()")
    page.wait("document.querySelectorAll('#vary-plot rect').length === 6 && document.getElementById('vary-stop').disabled")
    assert "kind = \"grid\"" in str(page.run("document.getElementById('vary-toml').textContent"))


def test_the_service_groups_are_a_map_base_beside_now_with_its_table(page: Browser, tmp_path: Path) -> None:
    page.run("history.pushState(null, '', '?title=hemsire&set=service_groups.A%3D1'); dispatchEvent(new PopStateEvent('popstate'))")
    settle(page)
    page.run("(() => { const m = document.getElementById('measure'); m.value = 'groups'; m.dispatchEvent(new Event('change', {bubbles: true})); })()")
    told: Any = page.run("[...document.querySelectorAll('#groups tbody tr')].map(r => [...r.cells].slice(0, 3).map(c => c.textContent))")
    at_the_terminal(page, tmp_path)
    names = {"5": "Amasya", "19": "Çorum", "65": "Van"}
    with (tmp_path / "plan" / "service_groups.csv").open(encoding="utf-8", newline="") as text:
        now = {names[r["province_code"]]: r["group"] for r in csv.DictReader(text) if r["title"] == "hemsire"}
    assert sorted(now.values()) == ["A", "B", "B"]
    assert {name: (base, group) for name, base, group in told} == {name: ("A", group) for name, group in now.items()}
    legend: Any = page.run("[...document.querySelectorAll('#legend li')].map(l => [l.textContent, l.querySelector('span').style.background])")
    assert [text for text, _ in legend] == ["A", "B", "C", "D"]
    fill: Any = page.run("[...document.querySelectorAll('#map use')].map(u => [u.querySelector('title').textContent, u.style.fill])")
    colours = dict(legend)
    assert {note.split(":")[0]: colour for note, colour in fill} == {name: colours[group] for name, group in now.items()}
    assert all(": A (%" in note for note, _ in fill)  # the base, and how full
    page.run("(() => { const t = document.getElementById('title'); t.value = 'all'; t.dispatchEvent(new Event('change', {bubbles: true})); })()")
    page.wait("document.body.dataset.query.startsWith('title=all') && !document.querySelector('.busy')")
    assert page.run("document.getElementById('measure').value") == "change"  # all titles together have no groups
    assert page.run("document.getElementById('h-groups').checkVisibility()") is False


def test_what_would_give_one_more_is_asked_of_a_number_and_applied_with_a_click(page: Browser) -> None:
    page.run("history.pushState(null, '', '?title=pratisyen_tabip'); dispatchEvent(new PopStateEvent('popstate'))")  # planned alone: quick
    settle(page)
    first = places(page)
    page.run("document.querySelector('#places [data-why=\"why|pratisyen_tabip|province|5\"]').click()")
    press(page, "Burada bir fazlasını ne verir")
    page.wait("document.querySelector('#why-body [data-change]')")
    assert "Uygula: " in str(page.run("document.querySelector('#why-body [data-change]').getAttribute('aria-label')"))
    page.run("document.querySelector('#why-body [data-change]').click()")
    page.wait("location.search.includes('data=') || location.search.includes('set=')")
    settle(page)
    assert page.run("document.querySelectorAll('.chips li').length") == 1
    assert places(page)["Amasya"] > first["Amasya"]


# Five real questions, from the opened page, by what can be seen on it.


def press(page: Browser, text: str) -> None:
    """Click on what is visible and says so."""
    page.wait(f"""(() => {{
      const said = [...document.querySelectorAll('button, summary, label, a')].filter(c => c.checkVisibility() && c.textContent.trim().startsWith({text!r}));
      if (said.length) said[0].click();
      return said.length > 0;
    }})()""")


def write(page: Browser, label: str, value: str) -> None:
    """Write into the visible field that is called so, and go on."""
    page.wait(f"""(() => {{
      const field = [...document.querySelectorAll('input')].find(f => f.checkVisibility() && f.type !== 'range'
        && ((f.labels?.[0]?.textContent || f.ariaLabel || '').includes({label!r})));
      if (!field) return false;
      field.focus();
      field.select();
      return true;
    }})()""")
    page.text(value)
    enter = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}
    for kind in ("keyDown", "keyUp"):
        page.tell("Input.dispatchKeyEvent", type=kind, **enter)


def chips(page: Browser) -> str:
    settle(page)
    return str(page.run("document.getElementById('chips').innerText"))


@pytest.fixture
def opened(chromium: Browser, address: str) -> Browser:
    chromium.look(1400)
    for at in ("about:blank", address):
        chromium.open(at)
        chromium.wait(f"location.href === '{at}'")
    chromium.wait("document.body?.dataset.shown && !document.querySelector('.busy')")
    return chromium


@pytest.mark.parametrize(
    ("words", "label", "value", "chip"),
    [
        ("4 yatağa bir hemşire", "bir hemşireye düşen yatak", "4", "bir hemşireye düşen yatak"),
        ("2.000 kişiye bir pratisyen", "bir pratisyen tabibe düşen nüfus", "2000", "2200 → 2000"),
    ],
)
def test_a_number_of_the_law_is_found_and_turned(opened: Browser, words: str, label: str, value: str, chip: str) -> None:
    write(opened, "Ara", words)
    write(opened, label, value)
    opened.wait("location.search.includes('set=')")
    assert chip in chips(opened)
    assert opened.run("document.getElementById('title').value") == ("hemsire" if "hemşire" in words else "pratisyen_tabip")
    assert opened.run("document.getElementById('live').textContent")  # a screen reader hears what came of it


def test_a_new_hospital_in_van(opened: Browser) -> None:
    write(opened, "Ara", "Van'a 600 yataklı hastane")
    press(opened, "Van: aç")
    write(opened, "Yatak sayısı", "600")
    opened.wait("location.search.includes('new=')")
    assert "Van, 600 yatak" in chips(opened)
    opened.wait("[...document.querySelectorAll('#district-map circle')].some(c => c.ariaLabel.startsWith('Van')"
                " || c.ariaLabel.includes(':'))")  # fmt: skip


def test_corum_fixed_at_a_number_of_gps(opened: Browser) -> None:
    fixed = places(opened)["Çorum"] + 3  # fewer would break the band of B.3.b
    write(opened, "Ara", f"Çorum {fixed} pratisyen")
    press(opened, "Çorum: aç")
    write(opened, "sayısını sabitle", str(fixed))
    opened.wait("location.search.includes('pin=')")
    assert "Çorum" in chips(opened)
    assert places(opened)["Çorum"] == fixed
    press(opened, "Serbest bırak")
    opened.wait("!location.search.includes('pin=')")
    settle(opened)


def test_a_ministry_table_is_dropped_judged_beside_the_plan_and_mended(opened: Browser) -> None:
    opened.run("""(() => {
      const data = new DataTransfer();
      data.items.add(new File(["Birim;Hemşire\\nBirim H2;3\\nBirim H3;70\\n"], "elle.csv"));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    })()""")
    opened.wait("document.querySelector('#dropped-provinces')")
    settle(opened)
    assert "elle.csv" in str(opened.run("document.getElementById('h-dropped').textContent"))
    assert "Birim H2" in str(opened.run("document.getElementById('dropped-findings').textContent"))
    assert opened.run("document.getElementById('measure').value") == "table_short"
    assert opened.run("document.getElementById('title').value") == "hemsire"  # the table has no other
    press(opened, "Planla farkı haritada göster")
    assert opened.run("document.getElementById('p19').style.fill || document.getElementById('p5').style.fill")
    press(opened, "En az değişiklikle düzelt")
    opened.wait("document.querySelector('#dropped-moves')")
