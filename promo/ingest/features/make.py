"""All features of one shop into one folder: a Parquet table each, and a manifest written last."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from promo.domain import ImportProgress
from promo.errors import BadRequest, NotEnoughData
from promo.ingest.atomic import replacing, unfinished
from promo.ingest.features import goods, people, steps
from promo.ingest.features.activity import MOMENT
from promo.ingest.features.seam import Engine, Frame
from promo.ingest.features.shop import Shop
from promo.ingest.task import Task

MANIFEST = "features.json"
_VERSION = 1


@dataclass(frozen=True)
class Feature:
    """One table of features: how it is made, and which of its columns are days or moments."""

    make: Callable[[Shop], Frame]
    days: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()


FEATURES: Mapping[str, Feature] = {
    "panel": Feature(goods.panel, days=("week",)),
    "products": Feature(goods.products, days=("first_week", "last_week")),
    "pairs": Feature(goods.pairs),
    "customers": Feature(people.customers),
    "cohorts": Feature(people.cohorts, days=("month",)),
    "sessions": Feature(steps.sessions, moments=("start",)),
    "funnel": Feature(steps.funnel),
    "interactions": Feature(steps.interactions, days=("last_day",)),
    "searches": Feature(steps.searches),
}


@dataclass(frozen=True)
class Made:
    """What became of one feature."""

    name: str
    rows: int
    seconds: float


def make_features(
    engine: Engine,
    tables: Mapping[str, Path],
    out: Path,
    cutoff: int | None = None,
    task: Task | None = None,
) -> list[Made]:
    """Write every feature to `out`; only a manifest that says `finished` tells of a whole folder.

    Args:
        engine: where to compute.
        tables: canonical tables by name, each a Parquet file or a folder of them.
        out: the folder; features that were made there before are replaced.
        cutoff: the last day that is looked at, in days since 1970; the last there is when absent.
        task: to be told how far it is, and to stop it; the features made before stay then.

    Raises:
        NotEnoughData: there are neither events nor orders, or none up to the cut-off.
        BadRequest: `out` holds tables that are no features of ours.
        Cancelled: the task was stopped.
    """
    if not MOMENT.keys() & tables.keys():
        raise NotEnoughData(what="steps", need=1, have=0)
    shop = Shop(
        {name: engine.read(path, MOMENT.get(name)) for name, path in tables.items()},
        engine.keep,
        cutoff,
    )
    asked = {"version": _VERSION, "cutoff_day": shop.cutoff}
    _check_free(out)
    # Inside, because this is where the engine may write and what a rename does not copy.
    aside = unfinished(out / "features")
    aside.mkdir(parents=True)
    try:
        made = _make(engine, shop, aside, task or Task())
        _note(out, {**asked, "finished": False})
        for name in FEATURES:
            _remove(_table(out, name))
            _table(aside, name).replace(_table(out, name))
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _note(out, {**asked, "finished": True, "features": [asdict(one) for one in made]})
    return made


def _make(engine: Engine, shop: Shop, aside: Path, task: Task) -> list[Made]:
    made = []
    for number, (name, feature) in enumerate(FEATURES.items()):
        task.tell(ImportProgress(number / len(FEATURES), "feature", name))
        started = time.monotonic()
        table = _table(aside, name)
        rows = engine.write(feature.make(shop), table, feature.days, feature.moments)
        made.append(Made(name, rows, round(time.monotonic() - started, 3)))
    task.go_on()
    return made


def _table(out: Path, name: str) -> Path:
    return out / f"{name}.parquet"


def _check_free(out: Path) -> None:
    """What was made here before is replaced, and nothing that somebody else put here.

    Raises:
        BadRequest: there are tables of these names and no manifest that says they are features.
    """
    old = [name for name in FEATURES if _table(out, name).exists()]
    if old and not (out / MANIFEST).is_file():
        raise BadRequest(field="--out", value=str(out), must="free_folder")


def _remove(table: Path) -> None:
    if table.is_dir():
        shutil.rmtree(table)
    else:
        table.unlink(missing_ok=True)


def _note(out: Path, facts: Mapping[str, object]) -> None:
    with replacing(out / MANIFEST) as aside:
        aside.write_text(json.dumps(facts, indent=1), encoding="utf-8")
