"""Tiny shops whose every plan can be listed, and the list."""

from itertools import product as combinations

import numpy as np
import pandas as pd

from promo.domain import Options

START = pd.Timestamp("2026-03-02")


def toy(seed, products=3, segments=2, ladder=(0.0, 0.1, 0.2, 0.3), categories=2):
    """Options with free numbers, not from response curves, and stock for most products."""
    rng = np.random.default_rng(seed)
    rows = []
    for p in range(products):
        price, margin = rng.uniform(5, 20), rng.uniform(0.3, 0.7)
        for s in range(segments):
            base, elasticity = rng.uniform(20, 100), rng.uniform(1.2, 4.5)
            for d in ladder:
                units = base * (1 - d) ** -elasticity * (1 + 0.1 * (d > 0))
                side = base * d * price * margin * rng.uniform(0, 0.2)
                own = units * (price * (1 - d) - price * (1 - margin))
                rows.append(
                    {
                        "product_id": f"p{p}", "segment": f"s{s}", "category": f"c{p % categories}",
                        "discount": d, "list_price": price, "price": price * (1 - d),
                        "demand": units, "units": units, "units_low": units * 0.8,
                        "units_high": units * 1.3,
                        "revenue": units * price * (1 - d), "cost": units * price * d,
                        "profit": own - side, "cannibalised": side, "pulled_forward": 0.0,
                        "base_spread": 0.15, "response_spread": 0.1 * (d > 0),
                    }
                )  # fmt: skip
    frame = pd.DataFrame(rows).astype({"product_id": "str", "segment": "str", "category": "str"})
    base = frame[frame["discount"] == 0].groupby("product_id")["units"].sum()
    stock = {name: float(items * rng.uniform(0.8, 2.2)) for name, items in base.items()}
    if products > 2:
        del stock["p2"]
    return Options(frame, 1, START), stock


def every_plan(options, limits, stock, objective="profit"):
    """The objective of the best of all plans that keep the limits, found by listing them.

    Returns None when none does.
    """
    frame = options.rows
    groups = [part.index.to_numpy() for _, part in frame.groupby(["product_id", "segment"])]
    plans = np.array(list(combinations(*groups)))  # one line per plan: its option rows
    column = {name: frame[name].to_numpy()[plans] for name in (*NUMBERS, objective)}
    product, category = (frame[name].to_numpy()[plans[0]] for name in ("product_id", "category"))
    held = {name: items * limits.stock_share for name, items in stock.items()}
    part, fits = _stock(column, product, held)
    fits &= _money(column, category, limits) & _discounts(column["discount"], limits)
    fits &= _slots(column["discount"], product, category, limits)
    value, profit, revenue = (
        (part * column[name]).sum(axis=1) for name in (objective, "profit", "revenue")
    )
    if limits.margin_floor:
        fits &= profit >= limits.margin_floor * revenue - 1e-9
    return float(value[fits].max()) if fits.any() else None


NUMBERS = ("discount", "demand", "units", "revenue", "cost", "profit")


def _stock(column, product, held):
    """Share of asked items that can be sold, and which plans promote no more than there is."""
    part, fits = np.ones(column["units"].shape), np.ones(len(column["units"]), dtype=bool)
    for name, items in held.items():
        mine = product == name
        asked = column["demand"][:, mine].sum(axis=1)
        fits &= (asked <= items + 1e-9) | (column["discount"][:, mine] == 0).all(axis=1)
        part[:, mine] = np.minimum(1.0, items / asked)[:, None]
    return part, fits


def _money(column, category, limits):
    fits = column["cost"].sum(axis=1) <= (np.inf if limits.budget is None else limits.budget) + 1e-9
    for name, most in limits.category_budget.items():
        fits &= column["cost"][:, category == name].sum(axis=1) <= most + 1e-9
    return fits


def _discounts(discount, limits):
    low = limits.min_discount or 0.0
    high = 1.0 if limits.max_discount is None else limits.max_discount
    return ((discount == 0) | ((discount >= low - 1e-9) & (discount <= high + 1e-9))).all(axis=1)


def _slots(discount, product, category, limits):
    fits = np.ones(len(discount), dtype=bool)
    if limits.max_promoted is not None:
        for name in set(category):
            mine = [product == p for p in set(product[category == name])]
            used = sum((discount[:, at] > 0).any(axis=1).astype(int) for at in mine)
            fits &= used <= limits.max_promoted
    return fits
