"""A.5: approve a plan and find any later change.

Approving writes the state into the summary, makes the reports again so that they show it, and seals the
folder: ``seal.json`` holds the SHA-256 of every file. An approved folder is never written again by pdc.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pdc_reports
from pdc.base.folder import APPROVED, ApprovedError, Folder, is_approved

SEAL: Final = "seal.json"
_KEYS: Final = {"name", "decision", "date", "files"}


class NotAPlanError(Exception):
    """The folder does not hold a plan (or no seal that can be read)."""


@dataclass(frozen=True)
class Verdict:
    """What is different from the sealed folder."""

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Is every file as it was approved?"""
        return not (self.changed or self.missing or self.added)


def approve(folder: Path, name: str, decision: str, on: date) -> Path:
    """Seal a plan. Raises :class:`~pdc.base.folder.ApprovedError` if it is approved already."""
    if is_approved(folder):
        raise ApprovedError(str(folder))
    summary = _summary(folder)
    summary["state"] = {"status": APPROVED, "by": name, "decision": decision, "date": on.isoformat()}
    fresh = Folder(folder)
    try:
        shutil.copytree(folder, fresh.path, dirs_exist_ok=True)
        text = json.dumps(summary, ensure_ascii=False, indent=1)
        fresh.write("summary.json", (text + "\n").encode("utf-8"))
        provinces = (fresh.path / "provinces").is_dir()
        pdc_reports.write_reports(fresh.path, lang=summary.get("lang", "tr"), provinces=provinces)
        seal = {
            "name": name,
            "decision": decision,
            "date": on.isoformat(),
            "files": fingerprints(fresh.path),
        }
        fresh.write(SEAL, (json.dumps(seal, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
        return fresh.finish()
    except BaseException:
        fresh.drop()
        raise


def verify(folder: Path) -> Verdict:
    """Compare a sealed folder with its seal."""
    try:
        seal = json.loads((folder / SEAL).read_text("utf-8"))
        sealed = dict(seal["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotAPlanError(str(folder)) from error
    now = fingerprints(folder)
    return Verdict(
        changed=tuple(sorted(f for f in sealed.keys() & now.keys() if sealed[f] != now[f])),
        missing=tuple(sorted(sealed.keys() - now.keys())),
        added=tuple(sorted(now.keys() - sealed.keys())),
    )


def fingerprints(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder but the seal, by its path inside."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != SEAL
    }


def groups_of(folder: Path) -> set[str]:
    """Names of the groups that a plan folder holds. Raises :class:`NotAPlanError`."""
    return {str(entry["group"]) for entry in _summary(folder)["titles"].values()}


def _summary(folder: Path) -> dict[str, Any]:
    try:
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NotAPlanError(str(folder)) from error
    if not isinstance(summary, dict) or "titles" not in summary:
        raise NotAPlanError(str(folder))
    return summary
