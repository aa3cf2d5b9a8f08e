"""Studies at rest: what was learned once is read back, so that a second start learns nothing."""

from __future__ import annotations

import io
import json
import logging
import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pandas as pd

import promo
from promo.domain import (
    Acquisition,
    Associations,
    Customers,
    Dataset,
    Forecast,
    Panel,
    ResponseCurves,
    Timing,
)
from promo.errors import SchemaError
from promo.ingest.atomic import UNFINISHED, replacing
from promo.ingest.datasets.manifest import MANIFEST, fingerprints
from promo.ingest.refusal import ZIP_DAMAGED
from promo.store import Workspace
from promo.workflow.studies import Study, StudySettings, at_margin, study

MOST = 12
"""Studies a workspace keeps; the one used longest ago goes first."""

LEFT_BEHIND = 3600.0
"""Seconds after which an unfinished file is nobody's any more."""

ENGINES = ("duckdb", "numpy", "pandas", "pyarrow", "scipy")
"""Packages whose versions may change a figure."""

UNREADABLE = (OSError, ValueError, KeyError, TypeError, RuntimeError, SchemaError, *ZIP_DAMAGED)
"""Of a damaged study; a `RuntimeError` where the damage looks like a password."""

_LOG = logging.getLogger("promo.kept")
_NOUNS: Mapping[
    str, type[Panel | Customers | ResponseCurves | Forecast | Associations | Acquisition]
] = {
    "panel": Panel,
    "customers": Customers,
    "curves": ResponseCurves,
    "forecast": Forecast,
    "associations": Associations,
    "acquisition": Acquisition,
}


def kept_study(
    workspace: Workspace, dataset: Dataset, settings: StudySettings | None = None
) -> Study:
    """`study`, read from the workspace where it was learned before by this very code.

    Raises:
        NotEnoughData: there is no sales history to learn from.
    """
    settings = settings or StudySettings()
    usual = replace(settings, assumed_margin=StudySettings.assumed_margin)
    return at_margin(_of_usual_margin(workspace, dataset, usual), settings.assumed_margin)


def _of_usual_margin(workspace: Workspace, dataset: Dataset, settings: StudySettings) -> Study:
    path = workspace.folder / "studies" / f"{dataset.fingerprint}-{_key(settings)}.zip"
    if path.is_file():
        try:
            found = _read(path, dataset, settings)
            os.utime(path)
        except UNREADABLE:  # learned again below
            _LOG.warning("a kept study cannot be read and is learned again: %s", path.name)
        else:
            return found
    learned = study(dataset, settings)
    try:
        _keep(learned, path)
        _sweep(workspace)
    except (OSError, ValueError) as error:  # nothing is lost but time at the next start
        _LOG.warning("a study could not be kept: %s", error)
    return learned


def _keep(learned: Study, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with replacing(path) as aside:
        _write(learned, aside)


def _sweep(workspace: Workspace) -> None:
    """Drop what was not finished, what is about data that is gone, and the oldest beyond `MOST`."""
    folder = workspace.folder / "studies"
    for left in folder.glob(f"*{UNFINISHED}"):
        if time.time() - left.stat().st_mtime > LEFT_BEHIND:
            left.unlink(missing_ok=True)
    known = {
        content
        for manifest in (workspace.folder / "datasets").glob(f"*/{MANIFEST}")
        for content in fingerprints(json.loads(manifest.read_text(encoding="utf-8")))
    }
    kept = sorted(folder.glob("*.zip"), key=lambda one: -one.stat().st_mtime_ns)
    for number, old in enumerate(kept):
        if number >= MOST or old.name.split("-")[0] not in known:
            old.unlink(missing_ok=True)


def _key(settings: StudySettings) -> str:
    engines = [f"{name} {version(name)}" for name in ENGINES]
    return sha256(f"{settings} {_code()} {engines}".encode()).hexdigest()[:24]


@cache
def _code() -> str:
    """The content of every module of the library, so that no study outlives what made it."""
    total = sha256()
    for path in sorted(Path(promo.__file__).parent.rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def _write(found: Study, path: Path) -> None:
    facts: dict[str, object] = {
        "panel": list(found.panel.delisted), "tiered": found.panel.tiered,
        "by_sales": found.panel.by_sales,
        "forecast": list(found.forecast.delisted), "timing": asdict(found.curves.timing),
        "customers": found.customers and found.customers.as_of.isoformat(),
        "associations": found.associations.tried,
        "acquisition": [found.acquisition.away, found.acquisition.burn_in],
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as packed:
        for name, noun in _NOUNS.items():
            value = getattr(found, name)
            for table in noun.TABLES if value is not None else ():
                # Arrow's own format: reading Parquet loads modules for a fifth of a second.
                with packed.open(f"{name}.{table}", "w") as place:
                    getattr(value, table).to_feather(place)
        packed.writestr("facts", json.dumps(facts, ensure_ascii=False))


def _read(path: Path, dataset: Dataset, settings: StudySettings) -> Study:
    with zipfile.ZipFile(path) as packed:
        facts = json.loads(packed.read("facts"))

        def frame(name: str) -> pd.DataFrame:
            return pd.read_feather(io.BytesIO(packed.read(name)))

        seen = facts["customers"]
        return Study(
            dataset,
            settings,
            Panel(
                frame("panel.rows"),
                frame("panel.products"),
                tuple(facts["panel"]),
                facts["tiered"],
                facts["by_sales"],
                frame("panel.market"),
            ),
            Customers(frame("customers.rows"), pd.Timestamp(seen)) if seen else None,
            ResponseCurves(frame("curves.rows"), Timing(**facts["timing"])),
            Forecast(
                frame("forecast.rows"),
                frame("forecast.backtest"),
                tuple(facts["forecast"]),
                frame("forecast.groups"),
            ),
            Associations(frame("associations.rows"), facts["associations"]),
            Acquisition(frame("acquisition.rows"), *facts["acquisition"]),
        )
