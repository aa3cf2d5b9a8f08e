"""Seeded shops for the plan benchmark and its tests; synthetic, one instance per size and seed."""

import numpy as np
import pandas as pd

from promo.domain import Forecast, Options, ResponseCurves
from promo.optimize import build_options
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
    options = build_options(curves, forecast, LADDER, START, 1)
    return options, shelves(options, seed)
