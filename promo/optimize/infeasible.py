"""Which rules contradict each other when no plan keeps them all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from promo.optimize.arrays import Table, levels
from promo.optimize.case import Case, Ceiling, InForce
from promo.optimize.decompose import Decomposed
from promo.optimize.rules import Limits

SECONDS = 1.0
"""For one question of the diagnosis."""

TOLERANCE = 1e-9
"""Share of the whole profit by which a margin may be missed and still count as kept."""


def conflicting(table: Table, limits: Limits, stock: Mapping[str, float]) -> tuple[str, ...]:
    """The codes of a smallest set of rules that no plan keeps together.

    Promoting nothing keeps every rule but a margin floor, so a floor is part of every conflict.
    It is made elastic: the most margin is sought that the other rules allow. One of them after
    the other is left out, and stays out when even then the floor is proven to be out of reach.
    The structure - one discount per product and segment - is never questioned.
    """
    kept = [rule.code for rule in limits.rules(stock)]
    rooms: dict[float, _Room] = {}
    for code in tuple(kept):
        rest = [other for other in kept if other != code]
        shallowest = (limits.min_discount or 0.0) if "min_discount" in rest else 0.0
        if shallowest not in rooms:
            rooms[shallowest] = _room(table, limits, stock, shallowest)
        if "margin_floor" in rest and rooms[shallowest].short(rest):
            kept = rest
    return tuple(kept)


@dataclass(frozen=True, eq=False)
class _Room:
    """One smallest discount: what the limits say, what none of them says, and who is asked."""

    case: Case
    free: Case
    parts: Decomposed | None

    def short(self, codes: list[str]) -> bool:
        """Whether it is proven that no plan under these rules reaches the margin floor."""
        case, free = self.case, self.free
        asked = replace(
            case,
            budget=case.budget if "budget" in codes else free.budget,
            by_category=case.by_category if "category_budget" in codes else free.by_category,
            room=case.room if "stock" in codes else free.room,
            slots=case.slots if "most_promoted" in codes else free.slots,
            open=case.open if "max_discount" in codes else free.open,
            in_force=InForce("category_budget" in codes, "most_promoted" in codes, False),
        )
        bound = self.parts.solve(asked, SECONDS).bound if self.parts is not None else 0.0
        return case.spare + bound < -TOLERANCE * (abs(case.spare) + abs(bound))


def _room(table: Table, limits: Limits, stock: Mapping[str, float], shallowest: float) -> _Room:
    """The levels of a smallest discount, each worth what it adds to the margin beyond the floor."""
    found = levels(table, table.beyond["profit"], shallowest)
    floor = limits.margin_floor or 0.0
    spare = found.profit - floor * found.revenue
    found = replace(found, value=spare, nudge=np.zeros(len(found)))
    ceiling = Ceiling(table, found, stock, "profit")
    free = Ceiling(table, found, {}, "profit").case(Limits())
    return _Room(ceiling.case(limits), free, Decomposed(table, found) if len(found) else None)
