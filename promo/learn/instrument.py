"""Unit cost as an instrument: price moves that demand did not cause tell how demand answers."""

from dataclasses import dataclass

import numpy as np

from promo.domain import Timing
from promo.learn.effects import Flags, Floats, Ints, least_squares


@dataclass(frozen=True, eq=False)
class FirstStage:
    """What unit costs say of prices.

    Attributes:
        strength: F statistic of the costs, robust to errors within clusters; 0 without costs.
        coef: shape (1 + k,), of the log cost and the other regressors; empty where costs are too
            weak a cause to build on.
    """

    strength: float
    coef: Floats

    def chosen(self, deal: Floats, cost: Floats, others: Floats) -> Floats:
        """The part of the log deal that costs do not explain; 0 in rows whose cost is NaN."""
        if not len(self.coef):
            return np.zeros(len(deal))
        explained = np.column_stack([np.nan_to_num(cost), others]) @ self.coef
        return np.where(np.isnan(cost), 0.0, deal - explained)


def first_stage(
    deal: Floats, cost: Floats, others: Floats, known: Flags, cluster: Ints
) -> FirstStage:
    """Regress the log deal on the log unit cost, time and season taken out of all.

    A price follows demand where a manager reads demand; it follows cost whatever demand does. With
    the part of the deal that costs do not explain as a regressor of its own, the slope rests on
    the part that they do (a control function; with one slope it is two-stage least squares).

    Args:
        deal: shape (n,), residualised.
        cost: shape (n,), residualised.
        others: shape (n, k), the other regressors, residualised.
        known: shape (n,), rows whose cost is known.
        cluster: shape (n,), rows that err together.

    References:
        Wooldridge, J. M. (2015). Control function methods in applied econometrics. Journal of
        Human Resources 50(2), 420-445.
        Staiger, D. and Stock, J. H. (1997). Instrumental variables regression with weak
        instruments. Econometrica 65(3), 557-586 (F of 10).
    """
    none = FirstStage(0.0, np.zeros(0))
    if known.sum() <= others.shape[1] + 2:
        return none
    _, clusters = np.unique(cluster[known], return_inverse=True)
    fit = least_squares(deal[known], np.column_stack([cost, others])[known], clusters)
    if not fit.se[0] > 0:
        return none
    strength = float((fit.coef[0] / fit.se[0]) ** 2)
    usable = Timing(strength=strength).by_cost
    return FirstStage(strength, np.nan_to_num(fit.coef) if usable else none.coef)
