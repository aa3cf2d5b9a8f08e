"""A plan taken apart: what each promotion brings, what it costs its rivals and the weeks after."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from promo.domain import Forecast, Interval, Options, Plan, ResponseCurves
from promo.doubt import SHARED, Z_80

Floats = npt.NDArray[np.float64]

MONEY = ("base", "own", "given_away", "cannibalised", "pulled_forward", "gain")
ITEMS = ("base_items", "own_items", "cannibalised_items", "lost_items", "pulled_items")
"""What is summed when parts are put together; a sum of unknown items is that of the known ones."""


@dataclass(frozen=True)
class Added:
    """Items that a plan adds to what would be sold anyway.

    Attributes:
        base: items sold without any promotion.
        items: items added, less what rivals of the promoted products lose, with its 80 % range.
        later: items missing in the week after the campaign.
    """

    base: float
    items: Interval
    later: float


def parts_by_row(plan: Plan, options: Options) -> pd.DataFrame:
    """What each row of a plan is made of; money and items count the row's weight.

    base + own - given_away - cannibalised - pulled_forward is the profit of the row, and the last
    four its gain over no promotion.

    Returns:
        One row per row of the plan: `product_id`, `segment`, `category`, `discount`, `units`,
        `units_high`, `base_spread`, `response_spread`, and

        - `base_items`, `base`: items and profit without promotion.
        - `own_items`, `own`: items added, and their profit at list price.
        - `given_away`: money, on all items sold at the discount.
        - `cannibalised_items`, `cannibalised`: items and profit that other products of the
          category lose by this row's promotion.
        - `lost_items`: items this row loses by promotions of other products.
        - `pulled_items`, `pulled_forward`: items and profit missing in the week after; items are
          NaN where an item earns nothing at list price.
        - `gain`: profit over no promotion.
    """
    keys = ["product_id", "segment", "discount"]
    known = options.rows[[*keys, "base_spread", "response_spread"]]
    rows = plan.rows.merge(known, on=keys, how="left", validate="many_to_one")
    rows = rows.merge(_without(options), on=keys[:2], how="left", validate="many_to_one")
    promoted = rows["discount"] > 0
    base = rows["units"].where(~promoted, rows["units_0"] * rows["weight"])
    own = rows["units"] - base
    hit = _hit(rows)
    every, mine = (
        hit.groupby([rows[name], rows["segment"]]).transform("sum")
        for name in ("category", "product_id")
    )
    made = {
        "base_items": base,
        "base": rows["profit"] - rows["gain"],
        "own_items": own,
        "own": own * rows["margin_0"],
        "given_away": rows["cost"],
        "cannibalised_items": hit * rows["rivals_units"],
        "lost_items": base * (every - mine),
        "pulled_items": rows["pulled_forward"] / rows["margin_0"].where(rows["margin_0"] > 0),
    }  # fmt: skip
    kept = ["category", "units", "units_high", "cannibalised", "pulled_forward", "gain",
            "base_spread", "response_spread"]  # fmt: skip
    return rows[[*keys, *kept]].assign(**made)


def _without(options: Options) -> pd.DataFrame:
    """What each product sells and earns in a segment without promotion, and what its rivals do."""
    table = options.rows
    none = table.loc[table["discount"] == 0, ["product_id", "segment", "category"]]
    units, profit = (table.loc[none.index, name] for name in ("units", "profit"))
    group = [none["category"], none["segment"]]
    earned = profit.clip(lower=0.0)
    return none[["product_id", "segment"]].assign(
        units_0=units,
        margin_0=(profit / units.where(units > 0)).fillna(0.0),
        rivals_units=units.groupby(group).transform("sum") - units,
        rivals_profit=earned.groupby(group).transform("sum") - earned,
    )


def _hit(rows: pd.DataFrame) -> "pd.Series[float]":
    """The share of its items that every rival loses by a row's promotion."""
    return (rows["cannibalised"] / rows["rivals_profit"].where(rows["rivals_profit"] > 0)).fillna(
        0.0
    )


def parts_by_product(parts: pd.DataFrame) -> pd.DataFrame:
    """Parts of a plan put together for each product, the largest gain first.

    Returns:
        `product_id`, `discount` (the deepest of its segments), money and items as in
        `parts_by_row`.
    """
    sums = parts.groupby("product_id")[[*MONEY, *ITEMS]].sum()
    sums.insert(0, "discount", parts.groupby("product_id")["discount"].max())
    return sums.sort_values("gain", ascending=False, kind="stable").reset_index()


def added(parts: pd.DataFrame, products: Collection[str] | None = None) -> Added:
    """Items a plan adds to some products, or to all.

    Errors of base and response add as squares of half-widths; products err together to `SHARED`.
    What rivals and later weeks lose is taken at its estimate, as the plan does.
    """
    rows = parts if products is None else parts[parts["product_id"].isin(products)]
    own, items = rows["own_items"].to_numpy(), rows["units"].to_numpy()
    response, base = (Z_80 * rows[f"{name}_spread"].to_numpy() for name in ("response", "base"))
    room = (rows["units_high"] - rows["units"]).clip(lower=0.0).to_numpy()
    on = (rows["discount"] > 0).to_numpy()
    below = on * np.hypot(items * -np.expm1(-response), own * np.expm1(-base))
    above = on * np.minimum(np.hypot(items * np.expm1(response), own * np.expm1(base)), room)
    estimate = float(own.sum() - rows["lost_items"].sum())
    low, high = (_together(width, rows["product_id"]) for width in (below, above))
    ends = Interval(estimate, estimate - low, estimate + high)
    return Added(float(rows["base_items"].sum()), ends, float(rows["pulled_items"].sum()))


def _together(widths: Floats, product: "pd.Series[str]") -> float:
    """Half-width of a sum of products that err partly together."""
    each = np.bincount(product.factorize()[0], weights=widths) if len(widths) else widths
    return float(np.sqrt(SHARED * each.sum() ** 2 + (1 - SHARED) * (each**2).sum()))


def by_week(
    parts: pd.DataFrame, forecast: Forecast, curves: ResponseCurves, products: Collection[str]
) -> pd.DataFrame:
    """What a plan makes of the coming weeks of some products.

    The items of the campaign fall on its weeks as the forecast does; weeks after the first follow a
    promoted one and sell less by the pull-forward. Their sum is what `added` says.

    Returns:
        `week` and `plan`, `plan_low`, `plan_high`: the forecast plus the items added, 80 %.
    """
    rows = parts[parts["product_id"].isin(products)].merge(
        curves.rows[["product_id", "segment", "pull_forward"]], on=["product_id", "segment"]
    )
    weekly = forecast.rows.pivot_table("mean", "product_id", "week")
    total = weekly.reindex(list(products)).sum().to_numpy()
    mean = weekly.reindex(rows["product_id"]).to_numpy()
    memory = np.exp(rows["pull_forward"].to_numpy() * np.log1p(-rows["discount"].to_numpy()))
    after = np.arange(mean.shape[1]) > 0
    promoted = _shares(mean * np.where(after, memory[:, None], 1.0))
    given_up = (rows["base_items"] + rows["lost_items"]).to_numpy()
    effect = rows["units"].to_numpy() @ promoted - given_up @ _shares(mean)
    found, share = added(parts, products).items, _shares(total[None, :])[0]
    plan = total + effect
    return pd.DataFrame({
        "week": weekly.columns, "plan": np.maximum(plan, 0.0),
        "plan_low": np.maximum(plan - (found.estimate - found.low) * share, 0.0),
        "plan_high": plan + (found.high - found.estimate) * share,
    })  # fmt: skip


def _shares(values: Floats) -> Floats:
    """Each row as shares of its sum; a row of nothing is spread evenly."""
    whole = values.sum(axis=1, keepdims=True)
    even = np.full(values.shape, 1 / max(values.shape[1], 1))
    return np.asarray(np.divide(values, whole, out=even, where=whole > 0))
