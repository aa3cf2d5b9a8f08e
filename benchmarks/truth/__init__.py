"""Plans held against the truth: simulated shops whose real answer to a plan is known.

The desk gets the files of a shop and nothing else. Its plan, and the plans it is compared with, are
then valued by the truth of the same shop. Every plan is made under one request: the same budget,
slots, stock and smallest discount (`methods.request`).

    captured                true gain of the method / true gain of the all-knowing planner
    median, tenth           of the same share, over shops
    ceiling                 captured by the true response on the desk's own forecast
    kept                    captured / ceiling
    losing_seeds            shops in which the method earned less than doing nothing
    promised_over_realised  gain the model promised / true gain; sums over shops
    inside_80               share of shops whose true gain lay in the promised 80 % interval
    overrun                 most that was really given away beyond the budget, as a share of it
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.truth.families import FAMILIES
from benchmarks.truth.methods import proposals, propose
from benchmarks.truth.summary import summary
from promo.ingest import simulate
from promo.ingest.simulate import World

__all__ = ["FAMILIES", "propose", "run"]


def run(
    seeds: int = 20,
    families: Sequence[str] = tuple(FAMILIES),
    world: World | None = None,
    workers: int | None = None,
) -> list[dict[str, object]]:
    """One row per family and method, over the shops of seeds 1 to `seeds`.

    Args:
        seeds: shops of each family.
        families: names of `FAMILIES`.
        world: what the families differ from.
        workers: processes to share the shops among; one per core without it.
    """
    kinds = {name: replace(world or World(), **FAMILIES[name].differs) for name in families}
    names, shops = zip(
        *(
            (name, replace(kinds[name], seed=seed + 1))
            for name in families
            for seed in range(seeds)
        ),
        strict=True,
    )
    workers = workers or cpu_count() or 1
    if workers == 1:
        results = pd.concat(map(judged, names, shops))
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            results = pd.concat(pool.map(judged, names, shops))
    return [
        row for name in families
        for row in summary(name, kinds[name], results[results["family"] == name])
    ]  # fmt: skip


def judged(family: str, world: World, weeks: int = 4) -> pd.DataFrame:
    """One row per method in one shop: what it promised, what it would really bring and cost."""
    start = process_time()
    shop = simulate.simulate(world)
    # Each worker has one core; matrices multiplied by several threads would wait for each other.
    with threadpool_limits(1), TemporaryDirectory() as room:
        simulate.write_sources(shop, Path(room), FAMILIES[family].sources)
        found, money = proposals(shop, Path(room))
    none = found["nothing"]
    base = shop.truth.profit(none.discounts, weeks=weeks)
    rows = []
    for method, proposal in found.items():
        outcome = shop.truth.outcome(proposal.discounts, proposal.segment, weeks=weeks)
        rows.append({
            "family": family, "seed": world.seed, "method": method, "base": base,
            "promised": proposal.promised, "low": proposal.low, "high": proposal.high,
            "realised": float(outcome["profit"].sum()) - base,
            "spent": float(outcome["cost"].sum()) / money,
        })  # fmt: skip
    return pd.DataFrame(rows).assign(cpu=process_time() - start)
