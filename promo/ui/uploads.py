"""Files on their way in: kept for the session until they are imported or left out.

The uploader forgets its files when the page is left and keeps their bytes in memory; so each file
is written to a private folder at once and the uploader starts empty again. Files of the inbox are
read where they lie.
"""

import filecmp
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from promo import workflow
from promo.ui import state


@dataclass(frozen=True)
class Waiting:
    """One file that is not imported yet; `ours` when it lies in the session's own folder."""

    number: int
    name: str
    path: Path
    ours: bool = True


def waiting() -> list[Waiting]:
    """The files that were brought and not yet imported, as far as they are still there."""
    return [file for file in state.recall("_waiting", []) if file.path.exists()]


def uploader_key() -> str:
    """The key of the uploader; a new one after each drop, so that memory is given back."""
    return f"upload_{state.recall('_drops', 0)}"


def take() -> None:
    """Write what was just dropped to the session's folder and empty the uploader."""
    folder = _folder()
    # By name, because a browser gives the files of a folder in any order, and the first row counts.
    for file in sorted(state.recall(uploader_key()) or [], key=lambda one: one.name):
        number = _next()
        new = Waiting(number, file.name, _write(folder / str(number), file.name, file.getbuffer()))
        if any(_same(new, other) for other in waiting()):
            new.path.unlink()
            state.keep("_again", [*state.recall("_again", []), new.name])
        else:
            _add(new)
    state.keep("_drops", state.recall("_drops", 0) + 1)


def _same(one: Waiting, other: Waiting) -> bool:
    """Whether she brought one file twice; the import accounts for copies under other names."""
    return one.name == other.name and filecmp.cmp(one.path, other.path, shallow=False)


def again() -> list[str]:
    """The names of files that were brought though they wait already; told once."""
    names: list[str] = state.recall("_again", [])
    state.forget("_again")
    return names


def take_made(path: Path) -> None:
    """Take a file that the desk itself made for this session."""
    _add(Waiting(_next(), path.name, path))


def borrow(paths: Iterable[Path]) -> None:
    """Take files of the inbox; they stay where they are."""
    for path in paths:
        _add(Waiting(_next(), path.name, path, ours=False))


def new_folder() -> Path:
    """An empty folder of this session, for a file that the desk makes."""
    folder = _folder() / str(_next())
    folder.mkdir()
    return folder


def drop(numbers: Iterable[int]) -> None:
    """Forget files, and delete those that are ours from the session's folder."""
    gone = set(numbers)
    for file in waiting():
        if file.number in gone and file.ours:
            file.path.unlink(missing_ok=True)
    state.keep("_waiting", [file for file in waiting() if file.number not in gone])


def look(
    file: Waiting, source: str | None = None, encoding: str | None = None
) -> workflow.Inspection:
    """What a file seems to be; looked at once, however often the page is drawn."""
    looks = state.recall("_looks", {})
    state.keep("_looks", looks)
    key = (file.number, source, encoding)
    if key not in looks:
        looks[key] = workflow.inspect_file(state.workspace(), file.path, source, encoding)
    found: workflow.Inspection = looks[key]
    return found


def groups() -> list[Sequence[Waiting]]:
    """The waiting files, those of one header together; a file per day is one matter, not many."""
    found: dict[object, list[Waiting]] = {}
    for file in waiting():
        first = look(file)
        alike = first.signature if first.header and not first.is_refused else file.number
        found.setdefault(alike, []).append(file)
    return list(found.values())


def safe_name(name: str) -> str:
    """A file's own name, without what could lead out of the folder.

    >>> safe_name("../../etc/Orders 2026.csv"), safe_name("订单.csv"), safe_name("..")
    ('Orders 2026.csv', '订单.csv', 'file')
    """
    base = re.split(r"[\\\\/]", name)[-1]
    return re.sub(r"[^\w .\-]+", "_", base).strip(" .")[-120:] or "file"


def _next() -> int:
    number = int(state.recall("_taken", 0))
    state.keep("_taken", number + 1)
    return number


def _add(file: Waiting) -> None:
    state.keep("_waiting", [*waiting(), file])


def _folder() -> Path:
    """The private folder of this session, removed from disk when the session goes."""
    kept = state.recall("_folder")
    if kept is None:
        path = Path(tempfile.mkdtemp(prefix="promodesk-"))
        kept = _Folder(path)
        weakref.finalize(kept, shutil.rmtree, path, ignore_errors=True)
        state.keep("_folder", kept)
    found: Path = kept.path
    return found


@dataclass(eq=False)
class _Folder:
    """A folder that lives as long as the session that holds it."""

    path: Path


def _write(folder: Path, name: str, content: memoryview) -> Path:
    folder.mkdir(parents=True)
    path = folder / safe_name(name)
    path.write_bytes(content)
    return path
