"""Everything that what a promotion brings rests on: lines, weeks, shelves and the offer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import NormalDist

import numpy as np
import pandas as pd

from promo.domain import Forecast, ResponseCurves
from promo.doubt import Z_80, response_spread
from promo.errors import BadRequest, NotEnoughData
from promo.optimize.arrays import Flags, Floats, Ints, totals
from promo.optimize.effects import Effects
from promo.optimize.offer import Deals, Offer
from promo.optimize.periods import Periods
from promo.optimize.stock import campaign_spread, sold_share

RATES = ("new_list", "new_promoted", "back_list", "back_promoted")
"""Customers per item: who buys for the first time, and who comes back after a long time."""


@dataclass(frozen=True, eq=False)
class Answer:
    """How lines answer deals, and what one item sold at a deal brings; all of one shape.

    `items` is times as many in a week, `memory` times as many in the week after; `reached` is the
    share of the items that the mechanic reaches, `spread` the standard deviation of the log of
    `items`. Per item: `price` as paid on average, `cost` given away, `funded` given away by a
    supplier, `value` profit, `new` and `back` customers.
    """

    items: Floats
    memory: Floats
    spread: Floats
    price: Floats
    cost: Floats
    funded: Floats
    value: Floats
    new: Floats
    back: Floats


@dataclass(frozen=True, eq=False)
class Scene:
    """What the shop knows and is ready to do, for one horizon.

    Args:
        curves: one row per product and segment, a *line*.
        forecast: items per product and week at list price; one that ends with the horizon lends
            the mean of its weeks to the week after.
        offer: discounts, lengths, mechanics and who pays.
        start: Monday of the first week.
        weeks: length of the horizon, in weeks.
        stock: items on hand per product; a product that is absent is not limited.
        reach: how far, as a share of the list price, a discount may go beyond the deepest seen.
        caution: probability in [0.5, 1) with which demand answers at least as strongly as
            assumed; 0.5 takes the estimate, 0.9 its 90 % point towards no answer.
        associations: `product_id`, `other_id` and `effect`, log items of the other per log price
            of the promoted product, in the place of what its category does to it.
        acquisition: `product_id`, `segment` and `RATES`, customers per item.

    Raises:
        BadRequest: weeks, reach or caution are out of range.
        NotEnoughData: the forecast lacks a week of the horizon for a product.
    """

    curves: ResponseCurves
    forecast: Forecast
    offer: Offer
    start: pd.Timestamp
    weeks: int
    stock: Mapping[str, float] = field(default_factory=dict)
    reach: float = 1.0
    caution: float = 0.5
    associations: pd.DataFrame | None = None
    acquisition: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        """Refuse what no campaign can mean."""
        fine = {
            "weeks": self.weeks >= 1,
            "reach": self.reach >= 0,
            "caution": 0.5 <= self.caution < 1,
        }
        for name, ok in fine.items():
            if not ok:
                raise BadRequest(field=name, value=getattr(self, name))
        _ = self.base

    # --- lines --------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The curves in the order of the lines."""
        return self.curves.rows.sort_values(["product_id", "segment"], ignore_index=True)

    @cached_property
    def facts(self) -> Mapping[str, Floats]:
        """The number columns of the curves."""
        names = ("list_price", "unit_cost", "share", "elasticity", "elasticity_se", "lift",
                 "lift_se", "pull_forward", "cross", "deepest")  # fmt: skip
        return {name: self.rows[name].to_numpy(dtype=np.float64) for name in names}

    @cached_property
    def line(self) -> Mapping[tuple[str, str], int]:
        """The line of each product and segment."""
        keys = zip(self.rows["product_id"].tolist(), self.rows["segment"].tolist(), strict=True)
        return {key: line for line, key in enumerate(keys)}

    @cached_property
    def product(self) -> Ints:
        """Product of each line."""
        return self._products[0]

    @property
    def products(self) -> pd.Index:
        """Product names in their order."""
        return self._products[1]

    @cached_property
    def _products(self) -> tuple[Ints, pd.Index]:
        codes, names = self.rows["product_id"].factorize()
        return codes.astype(np.int64), pd.Index(names)

    def of_product(self, values: Mapping[str, float], default: float) -> Floats:
        """A value per product, told for some of them, for each line."""
        if not values:
            return np.full(len(self.product), default)
        each = np.array([values.get(name, default) for name in self.products.tolist()], float)
        return np.asarray(each[self.product])

    @cached_property
    def held(self) -> Floats:
        """Items on hand of each line's product, infinite where not known."""
        return self.of_product(self.stock, np.inf)

    @cached_property
    def limited(self) -> bool:
        """Whether any stock is known."""
        return bool(np.isfinite(self.held).any())

    @cached_property
    def ends(self) -> Flags:
        """Lines whose leftovers are worth a salvage, so that nothing is sold after the end."""
        told = self.of_product(self.offer.salvage, np.nan)
        return np.asarray(np.isfinite(told) & np.isfinite(self.held))

    @cached_property
    def margin(self) -> Floats:
        """What an item at list price earns over what it would be worth unsold; may be negative."""
        salvage = self.of_product(self.offer.salvage, 0.0)
        kept = np.where(self.ends, salvage, self.facts["unit_cost"])
        return np.asarray(self.facts["list_price"] - kept)

    @cached_property
    def loss(self) -> Floats:
        """What an item at list price that is not sold costs; one below cost is never a gain."""
        return np.maximum(self.margin, 0.0)

    @cached_property
    def rates(self) -> Mapping[str, Floats]:
        """Customers per item of each line; 0 where nothing is known."""
        if self.acquisition is None:
            return {name: np.zeros(len(self.product)) for name in RATES}
        keys = self.rows[["product_id", "segment"]]
        found = keys.merge(self.acquisition, on=["product_id", "segment"], how="left")
        return {name: found[name].fillna(0.0).to_numpy() for name in RATES}

    # --- weeks --------------------------------------------------------------------------------

    @cached_property
    def base(self) -> Floats:
        """Items per line and week without promotion, the week after included."""
        return self._weekly["mean"]

    @cached_property
    def total(self) -> Floats:
        """Items per line over the horizon."""
        return np.asarray(self.base[:, : self.weeks].sum(axis=1))

    @cached_property
    def _weekly(self) -> Mapping[str, Floats]:
        asked = pd.DatetimeIndex(
            [self.start + pd.Timedelta(weeks=week) for week in range(self.weeks + 1)]
        )
        table = self.forecast.rows
        week = asked.get_indexer(pd.DatetimeIndex(table["week"]))
        owner = self.products.get_indexer(pd.Index(table["product_id"]))
        inside = (week >= 0) & (owner >= 0)
        found = {}
        for name in ("mean", "low_80", "high_80"):
            cells = np.full((len(self.products), self.weeks + 1), np.nan)
            cells[owner[inside], week[inside]] = table[name].to_numpy()[inside]
            found[name] = cells
        known = ~np.isnan(found["mean"][:, : self.weeks])
        if not known.all():
            have = int(known.sum(axis=1).min())
            raise NotEnoughData(what="forecast_weeks", need=self.weeks, have=have)
        usual = found["mean"][:, : self.weeks].sum(axis=1) / self.weeks
        after = found["mean"][:, self.weeks]
        found["mean"][:, self.weeks] = np.where(np.isnan(after), usual, after)
        share = self.facts["share"][:, None]
        return {name: cells[self.product] * share for name, cells in found.items()}

    def band(self, periods: Periods) -> tuple[Floats, Floats]:
        """10 % and 90 % points of the items of each line and period, as shares of the mean.

        Weeks of one forecast err together, so their bounds are added.
        """
        inside = {name: cells[:, : self.weeks] for name, cells in self._weekly.items()}
        mean = np.maximum(periods.total(inside["mean"]), 1e-12)
        return periods.total(inside["low_80"]) / mean, periods.total(inside["high_80"]) / mean

    def base_spread(self, periods: Periods) -> Floats:
        """Standard deviation of the log of what sells in each period without promotion."""
        weekly = np.log(np.maximum(self.band(periods)[1], 1.0)) / Z_80
        return np.stack(
            [
                campaign_spread(column, length)
                for column, length in zip(weekly.T, periods.length.tolist(), strict=True)
            ],
            axis=1,
        ) if len(periods) else weekly  # fmt: skip

    @cached_property
    def whole(self) -> Periods:
        """The horizon as the only period."""
        return Periods.inside(self.weeks, None)

    @cached_property
    def whole_spread(self) -> Floats:
        """Standard deviation of the log of what each line sells without promotion."""
        return self.base_spread(self.whole)[:, 0]

    # --- deals --------------------------------------------------------------------------------

    @cached_property
    def effects(self) -> Effects:
        """What the lines do to each other."""
        return Effects(self.rows, self.associations)

    @cached_property
    def deals(self) -> Deals:
        """Every deal on offer."""
        return self.offer.deals(self.facts["list_price"])

    def answer(self, line: Ints, deals: Deals) -> Answer:
        """How lines answer deals of shape (1, n) or (lines, n)."""
        z = NormalDist().inv_cdf(self.caution)
        fact = {name: values[line][:, None] for name, values in self.facts.items()}
        rate = {name: values[line][:, None] for name, values in self.rates.items()}
        elasticity = np.minimum(fact["elasticity"] + z * fact["elasticity_se"], 0.0)
        lift = fact["lift"] - z * fact["lift_se"]
        log_price = deals.log_price
        reached = deals.reach * np.exp(elasticity * log_price + lift)
        items = (1 - deals.reach) + reached
        memory = (1 - deals.reach) + deals.reach * np.exp(fact["pull_forward"] * log_price)
        part = reached / np.maximum(items, 1e-300)
        off = deals.paid * deals.discount * part
        price, given = fact["list_price"] * (1 - off), fact["list_price"] * off
        funded = self._funding[line][:, None] * given
        rest = fact["list_price"] - self.margin[line][:, None]
        return Answer(
            items=items,
            memory=np.broadcast_to(memory, items.shape),
            spread=part * response_spread(self.rows.take(line), log_price),
            price=price,
            cost=given - funded,
            funded=funded,
            value=price - rest + funded,
            new=rate["new_list"] + part * (rate["new_promoted"] - rate["new_list"]),
            back=rate["back_list"] + part * (rate["back_promoted"] - rate["back_list"]),
        )

    @cached_property
    def _funding(self) -> Floats:
        return self.of_product(self.offer.funding, 0.0)

    # --- shelves ------------------------------------------------------------------------------

    def asked(self, demand: Floats) -> Floats:
        """Demand of each line's whole product; shape of `demand`, lines first."""
        if len(self.products) == len(self.product):
            return demand
        start = np.flatnonzero(np.diff(self.product, prepend=-1))
        return np.asarray(np.add.reduceat(demand, start, axis=0)[self.product])

    def sold(self, demand: Floats, spread: Floats) -> Floats:
        """Share of each line's demand over the horizon that is sold; lines first."""
        if not self.limited:
            return np.ones((1,) * demand.ndim)
        held = self.held.reshape(-1, *(1,) * (demand.ndim - 1))
        return sold_share(self.asked(demand), spread, held)

    @cached_property
    def sold_plain(self) -> Floats:
        """Share of each line's demand that is sold without any promotion; shape (lines,)."""
        return np.broadcast_to(self.sold(self.total, self.whole_spread), self.total.shape)

    def by_product(self, values: Floats) -> Floats:
        """The sum of an amount over each product's lines."""
        return totals(self.product, values, len(self.products))
