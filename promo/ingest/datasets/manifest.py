"""The manifest of a dataset at rest: written last, so that what it names is always whole.

A file that it no longer names may still be read by whoever opened the dataset a moment ago, so it
stays for `RELEASED` seconds from the change on and goes with a later change.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from promo.errors import NotFound
from promo.ingest.atomic import UNFINISHED, replacing

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


def publish(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the one that counts and let go of the files it does not name.

    To be called by whoever holds the folder alone, see `promo.ingest.datasets.exclusive`.
    """
    before = named(read_manifest(folder)) if (folder / MANIFEST).is_file() else set()
    with replacing(folder / MANIFEST) as aside:
        aside.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    kept = named(manifest)
    for old in {path for pattern in _OURS for path in folder.glob(pattern)}:
        # Another system may hold a file that is open; the next change finds it again.
        with suppress(OSError):
            if old.name in before - kept:
                os.utime(old)  # its hour begins now
            elif old.name not in kept and time.time() - old.stat().st_mtime > RELEASED:
                old.unlink()


def named(manifest: Manifest) -> set[str]:
    """The files of a dataset: tables in use and as imported, and what was set aside."""
    cleaning = manifest.get("cleaning", {})
    tables = (*manifest["tables"].values(), *cleaning.get("base", {}).values())
    return {entry["file"] for entry in tables} | set(set_aside(manifest))


def fingerprint_of(tables: Mapping[str, Mapping[str, str]]) -> str:
    """A short name for exactly the content of these manifest entries."""
    whole = sha256("".join(f"{t}:{tables[t]['sha256']};" for t in sorted(tables)).encode())
    return whole.hexdigest()[:16]


def fingerprints(manifest: Manifest) -> set[str]:
    """The contents that a dataset can have again: in use now, and as it was imported."""
    base = manifest.get("cleaning", {}).get("base")
    return {manifest["fingerprint"], *([fingerprint_of(base)] if base else [])}


def set_aside(manifest: Manifest) -> list[str]:
    """The files that hold the rows set aside, at import and by cleaning."""
    return [*manifest["quarantine"], *manifest.get("cleaning", {}).get("quarantine", ())]
