"""A problem as the contiguous arrays that kernels walk, and what they need to work in."""

from functools import cached_property
from types import SimpleNamespace

import numpy as np

from promo.optimize import kernels as product_kernels
from promo.optimize import labels as label_kernels
from promo.optimize import ledger as ledger_kernels
from promo.optimize.arrays import Floats, Ints
from promo.optimize.compiling import kernels
from promo.optimize.kernels import Now, Parts, Plans, Work
from promo.optimize.labels import Pool, pool
from promo.optimize.problem import Case, Problem


class Packed:
    """One problem's arrays, made once; `parts` depends on the weeks between promotions."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        product, last = problem.product, problem.last
        self._order = np.lexsort((problem.first, last, product))
        self._group = _starts(problem.group, len(problem.switch))
        self._switch = _starts(problem.switch, len(product))
        self._product = _starts(product, problem.products)
        self._gap: Ints | None = None
        self._parts: Parts
        self.longest = int(np.diff(self._product).max(initial=0))

    @property
    def pricing(self) -> SimpleNamespace:
        """What products are worth at prices."""
        return kernels(product_kernels, len(self.problem))

    @property
    def labels(self) -> SimpleNamespace:
        """The best calendar of each product."""
        return kernels(label_kernels, len(self.problem))

    @property
    def ledger(self) -> SimpleNamespace:
        """Steps of a whole plan."""
        return kernels(ledger_kernels, len(self.problem))

    def parts(self, gap: Ints) -> Parts:
        """The arrays for these weeks between promotions, per product."""
        if self._gap is None or not np.array_equal(gap, self._gap):
            problem = self.problem
            rows, counts = problem.rows, problem.counts
            self._parts = Parts(
                self._group, self._switch, self._product, self._order, self._ahead(gap),
                _own(problem.value - problem.nudge), _own(problem.demand),
                _ints(rows.start), _ints(rows.row), _own(rows.weight),
                _ints(counts.start), _ints(counts.row), _own(counts.weight),
            )  # fmt: skip
            self._gap = gap.copy()
        return self._parts

    def _ahead(self, gap: Ints) -> Ints:
        """How many switches of the same product, in their order, end early enough before each."""
        problem, order = self.problem, self._order
        product = problem.product[order]
        horizon = int(problem.last.max(initial=0)) + 2
        wait = np.minimum(gap, horizon)[product]
        scale = 2 * horizon + 1
        done = product * scale + problem.last[order] + wait
        begin = product * scale + problem.first[order]
        return _ints(np.searchsorted(done, begin) - self._product[product])

    def now(self, case: Case, price: Floats, share: float = 1.0) -> Now:
        """What kernels see of a case at these prices."""
        return Now(
            _own(case.room), _ints(case.most), _ints(case.gap), np.array(case.open),
            np.array(case.on), _own(price), share,
        )  # fmt: skip

    def fresh_plans(self) -> Plans:
        """Nothing promoted anywhere."""
        groups, products = len(self.problem.switch), self.problem.products
        none = np.full((2, groups), -1, dtype=np.int64)
        return Plans(
            none[0], none[1], np.ones(products), np.zeros(products), np.zeros(products)
        )  # fmt: skip

    @cached_property
    def pool(self) -> Pool:
        """Room for labels."""
        return pool((self.longest + 1) * (self.longest + 1))

    @cached_property
    def work(self) -> Work:
        """Room for what is known at the prices last asked about."""
        problem = self.problem
        groups, switches = len(problem.switch), len(problem.product)
        return Work(
            np.zeros(len(problem)), np.zeros(switches), np.zeros(groups),
            np.full(groups, -1, dtype=np.int64), np.zeros(switches),
            np.zeros(switches, dtype=np.bool_),
            np.zeros((switches + problem.products, self.longest + 1)),
        )  # fmt: skip


def _starts(of: Ints, owners: int) -> Ints:
    return _ints(np.searchsorted(of, np.arange(owners + 1)))


def _own(values: Floats) -> Floats:
    """A contiguous array of our own; compiled kernels tell read-only arrays from others."""
    return np.array(values, dtype=np.float64, order="C")


def _ints(values: Ints) -> Ints:
    return np.array(values, dtype=np.int64, order="C")
