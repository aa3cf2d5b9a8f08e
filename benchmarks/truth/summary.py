"""Shares, medians and sums over the shops of one family."""

from collections.abc import Iterator

import pandas as pd

from promo.ingest.simulate import World

KEPT_TARGET = 0.92
"""Share of the ceiling that the desk is to keep."""


def summary(family: str, world: World, results: pd.DataFrame) -> Iterator[dict[str, object]]:
    """One row per method; `results` has one per shop and method."""
    gain = results.pivot_table(index="seed", columns="method", values="realised")
    base = float(results.groupby("seed")["base"].first().sum())
    best = float(gain["oracle"].sum())
    ceiling = float(gain["true_response"].sum()) / best
    for method in results["method"].unique():
        mine = results[results["method"] == method].set_index("seed")
        realised, promised = float(mine["realised"].sum()), mine["promised"].sum(min_count=1)
        share = mine["realised"] / gain["oracle"]
        yield {
            "name": "truth",
            "size": f"{world.products} products x {world.weeks} weeks x {len(mine)} seeds",
            "family": family,
            "method": method,
            "value": realised / best / ceiling,
            "unit": "share of the ceiling",
            "target": KEPT_TARGET,
            "captured": realised / best,
            "median": float(share.median()),
            "tenth": float(share.quantile(0.1)),
            "ceiling": ceiling,
            "kept": realised / best / ceiling,
            "losing_seeds": int((mine["realised"] < 0).sum()),
            "promised_over_realised": float(promised) / realised if realised else float("nan"),
            "inside_80": _inside(mine),
            "gain": realised / base,
            "spent": float(mine["spent"].mean()),
            "overrun": float((mine["spent"] - 1).clip(lower=0).max()),
            "cpu_seconds_per_seed": float(mine["cpu"].mean()),
        }


def _inside(mine: pd.DataFrame) -> float:
    """Share of shops whose true gain lay in the promised 80 % interval; missing without one."""
    known = mine.dropna(subset="low")
    return float(known["realised"].between(known["low"], known["high"]).mean())
