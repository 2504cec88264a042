"""Approved plans (A.5): how one is known, and that nothing is written over it, into it or around it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from pdc.base.faults import Fault, InputError
from pdc_common.bounded import text_of

SEAL: Final = "seal.json"
SUMMARY: Final = "summary.json"
APPROVED: Final = "approved"
_LOOKED: Final = 200_000  # entries looked through for an approved plan somewhere below


class OutError(InputError):
    """Something stands where the results would go; the fault says what, and what to do."""


class ApprovedError(Exception):
    """An approved plan stands where this one would be written, in it or around it."""


def is_approved(folder: Path) -> bool:
    """Is an approved plan in this folder? Its seal says so, in whatever state; without one its summary."""
    if os.path.lexists(folder / SEAL):
        return True
    path = folder / SUMMARY
    try:
        if not path.is_file():
            return False
        state = json.loads(text_of(path)).get("state", {})
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
    return isinstance(state, dict) and state.get("status") == APPROVED


def near_approved(path: Path) -> None:
    """Nothing is written over or into an approved plan, however deep."""
    for folder in (path, *path.parents):
        if is_approved(folder):
            raise ApprovedError(str(folder))


def below_approved(path: Path) -> None:
    """Nothing replaces a folder that holds an approved plan, or a link to one."""
    left = _LOOKED
    for folder, names, files in os.walk(path):
        left -= len(names) + len(files)
        linked = [Path(folder, name) for name in names if Path(folder, name).is_symlink()]
        for one in (Path(folder), *linked):
            if is_approved(one):
                raise ApprovedError(str(one))
        if left < 0:
            return


def sealed_around(folder: Path) -> None:
    """Raise :class:`ApprovedError` where a folder is, lies in, or holds an approved plan."""
    path = standing(folder)
    near_approved(path)
    below_approved(path)


def standing(path: Path) -> Path:
    """Where a path leads: links on the way are followed, one at its end is not."""
    try:
        if path.name in ("", ".", ".."):
            return Path(os.path.realpath(path))
        return Path(os.path.realpath(path.parent)) / path.name
    except (OSError, ValueError):
        raise OutError([Fault("--out", None, None, "out.name", {"out": str(path)})]) from None
