"""A folder of results that were worked out before, each under the SHA-256 of all that it depends on.

An entry is a file: a seal of its content (HMAC-SHA-256 under a key that lies beside the folder and that only
its owner can read), then the content. It appears by renaming, so runs side by side never see half of one; one
whose seal does not fit is removed and worked out again: what somebody else has put there cannot carry it.
When the folder grows over its bound, what was used least recently goes first.

A folder that others can write to is no cache at all: nothing is read, written or removed there
(:meth:`Cache.ours`). Nothing here knows what is stored.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import platform
import re
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np

from pdc.base.approved import near_approved
from pdc.base.exact import Fraction
from pdc.base.private import closed, private, read_own

BOUND: Final = 500_000_000  # bytes
SEAL: Final = 32  # bytes of a SHA-256, and of the key
OFF: Final = "off"
# Modules that cannot change a plan; their code does not enter the cache key.
_ASIDE: Final = (
    "cli", "ask/sweep", "planning/plots.py", "planning/write.py", "planning/seal.py", "planning/results.py",
    "base/cache.py", "base/folder.py", "base/approved.py", "base/private.py", "base/swap.py", "__main__.py",
)  # fmt: skip
_ENTRY: Final = re.compile(r"[0-9a-f]{62}|\.new-\w{8}")  # as Cache.put names them
_PACKAGES: Final = ("pulp", "highspy", "numpy", "pandas")


@dataclass(frozen=True)
class Cache:
    """Entries in ``folder``. Trouble with the disk (no room, no right) means: not stored, worked out anew."""

    folder: Path
    bound: int = BOUND

    def get(self, key: str) -> bytes | None:
        """Content of an entry; None if there is none, it is damaged, or others could have written it."""
        path = self._path(key)
        if not self.ours() or not closed(path.parent):
            return None
        content = read_own(path)
        secret = self._secret()
        if content is None or secret is None:
            return None
        if not hmac.compare_digest(hmac.digest(secret, content[SEAL:], "sha256"), content[:SEAL]):
            self.drop(key)
            return None
        with contextlib.suppress(OSError):
            os.utime(path, follow_symlinks=False)  # used now
        return content[SEAL:]

    def has(self, key: str) -> bool:
        """Is there an entry, whatever its state?"""
        return self.ours() and self._path(key).is_file()

    def put(self, key: str, content: bytes) -> None:
        """Store an entry, whole or not at all."""
        path = self._path(key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self.ours():
                return
            path.parent.mkdir(exist_ok=True, mode=0o700)
            secret = self._secret(make=True)
            if secret is None or not closed(path.parent):
                return
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        except OSError:
            return
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hmac.digest(secret, content, "sha256") + content)
            Path(name).replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(name).unlink()

    def drop(self, key: str) -> None:
        """Remove an entry."""
        with contextlib.suppress(OSError):
            self._path(key).unlink()

    def trim(self) -> None:
        """Remove what was used least recently until the folder is within its bound."""
        if not self.ours():
            return
        found: list[tuple[float, int, Path]] = []
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            with contextlib.suppress(OSError):  # another run may have removed it
                if path.parent.is_symlink() or _ENTRY.fullmatch(path.name) is None:
                    continue  # somebody's own
                state = path.lstat()
                found.append((state.st_mtime, state.st_size, path))
        size = sum(entry[1] for entry in found)
        for _, bytes_, path in sorted(found):
            if size <= self.bound:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            size -= bytes_

    def ours(self) -> bool:
        """Can nobody else write here: is the folder the user's own, and is all that leads to it closed?"""
        return private(self.folder)

    def _secret(self, make: bool = False) -> bytes | None:
        """What entries are sealed with; None where there is no key that only the owner can read.

        It lies beside the folder (``pdc.key`` beside ``pdc``), or in it where there is no right to that.
        """
        places = (self.folder.with_name(f"{self.folder.name}.key"), self.folder / "key")
        for path in places:
            if (found := _key(path)) is not None:
                return found
        for path in places if make else ():
            with contextlib.suppress(OSError):
                _make_key(path)
            if (found := _key(path)) is not None:
                return found
        return None

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def _key(path: Path) -> bytes | None:
    found = read_own(path, secret=True)
    return found if found is not None and len(found) == SEAL else None


def _make_key(path: Path) -> None:
    """Write a new key; one that another run has just put there stays."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".pdc-")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SEAL))
        with contextlib.suppress(OSError):
            os.link(new, path)
        if _key(path) is None:
            new.replace(path)  # what stands there is damaged, or this disk has no links
    finally:
        new.unlink(missing_ok=True)


def user_cache() -> Cache | None:
    """The user's cache: ``PDC_CACHE`` (a folder, or ``off``), else ``pdc`` in the system's cache folder.

    Raises :class:`~pdc.base.approved.ApprovedError` where it would lie in an approved plan.
    """
    where = os.environ.get("PDC_CACHE", "")
    if where == OFF:
        return None
    if not where:
        home = os.environ.get("XDG_CACHE_HOME", "")
        try:
            where = str((Path(home) if home else Path.home() / ".cache") / "pdc")
        except RuntimeError:  # no home
            return None
    folder = Path(where)
    near_approved(folder.resolve())
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return Cache(folder)


def digest(*parts: Any) -> str:
    """SHA-256 of values by content: numbers, text, arrays, mappings, dataclasses, whatever these hold."""
    found = hashlib.sha256()
    for part in parts:
        _feed(found, part)
    return found.hexdigest()


@dataclass(frozen=True)
class Spelt:
    """A value as :func:`digest` reads it: spelt out once, it goes into many fingerprints."""

    text: bytes


def spelt(value: Any) -> Spelt:
    """Spell a value out; a fingerprint is the same with it as with the value itself."""
    pieces = _Pieces()
    _feed(pieces, value)
    return Spelt(b"".join(pieces))


class _Pieces(list[bytes]):
    """Takes what a hash would take, one after the other."""

    update = list.append


def _feed(found: Any, value: Any) -> None:
    match value:
        case Spelt():
            found.update(value.text)
            return
        case None | bool() | int() | float() | str():
            text = f"{type(value).__name__}:{value!r}"
        case Fraction():
            text = f"Fraction:{value.numerator}/{value.denominator}"
        case np.ndarray() if value.dtype == object:
            items = value.tolist()
            # A list of thousands of fractions: one text, not thousands of calls.
            text = f"objects:{len(items)}:" + "\x1f".join(map(_text, items))
        case np.ndarray():
            text = f"array:{value.dtype.str}:{value.shape}"
            found.update(text.encode() + b"\x1e" + np.ascontiguousarray(value).tobytes())
            return
        case Mapping():
            _feed_all(found, "mapping", [x for key in sorted(value, key=str) for x in (key, value[key])])
            return
        case set() | frozenset():
            _feed_all(found, "set", sorted(value, key=repr))
            return
        case tuple() | list():
            _feed_all(found, "list", value)
            return
        case np.generic():
            text = f"number:{value.item()!r}"
        case _ if is_dataclass(value) and not isinstance(value, type):
            parts = [x for f in fields(value) for x in (f.name, getattr(value, f.name))]
            _feed_all(found, type(value).__name__, parts)
            return
        case _:
            raise TypeError(f"no fingerprint of {type(value).__name__}")
    found.update(text.encode() + b"\x1e")


def _feed_all(found: Any, kind: str, values: Iterable[Any]) -> None:
    values = list(values)
    found.update(f"{kind}:{len(values)}(".encode())
    for value in values:
        _feed(found, value)
    found.update(b")")


def _text(value: Any) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return f"{type(value).__name__}:{value!r}"


@cache
def code_version() -> str:
    """Fingerprint of everything beside the input that a plan depends on: our modules, solver, numpy, Python.

    A change of one line that could move a number makes all entries strangers; they go as they age.
    """
    package = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        if not f"{inside.as_posix()}/".startswith(tuple(f"{name}/" for name in _ASIDE)):
            found.update(f"{inside.as_posix()}\x1f".encode() + path.read_bytes() + b"\x1e")
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found.update(f"{name} {version(name)}\x1e".encode())
    found.update(f"{platform.python_version()} {platform.machine()}".encode())
    return found.hexdigest()
