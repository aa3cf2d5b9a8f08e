"""One product on its own, at given prices of everything that products share.

All loops here are kernels, see `compiling`. A *plan* of a product is one level, or none (-1), per
group: `pick`. At a price of stock its best calendar is a longest path over its switches in the
order of their last week, one layer per promotion. With a stock to keep, the linear plan mixes two
such plans, and the whole plan is found by labels that walk the same paths backwards.
"""

from typing import NamedTuple

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.compiling import inner, kernel

SEARCHES = 80
"""A product has finitely many corners, so the search for its price of stock ends; a fuse."""

TIGHT = 1 + 1e-12


class Parts(NamedTuple):
    """A problem as contiguous pieces: levels of groups of switches of products.

    Levels of group g are `group[g]:group[g + 1]`, and so on upwards. `order` holds a product's
    switches by their last week; before place i of them, `ahead[i]` end early enough. `row` and
    `row_weight` are what levels use, `toll` and `toll_weight` what switches use.
    """

    group: Ints
    switch: Ints
    product: Ints
    order: Ints
    ahead: Ints
    value: Floats
    demand: Floats
    row_start: Ints
    row: Ints
    row_weight: Floats
    toll_start: Ints
    toll: Ints
    toll_weight: Floats


class Now(NamedTuple):
    """The part of a case that a product sees, and the prices of the shared rows.

    `share` scales all values: 1, or 0 where only the rows are asked about.
    """

    room: Floats
    most: Ints
    gap: Ints
    open: Flags
    on: Flags
    price: Floats
    share: float


class Plans(NamedTuple):
    """Every product's plan: `part` of it as `high` says, the rest as `low` says.

    `over` is what it earns above the prices of rows, `stock` the price of its items.
    """

    high: Ints
    low: Ints
    part: Floats
    over: Floats
    stock: Floats


def copied(plans: Plans) -> Plans:
    """The same plans in arrays of their own."""
    return Plans(
        plans.high.copy(), plans.low.copy(), plans.part.copy(), plans.over.copy(),
        plans.stock.copy(),
    )  # fmt: skip


class Work(NamedTuple):
    """What is known of every product at the prices last asked about.

    `reduced` value per level and `charge` per switch are net of the prices of rows; the best level
    of each group earns `top` and is `pick`ed where its switch is; `gain` and `taken` follow the
    order of switches; `best[i, c]` is what the first i switches earn with c promotions, with one
    line more per product than it has switches.
    """

    reduced: Floats
    charge: Floats
    top: Floats
    pick: Ints
    gain: Floats
    taken: Flags
    best: Floats


@inner
def reduce(parts: Parts, now: Now, product: int, work: Work) -> None:
    """Take the prices of rows off the values of a product's levels and switches."""
    first, end = parts.product[product], parts.product[product + 1]
    for switch in range(first, end):
        charge = 0.0
        if not now.on[switch]:
            for entry in range(parts.toll_start[switch], parts.toll_start[switch + 1]):
                charge += now.price[parts.toll[entry]] * parts.toll_weight[entry]
        work.charge[switch] = charge
    for level in range(parts.group[parts.switch[first]], parts.group[parts.switch[end]]):
        if now.open[level]:
            worth = now.share * parts.value[level]
            for entry in range(parts.row_start[level], parts.row_start[level + 1]):
                worth -= now.price[parts.row[entry]] * parts.row_weight[entry]
            work.reduced[level] = worth
        else:
            work.reduced[level] = -np.inf


@inner
def fill(parts: Parts, switch: int, stock: float, work: Work) -> float:
    """The best levels of a switch at a price of stock, and what they earn above its charge."""
    gain, best, at, where = 0.0, -np.inf, -1, -1
    for group in range(parts.switch[switch], parts.switch[switch + 1]):
        top, pick = 0.0, -1
        for level in range(parts.group[group], parts.group[group + 1]):
            worth = work.reduced[level] - stock * parts.demand[level]
            if worth > best:
                best, at, where = worth, level, group
            if worth > top:
                top, pick = worth, level
        work.top[group], work.pick[group] = top, pick
        gain += top
    charge = work.charge[switch]
    if charge < 0 and best <= 0 and best > charge:
        work.pick[where] = at  # being on is paid for, so that even a loss is worth it
        return float(best - charge)
    return float(gain - charge) if gain > 0 else 0.0


@inner
def schedule(parts: Parts, product: int, most: int, work: Work) -> int:
    """Which switches a product is best promoted in, given each one's gain.

    Fills `best`, what the first i switches earn with at most c promotions, and `taken`; returns
    the layers used.
    """
    first, end = parts.product[product], parts.product[product + 1]
    layers: int = min(most, end - first)
    line = first + product
    for layer in range(layers + 1):
        work.best[line, layer] = 0.0
    for at in range(first, end):
        work.taken[at] = False
        work.best[at + product + 1, 0] = 0.0
        ahead, gain = line + parts.ahead[at], work.gain[at]
        for layer in range(1, layers + 1):
            with_it = work.best[ahead, layer - 1] + gain
            work.best[at + product + 1, layer] = max(work.best[at + product, layer], with_it)
    at, layer = end, layers
    while at > first and layer > 0:
        if work.best[at + product, layer] > work.best[at + product - 1, layer]:
            work.taken[at - 1] = True
            at, layer = first + parts.ahead[at - 1], layer - 1
        else:
            at -= 1
    return layers


@inner
def evaluate(parts: Parts, now: Now, product: int, stock: float, work: Work) -> tuple[float, float]:
    """The best plan of a product at a price of stock: what it earns above it, and its items."""
    first, end = parts.product[product], parts.product[product + 1]
    worth, used = 0.0, 0.0
    for at in range(first, end):
        switch = parts.order[at]
        gain = fill(parts, switch, stock, work)
        if now.on[switch]:
            worth += gain
            gain = -np.inf
        work.gain[at] = gain
    layers = schedule(parts, product, now.most[product], work)
    worth += work.best[end + product, layers]
    for at in range(first, end):
        switch = parts.order[at]
        keep = now.on[switch] or work.taken[at]
        for group in range(parts.switch[switch], parts.switch[switch + 1]):
            if not keep:
                work.pick[group] = -1
            elif work.pick[group] >= 0:
                used += parts.demand[work.pick[group]]
    return worth, used


@inner
def corner(parts: Parts, product: int, pick: Ints, work: Work) -> tuple[float, float]:
    """What a known plan earns above the prices of rows, and its items."""
    worth, used = 0.0, 0.0
    for switch in range(parts.product[product], parts.product[product + 1]):
        on = False
        for group in range(parts.switch[switch], parts.switch[switch + 1]):
            if pick[group] >= 0:
                on = True
                worth += work.reduced[pick[group]]
                used += parts.demand[pick[group]]
        if on:
            worth -= work.charge[switch]
    return worth, used


@inner
def keep(parts: Parts, product: int, work: Work, pick: Ints) -> None:
    """Write down the plan that was just evaluated."""
    first = parts.switch[parts.product[product]]
    end = parts.switch[parts.product[product + 1]]
    for group in range(first, end):
        pick[group] = work.pick[group]


@kernel
def search(parts: Parts, now: Now, product: int, work: Work, plans: Plans) -> None:
    """The price of stock at which a product just fits, by secants between two known plans.

    What a product earns as a function of the items it may use is concave; `high` uses too many,
    `low` fits. The chord between them is the next price; when no plan beats the chord, the chord
    is the answer. Every price tried proves a bound, and the best is kept.
    """
    room = now.room[product]
    high, high_used = corner(parts, product, plans.high, work)
    low, low_used = corner(parts, product, plans.low, work)
    for _ in range(SEARCHES):
        slope = max((high - low) / (high_used - low_used), 0.0)
        worth, used = evaluate(parts, now, product, slope, work)
        reach, mixed = worth + slope * room, low + slope * (room - low_used)
        if reach <= plans.over[product]:
            plans.over[product], plans.stock[product] = reach, slope
        if reach <= mixed + 1e-9 * max(abs(mixed), 1e-9):
            break
        if used > room * TIGHT:
            high, high_used = worth + slope * used, used
            keep(parts, product, work, plans.high)
        else:
            low, low_used = worth + slope * used, used
            keep(parts, product, work, plans.low)
    plans.part[product] = min(max((room - low_used) / (high_used - low_used), 0.0), 1.0)


@inner
def straddles(parts: Parts, now: Now, product: int, work: Work, plans: Plans) -> bool:
    """Whether a product's last two plans still lie on both sides of its room."""
    if plans.part[product] >= 1.0:
        return False
    high, high_used = corner(parts, product, plans.high, work)
    low, low_used = corner(parts, product, plans.low, work)
    return high_used > now.room[product] * TIGHT and low_used < high_used and high > low


@kernel
def propose(parts: Parts, now: Now, work: Work, plans: Plans) -> None:
    """Every product's best linear plan at the prices; `plans` begins as an earlier answer."""
    for product in range(len(now.room)):
        reduce(parts, now, product, work)
        if straddles(parts, now, product, work, plans):
            plans.over[product] = np.inf
            search(parts, now, product, work, plans)
            continue
        worth, used = evaluate(parts, now, product, 0.0, work)
        keep(parts, product, work, plans.high)
        keep(parts, product, work, plans.low)
        plans.part[product], plans.stock[product], plans.over[product] = 1.0, 0.0, worth
        if used > now.room[product] * TIGHT:
            first = parts.switch[parts.product[product]]
            plans.low[first : parts.switch[parts.product[product + 1]]] = -1
            search(parts, now, product, work, plans)


@kernel
def spread(parts: Parts, share: Floats, plans: Plans, weight: Floats) -> None:
    """Add every product's plan, `share` of it, to the weights of its levels."""
    for product in range(len(share)):
        if share[product] <= 0.0:
            continue
        part = share[product] * plans.part[product]
        first = parts.switch[parts.product[product]]
        for group in range(first, parts.switch[parts.product[product + 1]]):
            if plans.high[group] >= 0:
                weight[plans.high[group]] += part
            if plans.low[group] >= 0:
                weight[plans.low[group]] += share[product] - part


class Column(NamedTuple):
    """What every block of products earns and uses together; `block` is per product."""

    block: Ints
    value: Floats
    use: Floats


@inner
def take(parts: Parts, on: Flags, product: int, pick: Ints, share: float, column: Column) -> None:
    """Add `share` of a product's plan to its block."""
    block = column.block[product]
    for switch in range(parts.product[product], parts.product[product + 1]):
        promoted = False
        for group in range(parts.switch[switch], parts.switch[switch + 1]):
            level = pick[group]
            if level < 0:
                continue
            promoted = True
            column.value[block] += share * parts.value[level]
            for entry in range(parts.row_start[level], parts.row_start[level + 1]):
                column.use[block, parts.row[entry]] += share * parts.row_weight[entry]
        if promoted and not on[switch]:
            for entry in range(parts.toll_start[switch], parts.toll_start[switch + 1]):
                column.use[block, parts.toll[entry]] += share * parts.toll_weight[entry]


@kernel
def gather(parts: Parts, on: Flags, plans: Plans, column: Column) -> None:
    """What the plans of all products earn and use, block by block."""
    for product in range(len(column.block)):
        part = plans.part[product]
        take(parts, on, product, plans.high, part, column)
        if part < 1.0:
            take(parts, on, product, plans.low, 1.0 - part, column)


@kernel
def relax(parts: Parts, now: Now, which: Ints, work: Work, plans: Plans) -> None:
    """Evaluate products at their prices of stock, as the ground of a search for whole plans."""
    for product in which:
        reduce(parts, now, product, work)
        evaluate(parts, now, product, plans.stock[product], work)
