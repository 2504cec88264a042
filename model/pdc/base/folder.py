"""A folder that appears whole or not at all, and its CSV files."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd

from pdc.base.numbers import DIGITS


def to_csv(frame: pd.DataFrame) -> bytes:
    """CSV as docs/data.md says: UTF-8, comma, ``\\n``; targets and deviations with nine decimals."""
    columns = []
    for name in frame.columns:
        values = frame[name].tolist()
        if name in {"target", "deviation"}:
            columns.append([f"%.{DIGITS}f" % value for value in values])
        elif name in {"latitude", "longitude"}:
            columns.append(["" if math.isnan(value) else f"{value:.6f}" for value in values])
        else:
            columns.append(values)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8")


class Folder:
    """A folder that appears whole or not at all: written beside its place, then renamed."""

    def __init__(self, target: Path) -> None:
        self.target = target
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        self.path.chmod(0o777 & ~_umask())

    def write(self, name: str, content: bytes) -> None:
        """Add a file, also in a folder of its own."""
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    def finish(self) -> Path:
        """Put the folder in its place; what stood there goes only once the new one is whole."""
        old = None
        if self.target.exists():
            old = self.path.with_name(f"{self.path.name}.old")
            self.target.replace(old)
        self.path.replace(self.target)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
        return self.target

    def drop(self) -> None:
        """Give up: nothing was written."""
        shutil.rmtree(self.path, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


APPROVED = "approved"


class ApprovedError(Exception):
    """An approved plan stands where this one would be written (A.5)."""


def is_approved(folder: Path) -> bool:
    """Does an approved plan stand in this folder?"""
    summary = folder / "summary.json"
    if not summary.is_file():
        return False
    try:
        state = json.loads(summary.read_text("utf-8")).get("state", {})
    except (ValueError, AttributeError):
        return False
    return isinstance(state, dict) and state.get("status") == APPROVED
