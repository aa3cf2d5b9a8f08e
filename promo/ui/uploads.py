"""Files on their way in: kept on disk for the session until they are imported or left out.

The uploader forgets its files when the page is left and keeps their bytes in memory; so each file
is written to a private folder at once and the uploader starts empty again.
"""

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from promo.ui import state


@dataclass(frozen=True)
class Waiting:
    """One uploaded file that is not imported yet."""

    number: int
    name: str
    path: Path


def waiting() -> list[Waiting]:
    """The files that were dropped and not yet imported."""
    return list(state.recall("_waiting", []))


def uploader_key() -> str:
    """The key of the uploader; a new one after each drop, so that memory is given back."""
    return f"upload_{state.recall('_drops', 0)}"


def take() -> None:
    """Write what was just dropped to the session's folder and empty the uploader."""
    dropped = state.recall(uploader_key()) or []
    folder = _folder()
    first = state.recall("_taken", 0)
    taken = [
        Waiting(number, file.name, _write(folder / str(number), file.name, file.getbuffer()))
        for number, file in enumerate(dropped, start=first)
    ]
    state.keep("_taken", first + len(taken))
    state.keep("_waiting", [*waiting(), *taken])
    state.keep("_drops", state.recall("_drops", 0) + 1)


def drop(numbers: Iterable[int]) -> None:
    """Forget files and delete them from the session's folder."""
    gone = set(numbers)
    for file in waiting():
        if file.number in gone:
            file.path.unlink(missing_ok=True)
    state.keep("_waiting", [file for file in waiting() if file.number not in gone])


def safe_name(name: str) -> str:
    """A file's own name, without what could lead out of the folder.

    >>> safe_name("../../etc/Orders 2026.csv"), safe_name("订单.csv"), safe_name("..")
    ('Orders 2026.csv', '订单.csv', 'file')
    """
    base = re.split(r"[\\\\/]", name)[-1]
    return re.sub(r"[^\w .\-]+", "_", base).strip(" .")[-120:] or "file"


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
