"""Seeded shops for the plan benchmark and its tests; synthetic, one instance per size and seed."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from promo.domain import Forecast, Options, ResponseCurves
from promo.optimize import Offer, Scene, build_options
from promo.optimize.problem import Case, Entries, Problem
from promo.tables import BACKTEST

LADDER = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
START = pd.Timestamp("2026-03-02")


def shop(
    products: int, segments: int = 6, categories: int = 20, seed: int = 0
) -> tuple[ResponseCurves, Forecast]:
    """Log-normal prices and volumes, elasticity 2.2 +- 0.9, margins of 25 to 65 %."""
    rng = np.random.default_rng(seed)
    names = np.array([f"p{number:06d}" for number in range(products)])
    price = np.round(np.exp(rng.normal(2.5, 0.7, products)), 2) + 0.5
    base = np.exp(rng.normal(3.5, 0.9, products))
    share = rng.dirichlet(np.full(segments, 4.0), products)
    elasticity = -np.clip(rng.normal(2.2, 0.9, (products, segments)), 0.2, 6.0)
    count = products * segments

    def each(values: np.ndarray) -> np.ndarray:
        return np.repeat(values, segments)

    rows = pd.DataFrame(
        {
            "product_id": pd.Series(each(names), dtype="str"),
            "segment": pd.Series(
                np.tile([f"s{k:02d}" for k in range(segments)], products), dtype="str"
            ),
            "category": pd.Series(
                each(np.array([f"c{number % categories:02d}" for number in range(products)])),
                dtype="str",
            ),
            "list_price": each(price),
            "unit_cost": each(price * (1 - rng.uniform(0.25, 0.65, products))),
            "cost_assumed": False,
            "share": share.ravel(),
            "elasticity": elasticity.ravel(),
            "elasticity_se": 0.3,
            "elasticity_low": elasticity.ravel() - 0.6,
            "elasticity_high": np.minimum(elasticity.ravel() + 0.6, 0.0),
            "lift": np.clip(rng.normal(0.1, 0.05, count), 0.0, None),
            "lift_se": 0.05,
            "pull_forward": each(rng.uniform(0.05, 0.3, products)),
            "cross": each(rng.uniform(0.0, 0.4, products)),
            "price_weeks": 20,
            "deepest": 0.5,
            "trust": 0.8,
            "evidence": pd.Series(["strong"] * count, dtype="str"),
        }
    )
    weeks = pd.DataFrame(
        {
            "product_id": pd.Series(names, dtype="str"), "week": START, "mean": base,
            "low_80": base * 0.8, "high_80": base * 1.25, "low_95": base * 0.7,
            "high_95": base * 1.4,
        }
    ).astype({"week": "datetime64[us]"})  # fmt: skip
    return ResponseCurves(rows), Forecast(weeks, BACKTEST.empty())


def shelves(options: Options, seed: int = 0) -> dict[str, float]:
    """Items on hand: 0.9 to 2.6 times what sells without promotion."""
    rng = np.random.default_rng(seed + 1)
    rows = options.rows[options.rows["discount"] == 0]
    base = rows.groupby("product_id")["units"].sum()
    return dict(zip(base.index, base * rng.uniform(0.9, 2.6, len(base)), strict=True))


def instance(products: int, seed: int = 0, segments: int = 6) -> tuple[Options, dict[str, float]]:
    """Options and stock of one synthetic shop."""
    curves, forecast = shop(products, segments, min(20, max(products // 4, 1)), seed)
    options = build_options(Scene(curves, forecast, Offer(LADDER), START, 1))
    return options, shelves(options, seed)


def calendar(products: int, moves: int, seed: int = 0) -> tuple[Problem, list[Case]]:
    """A season of 13 weeks x 8 depths: at most 3 promotions of a product, 2 weeks apart.

    A promotion earns its own uplift less what it takes from the next three weeks. Slots per
    category and week, stock and a budget bind; moves change budget and stock.
    """
    rng = np.random.default_rng(seed)
    deep, weeks = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]), 13
    base = np.exp(rng.normal(3.5, 0.9, products))
    gain, cost, items = _promotions(rng, base, deep, weeks)
    worth = _worth_asking(gain, cost, items)
    product, week, depth = worth.nonzero()
    switch, group = np.unique(product * weeks + week, return_inverse=True)
    categories = min(20, max(products // 4, 1))
    owner, first = switch // weeks, switch % weeks
    count, slots = len(product), 1 + owner % categories * weeks + first
    nudge = 1e-6 * gain[worth].mean() * deep[depth] * (1 + 0.5 * product / products)
    problem = Problem(
        gain[worth], nudge, items[worth], group, np.arange(len(switch)), owner, first, first,
        products,
        Entries.of(count, np.arange(count), np.zeros(count, dtype=np.int64), cost[worth]),
        Entries.of(len(switch), np.arange(len(switch)), slots, np.ones(len(switch))),
        np.zeros(1 + categories * weeks, dtype=bool),
    )  # fmt: skip
    dearest = np.sort(np.where(worth, cost, 0.0).max(axis=2), axis=1)[:, -3:].sum()
    each = max(1.0, round(products / categories * 3 / weeks * 0.8))
    room = base * rng.uniform(0.5, 4.0, products)
    cases = []
    for part, held in hand(moves):
        limit = np.append(part * dearest, np.full(categories * weeks, each))
        most, apart = np.full((2, products), [[3], [2]])
        closed = np.zeros(len(switch), dtype=bool)
        cases.append(Case(limit, room * held, most, apart, np.ones(count, dtype=bool), closed))
    return problem, cases


def _promotions(
    rng: np.random.Generator, base: np.ndarray, deep: np.ndarray, weeks: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Profit, cost and items that each promotion adds; shape (products, weeks, depths)."""
    products = len(base)
    price = np.exp(rng.normal(2.5, 0.7, products)) + 0.5
    margin = rng.uniform(0.25, 0.65, products) * price
    elasticity = np.clip(rng.normal(2.6, 0.9, products), 0.3, 6.0)
    lift, pull = (
        np.clip(rng.normal(0.15, 0.1, products), 0.0, None),
        rng.uniform(0.05, 0.3, products),
    )
    at = np.arange(weeks) + rng.uniform(0, weeks, products)[:, None]
    season = np.maximum(1 + 0.3 * np.sin(2 * np.pi * at / weeks), 0.2)
    usual = (base[:, None] * season)[:, :, None]

    def each(values: np.ndarray) -> np.ndarray:
        return values[:, None, None]

    items = usual * (1 - deep) ** -each(elasticity) * (1 + each(lift))
    left = np.cumsum([0.5, 0.3, 0.2])
    inside = np.array([left[min(weeks - 2 - week, 2)] if week < weeks - 1 else 0.0
                       for week in range(weeks)])  # fmt: skip
    dip = each(pull) * (items - usual) * inside[:, None]
    unit = each(margin) - each(price) * deep
    gain = items * unit - (usual + dip) * each(margin)
    return gain, items * each(price) * deep, items - usual - dip


def _worth_asking(gain: np.ndarray, cost: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Promotions that gain, and that no shallower one outdoes in gain, cost and items."""
    worth = gain > 0
    for depth in range(gain.shape[2]):
        for other in range(depth):
            better = gain[..., other] >= gain[..., depth]
            better &= cost[..., other] <= cost[..., depth]
            worth[..., depth] &= ~(better & (items[..., other] <= items[..., depth]))
    return worth


def hand(count: int, seed: int = 1) -> Iterator[tuple[float, float]]:
    """Moves of budget and stock as shares: local steps of 7 % and jumps in turn."""
    rng = np.random.default_rng(seed)
    part, held = 0.5, 1.0
    for number in range(count):
        local = part * rng.uniform(0.93, 1.07)
        part = local if number % 2 else 0.4 * rng.uniform(0.3, 2.0)
        if number % 4:
            held = rng.uniform(0.7, 1.5)
        yield part, held
