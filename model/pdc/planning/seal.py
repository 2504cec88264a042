"""A.5: approve a plan and find any later change.

Approving writes the state into the summary, makes the reports again so that they show it, and seals the
folder. ``seal.json`` holds name, decision and date, the SHA-256 of every file and the name of every folder,
and last ``seal``, the SHA-256 of all that. An approved folder is known by its seal, and pdc never writes it
again.

Who can write to the folder can also write a seal that fits. What such a person cannot change is the
**fingerprint** of ``seal.json``, once it stands in the minutes: :func:`approve` is followed by telling it,
:func:`verify` compares it where it is given. It is what ``sha256sum seal.json`` prints.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pdc_reports
from pdc.base.faults import Fault, InputError
from pdc.base.folder import APPROVED, FOLDER, MARK, SEAL, Folder, Place, scan, sealed_around
from pdc_common.bounded import TooLargeError, bytes_of, text_of
from pdc_common.mark import edited, sha256

FORM: Final = 2  # of the seal; 1 held no folders and no print of itself
MOST_LETTERS: Final = 300  # of a name, of a decision
_UNSEEN: Final = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of letters, ends of lines
_KEYS: Final = ("name", "decision", "date")
_PRINT: Final = re.compile(r"[0-9a-f]{64}")


class NotAPlanError(Exception):
    """The folder does not hold a plan, or no seal."""


@dataclass(frozen=True)
class Verdict:
    """What is different from the sealed folder.

    ``fingerprint`` is that of ``seal.json`` as it is now, ``expected`` the one that was given (empty: none).
    """

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    fingerprint: str = ""
    expected: str = ""

    @property
    def same_seal(self) -> bool:
        """Is the seal the one whose fingerprint was given (true where none was)?"""
        return self.expected in ("", self.fingerprint)

    @property
    def intact(self) -> bool:
        """Is everything as it was approved?"""
        return self.same_seal and not (self.changed or self.missing or self.added)


def approve(folder: Path, name: str, decision: str, on: date) -> Path:
    """Seal a plan.

    Raises :class:`~pdc.base.folder.ApprovedError` if it is approved already, lies in an approved plan or
    holds one; :class:`~pdc.base.faults.InputError` where a link or a device lies in it, which no seal can
    cover, or where a report was changed by hand, for they are made anew, or where name or decision are no
    line of text.
    """
    sealed_around(folder)
    said = {"--by": name, "--decision": decision}
    if wrong := [key for key, text in said.items() if not _line(text)]:
        raise InputError([Fault(key, None, None, "seal.said", {"most": MOST_LETTERS}) for key in wrong])
    summary = _summary(folder)
    before = scan(folder)
    loose = [name for name, print_ in before.items() if not _covered(print_)]
    if loose:
        raise InputError([Fault(str(folder), None, file, "seal.link") for file in loose])
    if files := edited(folder):
        raise InputError([Fault(str(folder), None, file, "seal.edited") for file in files])
    state = {"status": APPROVED, "by": name, "decision": decision, "date": on.isoformat()}
    fresh = Folder(Place(folder, "approve", carried=before))
    try:
        shutil.copytree(folder, fresh.path, symlinks=True, dirs_exist_ok=True)
        text = json.dumps(summary | {"state": state}, ensure_ascii=False, indent=1)
        fresh.write("summary.json", (text + "\n").encode("utf-8"))
        provinces = (fresh.path / "provinces").is_dir()
        pdc_reports.write_reports(fresh.path, lang=summary.get("lang", "tr"), provinces=provinces)
        fresh.mark()
        told = {"name": name, "decision": decision, "date": on.isoformat()}
        fresh.write(SEAL, _sealed(told, fingerprints(fresh.path)))
        return fresh.finish()
    except BaseException:
        fresh.drop()
        raise


def _line(text: str) -> bool:
    """Does it say something, on one line that can be printed and kept?"""
    seen = not any(unicodedata.category(letter) in _UNSEEN for letter in text)
    return bool(text.strip()) and len(text) <= MOST_LETTERS and seen


def verify(folder: Path, fingerprint: str = "") -> Verdict:
    """Compare a sealed folder with its seal, and the seal with the ``fingerprint`` in the minutes.

    Raises :class:`NotAPlanError` where there is no seal, :class:`~pdc.base.faults.InputError` where what is
    given is no fingerprint.
    """
    expected = _as_fingerprint(fingerprint)
    path = folder / SEAL
    if path.is_symlink() or not path.is_file():
        raise NotAPlanError(str(folder))
    found = sha256(path)
    try:
        raw = bytes_of(path)
    except TooLargeError:
        raw = b""
    seal = _read(raw)
    if seal is None:
        return Verdict((SEAL,), (), (), found, expected)
    now = fingerprints(folder)
    sealed = seal["files"]
    changed = {name for name in sealed.keys() & now.keys() if sealed[name] != now[name]}
    if not _whole(seal, raw) or not _agrees(folder, seal):
        changed.add(SEAL)
    added = now.keys() - sealed.keys()
    if seal.get("form") is None:  # the old form held files alone; folders that hold none of them are new
        used = {f"{above.as_posix()}/" for name in sealed for above in Path(name).parents}
        added = {name for name in added if not (name in used and now[name] == FOLDER)}
    return Verdict(
        tuple(sorted(changed)), tuple(sorted(sealed.keys() - now.keys())), tuple(sorted(added)),
        found, expected,
    )  # fmt: skip


def fingerprint_of(folder: Path) -> str:
    """Fingerprint of a sealed folder, for the minutes: the SHA-256 of its ``seal.json``."""
    return sha256(folder / SEAL)


def fingerprints(folder: Path) -> dict[str, str]:
    """Print of everything in a folder but the seal at its top, by its path inside."""
    return {name: print_ for name, print_ in scan(folder).items() if name != SEAL}


def groups_of(folder: Path) -> set[str]:
    """Names of the groups that a plan folder holds. Raises :class:`NotAPlanError`."""
    return {str(entry["group"]) for entry in _summary(folder)["titles"].values()}


def _covered(print_: str) -> bool:
    return print_ == FOLDER or _PRINT.fullmatch(print_) is not None


def _sealed(told: Mapping[str, str], files: Mapping[str, str]) -> bytes:
    """The bytes of a seal; equal content, equal bytes."""
    content: dict[str, Any] = {"form": FORM, **{key: told[key] for key in _KEYS}, "files": dict(files)}
    content["seal"] = hashlib.sha256(_text(content)).hexdigest()
    return _text(content)


def _text(content: Mapping[str, Any]) -> bytes:
    # A name that is no text on disk (bytes of another encoding) stays as it is.
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogateescape")


def _read(raw: bytes) -> dict[str, Any] | None:
    """What a seal says; None of one that is damaged."""
    try:
        found: dict[str, Any] = json.loads(raw.decode("utf-8", "surrogateescape"))
        files = found["files"]
        good = isinstance(files, dict) and all(isinstance(print_, str) for print_ in files.values())
    except (ValueError, KeyError, TypeError, RecursionError):
        good = False
    return found if good else None


def _whole(seal: Mapping[str, Any], raw: bytes) -> bool:
    """Is the seal, to the byte, as pdc writes it?"""
    if not all(isinstance(seal.get(key), str) for key in _KEYS):
        return False
    if "form" not in seal:
        # A folder with a mark is younger than this form: somebody took out what the seal says of itself.
        old = {**{key: seal[key] for key in _KEYS}, "files": seal["files"]}
        return MARK not in seal["files"] and _text(old) == raw
    return _sealed({key: seal[key] for key in _KEYS}, seal["files"]) == raw


def _agrees(folder: Path, seal: Mapping[str, Any]) -> bool:
    """Do summary and seal name the same person, decision and date?"""
    try:
        state = json.loads(text_of(folder / "summary.json"))["state"]
        told = [state["by"], state["decision"], state["date"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return True  # a summary that cannot be read is a changed file
    return told == [seal.get(key) for key in _KEYS]


def _as_fingerprint(text: str) -> str:
    """A fingerprint as it was copied: spaces and case do not count. Empty where none was given."""
    found = "".join(text.split()).casefold()
    if found and _PRINT.fullmatch(found) is None:
        raise InputError([Fault("--seal", None, None, "seal.print", {"text": text})])
    return found


def _summary(folder: Path) -> dict[str, Any]:
    try:
        summary = json.loads(text_of(folder / "summary.json"))
    except (OSError, ValueError) as error:
        raise NotAPlanError(str(folder)) from error
    if not isinstance(summary, dict) or not isinstance(summary.get("titles"), dict):
        raise NotAPlanError(str(folder))
    return summary
