"""The mark of a folder that pdc wrote: which command, and the SHA-256 of every file.

What the model writes, the reports add to; so both know it. What differs from the mark is somebody's own
work (numbers typed into ``cetvel.xlsx``, say) and is not written over.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pdc_common.bounded import no_special, text_of

MARK: Final = "pdc-manifest.json"
SEAL: Final = "seal.json"
_REPORTS: Final = (
    "cetvel.xlsx", "report.html", "rapor.docx", "lone_colleagues.csv", "need.csv", "access.csv",
)  # fmt: skip
_FOLDERS: Final = ("figures/", "provinces/")
_BLOCK: Final = 1 << 20


class ChangedError(Exception):
    """A file was changed since pdc wrote it, or lies in an approved plan; its text names it."""


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with no_special(path).open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def marked(command: str, files: Mapping[str, str]) -> bytes:
    """The bytes of a mark."""
    text = json.dumps({"pdc": command, "files": dict(files)}, ensure_ascii=False, indent=0) + "\n"
    return text.encode("utf-8", "surrogateescape")


def read_mark(folder: Path) -> tuple[str, dict[str, str]] | None:
    """Command and prints of a folder's mark; None where there is none that can be read."""
    path = folder / MARK
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        found: Any = json.loads(text_of(path, errors="surrogateescape"))
        command, files = found["pdc"], found["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    good = isinstance(command, str) and isinstance(files, dict)
    return (command, files) if good and all(isinstance(print_, str) for print_ in files.values()) else None


def edited(folder: Path) -> list[str]:
    """Reports that differ from what pdc wrote there: they would be made anew over somebody's work.

    A link is one of them, whatever it leads to: pdc writes none, and would write over what it leads to.
    """
    mark = read_mark(folder)
    files = mark[1] if mark else {}
    reports = [n for n in files if n in _REPORTS or n.startswith(_FOLDERS)]
    links = [name for name in (*_REPORTS, *(n.rstrip("/") for n in _FOLDERS)) if (folder / name).is_symlink()]
    changed = [n for n in reports if (folder / n).is_file() and sha256(folder / n) != files[n]]
    return [*links, *(n for n in changed if n not in links)]


def foreign(folder: Path) -> list[str]:
    """What stands under the names of reports and is not in the folder's mark."""
    mark = read_mark(folder)
    files = mark[1] if mark else {}
    there = [path for name in (*_REPORTS, *_FOLDERS) if os.path.lexists(path := folder / name)]
    # A link is named, and what it leads to is not looked through: it may be the whole disk.
    own = [path for path in there if path.is_dir() and not path.is_symlink()]
    inside = [p for path in there for p in (sorted(path.rglob("*")) if path in own else [path])]
    names = [path.relative_to(folder).as_posix() for path in inside if path.is_symlink() or not path.is_dir()]
    return [name for name in names if name not in files]


def renew(folder: Path, paths: Iterable[Path], command: str | None = None) -> None:
    """Take files that pdc has just written into the mark of their folder, if it has one.

    A folder without one gets it where ``command`` says who wrote there.
    """
    mark = read_mark(folder)
    if mark is None and command is not None and not os.path.lexists(folder / MARK):
        mark = command, {}
    if mark is None:
        return
    wrote, files = mark
    new = {path.relative_to(folder).as_posix(): sha256(path) for path in paths}
    (folder / MARK).write_bytes(marked(wrote, dict(sorted((files | new).items()))))
