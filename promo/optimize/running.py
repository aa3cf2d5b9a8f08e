"""A plan in arrays, and what is asked for week by week while all of it runs."""

from functools import cached_property

import numpy as np
import pandas as pd

from promo.errors import BadRequest
from promo.optimize.arrays import WEEK, Floats, Ints, totals
from promo.optimize.effects import fall
from promo.optimize.offer import Deals
from promo.optimize.scene import Scene

_SAID = ("product_id", "segment", "mechanic", "first", "weeks", "discount", "weight")


class Running:
    """The promotions of a plan, one per row: `line`, `first` week, `length`, `deals` (n, 1).

    A promotion of weight w is one that a share w of its customers see.
    """

    def __init__(self, scene: Scene, rows: pd.DataFrame) -> None:
        """Find a plan's promotions in a scene.

        Args:
            scene: what the plan is for.
            rows: of PLAN_ROWS; rows of no promotion say nothing.

        Raises:
            BadRequest: a row is of a line, a mechanic or a week that the scene does not have.
        """
        self.scene, self.effects = scene, scene.effects
        on = np.flatnonzero((rows["discount"] > 0) & (rows["weight"] > 0))
        of = {name: rows[name].take(on).to_numpy() for name in _SAID}
        whose = zip(of["product_id"], of["segment"], strict=True)
        self.line = np.array([scene.line.get(one, -1) for one in whose], dtype=np.int64)
        known = {one.name: at for at, one in enumerate(scene.offer.ordered)}
        mechanic = np.array([known.get(name, -1) for name in of["mechanic"]], dtype=np.int64)
        self.first = (of["first"] - scene.start.to_datetime64()) // WEEK
        self.first = self.first.astype(np.int64)
        self.length, self.weight = of["weeks"], of["weight"]
        outside = (self.first < 0) | (self.first + self.length > scene.weeks)
        for name, wrong in (("product_id", self.line < 0), ("mechanic", mechanic < 0),
                            ("first", outside)):  # fmt: skip
            if wrong.any():
                raise BadRequest(field=name, value=str(of[name][int(wrong.argmax())]))
        self.deals = _deals(scene, of["discount"][:, None], mechanic[:, None])

    # --- weeks --------------------------------------------------------------------------------

    @cached_property
    def _run(self) -> tuple[Ints, Ints]:
        """Every promotion once per week that it runs: promotions and weeks."""
        of = np.repeat(np.arange(len(self.line)), self.length)
        begin = np.cumsum(self.length) - self.length
        return of, np.arange(len(of)) - np.repeat(begin - self.first, self.length)

    def _spread(self, amount: Floats, later: int = 0) -> Floats:
        """The sum of an amount per promotion, for each line and week that it runs."""
        of, week = self._run
        out = np.zeros((len(self.scene.product), self.scene.weeks + later))
        np.add.at(out, (self.line[of], week + later), amount[of])
        return out

    @cached_property
    def plain(self) -> Floats:
        """Share of each line's customers who see no promotion, per week."""
        share = 1 - self._spread(self.weight)
        return np.where(np.abs(share) < 1e-12, 0.0, share)

    @cached_property
    def answer(self) -> "dict[str, Floats]":
        """How each promotion's line answers it; shape (promotions,)."""
        found = self.scene.answer(self.line, self.deals)
        return {name: values[:, 0] for name, values in vars(found).items()}

    @cached_property
    def memory(self) -> Floats:
        """Times as many items as without last week's promotion; the week after included."""
        return 1 + self._spread(self.weight * (self.answer["memory"] - 1), later=1)

    @cached_property
    def on(self) -> Floats:
        """1 where a promotion runs; shape (promotions, weeks)."""
        of, week = self._run
        out = np.zeros((len(self.line), self.scene.weeks))
        out[of, week] = 1.0
        return out

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Every promotion with every pair of its line: promotions and pairs."""
        low, high = (np.searchsorted(self.effects.of, self.line + step) for step in (0, 1))
        at = np.repeat(np.arange(len(self.line)), high - low)
        begin = np.cumsum(high - low) - (high - low)
        return at, np.arange(len(at)) - np.repeat(begin - low, high - low)

    def log_change(self, at: Ints, coefficient: Floats) -> Floats:
        """What promotions do to the log of what lines sell that answer with `coefficient`."""
        reach, log_price = self.deals.reach[:, 0], self.deals.log_price[:, 0]
        return np.log1p(-self.weight[at] * fall(reach[at], log_price[at], coefficient))

    @cached_property
    def others(self) -> Floats:
        """Times as many items as without the other products' promotions, per line and week."""
        effects, log = self.effects, np.zeros((len(self.scene.product), self.scene.weeks))
        group = effects.group[self.line]
        for one in np.unique(group).tolist():
            mine, members = np.flatnonzero(group == one), effects.members[one]
            change = self.log_change(mine[:, None], effects.coefficient[members][None, :])
            change[self.line[mine][:, None] == members[None, :]] = 0.0
            log[members] += change.T @ self.on[mine]
        at, pair = self.pairs
        change = self.log_change(at, effects.whole[pair]) - self.log_change(at, effects.usual[pair])
        np.add.at(log, effects.on[pair], change[:, None] * self.on[at])
        return np.exp(log)

    # --- demand -------------------------------------------------------------------------------

    @cached_property
    def surroundings(self) -> Floats:
        """Items per line and week without its own promotions; the week after included."""
        base = self.scene.base.copy()
        base[:, : self.scene.weeks] *= self.others
        return base

    @cached_property
    def open(self) -> Floats:
        """Items per line and week to which this week's promotion, if there is one, is applied."""
        weeks = self.scene.weeks
        return np.asarray((self.surroundings * self.memory)[:, :weeks])

    @cached_property
    def promoted(self) -> Floats:
        """Items asked for at each promotion; shape (promotions,)."""
        of, week = self._run
        met = totals(of, self.open[self.line[of], week], len(self.line))
        return np.asarray(self.weight * self.answer["items"] * met)

    def at_promotion(self, per_item: Floats | float) -> Floats:
        """The sum over a line's promotions of an amount per item."""
        weights = self.promoted * per_item
        return totals(self.line, weights, len(self.scene.product))

    @cached_property
    def undisturbed(self) -> Floats:
        """Items asked for at list price; shape (lines,)."""
        return np.asarray((self.open * self.plain).sum(axis=1))

    @cached_property
    def demand(self) -> Floats:
        """Items asked for over the horizon; shape (lines,)."""
        return np.asarray(self.undisturbed + self.at_promotion(1.0))

    @cached_property
    def sold(self) -> Floats:
        """Share of what is asked for that is sold; shape (lines,)."""
        moved = self.at_promotion(self.answer["spread"]) / np.maximum(self.demand, 1e-300)
        spread = np.hypot(self.scene.whole_spread, moved)
        return np.broadcast_to(self.scene.sold(self.demand, spread), self.demand.shape)

    @cached_property
    def worth(self) -> Floats:
        """What the items of each line and week are worth, if another product took them."""
        value = self._spread(self.weight * self.answer["items"] * self.answer["value"])
        value = value + self.plain * self.scene.loss[:, None]
        return np.asarray(self.open * value * self.sold[:, None])

    def worth_without(self, line: int, rivals: Ints) -> Floats:
        """The same of the rivals of a line, as if it were not promoted."""
        log = np.zeros((len(rivals), self.scene.weeks))
        for at in np.flatnonzero(self.line == line):
            change = self.log_change(np.array([at]), self.effects.coefficient[rivals])
            log += change[:, None] * self.on[at]
        return np.asarray(self.worth[rivals] * np.exp(-log))


def _deals(scene: Scene, discount: Floats, mechanic: Ints) -> Deals:
    numbers = np.array([(one.reach, one.felt, one.paid) for one in scene.offer.ordered])
    reach, felt, paid = numbers[mechanic].transpose(2, 0, 1)
    return Deals(
        discount, discount, mechanic, np.ones(discount.shape, dtype=bool), reach, felt, paid
    )
