"""What a plan is for: a measure, or several with weights, as a worth of every option."""

from collections.abc import Mapping

import numpy as np

from promo.errors import BadRequest
from promo.optimize.arrays import MEASURES, Floats, Measure, Table

Objective = Measure | Mapping[Measure, float]


def worth(table: Table, objective: Objective) -> Floats:
    """What each option row adds to the objective, beyond no promotion.

    Raises:
        BadRequest: a measure is unknown.
    """
    parts = [weight * table.beyond[name] for name, weight in weighted(objective).items()]
    return np.sum(parts, axis=0) if parts else np.zeros(len(table.line))


def idle(table: Table, objective: Objective) -> Floats:
    """The objective per product without any promotion.

    Raises:
        BadRequest: a measure is unknown.
    """
    parts = [weight * table.base(name) for name, weight in weighted(objective).items()]
    return np.asarray(np.sum(parts, axis=0))


def weighted(objective: Objective) -> Mapping[Measure, float]:
    """What each measure counts in an objective that is made large; cost counts against it.

    Raises:
        BadRequest: a measure is unknown.
    """
    given = {objective: 1.0} if isinstance(objective, str) else objective
    for name in given:
        if name not in MEASURES:
            raise BadRequest(field="objective", value=name, known=list(MEASURES))
    return {name: -weight if name == "cost" else weight for name, weight in given.items()}
