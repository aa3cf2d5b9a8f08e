"""MinT: independent forecasts of products, groups and total made to add up with least variance.

Wickramasuriya, S. L., Athanasopoulos, G. and Hyndman, R. J. (2019). Optimal forecast reconciliation
for hierarchical and grouped time series through trace minimization. JASA 114(526), 804-819.
"""

import numpy as np

from promo.learn.effects import Floats


def reconciled(products: Floats, groups: Floats, member: Floats, error2: Floats) -> Floats:
    """Products' forecasts after reconciliation with those of their groups.

    Args:
        products: shape (products, horizon).
        groups: shape (groups, horizon), forecast on their own.
        member: shape (groups, products), 1 for who belongs to a group.
        error2: shape (products + groups,), mean squared errors of the back-test.
    """
    whole = np.vstack([np.eye(len(products)), member])
    weight = 1 / np.maximum(error2, 1e-9)
    gram = whole.T @ (whole * weight[:, None])
    return np.asarray(
        np.linalg.solve(gram, whole.T @ (weight[:, None] * np.vstack([products, groups])))
    )
