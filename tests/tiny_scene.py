"""Small shops to plan for, and what a plan of theirs is worth, told week by week in plain loops."""

from math import exp, log1p

import numpy as np
import pandas as pd

from promo.domain import Forecast, ResponseCurves
from promo.optimize.offer import Offer
from promo.optimize.scene import Scene
from promo.tables import BACKTEST

START = pd.Timestamp("2026-03-02")
NAMES = ("product_id", "segment", "category", "evidence")


def curve_rows(**columns):
    """Rows of response curves; every column is a value or one value per row."""
    usual = {
        "segment": "all", "category": "c", "list_price": 10.0, "unit_cost": 6.0,
        "cost_assumed": False, "share": 1.0, "elasticity": -2.0, "elasticity_se": 0.1,
        "elasticity_low": -2.2, "elasticity_high": -1.8, "lift": 0.0, "lift_se": 0.0,
        "pull_forward": 0.0, "cross": 0.0, "price_weeks": 10, "deepest": 0.5, "trust": 0.8,
        "evidence": "strong",
    }  # fmt: skip
    return ResponseCurves(pd.DataFrame(usual | columns).astype(dict.fromkeys(NAMES, "str")))


def forecast_of(mean):
    """A forecast from items per product and week."""
    rows = [
        (name, START + pd.Timedelta(weeks=week), items, items * 0.8, items * 1.3, 0.0, items * 2)
        for name, weekly in mean.items()
        for week, items in enumerate(weekly)
    ]
    columns = ["product_id", "week", "mean", "low_80", "high_80", "low_95", "high_95"]
    frame = pd.DataFrame(rows, columns=columns)
    return Forecast(frame.astype({"product_id": "str", "week": "datetime64[us]"}), BACKTEST.empty())


def tiny(
    seed, products=3, weeks=1, *, segments=1, pairs=0, cross=1.0, unit_cost=(0.35, 0.75), **scene
):
    """A shop drawn at random: elastic products of two categories, tied to each other."""
    rng = np.random.default_rng(seed)
    count = products * segments
    price = rng.uniform(5, 20, products).round(2)
    names = [f"p{number}" for number in range(products)]
    each = {name: np.repeat(values, segments) for name, values in {
        "product_id": names, "category": [f"c{number % 2}" for number in range(products)],
        "list_price": price, "unit_cost": (price * rng.uniform(*unit_cost, products)).round(2),
        "pull_forward": rng.uniform(0.0, 0.6, products),
        "cross": rng.uniform(0.0, cross, products),
    }.items()}  # fmt: skip
    curves = curve_rows(
        **each,
        segment=np.tile([f"s{number}" for number in range(segments)], products),
        share=rng.dirichlet(np.full(segments, 5.0), products).ravel(),
        elasticity=-rng.uniform(1.2, 4.5, count),
        elasticity_low=-6.0, elasticity_high=-0.5,
        lift=rng.uniform(0.0, 0.2, count),
    )  # fmt: skip
    offer = scene.pop("offer", Offer((0.1, 0.2, 0.3)))
    ends = [rng.choice(products, 2, replace=False) for _ in range(pairs)]
    told = pd.DataFrame(
        {
            "product_id": [names[one] for one, _ in ends],
            "other_id": [names[other] for _, other in ends],
            "effect": rng.normal(0.0, 0.5, pairs),
        }
    ).drop_duplicates(["product_id", "other_id"])
    mean = {name: rng.uniform(30, 120, weeks + 1) for name in names}
    return Scene(
        curves, forecast_of(mean), offer, START, weeks,
        associations=told.astype({"product_id": "str", "other_id": "str"}) if pairs else None,
        **scene,
    )  # fmt: skip


def truth(scene, rows):
    """Profit of a plan without stock, from nothing but the sentences of the model."""
    lines = list(enumerate(scene.rows.to_dict("records")))
    promoted = rows[rows["discount"] > 0].to_dict("records")
    ties = {
        (at, on): strength(scene, one, other)
        for at, one in lines
        for on, other in lines
        if at != on and one["segment"] == other["segment"]
    }
    profit = 0.0
    for week in range(scene.weeks + 1):
        deals = [deal(scene, promoted, line, week) for _, line in lines]
        for on, line in lines:
            usual = items = scene.base[on, week]
            if before := deal(scene, promoted, line, week - 1):
                items *= moved(before, line["pull_forward"])
            if week == scene.weeks:  # only what the dip takes belongs to the plan
                profit += (items - usual) * (line["list_price"] - line["unit_cost"])
                continue
            for at, _ in lines:
                if (at, on) in ties and deals[at]:
                    items *= moved(deals[at], ties[at, on])
            profit += earned(scene, line, items, deals[on])
    return profit


def deal(scene, promoted, line, week):
    """The discount and the mechanic of a line in a week, if it is promoted."""
    for row in promoted:
        mine = (row["product_id"], row["segment"]) == (line["product_id"], line["segment"])
        begin = (row["first"] - scene.start).days // 7
        if mine and begin <= week < begin + row["weeks"]:
            way = next(one for one in scene.offer.mechanics if one.name == row["mechanic"])
            return row["discount"], way
    return None


def moved(by, log_items_per_log_price):
    """Times as many items because of a deal, among all of whom some meet it."""
    discount, way = by
    felt = exp(log_items_per_log_price * log1p(-way.felt * discount))
    return 1 - way.reach + way.reach * felt


def earned(scene, line, items, by):
    """Profit of a line in a week in which so many items would sell at list price."""
    unit = line["list_price"] - line["unit_cost"]
    if by is None:
        return items * unit
    discount, way = by
    answer = (1 - way.felt * discount) ** line["elasticity"] * exp(line["lift"])
    reached = items * way.reach * answer
    given = line["list_price"] * way.paid * discount * reached
    supplier = scene.offer.funding.get(line["product_id"], 0.0)
    return (items * (1 - way.reach) + reached) * unit - given * (1 - supplier)


def strength(scene, promoted, other):
    """Log items of one product per log price of another; a pair's own where it is known."""
    found = 0.0
    if promoted["category"] == other["category"]:
        same = scene.rows.loc[scene.rows["category"] == other["category"], "product_id"]
        found = other["cross"] / (same.nunique() - 1)
    if scene.associations is not None:
        pairs = scene.associations.set_index(["product_id", "other_id"])["effect"]
        found = pairs.get((promoted["product_id"], other["product_id"]), found)
    return found


def plan_of(options, at):
    """The rows of a plan: those at `at`, and what is left of no promotion of every line."""
    rows = options.rows
    chosen = rows.iloc[sorted(at)].assign(weight=1.0)
    key = ["product_id", "segment"]
    used = chosen.groupby(key)["base_share"].sum().rename("used").reset_index()
    none = rows[rows["discount"] == 0].merge(used, on=key, how="left")
    none["weight"] = 1 - none.pop("used").fillna(0.0)
    sums = [name for name in AMOUNTS if name in none]
    none[sums] = none[sums].mul(none["weight"], axis=0)
    return pd.concat([chosen, none[none["weight"] > 1e-12]], ignore_index=True)


AMOUNTS = (
    "demand", "units", "revenue", "cost", "profit", "cannibalised", "halo", "pulled_forward",
    "new_customers", "kept_customers",
)  # fmt: skip
