"""Response curves and a forecast become the table of everything she could do."""

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd

from promo.domain import Forecast, Options, ResponseCurves
from promo.doubt import Z_80, response_spread
from promo.errors import BadRequest, NotEnoughData
from promo.optimize.arrays import Floats
from promo.optimize.stock import campaign_spread, sold_share


def build_options(  # noqa: PLR0913 # a campaign is these six facts, and one attitude to risk
    curves: ResponseCurves,
    forecast: Forecast,
    ladder: Sequence[float],
    start: pd.Timestamp,
    weeks: int,
    *,
    stock: Mapping[str, float] | None = None,
    reach: float = 1.0,
    caution: float = 0.5,
) -> Options:
    """Price every discount of the ladder for every product and segment.

    In the first week items = base x (1 - d)^elasticity x e^lift (lift only where d > 0); each
    further week of the campaign and the first week after it follow a promoted week and are scaled
    by (1 - d)^pull_forward. `profit` is own profit less what other products of the category lose
    (first order: one product moves the mean log price of its n - 1 rivals' surroundings by
    ln(1 - d) / (n - 1)) and less what the week after loses; a unit sold below cost that is lost
    is never counted as a gain.

    The forecast mean is already a mean. The response factor is taken at its median, not at its
    log-normal mean, which would be e^(variance/2) higher: that term grows with ignorance, and an
    optimiser that is paid for ignorance promotes what it knows least about.

    `demand` is what is asked for, `units` what is sold of it: as demand is uncertain, stock runs
    out before expected demand reaches it (`sold_share`), the more the deeper the discount. All
    segments of a product draw on one stock and are taken to get the same discount here.

    Args:
        curves: one row per product and segment.
        forecast: items per product and week at list price.
        ladder: discounts as shares of the list price, in [0, 1); 0 is added when absent.
        start: Monday of the first week.
        weeks: length of the campaign, in weeks.
        stock: items on hand per product; a product that is absent is not limited.
        reach: how far, as a share of the list price, a discount may go beyond the deepest seen.
        caution: probability in [0.5, 1) with which demand answers at least as strongly as
            assumed; 0.5 takes the estimate, 0.9 its 90 % point towards no answer.

    Raises:
        BadRequest: the ladder, weeks, reach or caution are out of range.
        NotEnoughData: the forecast lacks a week of the campaign for a product.

    References:
        Cohen, M. C. et al. (2017). The impact of linear optimization on promotion planning.
        Operations Research 65(2), 446-468.
    """
    steps = _ladder(ladder, weeks, reach, caution)
    rows = curves.rows.sort_values(["product_id", "segment"], ignore_index=True)
    campaign = _campaign_forecast(rows, forecast, start, weeks)
    held = np.asarray(rows["product_id"].map(stock or {}).fillna(np.inf), dtype=np.float64)
    priced = _Priced(rows, campaign, steps, _answer(rows, caution), _Shelf(rows, held, weeks))
    keep = (steps == 0) | (steps <= rows["deepest"].to_numpy()[:, None] + reach + 1e-12)
    return Options(priced.frame(keep), weeks, start)


def _ladder(ladder: Sequence[float], weeks: int, reach: float, caution: float) -> Floats:
    steps = np.unique(np.append(np.asarray(ladder, dtype=float), 0.0))
    asked = {"ladder": list(ladder), "weeks": weeks, "reach": reach, "caution": caution}
    fine = {
        "ladder": bool(np.isfinite(steps).all() and steps[0] >= 0 and steps[-1] < 1),
        "weeks": weeks >= 1,
        "reach": reach >= 0,
        "caution": 0.5 <= caution < 1,
    }
    for field, ok in fine.items():
        if not ok:
            raise BadRequest(field=field, value=asked[field])
    return steps


def _answer(rows: pd.DataFrame, caution: float) -> tuple[Floats, Floats]:
    """Elasticity, never above 0, and lift at the asked caution."""
    z = NormalDist().inv_cdf(caution)
    elasticity = rows["elasticity"].to_numpy() + z * rows["elasticity_se"].to_numpy()
    return np.minimum(elasticity, 0.0), rows["lift"].to_numpy() - z * rows["lift_se"].to_numpy()


def _campaign_forecast(
    rows: pd.DataFrame, forecast: Forecast, start: pd.Timestamp, weeks: int
) -> Floats:
    """Items per curve row: first week, all weeks, all low, all high, the week after; shape (5, n).

    A forecast that ends with the campaign lends the mean of its weeks to the week after.
    """
    asked = [start + pd.Timedelta(weeks=week) for week in range(weeks + 1)]
    table = forecast.rows[forecast.rows["week"].isin(asked)]
    found = {
        name: table.pivot_table(index="product_id", columns="week", values=name).reindex(
            index=rows["product_id"], columns=asked
        )
        for name in ("mean", "low_80", "high_80")
    }
    inside = {name: frame.to_numpy()[:, :weeks] for name, frame in found.items()}
    missing = np.isnan(inside["mean"]).any(axis=1)
    if missing.any():
        known = int((~np.isnan(inside["mean"])).sum(axis=1).min())
        raise NotEnoughData(what="forecast_weeks", need=weeks, have=known)
    mean = inside["mean"].sum(axis=1)
    after = found["mean"].to_numpy()[:, weeks]
    totals = np.stack(
        [
            inside["mean"][:, 0], mean, inside["low_80"].sum(axis=1),
            inside["high_80"].sum(axis=1), np.where(np.isnan(after), mean / weeks, after),
        ]
    )  # fmt: skip
    return np.asarray(totals * rows["share"].to_numpy())


class _Shelf:
    """The stock that all curve rows of a product share."""

    def __init__(self, rows: pd.DataFrame, held: Floats, weeks: int) -> None:
        self.product, names = rows["product_id"].factorize()
        self.count, self.held, self.weeks = len(names), held[:, None], weeks

    def asked(self, demand: Floats) -> Floats:
        """Demand of the whole product, for each row; shape of `demand`, (rows, ladder)."""
        total = np.zeros((self.count, demand.shape[1]))
        np.add.at(total, self.product, demand)
        return np.asarray(total[self.product])

    def sold(self, demand: Floats, spread: Floats) -> Floats:
        """Share of each row's demand that is sold, at `spread` of log demand."""
        return sold_share(self.asked(demand), spread, self.held)

    def most(self, demand: Floats) -> Floats:
        """Each row's demand as far as the stock could serve it if it were known."""
        return np.asarray(
            demand * np.minimum(1.0, self.held / np.maximum(self.asked(demand), 1e-300))
        )


class _Priced:
    """Every discount for every curve row, as matrices of shape (rows, ladder)."""

    def __init__(
        self, rows: pd.DataFrame, campaign: Floats, steps: Floats,
        answer: tuple[Floats, Floats], shelf: _Shelf,
    ) -> None:  # fmt: skip
        self.rows, self.steps, self.shelf = rows, steps, shelf
        first, total, low, high, after = campaign[:, :, None]
        base = np.maximum(total, 1e-12)
        list_price, unit_cost, pull = (
            rows[name].to_numpy()[:, None] for name in ("list_price", "unit_cost", "pull_forward")
        )
        elasticity, lift = (part[:, None] for part in answer)
        log_price = np.log1p(-steps)[None, :]
        response = np.exp(elasticity * log_price + lift * (steps > 0))
        memory = np.exp(pull * log_price)
        self.demand = (first + (total - first) * memory) * response
        self.response_spread = response_spread(rows, log_price)
        weekly = np.log(np.maximum(high / base, 1.0)) / Z_80
        self.base_spread = np.broadcast_to(campaign_spread(weekly, shelf.weeks), self.demand.shape)
        sold = shelf.sold(self.demand, np.hypot(self.base_spread, self.response_spread))
        self.units = self.demand * sold
        self.price = list_price * (1 - steps)
        self.revenue = self.units * self.price
        self.cost = self.units * list_price * steps
        margin = np.maximum(list_price - unit_cost, 0.0)
        self.pulled = np.maximum(after * (1 - memory) * margin, 0.0)
        self.cannibalised = self._cannibalised(total * sold[:, :1] * margin, log_price)
        own = self.units * (self.price - unit_cost)
        self.profit = own - self.pulled - self.cannibalised
        self.low, self.high = self._band(low / base, high / base)

    def _cannibalised(self, margin_at_base: Floats, log_price: Floats) -> Floats:
        """What the other products of the category lose when this row alone is discounted."""
        rows = self.rows
        rivals = rows.groupby("category")["product_id"].transform("nunique").to_numpy() - 1
        share = rows["cross"].to_numpy() / np.maximum(rivals, 1) * (rivals > 0)
        loss = margin_at_base * -np.expm1(share[:, None] * log_price)
        group = rows.groupby(["category", "segment"]).ngroup().to_numpy()
        total = np.stack([np.bincount(group, weights=column) for column in loss.T], axis=1)
        return np.asarray(np.maximum(total[group] - loss, 0.0))

    def _band(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """10 % and 90 % points: errors of base and response add as squares of half-widths.

        Weeks of one forecast err together, so their bounds were added; `low` and `high` are shares
        of the base.
        """
        spread = Z_80 * self.response_spread
        below = np.hypot(1 - np.minimum(low, 1), -np.expm1(-spread))
        above = np.hypot(np.maximum(high, 1) - 1, np.expm1(spread))
        least = self.shelf.most(self.demand * np.maximum(1 - below, 0.0))
        return np.minimum(least, self.units), np.maximum(
            self.shelf.most(self.demand * (1 + above)), self.units
        )

    def frame(self, keep: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> pd.DataFrame:
        """The kept cells as option rows, in the order product, segment, discount."""
        at, step = np.nonzero(keep)
        named = self.rows[["product_id", "segment", "category"]].take(at).reset_index(drop=True)
        numbers = {
            "discount": self.steps[step],
            "list_price": self.rows["list_price"].to_numpy()[at],
        } | {
            name: values[keep]
            for name, values in (
                ("price", self.price), ("demand", self.demand), ("units", self.units),
                ("units_low", self.low), ("units_high", self.high), ("revenue", self.revenue),
                ("cost", self.cost),
                ("profit", self.profit), ("cannibalised", self.cannibalised),
                ("pulled_forward", self.pulled), ("base_spread", self.base_spread),
                ("response_spread", self.response_spread),
            )
        }  # fmt: skip
        return named.assign(**numbers)
