"""The one place that decides what may be replaced: a folder of results, or an empty workbook.

A folder of results appears whole or not at all, and takes the place only of what is absent, empty, or wholly
pdc's own: the former results of the same command, none of them changed and nothing added. That is known from
the folder's **mark**, :data:`MARK`, which lists every file that pdc wrote there with its SHA-256. Everything
else (a file, a link, a device, a folder with somebody's notes, what is being read, an approved plan, or a
folder in or around one) stays, and the command ends with a sentence that says what stands there.

It is looked at before the work begins (:func:`check`) and again before the new folder takes the place
(:meth:`Folder.finish`); where the system can, old and new then change places in one step, and what came out
is looked at once more before it goes. Until that moment nothing that was there has been touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pdc.base.approved import (
    APPROVED,
    SEAL,
    SUMMARY,
    ApprovedError,
    OutError,
    below_approved,
    is_approved,
    near_approved,
    sealed_around,
    standing,
)
from pdc.base.faults import Fault
from pdc.base.leftover import new_folder, new_handle
from pdc.base.swap import change_places
from pdc_common.bounded import text_of
from pdc_common.cells_csv import column_texts, csv_text
from pdc_common.mark import MARK, marked, read_mark, sha256

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "APPROVED", "MARK", "SEAL", "ApprovedError", "Folder", "OutError", "Place", "check", "is_approved",
    "new_file", "place", "read_mark", "scan", "sealed_around", "to_csv",
]  # fmt: skip
FOLDER: Final = "folder"  # print of a folder among those of files
_TABLES: Final = (".csv", ".json", ".gz")
_SHOWN: Final = 5  # names in a sentence

Given = str | os.PathLike[str]
Entry = Callable[[str, str], bool]


@dataclass(frozen=True)
class Place:
    """Where the results of a command go.

    ``inputs`` is what the command reads. ``aside(name, print)``, if given, says of an entry that the mark
    does not list whether it is the command's own all the same (the work area of a sweep). ``carried`` are
    entries, with their prints, that the new folder holds too: they may go whatever wrote them.
    """

    path: Path
    command: str
    inputs: tuple[Path, ...] = ()
    aside: Entry | None = None
    carried: Mapping[str, str] | None = None

    def check(self) -> None:
        """Raise :class:`OutError` or :class:`ApprovedError` where the folder may not be replaced."""
        path = standing(self.path)
        near_approved(path)
        _way(self.path)
        state = _state(path)
        if state is None:
            _parents(path)
            return
        if stat.S_ISLNK(state.st_mode):
            raise _fault(path, "link")
        if stat.S_ISREG(state.st_mode):
            raise _fault(path, "file")
        if not stat.S_ISDIR(state.st_mode):
            raise _fault(path, "special")
        self._not_read(path)
        _not_underfoot(path)
        below_approved(path)
        self.own(path)

    def _not_read(self, path: Path) -> None:
        for one in self.inputs:
            for place in dict.fromkeys((one.absolute(), Path(os.path.realpath(one)))):
                if os.path.lexists(place) and any(_same(path, above) for above in (place, *place.parents)):
                    raise _fault(path, "input", input=str(one))

    def own(self, path: Path, at: Path | None = None) -> None:
        """Raise :class:`OutError` unless the folder holds nothing but what pdc wrote there (or nothing).

        ``at`` is where it lies for the moment.
        """
        found = scan(at or path)
        if self.carried is not None:
            _strangers(path, [name for name, print_ in found.items() if self.carried.get(name) != print_])
            return
        left = [n for n, print_ in found.items() if self.aside is None or not self.aside(n, print_)]
        if not left:
            return
        mark = read_mark(at or path)
        if mark is None:
            raise _fault(path, "unmarked", **_names(left))
        command, files = mark
        files = {**files, MARK: found[MARK]}
        found |= timeless(at or path, found)
        folders = {f"{above.as_posix()}/" for name in files for above in Path(name).parents}
        _strangers(path, [n for n in left if files.get(n) != found[n] and n not in folders])
        if command != self.command:
            raise _fault(path, "other", was=command)


def place(
    out: Given, command: str, inputs: Iterable[Given | None] = (), aside: Entry | None = None
) -> Place:
    """Where the results of ``command`` go. Inputs that are None are left out."""
    read = tuple(Path(one) for one in inputs if one is not None)
    return Place(Path(out), command, read, aside)


def check(out: Given, command: str, inputs: Iterable[Given | None] = ()) -> None:
    """May ``command`` write its results into ``out``? To be asked before minutes of work."""
    place(out, command, inputs).check()


class Folder:
    """A folder that appears whole or not at all: written beside its place, then put there in one step."""

    def __init__(self, where: Place) -> None:
        where.check()
        self.where = where
        self.target = standing(where.path)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.path = new_folder(self.target.parent)
        self.path.chmod(0o777 & ~_umask())

    def write(self, name: str, content: bytes) -> None:
        """Add a file, also in a folder of its own."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def mark(self) -> None:
        """Write down what lies here; after this nothing but a seal is added. Folders that stayed empty go."""
        below = [path for path in self.path.rglob("*") if path.is_dir() and not path.is_symlink()]
        for path in sorted(below, reverse=True):
            with contextlib.suppress(OSError):  # it holds something
                path.rmdir()
        found = scan(self.path)
        found |= timeless(self.path, found)
        files = {n: p for n, p in found.items() if p != FOLDER and n not in (MARK, SEAL)}
        self.write(MARK, marked(self.where.command, files))

    def finish(self) -> Path:
        """Put the folder in its place; what stood there goes only once the new one stands."""
        if not (self.path / MARK).is_file():
            self.mark()
        self.where.check()
        state = _state(self.target)
        if state is None:
            self.path.rename(self.target)
            return self.where.path
        self.path.chmod(stat.S_IMODE(state.st_mode))
        change_places(self.path, self.target)
        try:
            self.where.own(self.target, self.path)  # somebody may have written into it at the last moment
        except BaseException:
            change_places(self.path, self.target)
            raise
        shutil.rmtree(self.path, ignore_errors=True)
        return self.where.path

    def drop(self) -> None:
        """Give up: nothing was written."""
        shutil.rmtree(self.path, ignore_errors=True)


def new_file(out: Given, contents: Sequence[bytes]) -> Path:
    """Write the first of ``contents`` into a file, whole, and never over another.

    A file that holds one of ``contents`` to the byte is pdc's own and is replaced.
    """
    path = standing(Path(out))
    near_approved(path)
    _way(Path(out))
    state = _state(path)
    if state is not None and not stat.S_ISREG(state.st_mode):
        kinds = {stat.S_IFLNK: "link", stat.S_IFDIR: "folder"}
        raise _fault(path, kinds.get(stat.S_IFMT(state.st_mode), "special"))
    if state is not None and path.read_bytes() not in contents:
        raise _fault(path, "not_template")
    if state is None:
        _parents(path)
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, new = new_handle(path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(contents[0])
        new.chmod(0o666 & ~_umask())
        if state is not None or not _linked(new, path):
            new.replace(path)
    except FileExistsError:  # since we looked
        new.unlink(missing_ok=True)
        raise _fault(path, "not_template") from None
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return Path(out)


def _linked(new: Path, path: Path) -> bool:
    """Give a file its name, but never another's: ``FileExistsError``. False where there are no links."""
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:
        return False
    new.unlink()
    return True


def to_csv(frame: pd.DataFrame) -> bytes:
    """CSV as docs/data.md says: UTF-8, comma, ``\\n``; targets, deviations and rates with nine decimals."""
    from pdc.base.numbers import DIGITS  # noqa: PLC0415 - with numpy; who writes no table does not wait for it

    columns: list[Sequence[Any]] = []
    forms = []
    for name in frame.columns:
        values: Sequence[Any] = frame[name].tolist()
        form = "%s"
        if name in {"target", "deviation"}:
            form = f"%.{DIGITS}f"
        elif name in {"latitude", "longitude"}:
            values = ["" if math.isnan(value) else f"{value:.6f}" for value in values]
        elif name == "fill_rate":
            values = ["" if math.isnan(value) else f"%.{DIGITS}f" % value for value in values]
        elif frame[name].dtype.kind not in "iufb":
            values = column_texts(values)
        columns.append(values)
        forms.append(form)
    return csv_text(map(str, frame.columns), columns, forms).encode("utf-8")


def scan(folder: Path) -> dict[str, str]:
    """Print of every entry of a folder by its path inside, links not followed.

    A file's print is its SHA-256, a folder's (its name ends with ``/``) :data:`FOLDER`, that of a link begins
    with ``link``; anything else is ``special``.
    """
    return dict(sorted(_scan(folder, "")))


def _scan(folder: Path, above: str) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = above + entry.name
            if entry.is_symlink():
                yield name, f"link {Path(entry.path).readlink()}"
            elif entry.is_dir(follow_symlinks=False):
                yield f"{name}/", FOLDER
                yield from _scan(Path(entry.path), f"{name}/")
            elif entry.is_file(follow_symlinks=False):
                yield name, sha256(Path(entry.path))
            else:
                yield name, "special"


def timeless(folder: Path, found: Mapping[str, str]) -> dict[str, str]:
    """Print of the summary without its seconds, so that the same plan has the same mark."""
    if found.get(SUMMARY) in (None, FOLDER):
        return {}
    try:
        content = _without_seconds(json.loads(text_of(folder / SUMMARY)))
    except (OSError, ValueError, RecursionError):
        return {}
    return {SUMMARY: hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()}


def _without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_seconds(inner) for key, inner in value.items() if key != "seconds"}
    return value


def edited_tables(folder: Path) -> list[str]:
    """Files other than reports that differ from what pdc wrote into a folder, or are gone from it.

    The mark itself where there is none that can be read: then nobody knows.
    """
    mark = read_mark(folder)
    if mark is None:
        return [MARK]
    found = {name: print_ for name, print_ in scan(folder).items() if name in mark[1]}
    found |= timeless(folder, found)
    return [
        name
        for name, print_ in mark[1].items()
        if found.get(name) != print_ and Path(name).suffix in _TABLES
    ]


# what stands there --------------------------------------------------------------------------------------


def _state(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise _fault(path, "below_file") from None
    except (OSError, ValueError):
        raise OutError([Fault("--out", None, None, "out.name", {"out": str(path)})]) from None


def _way(path: Path) -> None:
    """A link on the way leads somewhere: a disk that is not there now is not written below its name."""
    for above in path.absolute().parents:
        if above.is_symlink() and not above.exists():
            raise _fault(path, "link_to_nothing", link=str(above))


def _parents(path: Path) -> None:
    """A folder that is to be made needs one above it that can be written to."""
    above = next(folder for folder in path.parents if os.path.lexists(folder))  # a folder, see _state
    if not os.access(above, os.W_OK | os.X_OK):
        raise _fault(path, "no_right", folder=str(above))


def _not_underfoot(path: Path) -> None:
    if any(_same(path, folder) for folder in (Path.cwd(), *Path.cwd().parents)):
        raise _fault(path, "here")
    if os.path.ismount(path):
        raise _fault(path, "mount")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise _fault(path, "no_right", folder=str(path.parent))


def _same(path: Path, other: Path) -> bool:
    try:
        return path == other or path.samefile(other)
    except OSError:
        return False


def _strangers(path: Path, names: list[str]) -> None:
    if names:
        raise _fault(path, "foreign", **_names(names))


def _names(names: list[str]) -> dict[str, object]:
    # What lies in a folder that is named already is not named again.
    whole = [n for n in names if not any(n != o and o.endswith("/") and n.startswith(o) for o in names)]
    more = f" (+{len(whole) - _SHOWN})" if len(whole) > _SHOWN else ""
    return {"names": ", ".join(whole[:_SHOWN]) + more}


def _fault(path: Path, code: str, **values: object) -> OutError:
    return OutError([Fault("--out", None, None, f"out.{code}", {"out": str(path), **values})])


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
