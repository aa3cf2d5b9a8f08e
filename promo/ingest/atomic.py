"""Files that are either whole or not there: written aside, flushed to disk, then renamed."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

UNFINISHED = ".unfinished"


def unfinished(path: Path) -> Path:
    """A name beside `path` that nobody else writes to."""
    return path.with_name(f"{path.name}.{uuid4().hex[:12]}{UNFINISHED}")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it becomes `path` when the block ends well and vanishes otherwise."""
    aside = unfinished(path)
    try:
        yield aside
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(path)
        _sync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """The same for a folder of files that somebody else fills; `path` must not be there yet."""
    aside = unfinished(path)
    try:
        yield aside
        for part in aside.iterdir():
            with part.open("rb+") as file:
                os.fsync(file.fileno())
        _sync_folder(aside)
        aside.replace(path)
        _sync_folder(path.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    # Windows cannot open a folder; there the rename itself is durable.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest(path: Path, alive: Callable[[], object] = bool) -> str:
    """The SHA-256 of a file's content, or of the names and contents of a folder.

    `alive` is called on the way and may raise.
    """
    total = sha256()
    if path.is_dir():
        for inner in sorted(one for one in path.rglob("*") if one.is_file()):
            total.update(f"{inner.relative_to(path).as_posix()}\0{digest(inner, alive)}\0".encode())
        return total.hexdigest()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            total.update(chunk)
            alive()
    return total.hexdigest()
