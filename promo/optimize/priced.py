"""Every deal in every period for every line, as arrays."""

from functools import cached_property

import numpy as np
import pandas as pd

from promo.doubt import Z_80
from promo.optimize.around import on_others
from promo.optimize.arrays import Floats
from promo.optimize.periods import Periods
from promo.optimize.running import Running
from promo.optimize.scene import Scene


class Priced:
    """Every deal for every line and period, as arrays of shape (lines, periods, deals)."""

    def __init__(self, scene: Scene, around: pd.DataFrame | None) -> None:
        self.scene, self.deals = scene, scene.deals
        self.periods = Periods.inside(scene.weeks, scene.offer.lengths)
        self.plan = None if around is None else Running(scene, around)
        base = scene.base if self.plan is None else self.plan.surroundings
        every = np.arange(len(scene.product))
        self.answer = scene.answer(every, self.deals)
        self.each = {name: values[:, None, :] for name, values in vars(self.answer).items()}
        self._demand(base)

    def _demand(self, base: Floats) -> None:
        """What is asked for in a promotion's weeks, and what the week after it loses."""
        periods, inside = self.periods, base[:, : self.scene.weeks]
        first, after = (base[:, at][:, :, None] for at in (periods.first, periods.after))
        self.usual = periods.total(inside)[:, :, None]
        self.total = inside.sum(axis=1)[:, None, None]
        self.asked = (first + (self.usual - first) * self.each["memory"]) * self.each["items"]
        lost = after * (1 - self.each["memory"])
        self.lost = lost * periods.early[:, None]
        goes_on = ~self.scene.ends[:, None, None] & ~periods.early[:, None]
        self.lost_later = lost * goes_on
        self.shared = self.base_share[:, :, None] * self.scene.total[:, None, None]
        self.demand = self.asked - self.lost - self.usual + self.shared

    @cached_property
    def base_share(self) -> Floats:
        """Part of what sells without promotion that falls in each period; (lines, periods)."""
        scene, periods = self.scene, self.periods
        weekly, total = scene.base[:, : scene.weeks], scene.total[:, None]
        even = np.broadcast_to(periods.length / scene.weeks, (len(weekly), len(periods)))
        share = np.divide(periods.total(weekly), total, out=even.copy(), where=total > 0)
        whole = periods.length == scene.weeks
        return np.asarray(np.where(whole, 1.0, np.minimum(share, 1.0)))

    # --- sold ---------------------------------------------------------------------------------

    @cached_property
    def sold(self) -> Floats:
        """Share of what a line is asked for over the horizon that is sold."""
        scene, whole = self.scene, self.total - self.usual + self.asked - self.lost
        if not scene.limited:
            return np.ones((1, 1, 1))
        part = self.asked / np.maximum(whole, 1e-300)
        spread = np.hypot(scene.whole_spread[:, None, None], self.each["spread"] * part)
        return scene.sold(np.asarray(whole), np.asarray(spread))

    @cached_property
    def at_promotion(self) -> Floats:
        """Items sold at the promotion."""
        return np.asarray(self.sold * self.asked if self.scene.limited else self.asked)

    @cached_property
    def rest(self) -> Floats:
        """Items that the other weeks sell more or less, the week after left out."""
        scene = self.scene
        if not scene.limited:
            return np.asarray(self.shared - self.usual)
        plain = before = scene.sold_plain[:, None, None]
        if self.plan is not None:
            before = scene.sold(self.total, scene.whole_spread[:, None, None])
        usual = plain * self.shared - before * self.total
        return np.asarray(self.sold * (self.total - self.usual) + usual)

    @cached_property
    def elsewhere(self) -> Floats:
        """The same with the week after."""
        return self.rest - self.sold * self.lost if self.periods.early.any() else self.rest

    def amount(self, promoted: Floats, plain: Floats) -> Floats:
        """An amount from what an item brings at the promotion and at list price, per line."""
        return np.asarray(self.at_promotion * promoted + self.elsewhere * plain[:, None, None])

    @cached_property
    def own(self) -> Floats:
        """Own profit, without what the week after loses."""
        margin = self.scene.margin[:, None, None]
        return np.asarray(self.at_promotion * self.each["value"] + self.rest * margin)

    @cached_property
    def pulled(self) -> Floats:
        """Profit missing in the week after."""
        lost = self.lost_later
        if self.periods.early.any():
            lost = lost + self.sold * self.lost
        return np.asarray(np.maximum(lost * self.scene.loss[:, None, None], 0.0))

    # --- others -------------------------------------------------------------------------------

    @cached_property
    def on_others(self) -> tuple[Floats, Floats]:
        """Profit taken from other products, and brought to them."""
        scene, weeks = self.scene, self.scene.weeks
        if self.plan is not None:
            return on_others(self.plan, self.periods, self.deals)
        weekly = scene.base[:, :weeks] * (scene.sold_plain * scene.loss)[:, None]
        return scene.effects.on_others(self.periods.total(weekly), self.deals)

    # --- how sure -----------------------------------------------------------------------------

    def _band(self) -> tuple[Floats, Floats]:
        """10 % and 90 % points: errors of base and response add as squares of half-widths."""
        low, high = (part[:, :, None] for part in self.scene.band(self.periods))
        spread = Z_80 * self.each["spread"]
        below = np.hypot(1 - np.minimum(low, 1), -np.expm1(-spread))
        above = np.hypot(np.maximum(high, 1) - 1, np.expm1(spread))
        least = self._most(self.demand * np.maximum(1 - below, 0.0))
        return least, self._most(self.demand * (1 + above))

    def _most(self, demand: Floats) -> Floats:
        """Demand as far as the stock could serve it if it were known."""
        scene = self.scene
        if not scene.limited:
            return demand
        asked = scene.asked(demand + self.total - self.usual)
        part = scene.held[:, None, None] / np.maximum(asked, 1e-300)
        return np.asarray(demand * np.minimum(1.0, part))

    # --- columns ------------------------------------------------------------------------------

    @cached_property
    def numbers(self) -> dict[str, tuple[Floats | float, Floats]]:
        """Every number column: what no promotion has, by line, and what promotions have."""
        scene, each = self.scene, self.each
        one, price = np.ones(len(scene.total)), scene.facts["list_price"]
        unit_cost = scene.facts["unit_cost"]
        units = scene.total * scene.sold_plain
        sold = self.amount(np.ones((1, 1, 1)), one)
        taken, given = self.on_others
        low, high = self._band()
        plain_low, plain_high = self._plain_band(units)
        return {
            "discount": (0.0, self.deals.discount[:, None, :]),
            "price": (price, each["price"]),
            "demand": (scene.total, self.demand),
            "units": (units, sold),
            "units_low": (plain_low, np.minimum(low, sold)),
            "units_high": (plain_high, np.maximum(high, sold)),
            "revenue": (units * price, self.amount(each["price"], price)),
            "cost": (0.0, self.at_promotion * each["cost"]),
            "profit": (units * scene.margin, self.own - self.pulled - taken + given),
            "cannibalised": (0.0, taken),
            "halo": (0.0, given),
            "pulled_forward": (0.0, self.pulled),
            "new_customers": self._customers("new", units),
            "kept_customers": self._customers("back", units),
            "base_share": (1.0, self.base_share[:, :, None]),
            "step": (0.0, self.deals.step[:, None, :]),
            "unit_cost": (unit_cost, unit_cost[:, None, None] - each["funded"]),
            "base_spread": (scene.whole_spread, scene.base_spread(self.periods)[:, :, None]),
            "response_spread": (0.0, each["spread"]),
        }

    def _customers(self, kind: str, units: Floats) -> tuple[Floats | float, Floats]:
        if self.scene.acquisition is None:
            return 0.0, np.zeros((1, 1, 1))
        plain = self.scene.rates[f"{kind}_list"]
        return units * plain, self.amount(self.each[kind], plain)

    def _plain_band(self, units: Floats) -> tuple[Floats, Floats]:
        """The range of no promotion, which is the forecast's own."""
        scene = self.scene
        low, high = (part[:, 0] for part in scene.band(scene.whole))
        bounds = [scene.total * np.minimum(low, 1.0), scene.total * np.maximum(high, 1.0)]
        if scene.limited:
            bounds = [
                each * np.minimum(1.0, scene.held / np.maximum(scene.asked(each), 1e-300))
                for each in bounds
            ]
        return np.minimum(bounds[0], units), np.maximum(bounds[1], units)
