"""A plan taken apart: what each promotion brings, what it costs its rivals and the weeks after."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from promo.domain import Forecast, Interval, Options, Plan, ResponseCurves
from promo.doubt import SHARED, Z_80
from promo.tables import OPTIONS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MONEY = (
    "base", "own", "given_away", "anyway", "on_added", "cannibalised", "halo", "pulled_forward",
    "gain",
)  # fmt: skip
ITEMS = (
    "base_items", "own_items", "cannibalised_items", "lost_items", "dip_items", "pulled_items",
)  # fmt: skip
"""What is summed when parts are put together; a sum of unknown items is that of the known ones."""

LINE, PERIOD = ["product_id", "segment"], ["first", "weeks"]


@dataclass(frozen=True)
class Added:
    """Items that a plan adds to what would be sold anyway.

    Attributes:
        base: items sold without any promotion.
        items: items added in the weeks of the plan, less what rivals of the promoted products and
            the weeks after each promotion lose, with its 80 % range.
        later: items missing in the week after the plan.
    """

    base: float
    items: Interval
    later: float


def parts_by_row(plan: Plan, options: Options) -> pd.DataFrame:
    """What each row of a plan is made of; money and items count the row's weight.

    base + own - given_away - cannibalised + halo - pulled_forward is the profit of the row, and all
    but the first its gain over no promotion.

    Returns:
        One row per row of the plan: the columns of its key, `category`, `units`, `units_high`,
        `base_spread`, `response_spread`, and

        - `base_items`, `base`: items and profit without promotion, in the weeks of the row.
        - `own_items`, `own`: items added in those weeks, and their profit at list price.
        - `given_away`: money, on all items sold at the discount: `anyway` on those that would have
          been bought anyway, `on_added` on the others.
        - `cannibalised_items`, `cannibalised`: items and profit that other products of the
          category lose by this row's promotion.
        - `halo`: profit on other products that are bought with it.
        - `lost_items`: items this row loses by promotions of other products.
        - `dip_items`: items missing in the week after, where that is a week of the plan.
        - `pulled_items`, `pulled_forward`: items and profit missing in the week after, wherever it
          lies; items are NaN where an item earns nothing at list price.
        - `gain`: profit over no promotion.
    """
    keys = list(OPTIONS.key)
    known = options.rows[[*keys, "base_spread", "response_spread"]]
    rows = plan.rows.merge(known, on=keys, how="left", validate="many_to_one")
    rows = rows.merge(_without(options), on=keys[:2], how="left", validate="many_to_one")
    promoted = rows["discount"] > 0
    base = rows["units"].where(~promoted, rows["units_0"] * rows["weight"] * rows["base_share"])
    own = (
        rows["gain"] + rows["cost"] + rows["cannibalised"] + rows["pulled_forward"] - rows["halo"]
    ).where(promoted, 0.0)
    margin = rows["margin_0"]
    own_items = (own / margin.where(margin != 0)).fillna(rows["units"] - base)
    per_item = rows["cost"] / rows["units"].where(rows["units"] > 0)
    anyway = (per_item * np.minimum(base, rows["units"])).fillna(0.0)
    taken, lost = _taken(rows, options)
    part = base / base.groupby([rows[name] for name in LINE]).transform("sum").where(base > 0)
    made = {
        "base_items": base,
        "base": rows["profit"] - rows["gain"],
        "own_items": own_items,
        "own": own,
        "given_away": rows["cost"],
        "anyway": anyway,
        "on_added": rows["cost"] - anyway,
        "cannibalised_items": taken,
        "lost_items": part.fillna(0.0) * lost,
        "dip_items": own_items - (rows["units"] - base),
        "pulled_items": rows["pulled_forward"] / margin.where(margin > 0),
    }  # fmt: skip
    kept = ["category", "units", "units_high", "cannibalised", "halo", "pulled_forward", "gain",
            "base_spread", "response_spread"]  # fmt: skip
    return rows[[*keys, *kept]].assign(**made)


def _without(options: Options) -> pd.DataFrame:
    """What each product sells and earns in a segment without promotion."""
    table = options.rows
    none = table.loc[table["discount"] == 0, [*LINE, "units", "profit"]]
    units = none["units"]
    return none[LINE].assign(
        units_0=units, margin_0=(none["profit"] / units.where(units > 0)).fillna(0.0)
    )


def _taken(rows: pd.DataFrame, options: Options) -> "tuple[pd.Series[float], pd.Series[float]]":
    """Items that each row takes from its rivals, and items that its line loses to theirs.

    A promotion takes the same share of what every rival sells in its weeks.
    """
    lines = options.rows[[*LINE, "category"]].drop_duplicates()
    lines = lines.merge(_without(options), on=LINE)
    weeks = options.rows[[*LINE, *PERIOD, "base_share"]].drop_duplicates([*LINE, *PERIOD])
    on = rows[rows["cannibalised"] > 0]
    there = lines.merge(on[PERIOD].drop_duplicates(), how="cross")
    there = there.merge(weeks, on=[*LINE, *PERIOD], how="left")
    even = there["weeks"] / options.weeks
    there["units_0"] *= there["base_share"].fillna(even)
    there["earned"] = there["units_0"] * there["margin_0"].clip(lower=0.0)
    group = ["category", "segment", *PERIOD]
    sums = there.groupby(group)[["units_0", "earned"]].transform("sum")
    there = there.assign(
        rival_units=sums["units_0"] - there["units_0"],
        rival_earned=sums["earned"] - there["earned"],
    )
    keys, facts = [*LINE, *PERIOD], ["rival_units", "rival_earned"]
    found = rows[keys].merge(there[[*keys, *facts]], on=keys, how="left").set_axis(rows.index)
    share = (rows["cannibalised"] / found["rival_earned"].where(found["rival_earned"] > 0)).fillna(
        0.0
    )
    taken = (share * found["rival_units"]).fillna(0.0)
    mine = rows[keys].assign(share=share).groupby(keys)["share"].sum().rename("mine").reset_index()
    every = rows[group].assign(share=share).groupby(group)["share"].sum().rename("every")
    there = there.merge(mine, on=keys, how="left").merge(every.reset_index(), on=group, how="left")
    there["lost"] = there["units_0"] * (there["every"].fillna(0.0) - there["mine"].fillna(0.0))
    lost = there.groupby(LINE)["lost"].sum().rename("lost").reset_index()
    return taken, rows[LINE].merge(lost, on=LINE, how="left").set_axis(rows.index)["lost"].fillna(
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
    items = rows["units"].to_numpy()
    own = items - rows["base_items"].to_numpy()
    response, base = (Z_80 * rows[f"{name}_spread"].to_numpy() for name in ("response", "base"))
    room = (rows["units_high"] - rows["units"]).clip(lower=0.0).to_numpy()
    on = (rows["discount"] > 0).to_numpy()
    below = on * np.hypot(items * -np.expm1(-response), own * np.expm1(-base))
    above = on * np.minimum(np.hypot(items * np.expm1(response), own * np.expm1(base)), room)
    estimate = float(own.sum() - rows["lost_items"].sum())
    low, high = (_together(width, rows["product_id"]) for width in (below, above))
    ends = Interval(estimate, estimate - low, estimate + high)
    later = float((rows["pulled_items"] - rows["dip_items"]).clip(lower=0.0).sum())
    return Added(float(rows["base_items"].sum()), ends, later)


def _together(widths: Floats, product: "pd.Series[str]") -> float:
    """Half-width of a sum of products that err partly together."""
    each = np.bincount(product.factorize()[0], weights=widths) if len(widths) else widths
    return float(np.sqrt(SHARED * each.sum() ** 2 + (1 - SHARED) * (each**2).sum()))


def by_week(
    parts: pd.DataFrame, forecast: Forecast, curves: ResponseCurves, products: Collection[str]
) -> pd.DataFrame:
    """What a plan makes of the coming weeks of some products.

    A promotion adds items in its own weeks, as the forecast spreads them; its later weeks follow a
    promoted one and sell less by the pull-forward, and so does the week after it. Rivals lose in
    the same weeks. The sum over the weeks is what `added` says.

    Returns:
        `week` and `plan`, `plan_low`, `plan_high`: the forecast plus the items added, 80 %.
    """
    weekly = forecast.rows.pivot_table("mean", "product_id", "week")
    total = weekly.reindex(list(products)).sum().to_numpy()
    effect = _effect(parts, weekly, curves)[parts["product_id"].isin(products).to_numpy()].sum(0)
    effect -= _lost(parts, weekly, products)
    found, share = added(parts, products).items, _shares(total[None, :])[0]
    plan = total + effect
    return pd.DataFrame({
        "week": weekly.columns, "plan": np.maximum(plan, 0.0),
        "plan_low": np.maximum(plan - (found.estimate - found.low) * share, 0.0),
        "plan_high": plan + (found.high - found.estimate) * share,
    })  # fmt: skip


def week_sums(parts: pd.DataFrame, forecast: Forecast, curves: ResponseCurves) -> pd.DataFrame:
    """What a plan gives away and what it adds, week by week.

    Returns:
        `week`, `given_away` (money, evenly over the weeks of a promotion, as a budget per week
        counts it) and `items` (added, less what rivals and the weeks after each promotion lose).
    """
    weekly = forecast.rows.pivot_table("mean", "product_id", "week")
    items = _effect(parts, weekly, curves).sum(0) - _lost(parts, weekly, weekly.index)
    (first, last), place = _weeks(parts, weekly), np.arange(weekly.shape[1])
    runs = (place >= first[:, None]) & (place <= last[:, None])
    given = (parts["given_away"] / parts["weeks"]).to_numpy() @ runs
    return pd.DataFrame({"week": weekly.columns, "given_away": given, "items": items})


def _effect(parts: pd.DataFrame, weekly: pd.DataFrame, curves: ResponseCurves) -> Floats:
    """Items each row adds to each week, its dip among them; shape (rows, weeks)."""
    promoted, usual = _spread(parts, weekly, curves)
    base, own = (parts[name].to_numpy()[:, None] for name in ("base_items", "own_items"))
    after = np.arange(weekly.shape[1]) == _weeks(parts, weekly)[1][:, None] + 1
    on = (parts["discount"] > 0).to_numpy()[:, None]
    dip = parts["dip_items"].to_numpy()[:, None] * after
    return np.asarray(on * ((base + own) * promoted - base * usual - dip))


def _spread(
    parts: pd.DataFrame, weekly: pd.DataFrame, curves: ResponseCurves
) -> tuple[Floats, Floats]:
    """How each row's items fall on its weeks, with and without the promotion, as shares.

    The weeks after its first follow a promoted one as the curve of a price cut to everyone says.
    """
    slope = parts[LINE].merge(curves.rows[[*LINE, "pull_forward"]], on=LINE, how="left")
    memory = np.exp(slope["pull_forward"].to_numpy() * np.log1p(-parts["discount"].to_numpy()))
    mean, place = weekly.reindex(parts["product_id"]).to_numpy(), np.arange(weekly.shape[1])
    first, last = _weeks(parts, weekly)
    runs = (place >= first[:, None]) & (place <= last[:, None])
    later = runs & (place > first[:, None])
    usual = _shares(np.where(runs, mean, 0.0), runs)
    promoted = _shares(np.where(later, mean * memory[:, None], np.where(runs, mean, 0.0)), runs)
    return promoted, usual


def _lost(parts: pd.DataFrame, weekly: pd.DataFrame, products: Collection[str]) -> Floats:
    """Items that some products lose to the promotions of others, per week."""
    share = pd.DataFrame(_shares(weekly.to_numpy()), weekly.index)
    lines = parts.groupby([*LINE, "category"], as_index=False)["base_items"].sum()
    sold = share.reindex(lines["product_id"]).to_numpy() * lines[["base_items"]].to_numpy()
    out = np.zeros(weekly.shape[1])
    inside = lines["product_id"].isin(products).to_numpy()
    for row, first, last in zip(parts.to_dict("records"), *_weeks(parts, weekly), strict=True):
        if row["cannibalised_items"] <= 0:
            continue
        same = (lines["category"] == row["category"]) & (lines["segment"] == row["segment"])
        rival = (same & (lines["product_id"] != row["product_id"])).to_numpy()
        runs = slice(first, last + 1)
        all_sold = sold[rival][:, runs].sum()
        if all_sold > 0:
            mine = sold[rival & inside][:, runs].sum(axis=0)
            out[runs] += row["cannibalised_items"] * mine / all_sold
    return out


def _weeks(parts: pd.DataFrame, weekly: pd.DataFrame) -> "tuple[Ints, Ints]":
    """The first and the last week of each row, as places among the weeks."""
    first = pd.DatetimeIndex(weekly.columns).get_indexer(pd.DatetimeIndex(parts["first"]))
    return first, first + parts["weeks"].to_numpy() - 1


def _shares(values: Floats, where: Flags | None = None) -> Floats:
    """Each row as shares of its sum; a row of nothing is spread evenly over what may be."""
    inside = np.ones(values.shape) if where is None else where.astype(float)
    even = inside / np.maximum(inside.sum(axis=1, keepdims=True), 1.0)
    whole = values.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(values, whole, out=even, where=whole > 0))
