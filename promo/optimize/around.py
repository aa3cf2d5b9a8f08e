"""What each deal does to other products while a plan's promotions of all other lines run."""

from collections import defaultdict
from collections.abc import Hashable

import numpy as np

from promo.optimize.arrays import Floats, Ints
from promo.optimize.effects import fall
from promo.optimize.offer import Deals
from promo.optimize.periods import Periods
from promo.optimize.running import Running


def on_others(plan: Running, periods: Periods, deals: Deals) -> tuple[Floats, Floats]:
    """Taken from other products and given to them, shape (lines, periods, deals).

    What others sell beside the plan tells it for every line that is not in the plan. Of a line that
    is, its own effect is in there, and comes out first.
    """
    taken, given = plan.scene.effects.on_others(periods.total(plan.worth), deals)
    for lines in _alike(plan, deals):
        change = _on_rivals(plan, lines, periods, deals)
        taken[lines], given[lines] = np.maximum(change, 0.0), np.maximum(-change, 0.0)
    lines, usual, whole_taken, whole_given = _on_partners(plan, periods, deals)
    rest = taken[lines] - given[lines] - usual
    taken[lines] = np.maximum(rest, 0.0) + whole_taken
    given[lines] = np.maximum(-rest, 0.0) + whole_given
    return taken, given


def _alike(plan: Running, deals: Deals) -> list[Ints]:
    """Lines of the plan of one category and segment that run, and are offered, the same."""
    effects, own = plan.scene.effects, len(deals.discount) > 1
    runs = defaultdict(list)
    told = zip(plan.line.tolist(), plan.first.tolist(), plan.length.tolist(),
               plan.weight.tolist(), plan.deals.discount[:, 0].tolist(),
               plan.deals.mechanic[:, 0].tolist(), strict=True)  # fmt: skip
    for line, *run in told:
        runs[line].append(tuple(run))
    found: dict[Hashable, list[int]] = defaultdict(list)
    for line, its in runs.items():
        found[int(effects.group[line]), line if own else -1, tuple(sorted(its))].append(line)
    return [np.array(lines) for lines in found.values()]


def _on_rivals(plan: Running, lines: Ints, periods: Periods, deals: Deals) -> Floats:
    """What the rest of the category and segment of lines that run the same loses."""
    effects, line = plan.scene.effects, int(lines[0])
    members = effects.members[int(effects.group[line])]
    coefficient = effects.coefficient[members]
    worth = periods.total(plan.worth_without(line, members))
    at = line if len(deals.discount) > 1 else 0
    lost = fall(deals.reach[at], deals.log_price[at], coefficient[:, None])
    own = np.searchsorted(members, lines)
    return np.asarray(worth.T @ lost - worth[own][:, :, None] * lost[own][:, None, :])


def _on_partners(
    plan: Running, periods: Periods, deals: Deals
) -> tuple[Ints, Floats, Floats, Floats]:
    """Lines of the plan that have pairs: rivals' part of these, and what they lose and gain."""
    effects = plan.scene.effects
    at, of_join = plan.pairs
    pair, row = np.unique(of_join, return_inverse=True)
    own = effects.of[pair] if len(deals.discount) > 1 else np.zeros(len(pair), dtype=np.int64)
    start = np.flatnonzero(np.diff(effects.of[pair], prepend=-1))
    if not len(pair):
        return start, *np.zeros((3, 0, len(periods), deals.discount.shape[1]))

    def lost(coefficient: Floats) -> Floats:
        log = np.zeros((len(pair), plan.scene.weeks))
        np.add.at(log, row, plan.log_change(at, coefficient[of_join])[:, None] * plan.on[at])
        worth = periods.total(plan.worth[effects.on[pair]] * np.exp(-log))
        part = fall(deals.reach[own], deals.log_price[own], coefficient[pair][:, None])
        return np.asarray(worth[:, :, None] * part[:, None, :])

    usual, whole = lost(effects.usual), lost(effects.whole)
    parts = (usual, np.maximum(whole, 0.0), np.maximum(-whole, 0.0))
    sums = [np.add.reduceat(part, start, axis=0) for part in parts]
    return effects.of[pair[start]], sums[0], sums[1], sums[2]
