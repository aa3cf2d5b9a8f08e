"""The manifest of a dataset at rest: written last, so that what it names is always whole.

A file that it no longer names may still be read by whoever opened the dataset a moment ago, so it
stays for `RELEASED` seconds from the change on; after that `let_go` removes it.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from promo.errors import NotFound
from promo.ingest.atomic import UNFINISHED, replacing
from promo.ingest.datasets.exclusive import exclusive

MANIFEST = "dataset.json"
RELEASED = 3600.0
"""Seconds for which a file stays after the manifest stopped naming it: nobody opens a dataset once
and reads it for an hour."""

_OURS = ("*.parquet", "quarantine-*.csv", f"*{UNFINISHED}")

Manifest = Mapping[str, Any]


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the manifest in `folder` says.

    Raises:
        NotFound: there is none.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFound(kind="dataset", name=folder.name)
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


@contextmanager
def changing(folder: Path, waiting: Callable[[], object] = bool) -> Iterator[None]:
    """Hold a dataset's folder alone, and leave it as it was when the block fails.

    A failure that comes after `publish` takes nothing away: the manifest tells what counts.

    Args:
        folder: made when it is not there yet.
        waiting: called while somebody else holds it, see `exclusive`.
    """
    with exclusive(folder, waiting):
        was_there = folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        before = {path.name for path in folder.iterdir()}
        try:
            yield
        except BaseException:
            _take_back(folder, before)
            if not was_there and not any(folder.iterdir()):
                folder.rmdir()
            raise


def _take_back(folder: Path, before: set[str]) -> None:
    """Remove what came since `before` and is not part of the dataset."""
    kept = before | _part_of(folder)
    for path in _ours(folder):
        if path.name not in kept:
            path.unlink()


def _ours(folder: Path) -> set[Path]:
    return {path for pattern in _OURS for path in folder.glob(pattern)}


def _part_of(folder: Path) -> set[str]:
    is_whole = (folder / MANIFEST).is_file()
    return {MANIFEST} | named(read_manifest(folder)) if is_whole else set()


def publish(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the one that counts; files it does not name go after an hour.

    To be called within `changing`.
    """
    before = _part_of(folder)
    with replacing(folder / MANIFEST) as aside:
        aside.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    for old in before - _part_of(folder):
        with suppress(OSError):  # whoever removed it by hand wanted it gone
            os.utime(folder / old)  # its hour begins now
    _drop_released(folder)


class _Busy(Exception):  # it is no error: whoever holds the folder will let go as well
    """Somebody is changing the dataset."""


def _give_up() -> None:
    raise _Busy


def let_go(folder: Path) -> None:
    """Remove the files of a dataset that nothing names any more, once their hour is over.

    A folder that somebody is changing is left to him: files that are being made are not named yet.
    """
    with suppress(_Busy), exclusive(folder, _give_up):
        _drop_released(folder)


def _drop_released(folder: Path) -> None:
    kept = _part_of(folder)
    for old in _ours(folder):
        # Another system may hold a file that is open; the next time finds it again.
        with suppress(OSError):
            if old.name not in kept and time.time() - old.stat().st_mtime > RELEASED:
                old.unlink()


def named(manifest: Manifest) -> set[str]:
    """The files of a dataset: tables in use and as imported, and what was set aside."""
    cleaning = manifest.get("cleaning", {})
    tables = (*manifest["tables"].values(), *cleaning.get("base", {}).values())
    return {entry["file"] for entry in tables} | set(quarantines(manifest))


def fingerprint_of(tables: Mapping[str, Mapping[str, str]]) -> str:
    """A short name for exactly the content of these manifest entries."""
    whole = sha256("".join(f"{t}:{tables[t]['sha256']};" for t in sorted(tables)).encode())
    return whole.hexdigest()[:16]


def fingerprints(manifest: Manifest) -> set[str]:
    """The contents that a dataset can have again: in use now, and as it was imported."""
    base = manifest.get("cleaning", {}).get("base")
    return {manifest["fingerprint"], *([fingerprint_of(base)] if base else [])}


def quarantines(manifest: Manifest) -> list[str]:
    """The files that hold the rows set aside, at import and by cleaning."""
    return [*manifest["quarantine"], *manifest.get("cleaning", {}).get("quarantine", ())]
