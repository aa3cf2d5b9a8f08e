"""A table of options that somebody else made: `python -m promo bench choose`.

2,395 products at 10 prices with log-log demand, chosen under one limit, several, one per product,
one per category, sums that must be met almost exactly, and the least money for a turnover. A row
is the time from the table to the proven answer, on the clock and in CPU; `gap` is what was left.
"""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from promo.optimize import choose

WITHIN = 60.0
Row = dict[str, object]


def run(sizes: tuple[int, ...] = (2_395,), seeds: int = 1) -> list[Row]:
    """A row per kind of request and seed.

    Args:
        sizes: products of the table.
        seeds: tables per size.
    """
    return [
        _row(name, size, seed, options, question)
        for size in sizes
        for seed in range(seeds)
        for options in [table(size, seed)]
        for name, question in questions(options).items()
    ]


def table(products: int, seed: int, prices: int = 10) -> pd.DataFrame:
    """Options of one campaign: margins of 25 to 65 %, discounts to 45 %, stock for one to 2.6."""
    rng = np.random.default_rng(seed)
    base, price = rng.lognormal(3, 1, products), np.exp(rng.normal(2.5, 0.7, products)) + 0.5
    slope = np.clip(rng.normal(2.4, 0.9, products), 0.3, 6)
    margin, discount = rng.uniform(0.25, 0.65, products), np.linspace(0, 0.45, prices)
    units = base[:, None] * (1 - discount) ** -slope[:, None]
    revenue = price[:, None] * (1 - discount) * units
    columns = {
        "discount": np.tile(discount, products), "units": units, "revenue": revenue,
        "profit": revenue - units * (price * (1 - margin))[:, None],
        "cost": price[:, None] * discount * units,
        "promoted": np.tile((discount > 0).astype(float), products),
        "stock": np.repeat(base * rng.uniform(1.0, 2.6, products), prices),
    }  # fmt: skip
    numbers = pd.DataFrame({name: np.ravel(values) for name, values in columns.items()}).round(4)
    owner = np.repeat(np.arange(products), prices)
    return numbers.assign(product=owner, category=owner % 30, coins=numbers["cost"].round())


def questions(options: pd.DataFrame) -> Mapping[str, dict[str, Any]]:
    """What is asked of the table; money as shares of what the best plan without limits gives."""
    best = options.loc[options.groupby("product")["profit"].idxmax()]
    none = options[options["discount"] == 0]
    money, turnover, few = best["cost"].sum(), none["revenue"].sum(), len(none) // 5
    part = options["category"].map(0.3 * best.groupby("category")["cost"].sum())
    options["share"] = part
    coins = float(round(0.3 * money))
    profit: dict[str, Any] = {"one_per": ["product"], "maximise": "profit"}
    return {
        "a budget": {**profit, "limits": {"cost": 0.4 * money}},
        "a small budget": {**profit, "limits": {"cost": 0.05 * money}},
        "a budget, slots, a least turnover": {
            **profit, "limits": {"cost": 0.4 * money, "promoted": few},
            "at_least": {"revenue": 1.03 * turnover},
        },
        "turnover from money and items": {
            "one_per": ["product"], "maximise": "revenue",
            "limits": {"cost": 0.4 * money, "units": 1.1 * none["units"].sum()},
        },
        "a budget and stock per product": {
            **profit, "limits": {"cost": 0.4 * money}, "limits_per": {"units": "stock"},
        },
        "a budget, its share per category, slots, a least turnover": {
            **profit, "one_per": ["category", "product"],
            "limits": {"cost": 0.25 * money, "promoted": few},
            "at_least": {"revenue": 1.02 * turnover}, "limits_per": {"cost": "share"},
        },
        "money to the last coin": {
            **profit, "limits": {"coins": coins}, "at_least": {"coins": coins},
        },
        "least money for a turnover, slots": {
            "one_per": ["product"], "minimise": "cost", "limits": {"promoted": 2 * few},
            "at_least": {"revenue": 1.2 * turnover},
        },
    }  # fmt: skip


def _row(name: str, size: int, seed: int, options: pd.DataFrame, question: dict[str, Any]) -> Row:
    since = perf_counter()
    choice = choose(options, **question, seconds=WITHIN)
    return {
        "name": name, "size": size, "seed": seed, "value": perf_counter() - since, "unit": "s",
        "target": WITHIN, "status": choice.status, "gap": choice.gap, "build_ms": choice.build_ms,
        "solve_ms": choice.solve_ms, "objective": choice.objective, "method": "desk",
    }  # fmt: skip
