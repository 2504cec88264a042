"""A.5: an approved plan is sealed, never overwritten, and every later change is found."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.small import Small
from pdc.base import folder as folders
from pdc.base.faults import Fault, InputError
from pdc.base.folder import MARK, ApprovedError, OutError
from pdc.cli import app
from pdc.planning import seal, write
from pdc_common.mark import ChangedError, marked
from pdc_reports import write_reports


@pytest.fixture(scope="module")
def country() -> Small:
    built = Small().province(19, "Çorum").district("C1", 19, 300_000, central=1)
    return built.unit("H", "C1", "devlet_hastanesi", beds=200).filled("eczaci", 120)


@pytest.fixture(scope="module")
def once(country: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write.write(country.plan("eczaci"), tmp_path_factory.mktemp("once") / "plan", "en")
    return seal.approve(folder, "Ayşe Yılmaz", "2026/17", date(2026, 11, 21))


@pytest.fixture
def approved(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "plan", symlinks=True))


def test_an_approved_plan_says_by_whom_when_and_under_which_decision(approved: Path) -> None:
    state = json.loads((approved / "summary.json").read_text("utf-8"))["state"]
    assert state == {"status": "approved", "by": "Ayşe Yılmaz", "decision": "2026/17", "date": "2026-11-21"}
    assert "2026/17" in (approved / "report.html").read_text("utf-8")
    assert seal.verify(approved).intact


def test_a_changed_a_lost_and_a_new_file_are_found(approved: Path) -> None:
    table = approved / "plan_units.csv"
    table.write_text(table.read_text("utf-8").replace("eczaci", "hemsire", 1), "utf-8")
    (approved / "rules.csv").unlink()
    (approved / "note.txt").write_text("x")
    verdict = seal.verify(approved)
    assert verdict.changed == ("plan_units.csv",)
    assert verdict.missing == ("rules.csv",)
    assert verdict.added == ("note.txt",)
    result = CliRunner().invoke(app, ["verify", str(approved), "--lang", "en"])
    assert result.exit_code == 2


def test_an_approved_plan_is_never_overwritten(approved: Path, country: Small, tmp_path: Path) -> None:
    before = seal.fingerprints(approved)
    data = country.write(tmp_path / "data")
    result = CliRunner().invoke(
        app, ["plan", "--data", str(data), "--title", "eczaci", "--out", str(approved)]
    )
    assert result.exit_code == 5
    with pytest.raises(ApprovedError):
        seal.approve(approved, "Başkası", "1", date(2026, 11, 22))
    assert seal.fingerprints(approved) == before


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "A\nB", "A\0B", "\udcff", "A\u2028B", "x" * 301])
@pytest.mark.parametrize("key", ["--by", "--decision"])
def test_a_seal_says_who_and_by_which_decision(country: Small, tmp_path: Path, key: str, text: str) -> None:
    folder = write.write(country.plan("eczaci"), tmp_path / "plan", "en", reports=False)
    before = folders.scan(folder)
    said = {"--by": "Ayşe\u00a0Işık", "--decision": "2026/1", key: text}
    with pytest.raises(InputError) as caught:
        seal.approve(folder, said["--by"], said["--decision"], date(2026, 11, 29))
    assert [(f.file, f.code, f.values) for f in caught.value.faults] == [(key, "seal.said", {"most": seal.MOST_LETTERS})]
    assert folders.scan(folder) == before


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["approve", str(tmp_path), "--by", "A", "--decision", "1"])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


# everything is under the seal ---------------------------------------------------------------------------


def verify(folder: Path, *more: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["verify", str(folder), "--lang", "en", *more])
    assert "Traceback" not in result.output
    return result.exit_code, " ".join(result.output.split())


def changed_seal(folder: Path, **values: object) -> None:
    path = folder / "seal.json"
    content = json.loads(path.read_text("utf-8")) | values
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("key", "value"), [("name", "Başka"), ("decision", "2026/18"), ("date", "2026-11-20"), ("note", "x"), ("form", 1)]
)
def test_name_decision_and_date_are_under_the_seal(approved: Path, key: str, value: object) -> None:
    changed_seal(approved, **{key: value})
    assert seal.verify(approved).changed == ("seal.json",)
    code, text = verify(approved)
    assert code == 2
    assert "changed: seal.json" in text


def test_a_seal_that_tells_less_than_it_did_is_a_changed_one(approved: Path) -> None:
    path = approved / "seal.json"
    content = json.loads(path.read_text("utf-8"))
    for key in ("form", "seal"):
        del content[key]
    content["files"] = {name: p for name, p in content["files"].items() if not name.endswith("/")}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert "seal.json" in seal.verify(approved).changed


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"files": {"a": 1}}', "[" * 100_000])
def test_a_damaged_seal_is_found(approved: Path, text: str) -> None:
    (approved / "seal.json").write_text(text)
    assert seal.verify(approved).changed == ("seal.json",)
    assert verify(approved)[0] == 2


def test_links_folders_and_files_called_like_the_seal_are_found(approved: Path) -> None:
    (approved / "figures" / "seal.json").write_text("x")
    (approved / "dangling").symlink_to("nowhere")
    (approved / "around").symlink_to(".")
    (approved / "empty" / "in").mkdir(parents=True)
    verdict = seal.verify(approved)
    assert verdict.added == ("around", "dangling", "empty/", "empty/in/", "figures/seal.json")
    assert verify(approved)[0] == 2


def test_a_file_that_became_a_link_to_its_like_is_found(approved: Path, tmp_path: Path) -> None:
    table = approved / "rules.csv"
    (tmp_path / "same.csv").write_bytes(table.read_bytes())
    table.unlink()
    table.symlink_to(tmp_path / "same.csv")
    assert seal.verify(approved).changed == ("rules.csv",)


def test_a_folder_that_is_gone_or_became_a_file_is_found(approved: Path) -> None:
    shutil.rmtree(approved / "figures")
    (approved / "figures").write_text("x")
    verdict = seal.verify(approved)
    assert "figures/" in verdict.missing
    assert verdict.added == ("figures",)


def test_a_seal_that_is_a_link_is_no_seal(approved: Path, tmp_path: Path) -> None:
    (approved / "seal.json").rename(tmp_path / "elsewhere.json")
    (approved / "seal.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(seal.NotAPlanError):
        seal.verify(approved)


# the fingerprint for the minutes ------------------------------------------------------------------------


def test_the_fingerprint_is_told_at_approval_and_checked_later(country: Small, tmp_path: Path) -> None:
    folder = write.write(country.plan("eczaci"), tmp_path / "plan", "en", reports=False)
    result = CliRunner().invoke(
        app, ["approve", str(folder), "--by", "Komisyon", "--decision", "1", "--lang", "en"]
    )
    told = hashlib.sha256((folder / "seal.json").read_bytes()).hexdigest()
    assert told in result.output.split()
    assert verify(folder, "--seal", told)[0] == 0
    spaced = " ".join(told[i : i + 8] for i in range(0, 64, 8)).upper()
    assert verify(folder, "--seal", spaced)[0] == 0


def test_who_writes_the_seal_anew_is_found_by_the_fingerprint_alone(approved: Path) -> None:
    minutes = seal.fingerprint_of(approved)
    (approved / "rules.csv").write_text("forged\n")
    files = seal.fingerprints(approved)
    told = {"name": "Ayşe Yılmaz", "decision": "2026/17", "date": "2026-11-21"}
    (approved / "seal.json").write_bytes(seal._sealed(told, files))
    code, text = verify(approved)
    assert code == 0
    assert "Only the fingerprint in the minutes shows that" in text
    code, text = verify(approved, "--seal", minutes)
    assert code == 2
    assert minutes in text


@pytest.mark.parametrize("text", ["", "12", "g" * 64, "0" * 63])
def test_what_is_no_fingerprint_is_refused(approved: Path, text: str) -> None:
    code, said = verify(approved, "--seal", text)
    assert code == 2
    assert "64" in said


def test_the_fingerprint_is_asked_for_even_where_only_the_proof_was(approved: Path) -> None:
    assert verify(approved, "--proof", "--seal", "0" * 64)[0] == 2
    (approved / "seal.json").unlink()
    assert verify(approved, "--proof", "--seal", "0" * 64)[0] == 2


# approving ----------------------------------------------------------------------------------------------


def test_a_seal_covers_no_link_so_none_may_lie_in_what_is_approved(country: Small, tmp_path: Path) -> None:
    folder = write.write(country.plan("eczaci"), tmp_path / "plan", "en", reports=False)
    (folder / "l").symlink_to("rules.csv")
    before = sorted(folder.iterdir())
    result = CliRunner().invoke(app, ["approve", str(folder), "--by", "A", "--decision", "1", "--lang", "en"])
    assert result.exit_code == 2
    assert "a link" in result.output
    assert sorted(folder.iterdir()) == before


def test_notes_beside_a_plan_are_sealed_with_it(country: Small, tmp_path: Path) -> None:
    folder = write.write(country.plan("eczaci"), tmp_path / "plan", "en", reports=False)
    (folder / "notes").mkdir()
    (folder / "notes" / "why.txt").write_text("because")
    seal.approve(folder, "A", "1", date(2026, 11, 21))
    assert seal.verify(folder).intact
    (folder / "notes" / "why.txt").write_text("other")
    assert seal.verify(folder).changed == ("notes/why.txt",)


def test_a_plan_of_an_older_pdc_without_a_mark_can_be_approved(country: Small, tmp_path: Path) -> None:
    folder = write.write(country.plan("eczaci"), tmp_path / "plan", "en", reports=False)
    (folder / MARK).unlink()
    seal.approve(folder, "A", "1", date(2026, 11, 21))
    assert seal.verify(folder).intact


def old_seal(folder: Path) -> None:
    """Seal a folder as pdc did before: files alone, nothing of the seal itself."""
    (folder / MARK).unlink(missing_ok=True)
    path = folder / "seal.json"
    content = json.loads(path.read_text("utf-8"))
    files = {name: p for name, p in content["files"].items() if not name.endswith("/") and name != MARK}
    old = {key: content[key] for key in ("name", "decision", "date")} | {"files": files}
    path.write_text(json.dumps(old, ensure_ascii=False, indent=1) + "\n", "utf-8")


def test_a_seal_of_an_older_pdc_is_still_read_and_its_name_held_against_the_summary(approved: Path) -> None:
    old_seal(approved)
    assert seal.verify(approved).intact
    (approved / "empty").mkdir()
    assert seal.verify(approved).added == ("empty/",)
    changed_seal(approved, name="Başka")
    assert seal.verify(approved).changed == ("seal.json",)


def test_what_is_written_into_a_plan_while_it_is_approved_is_not_lost(
    country: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write.write(country.plan("eczaci"), tmp_path / "plan", "en", reports=False)

    def late(*_: object, **__: object) -> list[Path]:
        (folder / "late.txt").write_text("just now")
        return []

    monkeypatch.setattr(seal.pdc_reports, "write_reports", late)
    with pytest.raises(OutError, match=r"late\.txt"):
        seal.approve(folder, "A", "1", date(2026, 11, 21))
    assert (folder / "late.txt").read_text() == "just now"
    assert not (folder / "seal.json").exists()


def test_a_workbook_that_somebody_worked_in_is_not_made_anew(country: Small, tmp_path: Path) -> None:
    folder = write.write(country.plan("eczaci"), tmp_path / "plan", "en")
    book = folder / "cetvel.xlsx"
    book.write_bytes(book.read_bytes() + b" ")
    before = book.read_bytes()
    result = CliRunner().invoke(app, ["approve", str(folder), "--by", "A", "--decision", "1", "--lang", "en"])
    assert result.exit_code == 2
    assert "cetvel.xlsx" in result.output
    with pytest.raises(ChangedError, match=r"cetvel\.xlsx"):
        write_reports(folder)
    assert book.read_bytes() == before


def test_reports_made_again_are_pdcs_own_and_an_approved_plan_gets_none(
    country: Small, tmp_path: Path, approved: Path
) -> None:
    plan = country.plan("eczaci")
    folder = write.write(plan, tmp_path / "again", "en")
    write_reports(folder, lang="tr")
    write.write(plan, folder, "en", reports=False)  # replaced: nobody else has touched it
    for out in (approved, approved / "figures", approved / "new"):
        with pytest.raises(ChangedError, match="approved"):
            write_reports(folder, out)
    assert seal.verify(approved).intact


def test_a_seal_ends_with_the_print_of_itself(approved: Path) -> None:
    assert list(json.loads((approved / "seal.json").read_text("utf-8"))) == ["form", "name", "decision", "date", "files", "seal"]


def test_a_damaged_seal_is_held_against_the_minutes_too(approved: Path) -> None:
    (approved / "seal.json").write_bytes(b"{")
    verdict = seal.verify(approved, "AB" * 32)
    assert (verdict.changed, verdict.expected, verdict.same_seal) == (("seal.json",), "ab" * 32, False)
    with pytest.raises(InputError) as caught:
        seal.verify(approved, "abc")
    assert (caught.value.faults[0].file, caught.value.faults[0].code) == ("--seal", "seal.print")


# word for word --------------------------------------------------------------------------------------------


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The least that is a plan; its reports take no time."""
    monkeypatch.setattr(seal.pdc_reports, "write_reports", lambda *_, **__: [])
    folder = tmp_path / "bare"
    folder.mkdir()
    summary = {"lang": "en", "state": {"status": "draft"}, "titles": {"ebe": {"group": "ğ"}, "hemsire": {"group": "b"}}}
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    (folder / "a.csv").write_text("1", "utf-8")
    return folder


def sealed(folder: Path) -> Path:
    return seal.approve(folder, "Ayşe", "2026/17", date(2026, 11, 21))


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_summary_and_seal_of_an_approved_plan_to_the_byte(bare: Path) -> None:
    assert sealed(bare) == bare
    summary = (bare / "summary.json").read_text("utf-8")
    assert summary == (
        '{\n "lang": "en",\n "state": {\n  "status": "approved",\n  "by": "Ayşe",\n  "decision": "2026/17",\n'
        '  "date": "2026-11-21"\n },\n "titles": {\n  "ebe": {\n   "group": "ğ"\n  },\n  "hemsire": {\n'
        '   "group": "b"\n  }\n }\n}\n'
    )
    mark = (bare / MARK).read_bytes()
    assert json.loads(mark)["pdc"] == "approve"
    told = (
        '{\n "form": 2,\n "name": "Ayşe",\n "decision": "2026/17",\n "date": "2026-11-21",\n "files": {\n'
        f'  "a.csv": "{sha(b"1")}",\n  "pdc-manifest.json": "{sha(mark)}",\n'
        f'  "summary.json": "{sha(summary.encode())}"\n }}'
    )
    own = sha(f"{told}\n}}\n".encode())
    assert (bare / "seal.json").read_text("utf-8") == f'{told},\n "seal": "{own}"\n}}\n'
    assert seal.verify(bare) == seal.Verdict((), (), (), sha((bare / "seal.json").read_bytes()), "")


def test_the_reports_are_made_again_in_the_language_and_with_the_pages_they_had(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(seal.pdc_reports, "write_reports", lambda _, **words: asked.append(words))
    shutil.copytree(bare, bare.parent / "tr")
    summary = json.loads((bare / "summary.json").read_text("utf-8"))
    del summary["lang"]
    (bare.parent / "tr" / "summary.json").write_text(json.dumps(summary), "utf-8")
    (bare / "provinces").mkdir()
    sealed(bare)
    sealed(bare.parent / "tr")
    assert asked == [{"lang": "en", "provinces": True}, {"lang": "tr", "provinces": False}]


def test_what_no_seal_can_cover_is_told_one_by_one(bare: Path) -> None:
    (bare / "sub").mkdir()
    (bare / "sub" / "l").symlink_to("../a.csv")
    (bare / "gone").symlink_to("nowhere")
    with pytest.raises(InputError) as caught:
        sealed(bare)
    assert caught.value.faults == (
        Fault(str(bare), None, "gone", "seal.link"), Fault(str(bare), None, "sub/l", "seal.link"),
    )  # fmt: skip
    assert not (bare / "seal.json").exists()


def test_reports_that_somebody_worked_in_are_told_one_by_one(bare: Path) -> None:
    for name in ("report.html", "cetvel.xlsx"):
        (bare / name).write_bytes(b"1")
    (bare / MARK).write_bytes(marked("plan", {"report.html": sha(b"2"), "cetvel.xlsx": sha(b"3"), "a.csv": "0"}))
    with pytest.raises(InputError) as caught:
        sealed(bare)
    assert caught.value.faults == (
        Fault(str(bare), None, "cetvel.xlsx", "seal.edited"), Fault(str(bare), None, "report.html", "seal.edited"),
    )  # fmt: skip


def test_after_a_failure_a_plan_is_not_approved_and_nothing_lies_beside_it(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(seal.pdc_reports, "write_reports", broken)
    before = seal.fingerprints(bare)
    with pytest.raises(KeyboardInterrupt):
        sealed(bare)
    assert seal.fingerprints(bare) == before
    assert [path.name for path in bare.parent.iterdir()] == ["bare"]


@pytest.mark.parametrize("summary", ["{", "[]", "{}", '{"titles": []}', '{"titles": {}', None])
def test_what_is_no_plan_is_told_by_its_folder(bare: Path, summary: str | None) -> None:
    if summary is None:
        (bare / "summary.json").unlink()
    else:
        (bare / "summary.json").write_text(summary, "utf-8")
    for ask in (sealed, seal.groups_of, seal.verify):
        with pytest.raises(seal.NotAPlanError) as caught:
            ask(bare)
        assert str(caught.value) == str(bare)


def test_the_groups_of_a_plan(bare: Path) -> None:
    assert seal.groups_of(bare) == {"ğ", "b"}


def test_a_seal_whose_name_is_no_text_is_a_changed_one(bare: Path) -> None:
    sealed(bare)
    for key in ("name", "decision", "date"):
        raw = (bare / "seal.json").read_bytes()
        changed_seal(bare, **{key: 3})
        assert seal.verify(bare).changed == ("seal.json",)
        (bare / "seal.json").write_bytes(raw)
    # Equal content in another form is not what pdc wrote.
    (bare / "seal.json").write_bytes(raw.rstrip(b"\n"))
    assert seal.verify(bare).changed == ("seal.json",)


@pytest.mark.parametrize(("key", "told"), [("by", "Ali"), ("decision", "2026/18"), ("date", "2026-11-22")])
def test_a_forged_seal_that_does_not_agree_with_the_summary_is_found(bare: Path, key: str, told: str) -> None:
    sealed(bare)
    summary = json.loads((bare / "summary.json").read_text("utf-8"))
    summary["state"][key] = told
    (bare / "summary.json").write_text(json.dumps(summary), "utf-8")
    names = {"name": "Ayşe", "decision": "2026/17", "date": "2026-11-21"}
    (bare / "seal.json").write_bytes(seal._sealed(names, seal.fingerprints(bare)))
    assert seal.verify(bare).changed == ("seal.json",)


@pytest.mark.parametrize("summary", ["{", "[]", "{}", '{"state": {}}', '{"state": 3}', "[" * 100_000, None])
def test_a_summary_that_says_nothing_of_an_approval_is_itself_what_changed(bare: Path, summary: str | None) -> None:
    sealed(bare)
    if summary is None:
        (bare / "summary.json").unlink()
    else:
        (bare / "summary.json").write_text(summary, "utf-8")
    verdict = seal.verify(bare)
    assert verdict.changed + verdict.missing == ("summary.json",)
    assert verdict.intact is False


def test_changes_are_told_in_the_order_of_their_names(bare: Path) -> None:
    for name in ("b.csv", "c.csv", "d.csv", "e.csv"):
        (bare / name).write_text("1", "utf-8")
    sealed(bare)
    for name in ("e.csv", "a.csv"):
        (bare / name).write_text("2", "utf-8")
    for name in ("d.csv", "b.csv"):
        (bare / name).unlink()
    for name in ("z", "y"):
        (bare / name).write_text("2", "utf-8")
    verdict = seal.verify(bare)
    assert (verdict.changed, verdict.missing, verdict.added) == (("a.csv", "e.csv"), ("b.csv", "d.csv"), ("y", "z"))


def test_an_old_seal_knows_the_folders_of_its_files_and_no_others(bare: Path) -> None:
    (bare / "figures" / "deep").mkdir(parents=True)
    (bare / "figures" / "deep" / "a.png").write_text("1", "utf-8")
    sealed(bare)
    old_seal(bare)
    assert seal.verify(bare).intact
    (bare / "figures" / "empty").mkdir()
    assert seal.verify(bare).added == ("figures/empty/",)
    (bare / "figures" / "empty").rmdir()
    # One that holds a mark was sealed since: its form was taken out of it.
    (bare / MARK).write_bytes(b"{}")
    content = json.loads((bare / "seal.json").read_text("utf-8"))
    changed_seal(bare, files=content["files"] | {MARK: sha(b"{}")})
    assert seal.verify(bare).changed == ("seal.json",)


def test_a_fingerprint_is_given_as_it_was_copied(bare: Path) -> None:
    sealed(bare)
    own = seal.fingerprint_of(bare)
    assert own == sha((bare / "seal.json").read_bytes())
    right = seal.verify(bare, f" {own[:30].upper()}\n{own[30:]} ")
    assert (right.fingerprint, right.expected, right.same_seal, right.intact) == (own, own, True, True)
    wrong = seal.verify(bare, "0" * 64)
    assert (wrong.changed, wrong.same_seal, wrong.intact) == ((), False, False)
    for text in ("0" * 63, "0" * 65, "g" * 64):
        with pytest.raises(InputError) as caught:
            seal.verify(bare, text)
        assert caught.value.faults == (Fault("--seal", None, None, "seal.print", {"text": text}),)


def test_a_seal_too_large_is_a_changed_one(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(bare)
    monkeypatch.setattr("pdc_common.bounded.MOST_FILE", 10)
    assert seal.verify(bare, "1" * 64) == seal.Verdict(("seal.json",), (), (), seal.fingerprint_of(bare), "1" * 64)
