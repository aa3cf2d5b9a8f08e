"""A tiny log-linear shop whose truth is known, for the tests of what the desk learns."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from promo.domain import Panel


@dataclass(frozen=True)
class Shop:
    """What the world is like; elasticities are drawn per product around its category's.

    `memory` is how much of a product's weekly noise stays for the next week, `timing` how strongly
    promotions are set in weeks in which that noise is high. In `test_weeks` half the products get a
    discount by lot; the panel's `market` says so.
    """

    products: int = 60
    categories: int = 6
    weeks: int = 78
    base: float = 60.0
    spread: float = 0.7
    lift: float = 0.1
    pull_forward: float = 0.3
    cross: float = 0.4
    season: float = 0.3
    noise: float = 0.2
    promoted: float = 0.12
    never_promoted: int = 0
    memory: float = 0.0
    timing: float = 0.0
    test_weeks: int = 0
    seed: int = 0


def sell(shop: Shop) -> tuple[Panel, np.ndarray]:
    """The panel and the true elasticity of each product, in product order."""
    rng = np.random.default_rng(shop.seed)
    n, t = shop.products, shop.weeks
    category = np.arange(n) % shop.categories
    centre = rng.normal(-2.5, 0.5, shop.categories)
    truth = np.clip(rng.normal(centre[category], shop.spread), -5.5, -0.5)
    lasting = np.random.default_rng([shop.seed, 1]).normal(0, shop.noise, (n, t))
    for week in range(1, t):
        fresh = np.sqrt(1 - shop.memory**2) * lasting[:, week]
        lasting[:, week] = shop.memory * lasting[:, week - 1] + fresh
    chance = shop.promoted * np.exp(shop.timing * lasting / max(shop.noise, 1e-9))
    off = rng.choice([0.1, 0.2, 0.3, 0.4], (n, t)) * (rng.random((n, t)) < chance)
    off[: shop.never_promoted] = 0.0
    drawn = np.linspace(t // 2, t - 1, shop.test_weeks).astype(int)
    lot = np.random.default_rng([shop.seed, 2])
    size = (n, len(drawn))
    off[:, drawn] = lot.choice([0.1, 0.2, 0.3, 0.4], size) * (lot.random(size) < 0.5)
    deal = np.log1p(-off)
    before = np.pad(deal, ((0, 0), (1, 0)))[:, :t]
    size = np.bincount(category)
    total = np.array([deal[category == c].sum(axis=0) for c in range(shop.categories)])
    rivals = (total[category] - deal) / np.maximum(size[category] - 1, 1)[:, None]
    phase = rng.uniform(0, 6, shop.categories)[category][:, None]
    angle = 2 * np.pi * np.arange(t) * 7 / 365.25 + phase
    shock = rng.normal(0, 0.15, t)
    fleeting = rng.normal(0, shop.noise, (n, t))
    level = np.log(shop.base) + rng.normal(0, 0.5, n)[:, None]
    log_mean = (
        level + truth[:, None] * deal + shop.lift * (off > 0) + shop.pull_forward * before
        + shop.cross * rivals + shop.season * np.sin(angle) + shock
        + (lasting if shop.memory or shop.timing else fleeting)
    )  # fmt: skip
    units = rng.poisson(np.exp(log_mean)).astype(float)
    panel = panel_of(units, deal, category, rng.uniform(2, 20, n))
    weeks = panel.rows["week"].iloc[drawn]
    return knowing(panel, panel.rows["week"].isin(weeks), randomised=True), truth


def panel_of(units: np.ndarray, deal: np.ndarray, category: np.ndarray, price: np.ndarray) -> Panel:
    """A panel from product x week arrays of items and log deals."""
    n, t = units.shape
    ids = pd.Series([f"P{i:05d}" for i in range(n)], dtype="str")
    weeks = pd.date_range("2023-01-02", periods=t, freq="7D").as_unit("us")
    rows = pd.DataFrame({
        "product_id": ids.repeat(t).to_numpy(), "place": "all", "segment": "all",
        "week": np.tile(weeks, n), "units": units.ravel(),
        "price": (price[:, None] * np.exp(deal)).ravel(), "list_price": price.repeat(t),
        "feature": 0.0, "display": 0.0, "in_stock": 1.0,
    })  # fmt: skip
    names = ["product_id", "place", "segment"]
    rows[names] = rows[names].astype("str")
    products = pd.DataFrame({
        "product_id": ids, "name": ids,
        "category": pd.Series([f"C{c}" for c in category], dtype="str"),
        "brand": pd.Series([None] * n, dtype="str"),
        "list_price": price, "unit_cost": price * 0.6, "stock": np.nan,
    })  # fmt: skip
    return Panel(rows, products)


def knowing(panel: Panel, rows: "pd.Series[bool] | slice", **facts: object) -> Panel:
    """The panel with something known from outside about some of its rows."""
    keys = panel.rows.loc[rows, ["product_id", "place", "week"]].reset_index(drop=True)
    empty = {"unit_cost": np.nan, "competitor_price": np.nan, "randomised": False}
    return replace(panel, market=keys.assign(**(empty | facts)))


def by_segment(panel: Panel, shares: np.ndarray, deviations: np.ndarray, seed: int = 0) -> Panel:
    """The panel's sales dealt out to segments whose slopes differ by `deviations`."""
    rng = np.random.default_rng(seed)
    deal = np.log(panel.rows["price"] / panel.rows["list_price"]).to_numpy()
    weight = shares * np.exp(deal[:, None] * deviations)
    chance = weight / weight.sum(axis=1, keepdims=True)
    items = rng.multinomial(panel.rows["units"].to_numpy().astype(int), chance)
    parts = [
        panel.rows.assign(segment=f"S{s}", units=items[:, s].astype(float))
        for s in range(len(shares))
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["segment"] = rows["segment"].astype("str")
    return Panel(rows, panel.products)
