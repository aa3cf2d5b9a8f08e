"""How demand answers price: reference fixed-effects coefficients and the pooled response curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
import pandas as pd

from promo.domain import Need, Panel, ResponseCurves, Timing
from promo.errors import BadRequest, NotEnoughData
from promo.learn.by_segment import SegmentResponse, everyone, segment_response
from promo.learn.design import PROMOTED_FROM, Design, build
from promo.learn.effects import Effect, Flags, Floats, codes, least_squares, residualise
from promo.learn.shrink import truncate
from promo.learn.slopes import Slopes, pooled_slopes
from promo.tables import CURVES

STRONG_FROM, FAIR_FROM = 8, 4
"""Promoted weeks of its own from which a product's curve can be called strong or fair."""


@dataclass(frozen=True)
class ResponseConfig:
    """What the learner may assume.

    Attributes:
        assumed_margin: share of the list price that is profit where a product has no unit cost;
            the middle of the 25-65 % that retail ranges span.
        lowest, highest: range of an elasticity, log items per log price. Demand that rises with
            price or falls faster than its 6th power is a fault of the data.
        widen: factor on every standard deviation. It stands for what the model takes as given:
            shared effects, one slope for all depths. In simulated shops 95 % intervals cover
            88 % without it and 94 % with it.
        min_weeks: weeks with sales below which nothing is said.
        min_price_weeks: weeks away from the usual price below which a product's curve is called
            borrowed, and which one product at least must have.
        recent_weeks: weeks that define a segment's share of a product.
    """

    assumed_margin: float = 0.45
    lowest: float = -6.0
    highest: float = -0.2
    widen: float = 1.2
    min_weeks: int = 8
    min_price_weeks: int = 3
    recent_weeks: int = 13


@dataclass(frozen=True, eq=False)
class Coefficients:
    """A regression table: one row per regressor, and the fit as a whole.

    `table` has `regressor`, `estimate`, `se`, `low`, `high` (95 %); an estimate is NaN where the
    effects and the other regressors leave nothing to learn from. `r2` is of the whole model,
    effects included.
    """

    table: pd.DataFrame
    r2: float
    rows: int


_REGRESSORS = {
    "ln_price": lambda rows: np.log(rows["price"]),
    "ln_list_price": lambda rows: np.log(rows["list_price"]),
    "feature": lambda rows: rows["feature"],
    "display": lambda rows: rows["display"],
}


def fixed_effects(
    panel: Panel,
    effects: Sequence[str] = ("product_id", "place", "week"),
    regressors: Sequence[str] = ("ln_price", "feature", "display"),
    clusters: Sequence[str] = ("product_id", "place"),
) -> Coefficients:
    """Log items on `regressors` with one level per value of each effect; nothing is pooled.

    Rows without sales or price have no logarithm and are left out.

    Args:
        panel: the history.
        effects: columns of the panel whose values each get a level.
        regressors: of `ln_price`, `ln_list_price`, `feature`, `display`.
        clusters: columns whose combinations may err together.

    Raises:
        BadRequest: for an unknown regressor.
        NotEnoughData: with fewer rows than coefficients.
    """
    for name in regressors:
        if name not in _REGRESSORS:
            raise BadRequest(field="regressors", value=name, known=list(_REGRESSORS))
    rows = panel.rows
    rows = rows.loc[(rows["units"] > 0) & (rows["price"] > 0) & (rows["list_price"] > 0)]
    absorb = [Effect(codes(rows[name])) for name in effects] if len(rows) else []
    levels = sum(int(effect.codes.max()) + 1 for effect in absorb)
    if len(rows) <= levels + len(regressors):
        raise NotEnoughData(what="rows", need=levels + len(regressors) + 1, have=len(rows))
    y = np.log(rows["units"].to_numpy())
    x = np.column_stack([_REGRESSORS[name](rows) for name in regressors]).astype(np.float64)
    left = residualise(np.column_stack([y, x]), absorb)
    fit = least_squares(left[:, 0], _present(left[:, 1:], x), codes(*(rows[c] for c in clusters)),
                        levels)  # fmt: skip
    table = pd.DataFrame({"regressor": list(regressors), "estimate": fit.coef, "se": fit.se})
    table["low"], table["high"] = fit.coef - 1.96 * fit.se, fit.coef + 1.96 * fit.se
    r2 = 1 - float(fit.residual @ fit.residual) / float(((y - y.mean()) ** 2).sum())
    return Coefficients(table, r2, len(rows))


def _present(left: Floats, x: Floats) -> Floats:
    """`left` with zero columns where the effects explain a regressor but for rounding."""
    explained = (left**2).sum(axis=0) <= 1e-12 * (x**2).sum(axis=0)
    return np.where(explained, 0.0, left)


@dataclass(frozen=True, eq=False)
class Demand:
    """The response curves, and the fit they come from for those who ask it for more."""

    curves: ResponseCurves
    slopes: Slopes


def fit_response(
    panel: Panel,
    by_segment: Panel | None = None,
    config: ResponseConfig | None = None,
) -> ResponseCurves:
    """The response curves of `fit_demand`."""
    return fit_demand(panel, by_segment, config).curves


def fit_demand(
    panel: Panel,
    by_segment: Panel | None = None,
    config: ResponseConfig | None = None,
) -> Demand:
    """Learn how each product's demand answers a discount, as far as the history carries it.

    log items = product + time + e_i deal + lift [promoted] + feature + display + list price
                + pull_forward deal(last week) + cross mean deal(rest of the category)
                + competitors' price + timing (how promoted now and in the weeks ahead)
                + lasting shock

    Own slopes are shrunk towards the category's, categories towards the shop's. `lift` is what
    being promoted (3 % off or more) brings beyond the price itself, with mail and display held
    still; it never falls below 0, holds only where a discount is given, and depths other than
    those seen (`deepest`) rest on the log-linear form alone. Lift, pull-forward and cross effects
    are one figure for the shop. With a single category and a level per week (10 products or more)
    the cross effect cannot be told from the own one and is 0.

    Evidence, from the product's own weeks; `trust` is the share of its slope that they decide:

    ========  ===========================================================================
    strong    8 or more promoted weeks, trust >= 1/2, standard error <= 1/4 of the slope
    fair      4 or more promoted weeks, trust >= 1/4, standard error <= 1/2 of the slope
    weak      the rest with a slope of their own
    borrowed  fewer than `min_price_weeks` weeks away from the usual price
    ========  ===========================================================================

    Args:
        panel: the history; segments in it are added up.
        by_segment: the history per customer segment, for segment shares and deviations.
        config: what may be assumed.

    Raises:
        NotEnoughData: when no price varies enough, or the history is shorter than `min_weeks`.
    """
    config = config or ResponseConfig()
    design = build(panel)
    Need("weeks", config.min_weeks, design.weeks).check()
    slopes = pooled_slopes(design, config.min_price_weeks)
    if by_segment is None:
        segments = everyone(len(design.products))
    else:
        segments = segment_response(by_segment, design, config.recent_weeks)
    table = _curves(_by_product(panel, design, slopes, config), slopes, segments, config)
    return Demand(ResponseCurves(table, _timing(design, slopes, config)), slopes)


def _timing(design: Design, slopes: Slopes, config: ResponseConfig) -> Timing:
    """How promotions were told apart from good weeks; `excess` in log items of a promoted week."""
    parts = (("timing", slopes.shocks.memory), ("picked", 1.0))
    excess = sum(times * slopes.common.get(name, 0.0) for name, times in parts)
    se = hypot(*(times * slopes.common_se.get(name, 0.0) for name, times in parts))
    lots = design.random & (design.discount >= PROMOTED_FROM)
    return Timing(excess, config.widen * se, int(lots.sum()), slopes.strength)


def _curves(
    by_product: pd.DataFrame, slopes: Slopes, segments: SegmentResponse, config: ResponseConfig
) -> pd.DataFrame:
    """The curves of every product and segment, sorted so."""
    products, parts = segments.share.shape
    mean = (slopes.mean[:, None] + segments.deviation).ravel()
    variance = (slopes.variance[:, None] + segments.deviation_se**2).ravel()
    belief = truncate(mean, config.widen * np.sqrt(variance), config.lowest, config.highest)
    table = by_product.loc[np.repeat(np.arange(products), parts)].reset_index(drop=True)
    table = table.assign(
        segment=pd.Series(np.tile(segments.segments.to_numpy(), products), dtype="str"),
        share=segments.share.ravel(), elasticity=belief.mean, elasticity_se=belief.sd,
        elasticity_low=belief.low, elasticity_high=belief.high,
    )  # fmt: skip
    own = np.repeat(slopes.moved >= config.min_price_weeks, parts)
    table["trust"] = np.repeat(slopes.trust, parts)
    table["evidence"] = _evidence(table, own)
    return table[CURVES.names]


def _by_product(
    panel: Panel, design: Design, slopes: Slopes, config: ResponseConfig
) -> pd.DataFrame:
    products = panel.products.set_index("product_id").reindex(design.products)
    listed = panel.rows.sort_values("week").groupby("product_id")["list_price"].last()
    list_price = products["list_price"].fillna(listed.reindex(design.products))
    cost = products["unit_cost"]
    promoted = design.discount >= PROMOTED_FROM
    pairs = pd.DataFrame({"product": design.product, "week": design.week})[promoted]
    weeks = pairs.drop_duplicates()["product"].value_counts().reindex(range(len(products)))
    deepest = np.zeros(len(products))
    np.maximum.at(deepest, design.product, design.discount)
    effect = slopes.common | {"lift_se": config.widen * slopes.common_se.get("lift", 0.0)}
    return pd.DataFrame({
        "product_id": pd.Series(design.products.to_numpy(), dtype="str"),
        "category": pd.Series(design.categories.to_numpy()[design.category_of], dtype="str"),
        "list_price": list_price.to_numpy(),
        "unit_cost": cost.fillna(list_price * (1 - config.assumed_margin)).to_numpy(),
        "cost_assumed": cost.isna().to_numpy(),
        **{name: effect.get(name, 0.0) for name in (
            "lift", "lift_se", "pull_forward", "cross")},
        "price_weeks": weeks.fillna(0).to_numpy(dtype=np.int64),
        "deepest": deepest,
    })  # fmt: skip


def _evidence(table: pd.DataFrame, own: Flags) -> "pd.Series[str]":
    """The grade of each row, by the rule in `fit_demand`."""
    relative = (table["elasticity_se"] / -table["elasticity"]).to_numpy()
    weeks, trust = table["price_weeks"].to_numpy(), table["trust"].to_numpy()
    grades = np.select(
        [
            ~own,
            (weeks >= STRONG_FROM) & (trust >= 0.5) & (relative <= 0.25),
            (weeks >= FAIR_FROM) & (trust >= 0.25) & (relative <= 0.5),
        ],
        ["borrowed", "strong", "fair"],
        default="weak",
    )
    return pd.Series(grades, index=table.index, dtype="str")
