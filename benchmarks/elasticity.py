"""Slopes held against the truth and against later weeks: `python -m promo bench elasticity`.

coverage   share of products whose true elasticity between 10 and 30 % off lies in the 95 %
           interval, by grade of evidence; shops of the default family, told by their files
held out   log likelihood of what promotions of the last quarter sold, per promoted row: partial
           pooling less the same without it, and less one slope per category (`held_out.py`)
speed      CPU of `fit_response`, one thread, beside plain least squares of the same rows
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.forecast_data import DATA, history, shop
from benchmarks.held_out import held_out, promoted_rows
from promo.domain import Panel
from promo.ingest import simulate
from promo.ingest.simulate import World
from promo.learn import fit_response, fixed_effects

Row = dict[str, object]
FIRST = 201
"""Seed of the first shop; those of the truth bench begin with 1."""
SHALLOW, DEEP = 0.1, 0.3
TARGET_CPU = 5.0
NO_GOODS = "COUPON/MISC ITEMS"
"""A category of Complete Journey that counts fuel and coupons, up to 32,623 in one line."""


def run(seeds: int = 10, sizes: tuple[int, ...] = (1_000,)) -> list[Row]:
    """Every row of the benchmark.

    Args:
        seeds: simulated shops of 100 products.
        sizes: products of the shop that is timed over 104 weeks.
    """
    found = beliefs(seeds)
    rows = [coverage(found, "all"), *(coverage(part, str(grade))
            for grade, part in found.groupby("evidence"))]  # fmt: skip
    if (DATA / "genpact_meal_demand").is_dir() and (DATA / "complete_journey").is_dir():
        rows += [
            *_held_out("Genpact, meals", meals()),
            *_held_out("Genpact, meals of each centre", meals(by_centre=True)),
            *_held_out("Complete Journey", baskets()),
        ]
    else:
        sys.stderr.write("the public sales are not beside the project; their rows are left out\n")
    return [*rows, *map(_speed, sizes)]


def coverage(found: pd.DataFrame, grade: str) -> Row:
    """How often the interval of a product's elasticity holds the truth, and how far it is off."""
    inside = (found["elasticity_low"] <= found["truth"]) & (
        found["truth"] <= found["elasticity_high"]
    )
    error = found["elasticity"] - found["truth"]
    return {
        "figure": "coverage of 95 % intervals", "data": f"{len(found)} products, evidence: {grade}",
        "value": round(float(inside.mean()), 3), "target": "0.90 to 0.97",
        "rmse": round(float(np.sqrt((error**2).mean())), 2), "bias": round(float(error.mean()), 2),
    }  # fmt: skip


def beliefs(seeds: int, first: int = FIRST) -> pd.DataFrame:
    """What was learned of each product of some shops, and its `truth`."""
    return pd.concat([_beliefs(seed) for seed in range(first, first + seeds)])


def _beliefs(seed: int) -> pd.DataFrame:
    made = simulate.simulate(World(seed=seed))
    with TemporaryDirectory() as files:
        simulate.write_sources(made, Path(files), ("panel", "products"))
        learned = fit_response(history(sorted(Path(files).iterdir()))).rows
    truth = pd.Series(made.truth.elasticity(SHALLOW, DEEP), index=made.truth.shop.product_id)
    return learned.assign(truth=truth.reindex(learned["product_id"]).to_numpy())


def _held_out(name: str, panel: Panel) -> Iterator[Row]:
    found, rows = held_out(panel), promoted_rows(panel)
    for other in ("off", "category"):
        gain = found["pooled"] - found[other]
        yield {
            "figure": f"pooled against {other}", "data": f"{name}, {rows} promoted rows",
            "value": round(float(gain.sum()) / rows, 3), "target": "above 0",
            "se": round(float(np.sqrt((gain**2).sum())) / rows, 3),
        }  # fmt: skip


def meals(*, by_centre: bool = False) -> Panel:
    """Genpact's meals; or each centre's meal as a product of its own, of the meal's category."""
    folder = DATA / "genpact_meal_demand"
    sales = pd.read_csv(folder / "relational_main.csv.zip")
    listed = pd.read_csv(folder / "meal_info.csv")[["meal_id", "category"]]
    if by_centre:
        meal = sales["meal_id"].astype(str)
        sales["meal_id"] = meal + " in " + sales.pop("center_id").astype(str)
        listed = pd.DataFrame({"meal_id": sales["meal_id"], "category": meal}).drop_duplicates()
    with TemporaryDirectory() as files:
        sales.to_csv(Path(files) / "sales.csv", index=False)
        listed.to_csv(Path(files) / "meals.csv", index=False)
        return history(sorted(Path(files).iterdir()))


def baskets() -> Panel:
    """What the households of Complete Journey bought, without what is no product."""
    folder = DATA / "complete_journey"
    panel = history([folder / "products.csv.gz", folder / "transactions_sample.csv.gz"])
    goods = panel.products[panel.products["category"] != NO_GOODS].reset_index(drop=True)
    rows = panel.rows[panel.rows["product_id"].isin(goods["product_id"])].reset_index(drop=True)
    return Panel(rows, goods, by_sales=panel.by_sales)


def _speed(products: int) -> Row:
    panel = shop(products)
    with threadpool_limits(1):
        since = process_time()
        fixed_effects(panel, effects=("product_id", "week"))
        floor = process_time() - since
        since = process_time()
        fit_response(panel)
        cpu = process_time() - since
    return {
        "figure": "fit_response, CPU s", "data": f"{products} products x 104 weeks",
        "value": round(cpu, 2), "target": TARGET_CPU,
        "floor": round(floor, 2), "ratio": round(cpu / floor, 1),
    }  # fmt: skip
