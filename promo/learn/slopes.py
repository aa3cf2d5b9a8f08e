"""One joint regression of demand, with a price slope per product that its category holds on to."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from promo.domain import Need
from promo.learn.absorb import Absorber, Terms
from promo.learn.design import NEAR, PROMOTED_FROM, Design
from promo.learn.effects import Flags, Floats, Ints, codes, group_sum, identified
from promo.learn.instrument import FirstStage, first_stage
from promo.learn.mixed import Left, common_effects, own_slopes, sums
from promo.learn.shocks import Lattice, Shocks, fit_shocks
from promo.learn.shrink import Pooled, pool

YEAR = 365.25 / 7
"""Weeks."""
WEEK_EFFECTS_FROM = 10
"""Products from which a level per week leaves price variation; fewer get a smooth season."""
COUNTS_BELOW = 10.0
"""Items per week under which the log of a count is no longer nearly normal."""
ROUNDS = 2
"""Fits after the first, each with the shocks, counts and odd weeks that the one before showed; a
third moves slopes by less than 0.001."""
LOG_ITEMS = (-10.0, 25.0)
FEWEST = 0.5
"""Items that the counting noise of a week is reckoned from at least."""
FARTHEST = 5.0
"""Log items that one odd count may pull at most; farther only as far as the count itself lies."""
ABOVE = 3.0
"""Log items that a fit may lie above a small count. A row that is thought to sell thousands would
weigh as much as thousands and keep itself there."""
LEAST_VARIATION = 1e-6
MORE = ("timing", "behind", "picked", "chosen")
"""Shared regressors beside those of the design."""
QUARTER = 13
"""Rows of one product within so many weeks may err together."""
ODD = 3.0
"""Standard deviations beyond which a row counts as odd and loses weight (Huber's rule)."""
UNUSUAL, AROUND = 5.0, 9
"""A week is unusual for the whole shop when its level is so many robust standard deviations off the
median of so many weeks around it: a holiday, a storm, a fair. Categories differ in what it brings
them, and promotions gather there; without levels of their own that would look like an effect of
rivals' prices."""
LEAST_UNUSUAL = 0.05
"""Log items; a smaller swing of the whole shop is not worth a level per category."""


Pooling = Callable[[Floats, Floats, Flags, Ints], Pooled]
"""Estimates, their variances, whether there is one, and category; each of shape (products,)."""


@dataclass(frozen=True, eq=False)
class Rest:
    """What the last fit could not explain, whitened, with what it takes to ask it for more.

    Attributes:
        design: the rows.
        absorber: what was taken out of them.
        error: shape (n,), what is left of log items, of unit variance or so.
        own: shape (n, 1 or 2), what is left of each row's deal and, where the two can be told
            apart, of its being promoted.
    """

    design: Design
    absorber: Absorber
    error: Floats
    own: Floats


@dataclass(frozen=True, eq=False)
class Slopes:
    """What was learned, by product in the design's order.

    Attributes:
        mean, variance: belief about each elasticity before its range is enforced.
        trust: share of the slope that its own weeks decide; 0 without a price move.
        moved: weeks away from the usual price.
        common: the coefficient of each shared regressor, 0 where not identified.
        common_se: its standard error.
        shocks: what lasts from week to week beyond all regressors.
        strength: of unit costs as a cause of prices, see `instrument.py`.
        rest: what is left to be explained.
    """

    mean: Floats
    variance: Floats
    trust: Floats
    moved: Ints
    common: dict[str, float]
    common_se: dict[str, float]
    shocks: Shocks
    strength: float
    rest: Rest


def seasons(design: Design) -> Floats:
    """A trend and the waves of the year that the history can carry; shape (weeks, k)."""
    weeks = np.arange(design.weeks)
    harmonics = 2 if design.weeks >= YEAR else 1 if design.weeks >= YEAR / 2 else 0
    angle = 2 * np.pi * np.outer(weeks / YEAR, np.arange(1, harmonics + 1))
    return np.column_stack([weeks / max(design.weeks - 1, 1) - 0.5, np.sin(angle), np.cos(angle)])


def pooled_slopes(design: Design, min_price_weeks: int, pooling: Pooling = pool) -> Slopes:
    """Fit the joint model and shrink its slopes.

    A level and a trend per product and place; with `WEEK_EFFECTS_FROM` products a level per week,
    so that common shocks cannot pose as price effects; a trend, a yearly season and a level in
    each unusual week per category. Around these, shocks that last (`shocks.py`), learned from what
    the fit before left.

    In logs where a series sells `COUNTS_BELOW` items a week or more; below that logs of counts
    bend every slope, and Poisson quasi-likelihood takes over: outcome eta + (items - mu) / mu,
    with counting noise 1 / mu. Odd rows lose weight. Where only sales tell prices, a promoted week
    without any cannot be told from another: weeks without sales are left out, and counts are those
    of weeks with at least one (Poisson cut off at zero).

    `timing` is answered, not only found: a manager who promotes in weeks that would have sold well
    anyway makes promotions look better than they are. As a shock lasts, its trace stands in the
    weeks before the promotion, which cannot have been caused by it. What these weeks sold too much
    is extrapolated to the promoted week and taken out of `lift`. Nobody foresaw a price drawn by
    lot: once there are such weeks, `lift` is theirs, and what weeks that somebody picked sold
    beyond it is `picked`. Where unit costs move prices, slopes rest on those (`instrument.py`).

    Args:
        design: the rows.
        min_price_weeks: weeks away from the usual price that one product at least must have.
        pooling: how estimates hold on to their kin; another than `pool` only to compare with.

    Raises:
        NotEnoughData: when no product moved its price in `min_price_weeks` weeks, or when all its
            moves are explained by time and season.

    References:
        Freyaldenhoven, S., Hansen, C. and Shapiro, J. M. (2019). Pre-event trends in the panel
        event-study design. American Economic Review 109(9), 3307-3338.
        Breslow, N. E. and Clayton, D. G. (1993). Approximate inference in generalized linear mixed
        models. JASA 88(421), 9-25.
    """
    # Threads of a matrix product wait for each other longer than these small ones take: 38 -> 12 s
    # on 3,577 series of meals.
    with threadpool_limits(1):
        model = _Model.of(design.priced(), pooling)
        first = model.first()
        for need in model.needs(first, min_price_weeks):
            need.check()
        fit = model.fit(first)
        for _round in range(ROUNDS):
            again = model.next(fit)
            if not model.own(again.left).any():
                break  # as counts, these sales are too few to weigh a price by; the logs stand
            fit = model.fit(again)
    return fit.slopes


def price_needs(design: Design, min_price_weeks: int) -> tuple[Need, Need]:
    """What `pooled_slopes` needs: weeks away from a usual price, and prices that differ.

    The weeks are those of the product that has most of them. Prices differ when time and season do
    not explain them; then two are there, otherwise one.
    """
    model = _Model.of(design.priced())
    return model.needs(model.first(), min_price_weeks)


@dataclass(frozen=True, eq=False)
class _Round:
    """A regression ready to be solved: outcome and regressors, and what the terms leave of them."""

    y: Floats
    x: Floats  # (n, k): the shared regressors before anything is taken out
    noise: Floats
    shocks: Shocks
    absorber: Absorber
    left: Left
    strength: float


@dataclass(frozen=True, eq=False)
class _Fit:
    round: _Round
    slopes: Slopes
    fitted: Floats  # (n,) log items without lasting shocks
    weekly: Floats  # (weeks,) level of the whole shop


@dataclass(frozen=True, eq=False)
class _Model:
    """What stays the same over the rounds of one fit."""

    design: Design
    lattice: Lattice
    few: Flags
    moved: Ints
    pooling: Pooling

    @classmethod
    def of(cls, design: Design, pooling: Pooling = pool) -> "_Model":
        lattice = Lattice.of(design.series, design.week, design.weeks)
        return cls(design, lattice, _few(design), _moved(design), pooling)

    def needs(self, first: "_Round", min_price_weeks: int) -> tuple[Need, Need]:
        own = self.own(first.left) & (self.moved >= min_price_weeks)
        weeks = Need("price_weeks", min_price_weeks, int(self.moved.max()))
        return weeks, Need("different_prices", 2, 2 if own.any() else 1)

    def own(self, left: Left) -> Flags:
        """Products whose own price moved."""
        return np.asarray((self.moved > 0) & (sums(left, left.x**2) > LEAST_VARIATION))

    def first(self) -> _Round:
        """Logs of items, typical noise and shocks."""
        design = self.design
        rows = np.maximum(np.bincount(design.series), 1)
        mean = group_sum(design.series, design.units, len(rows)) / rows
        noise = 1 / np.maximum(mean[design.series], FEWEST)
        usual = np.zeros(design.weeks, dtype=bool)
        return self._round(np.log(design.units + 0.5), noise, Shocks(), usual)

    def next(self, fit: _Fit) -> _Round:
        """Counts as counts, odd rows lighter, lasting shocks as the last fit shows them."""
        design, logs = self.design, np.log(self.design.units + 0.5)
        eta = np.clip(fit.fitted, LOG_ITEMS[0], np.where(self.few, logs + ABOVE, LOG_ITEMS[1]))
        mean, spread = _counts(np.exp(eta), design.by_sales)
        step = np.minimum((design.units - mean) / spread, np.maximum(logs - eta, FARTHEST))
        y = np.where(self.few, eta + step, logs)
        noise = 1 / np.maximum(spread, FEWEST)
        trends = fit.round.absorber.terms.trends
        shocks = fit_shocks(self.lattice, y - fit.fitted, noise, trends)
        noise = noise + fit.round.absorber.oddness(y - fit.fitted, ODD)
        return self._round(y, noise, shocks, _unusual(fit.weekly, self._weekly))

    @property
    def tested(self) -> bool:
        """Whether a price test promoted anything by lot."""
        return bool((self.design.random & (self.design.discount >= PROMOTED_FROM)).any())

    @property
    def _weekly(self) -> bool:
        return len(self.design.products) >= WEEK_EFFECTS_FROM

    def _round(self, y: Floats, noise: Floats, shocks: Shocks, unusual: Flags) -> _Round:
        design = self.design
        category = np.zeros(len(self.lattice.present), dtype=np.int64)
        category[design.series] = design.category
        shared = np.column_stack([seasons(design), np.eye(design.weeks)[:, unusual]])
        terms = Terms(category, shared, self._weekly, design.weeks >= YEAR)
        absorber = Absorber.of(self.lattice, terms, noise, shocks)
        picked = design.chosen * self.tested
        timing, none = _timing(design, shocks.memory), np.zeros(len(y))
        x = np.column_stack([design.common, *timing, picked, none])
        stage = _first_stage(design, absorber, x[:, :-1])
        x[:, -1] = stage.chosen(design.deal, design.cost, x[:, :-1])
        left = _left(design, absorber, y, x)
        return _Round(y, x, noise, shocks, absorber, left, stage.strength)

    def fit(self, ready: _Round) -> _Fit:
        """One mixed regression: the shrunk slopes and the fitted log items of each row.

        Twice: with one slope per category to learn how much products differ, then with each
        product deviating by that much.
        """
        left, design = ready.left, self.design
        own = self.own(left)
        common, _ = common_effects(left, np.full(len(own), np.inf))
        found = self._pool(left, common, own)
        sxx = sums(left, left.x**2)
        common, se = common_effects(left, np.where(own, found.noise * sxx / found.tau2, np.inf))
        found = self._pool(left, common, own)
        # What tells chosen prices from others is shared: its error is every slope's.
        variance = found.variance + se.get("chosen", 0.0) ** 2
        slopes = Slopes(found.mean, variance, found.trust, self.moved, common, se, ready.shocks,
                        ready.strength, _rest(ready, design, found.mean, common))  # fmt: skip
        theta = np.array([common.get(name, 0.0) for name in (*design.names, *MORE)])
        part = slopes.mean[design.product] * design.deal + ready.x @ theta
        level, weekly = ready.absorber.levels(ready.y - part)
        return _Fit(ready, slopes, part + level, weekly)

    def _pool(self, left: Left, common: dict[str, float], own: Flags) -> Pooled:
        slope, variance = own_slopes(left, common, own)
        return self.pooling(slope, variance, own, self.design.category_of)


def _rest(ready: _Round, design: Design, slope: Floats, common: dict[str, float]) -> Rest:
    left = ready.left
    error = left.y - left.x * slope[left.product]
    error -= left.z @ np.array([common[name] for name in left.names])
    lifted = [left.z[:, left.names.index(name)] for name in ("lift",) if name in left.names]
    return Rest(design, ready.absorber, error, np.column_stack([left.x, *lifted]))


def _left(design: Design, absorber: Absorber, y: Floats, x: Floats) -> Left:
    names = (*design.names, *MORE)
    left = _residual(absorber, np.column_stack([y, design.deal, x]))
    keep = np.flatnonzero(identified(left[:, 1:])[1:])
    return Left(
        left[:, 0], left[:, 1], left[:, 2:][:, keep], tuple(names[i] for i in keep),
        design.product, design.category_of, _cluster(design),
    )  # fmt: skip


def _first_stage(design: Design, absorber: Absorber, x: Floats) -> FirstStage:
    known = ~np.isnan(design.cost)
    if not known.any():
        return FirstStage(0.0, np.zeros(0))
    cost = np.where(known, design.cost, 0.0)
    left = _residual(absorber, np.column_stack([design.deal, cost, x]))
    return first_stage(left[:, 0], left[:, 1], left[:, 2:], known, _cluster(design))


def _residual(absorber: Absorber, raw: Floats) -> Floats:
    """What no term explains, 0 in columns of which nothing but rounding is left."""
    left = absorber.residual(raw)
    moving = (left**2).sum(axis=0) > 1e-10 * np.maximum((raw**2).sum(axis=0), 1e-300)
    return np.where(moving, left, 0.0)


def _cluster(design: Design) -> Ints:
    """Rows of one product and quarter, which may err together."""
    return codes(design.product, design.week // QUARTER)


def _timing(design: Design, memory: float) -> tuple[Floats, Floats]:
    """How promoted this week and those ahead are, and those behind, as a shock would fade.

    The shock that led to a promotion is `memory` as strong a week away. Both columns shrink with
    `memory` as a whole, as nobody foresees what does not last. The weeks after may also carry what
    the promotion itself did to them; their column takes that in and is used for nothing.
    """
    fading = memory ** np.arange(1, NEAR + 1)
    return memory * (design.chosen + design.ahead @ fading), memory * (design.behind @ fading)


def _unusual(weekly: Floats, known: bool) -> Flags:
    """Weeks in which the whole shop sold unlike the weeks around it."""
    if not known or len(weekly) < AROUND:
        return np.zeros(len(weekly), dtype=bool)
    reach = AROUND // 2
    padded = np.pad(weekly, reach, mode="reflect")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, AROUND), axis=1)
    off = np.abs(weekly - usual)
    spread = 1.4826 * float(np.median(off))
    return np.asarray(off > max(UNUSUAL * spread, LEAST_UNUSUAL))


def _counts(rate: Floats, by_sales: bool) -> tuple[Floats, Floats]:
    """Mean of a week's count and how it moves with the log of its rate, which is its variance."""
    if not by_sales:
        return rate, rate
    rate = np.maximum(rate, FEWEST)
    mean = rate / -np.expm1(-rate)
    return mean, mean * (1 + rate - mean)


def _few(design: Design) -> Flags:
    """Rows of series that sell fewer than `COUNTS_BELOW` items a week."""
    rows = np.bincount(design.series)
    mean = group_sum(design.series, design.units, len(rows)) / np.maximum(rows, 1)
    return np.asarray(mean[design.series] < COUNTS_BELOW)


def _moved(design: Design) -> Ints:
    """Weeks of each product in which some price was 3 % or more away from its usual one."""
    series = design.series
    order = np.lexsort((design.deal, series))
    size = np.bincount(series)
    middle = np.cumsum(size) - size + np.maximum(size - 1, 0) // 2
    usual = design.deal[order][np.minimum(middle, len(order) - 1)]  # a series may have no row
    away = np.abs(design.deal - usual[series]) >= -np.log1p(-PROMOTED_FROM)
    pair = np.unique(np.column_stack([design.product[away], design.week[away]]), axis=0)
    return np.bincount(pair[:, 0], minlength=len(design.products)).astype(np.int64)
