"""Use cases about how carefully is chosen: the stops of caution, and what each one costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist

import pandas as pd

from promo import optimize
from promo.domain import Gain
from promo.workflow.desks import Desk
from promo.workflow.requests import CORRECTION, PlanRequest

_NORMAL = NormalDist()
BAD_MEAN = _NORMAL.cdf(_NORMAL.pdf(_NORMAL.inv_cdf(optimize.BAD)) / optimize.BAD)
"""The probability point of a normal belief at which the mean of its worst fifth lies: choosing by
it is choosing by the conditional value at risk of every slope (Rockafellar and Uryasev 2000,
Journal of Risk 2(3), 21-41)."""

CAUTIONS: Mapping[str, float] = {
    "estimate": 0.5,
    "little": CORRECTION,
    "cautious": 0.75,
    "very": 0.9,
    "bad_fifth": BAD_MEAN,
}
"""The stops of caution by their code: the probability with which demand answers a discount at
least as strongly as the choice counts on."""


def gain_at(desk: Desk, request: PlanRequest) -> Gain:
    """What the plan promises and risks that would be run at the caution of a request.

    It is proven to `PROOF` or stopped after `SECONDS`. In a small shop a plan that may split a
    product promises a good deal more.

    Raises:
        Infeasible: the rules contradict each other; the facts name them.
        OutOfTime: nothing that keeps the rules was found in time.
    """
    return desk.model_for(request).outlined(request, SECONDS, exact=True, gap=PROOF).gain


def caution_path(
    gain: Callable[[PlanRequest], Gain],
    request: PlanRequest,
    stops: Mapping[str, float] = CAUTIONS,
) -> pd.DataFrame:
    """What each stop of caution would promise and risk under the same rules.

    Args:
        gain: `gain_at` some desk; asked once per stop, so that nothing need wait for all of them.
        request: the rules; its own caution does not matter.
        stops: cautions by their code.

    Returns:
        `gain`, `low` (10 % point) and `bad_fifth` (mean of the worst fifth of cases), money over
        no promotion, and `loses`, the chance to lose money; one row per stop, by its code.
    """
    gains = [gain(replace(request, caution=stop)) for stop in stops.values()]
    rows = [(one.estimate, one.low, one.bad_fifth, one.loses) for one in gains]
    columns = ["gain", "low", "bad_fifth", "loses"]
    return pd.DataFrame(rows, index=list(stops), columns=columns, dtype="float64")


PROOF, SECONDS = 1e-3, 3.0
"""Share of the uplift that each plan of a path may leave open, and how long it may take."""
NOTHING = 2 * PROOF
"""Share of the gain below which a difference between two plans is none."""


@dataclass(frozen=True)
class CautionPrice:
    """What a caution gives up of the expected gain, and what it brings in the bad fifth of cases.

    Both in money, against the plan that a little caution chooses; 0 where there is no difference
    to speak of.
    """

    gives_up: float
    brings: float


def price_of_caution(path: pd.DataFrame, stop: str) -> CautionPrice:
    """The price of one stop of a `caution_path`, against its stop `little`."""
    gain, bad = path["gain"].to_dict(), path["bad_fifth"].to_dict()
    differences = gain["little"] - gain[stop], bad[stop] - bad["little"]
    least = NOTHING * abs(gain["little"])
    return CautionPrice(*(apart if abs(apart) > least else 0.0 for apart in differences))
