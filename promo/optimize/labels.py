"""The best whole plan of a product over its calendar, levels and stock, by labels.

A label is a part of a plan: what it earns and the items it takes. Labels walk the calendar from
its last week to the first; at every place only those stay that no other beats in both, and that
can still beat the best plan known, by the bound that the price of stock proves. All loops here are
kernels, see `compiling`; they begin with what `kernels.relax` wrote down at that price.

References:
    Desrosiers, J. and Luebbecke, M. E. (2005). A primer in column generation. In: Column
    Generation, Springer, 1-32.
"""

from typing import NamedTuple

import numpy as np

from promo.optimize.arrays import Floats, Ints
from promo.optimize.compiling import kernel
from promo.optimize.kernels import Now, Parts, Plans, Work, corner

LABELS = 40_000
"""Labels one product may need; beyond, it keeps its linear bound and the best plan found."""

NEXT, FREE, BEST, FULL = range(4)
"""Places of `Pool.at`: the next label, the free end of `listed`, the best label, no more room."""

ROOM, REACH, STOCK, WORTH = range(4)
"""Places of `Pool.goal`: room for items, the same with all that levels may save of them, the price
of items, what the best plan earns."""

EXACT = 1e-9
"""Share of a plan's worth below which a better one is not looked for."""


class Pool(NamedTuple):
    """Labels of one product, and lists of them sorted by items."""

    worth: Floats
    used: Floats
    parent: Ints
    level: Ints
    group: Ints
    listed: Ints
    begin: Ints
    end: Ints
    at: Ints
    goal: Floats


def pool(nodes: int) -> Pool:
    """Room for the labels of a product with that many places in its calendar."""
    numbers, indices = np.zeros((2, LABELS)), np.zeros((3, LABELS), dtype=np.int64)
    places = np.zeros((2, nodes), dtype=np.int64)
    lists = np.zeros(20 * LABELS, dtype=np.int64)
    return Pool(
        numbers[0], numbers[1], indices[0], indices[1], indices[2], lists, places[0], places[1],
        np.zeros(4, dtype=np.int64), np.zeros(4),
    )  # fmt: skip


@kernel
def extend(
    pool: Pool, listed: tuple[int, int], level: tuple[int, int], step: tuple[float, float],
    hope: float,
) -> tuple[int, int]:  # fmt: skip
    """Every label of a list with one level more, where it may come to fit and still has hope."""
    worth, used = step
    begin = pool.at[FREE]
    stock, room = pool.goal[STOCK], pool.goal[ROOM]
    for place in range(listed[0], listed[1]):
        label, fresh = pool.listed[place], pool.at[NEXT]
        items, earned = pool.used[label] + used, pool.worth[label] + worth
        if items > pool.goal[REACH] or pool.at[FULL] == 1:
            break
        best = pool.goal[WORTH]
        if earned + stock * (room - items) + hope <= best + EXACT * abs(best):
            continue
        if fresh >= LABELS or pool.at[FREE] >= len(pool.listed):
            pool.at[FULL] = 1
            break
        pool.worth[fresh], pool.used[fresh], pool.parent[fresh] = earned, items, label
        pool.group[fresh], pool.level[fresh] = level
        pool.listed[pool.at[FREE]] = fresh
        pool.at[FREE] += 1
        pool.at[NEXT] += 1
        if earned > best and items <= room:
            pool.goal[WORTH], pool.at[BEST] = earned, fresh
    return begin, pool.at[FREE]


@kernel
def merge(pool: Pool, one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    """Two lists as one, without labels that another beats in worth and items."""
    if one[0] == one[1]:
        return two
    if two[0] == two[1]:
        return one
    begin, most = pool.at[FREE], -np.inf
    if begin + one[1] - one[0] + two[1] - two[0] > len(pool.listed):
        pool.at[FULL] = 1
        return one
    first, second = one[0], two[0]
    while first < one[1] or second < two[1]:
        if second >= two[1]:
            ahead = True
        elif first >= one[1]:
            ahead = False
        else:
            ahead = pool.used[pool.listed[first]] <= pool.used[pool.listed[second]]
        label = pool.listed[first] if ahead else pool.listed[second]
        first, second = first + ahead, second + (not ahead)
        if pool.worth[label] > most:
            most = pool.worth[label]
            pool.listed[pool.at[FREE]] = label
            pool.at[FREE] += 1
    return begin, pool.at[FREE]


@kernel
def promote(
    parts: Parts, switch: int, base: tuple[int, int], hope: float, work: Work, pool: Pool
) -> tuple[int, int]:
    """Labels of a list with the switch on: at least one level of its groups more.

    `hope` is the most that everything after this switch can earn.
    """
    found, charge = (base[0], base[0]), work.charge[switch]
    for group in range(parts.switch[switch], parts.switch[switch + 1]):
        hope += work.top[group]
    for group in range(parts.switch[switch], parts.switch[switch + 1]):
        hope -= work.top[group]
        more = found
        for level in range(parts.group[group], parts.group[group + 1]):
            worth, items = work.reduced[level], parts.demand[level]
            if worth == -np.inf:
                continue
            started = extend(pool, base, (group, level), (worth - charge, items), hope)
            more = merge(pool, more, started)
            more = merge(pool, more, extend(pool, found, (group, level), (worth, items), hope))
        found = more
    return found


@kernel
def outside(parts: Parts, now: Now, product: int, work: Work, pool: Pool) -> tuple[int, int]:
    """Labels over the switches that are on already: free to use, in any number."""
    first, end = parts.product[product], parts.product[product + 1]
    hope = work.best[end + product, min(now.most[product], end - first)]
    for switch in range(first, end):
        if now.on[switch]:
            for group in range(parts.switch[switch], parts.switch[switch + 1]):
                hope += work.top[group]
    pool.begin[0], pool.end[0] = 0, 1
    found = (pool.begin[0], pool.end[0])
    for switch in range(first, end):
        if now.on[switch]:
            for group in range(parts.switch[switch], parts.switch[switch + 1]):
                hope -= work.top[group]
            found = merge(pool, found, promote(parts, switch, found, hope, work, pool))
    return found


@kernel
def walk(parts: Parts, now: Now, product: int, work: Work, pool: Pool) -> None:
    """Carry labels through the calendar from its end to its beginning."""
    first, end = parts.product[product], parts.product[product + 1]
    layers, line = min(now.most[product], end - first), first + product
    width = layers + 1
    pool.begin[: (end - first + 1) * width] = 0
    pool.end[: (end - first + 1) * width] = 0
    start = outside(parts, now, product, work, pool)
    pool.begin[(end - first) * width + layers], pool.end[(end - first) * width + layers] = start
    for place in range(end - first, 0, -1):
        switch, ahead = parts.order[first + place - 1], parts.ahead[first + place - 1]
        for layer in range(layers, 0, -1):
            here, down = place * width + layer, (place - 1) * width + layer
            base = (pool.begin[here], pool.end[here])
            if base[0] == base[1]:
                continue
            on_it = merge(pool, (pool.begin[down], pool.end[down]), base)
            pool.begin[down], pool.end[down] = on_it
            if now.on[switch]:
                continue
            found = promote(parts, switch, base, work.best[line + ahead, layer - 1], work, pool)
            down = ahead * width + layer - 1
            found = merge(pool, (pool.begin[down], pool.end[down]), found)
            pool.begin[down], pool.end[down] = found


@kernel
def savings(parts: Parts, product: int, work: Work) -> float:
    """Items by which levels can lower what is asked for, at most: dips may outweigh promotions."""
    found = 0.0
    first, end = parts.product[product], parts.product[product + 1]
    for group in range(parts.switch[first], parts.switch[end]):
        least = 0.0
        for level in range(parts.group[group], parts.group[group + 1]):
            if work.reduced[level] > -np.inf:
                least = min(least, parts.demand[level])
        found -= least
    return found


@kernel
def clear(parts: Parts, product: int, pick: Ints) -> None:
    """Nothing promoted."""
    for switch in range(parts.product[product], parts.product[product + 1]):
        for group in range(parts.switch[switch], parts.switch[switch + 1]):
            pick[group] = -1


@kernel
def settle(
    parts: Parts, now: Now, which: Ints, work: Work, plans: Plans, pool: Pool
) -> None:  # fmt: skip
    """Make plans whole: each product's best that fits, in `high` and `low`, and its worth."""
    for product in which:
        pool.at[NEXT], pool.at[FREE], pool.at[BEST], pool.at[FULL] = 1, 1, -1, 0
        pool.worth[0], pool.used[0], pool.parent[0], pool.listed[0] = 0.0, 0.0, -1, 0
        pool.goal[ROOM] = now.room[product] * (1 + 1e-12)
        pool.goal[REACH] = pool.goal[ROOM] + savings(parts, product, work)
        pool.goal[STOCK] = plans.stock[product]
        pool.goal[WORTH] = corner(parts, product, plans.low, work)[0]
        if pool.goal[WORTH] < 0:
            pool.goal[WORTH], pool.at[BEST] = 0.0, 0
        walk(parts, now, product, work, pool)
        label, best = pool.at[BEST], pool.goal[WORTH]
        if label >= 0:
            clear(parts, product, plans.low)
        while label > 0:
            plans.low[pool.group[label]] = pool.level[label]
            label = pool.parent[label]
        if pool.at[FULL] == 0:
            plans.over[product] = min(plans.over[product], best + EXACT * abs(best))
        first = parts.switch[parts.product[product]]
        for group in range(first, parts.switch[parts.product[product + 1]]):
            plans.high[group] = plans.low[group]
        plans.part[product] = 1.0
