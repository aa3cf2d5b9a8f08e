"""A whole plan and what it uses of everything, changed one step at a time within all limits.

All loops here are kernels, see `compiling`. A step sets one group of a switch to another level or
to none (-1), or a whole switch to none (group -1). It is kept only when no limit is missed by more
than before.
"""

from typing import NamedTuple

from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.compiling import kernel
from promo.optimize.kernels import Now, Parts

TIGHT = 1 + 1e-12


class Places(NamedTuple):
    """Product and weeks of every switch."""

    product: Ints
    first: Ints
    last: Ints


class Ledger(NamedTuple):
    """The plan and its use of everything.

    `choice` per group; `use` per shared row, `was` before the step under way; `used` items per
    product; `live` groups promoted per switch; `limit`, `sense` (1 is at most, -1 at least) and
    `slack` per row; `moved` marks groups changed in this pass, `old` is what
    groups were before the step.
    """

    choice: Ints
    use: Floats
    was: Floats
    used: Floats
    live: Ints
    limit: Floats
    sense: Floats
    slack: Floats
    moved: Flags
    old: Ints


class Steps(NamedTuple):
    """Steps in the order in which they are tried."""

    switch: Ints
    group: Ints
    level: Ints


@kernel
def note(parts: Parts, level: int, ledger: Ledger) -> None:
    """Remember what the rows of a level are used before a step."""
    if level >= 0:
        for entry in range(parts.row_start[level], parts.row_start[level + 1]):
            ledger.was[parts.row[entry]] = ledger.use[parts.row[entry]]


@kernel
def add(parts: Parts, product: int, level: int, sign: float, ledger: Ledger) -> None:
    """Use what a level uses, or give it back."""
    if level >= 0:
        for entry in range(parts.row_start[level], parts.row_start[level + 1]):
            ledger.use[parts.row[entry]] += sign * parts.row_weight[entry]
        ledger.used[product] += sign * parts.demand[level]


@kernel
def toggle(parts: Parts, switch: int, sign: float, ledger: Ledger) -> None:
    """Use what a switch uses when it goes on, or give it back."""
    for entry in range(parts.toll_start[switch], parts.toll_start[switch + 1]):
        ledger.use[parts.toll[entry]] += sign * parts.toll_weight[entry]


@kernel
def assign(
    parts: Parts, now: Now, product: int, switch: int, choice: tuple[int, int], ledger: Ledger
) -> None:
    """Set a group to a level, whatever the limits say."""
    group, level = choice
    before, old = ledger.live[switch], ledger.choice[group]
    add(parts, product, old, -1.0, ledger)
    add(parts, product, level, 1.0, ledger)
    ledger.choice[group] = level
    ledger.live[switch] += int(level >= 0) - int(old >= 0)
    if not now.on[switch] and (before > 0) != (ledger.live[switch] > 0):
        toggle(parts, switch, 1.0 if before == 0 else -1.0, ledger)


@kernel
def crowded(parts: Parts, now: Now, places: Places, switch: int, ledger: Ledger) -> bool:
    """Whether a switch that would go on is one too many, or too near another one."""
    product = places.product[switch]
    count, gap = 1, now.gap[product]
    for other in range(parts.product[product], parts.product[product + 1]):
        if other == switch or ledger.live[other] == 0 or now.on[other]:
            continue
        count += 1
        apart = places.first[switch] > places.last[other] + gap
        if not apart and places.first[other] <= places.last[switch] + gap:
            return True
    return bool(count > now.most[product])


@kernel
def worse(ledger: Ledger, row: int) -> int:
    """1 when a row is missed by more than before the step, -1 when by less, else 0."""
    sense, limit, slack = ledger.sense[row], ledger.limit[row], ledger.slack[row]
    after = max(sense * (ledger.use[row] - limit), slack)
    before = max(sense * (ledger.was[row] - limit), slack)
    if after > before:
        return 1
    return -1 if after < before else 0


@kernel
def judge(parts: Parts, level: int, ledger: Ledger) -> int:
    """2 when a step misses a row of this level by more, 1 when it mends one, else 0."""
    mends = 0
    if level >= 0:
        for entry in range(parts.row_start[level], parts.row_start[level + 1]):
            change = worse(ledger, parts.row[entry])
            if change > 0:
                return 2
            mends = max(mends, -change)
    return mends


@kernel
def verdict(parts: Parts, switch: int, groups: tuple[int, int], level: int, ledger: Ledger) -> int:
    """`judge` over every row that a step touches."""
    found = judge(parts, level, ledger)
    for entry in range(parts.toll_start[switch], parts.toll_start[switch + 1]):
        change = worse(ledger, parts.toll[entry])
        found = 2 if change > 0 else max(found, -change)
    for group in range(groups[0], groups[1]):
        found = max(found, judge(parts, ledger.old[group], ledger))
    return found


@kernel
def remember(
    parts: Parts, switch: int, groups: tuple[int, int], level: int, ledger: Ledger
) -> None:  # fmt: skip
    """Note the choices of the groups of a step and the use of all rows it can touch."""
    for entry in range(parts.toll_start[switch], parts.toll_start[switch + 1]):
        ledger.was[parts.toll[entry]] = ledger.use[parts.toll[entry]]
    note(parts, level, ledger)
    for group in range(groups[0], groups[1]):
        ledger.old[group] = ledger.choice[group]
        note(parts, ledger.choice[group], ledger)


@kernel
def forget(parts: Parts, switch: int, groups: tuple[int, int], level: int, ledger: Ledger) -> None:
    """Rows as they were noted, to the last digit."""
    for entry in range(parts.toll_start[switch], parts.toll_start[switch + 1]):
        ledger.use[parts.toll[entry]] = ledger.was[parts.toll[entry]]
    for group in range(groups[0] - 1, groups[1]):
        touched = level if group < groups[0] else ledger.old[group]
        if touched >= 0:
            for entry in range(parts.row_start[touched], parts.row_start[touched + 1]):
                ledger.use[parts.row[entry]] = ledger.was[parts.row[entry]]


@kernel
def attempt(
    parts: Parts, now: Now, places: Places, step: tuple[int, int, int], ledger: Ledger, mend: bool
) -> bool:
    """Make a step if it misses no limit by more than before and, to `mend`, one by less."""
    switch, group, level = step
    groups = (group, group + 1)
    if group < 0:
        groups = (parts.switch[switch], parts.switch[switch + 1])
    product, before = places.product[switch], ledger.live[switch]
    used = ledger.used[product]
    remember(parts, switch, groups, level, ledger)
    for at in range(groups[0], groups[1]):
        assign(parts, now, product, switch, (at, level), ledger)
    after = max(now.room[product] * TIGHT, used)
    fits = ledger.used[product] <= after
    if fits and before == 0 and ledger.live[switch] > 0 and not now.on[switch]:
        fits = not crowded(parts, now, places, switch, ledger)
    found = verdict(parts, switch, groups, level, ledger) if fits else 2
    if found == 1 or (found == 0 and not mend):
        return True
    for at in range(groups[0], groups[1]):
        assign(parts, now, product, switch, (at, ledger.old[at]), ledger)
    forget(parts, switch, groups, level, ledger)
    ledger.used[product] = used
    return False


@kernel
def apply(
    parts: Parts, now: Now, places: Places, steps: Steps, ledger: Ledger, mend: bool
) -> int:  # fmt: skip
    """Try steps in order, at most one per group; returns how many were made."""
    made = 0
    ledger.moved[:] = False
    for at in range(len(steps.switch)):
        switch, group, level = steps.switch[at], steps.group[at], steps.level[at]
        first, end = group, group + 1
        if group < 0:
            first, end = parts.switch[switch], parts.switch[switch + 1]
        if ledger.moved[first:end].any():
            continue
        if attempt(parts, now, places, (switch, group, level), ledger, mend):
            ledger.moved[first:end] = True
            made += 1
    return made


@kernel
def enter(parts: Parts, now: Now, places: Places, plan: Ints, ledger: Ledger) -> None:
    """Write a plan into an empty ledger, whatever the limits say."""
    for switch in range(len(places.product)):
        for group in range(parts.switch[switch], parts.switch[switch + 1]):
            if plan[group] >= 0:
                assign(parts, now, places.product[switch], switch, (group, plan[group]), ledger)
