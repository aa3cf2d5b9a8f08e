"""Drawn problems with every kind of shared row, and their best plan by listing all of them."""

from itertools import product as combinations

import numpy as np

from promo.optimize.problem import Case, Entries, Problem


def entries(columns, lines):
    """A matrix by column from one dict per row: {column: weight}."""
    column = [c for line in lines for c in line]
    row = [r for r, line in enumerate(lines) for _ in line]
    weight = [w for line in lines for w in line.values()]
    return Entries.of(
        columns, np.array(column, dtype=np.int64), np.array(row, dtype=np.int64),
        np.array(weight, dtype=np.float64),
    )  # fmt: skip


def draw(seed, products=3, weeks=3, segments=2, levels=2, saving=0.0):
    """A problem and a case in which budgets, slots, sell-through, pairs and margins bind.

    `saving` is the share of levels that lower what a product is asked for, by a dip after them.
    """
    rng = np.random.default_rng(seed)
    product, first, last = _switches(rng, products, weeks)
    switch = np.repeat(np.arange(len(product)), rng.integers(1, segments + 1, len(product)))
    group = np.repeat(np.arange(len(switch)), rng.integers(1, levels + 1, len(switch)))
    count = len(group)
    cost, demand = rng.uniform(1, 10, (2, count))
    value = cost * rng.uniform(0.2, 3.0, count) * np.where(rng.random(count) < 0.1, -1, 1)
    owner = product[switch[group]]
    shared = Shared()
    _money(rng, shared, owner, cost)
    _promotions(rng, shared, product, first)
    _promises(rng, shared, cost, demand, value)
    total = np.bincount(owner, weights=demand, minlength=products)
    if saving:
        demand = np.where(rng.random(count) < saving, -0.5, 1.0) * demand
    problem = Problem(
        value, 1e-7 * rng.random(count), demand, group, switch, product, first, last, products,
        entries(count, shared.rows), entries(len(product), shared.counts), np.array(shared.least),
    )  # fmt: skip
    case = Case(
        limit=np.array(shared.limit),
        room=total * rng.uniform(0.1, 1.1, products),
        most=rng.integers(1, 4, products),
        gap=rng.integers(0, 3, products),
        open=rng.random(count) < 0.9,
        on=rng.random(len(product)) < 0.1,
    )
    return problem, case


def _switches(rng, products, weeks):
    """Periods of one or two weeks; some weeks of some products have none."""
    product, first, last = [], [], []
    for p in range(products):
        for week in range(weeks):
            if weeks == 1 or rng.random() < 0.8:
                product.append(p)
                first.append(week)
                last.append(min(week + int(rng.random() < 0.2), weeks - 1))
    return (np.array(values, dtype=np.int64) for values in (product, first, last))


class Shared:
    """Shared rows as they are put together: a line over levels and one over switches each."""

    def __init__(self):
        self.rows, self.counts, self.limit, self.least = [], [], [], []

    def add(self, limit, line=None, per_switch=None, at_least=False):
        self.rows.append(line or {})
        self.counts.append(per_switch or {})
        self.limit.append(float(limit))
        self.least.append(at_least)


def _money(rng, shared, owner, cost):
    """A budget, and one for either category."""
    shared.add(cost.sum() * rng.uniform(0.05, 0.5), dict(enumerate(cost)))
    for category in range(2):
        line = {k: cost[k] for k in range(len(owner)) if owner[k] % 2 == category}
        shared.add(sum(line.values()) * rng.uniform(0.1, 0.6), line)


def _promotions(rng, shared, product, first):
    """Slots per week, promotions that there must be, and two that may not be together."""
    for week in sorted(set(first.tolist())):
        if rng.random() < 0.7:
            there = {int(s): 1.0 for s in np.flatnonzero(first == week)}
            shared.add(rng.integers(1, 3), per_switch=there)
    if rng.random() < 0.4:
        every = dict.fromkeys(range(len(product)), 1.0)
        shared.add(rng.integers(1, 4), per_switch=every, at_least=True)
    if rng.random() < 0.4 and len(product) > 1:
        shared.add(1, per_switch={0: 1.0, len(product) - 1: 1.0})


def _promises(rng, shared, cost, demand, value):
    """Items that must be sold, and a margin on what is spent."""
    if rng.random() < 0.6:
        wanted = demand.sum() * rng.uniform(0.02, 0.3)
        shared.add(wanted, dict(enumerate(demand)), at_least=True)
    if rng.random() < 0.5:
        floor = rng.uniform(0.5, 1.5)
        shared.add(rng.uniform(-5, 1), dict(enumerate(value - floor * cost)), at_least=True)


def uses(problem, case, weight):
    """What a plan uses: shared rows, items per product, promotions that count per switch."""
    rows = len(case.limit)
    on = np.bincount(problem.level_switch, weights=weight, minlength=len(problem.product)) > 0
    paid = (on & ~case.on).astype(float)
    shared = problem.rows.used(rows, weight) + problem.counts.used(rows, paid)
    items = np.bincount(problem.owner, weights=problem.demand * weight, minlength=problem.products)
    return shared, items, paid > 0


def keeps(problem, case, weight, slack=1e-6):
    """Whether a whole plan keeps every limit."""
    shared, items, paid = uses(problem, case, weight)
    by = np.where(problem.least, case.limit - shared, shared - case.limit)
    near = slack * np.maximum(1, np.abs(case.limit))
    per_group = np.bincount(problem.group, weights=weight, minlength=len(problem.switch))
    return bool(
        (by <= near).all()
        and (items <= case.room * (1 + slack) + slack).all()
        and (per_group <= 1 + slack).all()
        and (case.open | (weight < slack)).all()
        and apart(problem, case, paid)
    )


def apart(problem, case, paid):
    """Whether promotions are few enough and far enough from each other."""
    at = np.flatnonzero(paid)
    count = np.bincount(problem.product[at], minlength=problem.products)
    if (count > case.most).any():
        return False
    for a in at:
        for b in at:
            same = a < b and problem.product[a] == problem.product[b]
            gap = case.gap[problem.product[a]]
            if same and not (
                problem.first[a] > problem.last[b] + gap or problem.first[b] > problem.last[a] + gap
            ):
                return False
    return True


def every_plan(problem, case):
    """The value of the best of all whole plans, None when none keeps the limits."""
    groups = [[-1, *np.flatnonzero((problem.group == g) & case.open)]
              for g in range(len(problem.switch))]  # fmt: skip
    best = None
    for plan in combinations(*groups):
        chosen = [k for k in plan if k >= 0]
        value = float(problem.value[chosen].sum())
        if best is not None and value <= best:
            continue
        weight = np.zeros(len(problem))
        weight[chosen] = 1.0
        if keeps(problem, case, weight, 1e-9):
            best = value
    return best
