"""Whole decisions for many products: exact plans per product at prices, then repair and mixing.

Every product's integer program over its own calendar and stock is solved exactly at the prices of
the linear plan, which proves the integer Lagrangian bound and gives a plan to repair. What gap that
leaves is closed by prices nearby where blocks are large, by rounds of whole plans where they are
small, and in the end by an integer program over the plans proposed so far.

References:
    Desaulniers, G., Desrosiers, J. and Solomon, M. M., editors (2005). Column Generation. Springer.
"""

from collections.abc import Callable

import numpy as np

from promo.optimize.arrays import Ints
from promo.optimize.blocks import MOST_CELLS
from promo.optimize.deadline import Deadline
from promo.optimize.kernels import Plans
from promo.optimize.mixing import choose
from promo.optimize.repair import Repair
from promo.optimize.rounds import Offer, Rounds

FACTORS = (1.0, 1.02, 0.98, 1.05)
"""Whole plans are cheaper than their linear mix or dearer; prices near the best ones are tried."""

CLOSER = 1 / 4, 1 / 20
"""Shares of the wanted gap to which rounds of whole plans go on, one after the other."""


class WholeSearch:
    """The best whole plan so far and the best bound, for one case."""

    def __init__(
        self, linear: Rounds, whole: Callable[[], Rounds | None], gap: float, deadline: Deadline
    ) -> None:
        """Begin with nothing known.

        Args:
            linear: rounds that have converged.
            whole: makes rounds in which every product is a block, where that pays.
            gap: share of the uplift at which to stop.
            deadline: when to stop.
        """
        self.linear, self.best, self.wanted, self.deadline = linear, linear.best, gap, deadline
        self.problem = linear.packed.problem
        self.value, self.bound = -np.inf, linear.bound
        self.plan: Ints = np.zeros(0, dtype=np.int64)
        self.offers: list[Offer] = []
        self._make = whole

    def run(self) -> None:
        """Go on until the gap is closed, the time is over or nothing is left to try."""
        if not self.linear.blocks.single:
            self._prices()
        if not self.done:
            self._close(self._make())
        if not self.plan.size:
            self._repair(self.best, np.full(len(self.best.plans.high), -1))

    def _close(self, whole: Rounds | None) -> None:
        """Rounds of whole plans and an integer program over them, in turns."""
        if whole is None:
            self._mix(self.offers)
            return
        whole.begin_with(self.linear)
        whole.offer(self.best.price, whole=True)
        for part in CLOSER:
            self._rounds(whole, part * self.wanted)
            self._mix(self.offers + whole.offers)

    @property
    def done(self) -> bool:
        """Whether the gap is closed or the time is over."""
        open_gap = self.bound + self.problem.hidden - self.value
        return open_gap <= self._left or self.deadline.over

    @property
    def _left(self) -> float:
        """The uplift that may be left open; the best plan may be one that loses."""
        return self.wanted * abs(self.value) + 1e-12 if self.plan.size else 0.0

    def _prices(self) -> None:
        """Repair the plans at the prices of the linear plan, then at prices nearby."""
        price = self.best.price
        for factor in FACTORS:
            made = self.linear.ask(price * factor, whole=True)
            self.offers.append(made)
            if made.bound < self.bound:
                self.bound, self.best = made.bound, made
            self._repair(made, made.plans.high)
            if self.done:
                return

    def _rounds(self, whole: Rounds, close: float) -> None:
        """Column generation with whole plans, which gives a better bound and better prices."""
        if self.done:
            return
        whole.run(close, self.deadline, whole=True)
        if whole.bound < self.bound:
            self.bound, self.best = whole.bound, whole.best
        if whole.mixed().size:
            self._repair(self.best, self._heaviest(whole))
        if not self.done:
            self._repair(self.best, self.best.plans.high)

    def _heaviest(self, whole: Rounds) -> Ints:
        """Every product's plan with the greatest share in the mix."""
        problem, mixed = self.problem, whole.mixed()
        idle = mixed.max(axis=0, initial=0.0) < 1.0 - mixed.sum(axis=0)
        mine = whole.blocks.block[problem.product[problem.switch]]
        highs = np.stack([made.plans.high for made in whole.offers[: len(mixed)]])
        plan = highs[mixed.argmax(axis=0)[mine], np.arange(len(mine))]
        return np.where(idle[mine], -1, plan)

    def _repair(self, made: Offer, plan: Ints) -> None:
        """Mend and fill a plan at the prices of an offer; keep it where it is the best."""
        linear = self.linear
        plan = Repair(linear.packed, linear.case, made.price, made.plans.stock).run(plan)
        if plan.size:
            value = float(self.problem.value[plan[plan >= 0]].sum())
            if value > self.value:
                self.value, self.plan = value, plan.copy()

    def _mix(self, offers: list[Offer]) -> None:
        """Let an integer program choose among the plans proposed so far, where still wanted."""
        cells = self.problem.products * len(self.problem.least)
        if self.done or cells > MOST_CELLS:
            return
        slack = np.inf
        if self.plan.size:
            like = self.best.plans
            known = Plans(self.plan, self.plan, np.ones_like(like.part), like.over, like.stock)
            offers = [*offers, Offer(known, self.best.price, np.inf)]
            nudge = self.problem.nudge[self.plan[self.plan >= 0]].sum()
            slack = self.bound - self.value + float(nudge)
        plan = choose(
            self.linear, self.best, offers, slack, self.deadline,
            gap=self._left, enough=self.bound - self.wanted * abs(self.bound) / (1 + self.wanted),
            known=self.plan.size > 0,
        )  # fmt: skip
        if plan.size:
            self._repair(self.best, plan)
