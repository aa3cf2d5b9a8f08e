"""The mixed regression: shared effects, and slopes per product tied to their category's."""

from dataclasses import dataclass, replace

import numpy as np

from promo.learn.effects import Flags, Floats, Ints, group_sum

WHITE = 1.0
"""Variance that whitening gives every row."""
PRIOR_SD = {
    "lift": 0.2, "pull_forward": 1.0, "cross": 1.0, "competitor": 1.0, "timing": 0.5, "behind": 0.5,
    "picked": 0.1, "chosen": 1.0,
}  # fmt: skip
"""Beyond these a common effect needs the data's word: an announcement adding half again the sales,
a rival's or last week's price mattering as much as a typical own price, promotions in weeks that
would have sold half more anyway if their shocks lasted for good, weeks picked for a tenth more
than a lot would have found (a small test corrects the lift of a shop and does not decide it),
slopes that are half made of what prices followed."""
NOT_NEGATIVE = ("lift", "pull_forward", "cross", "competitor")


@dataclass(frozen=True, eq=False)
class Left:
    """What the effects left of outcome, deal and shared regressors, and where the rows belong.

    Rows are already multiplied by the root of their weight, so that plain sums are weighted ones.

    Attributes:
        y: shape (n,), log items.
        x: shape (n,), log deal.
        z: shape (n, k), the regressors of `names`.
        product, cluster: shape (n,), 0-based.
        category_of: shape (products,), 0-based.
    """

    y: Floats
    x: Floats
    z: Floats
    names: tuple[str, ...]
    product: Ints
    category_of: Ints
    cluster: Ints


def sums(left: Left, values: Floats) -> Floats:
    """Sum of `values`, shape (n,), over each product's rows."""
    return group_sum(left.product, values, len(left.category_of))


def common_effects(left: Left, stiffness: Floats) -> tuple[dict[str, float], dict[str, float]]:
    """Shared coefficients and standard errors; those that cannot be negative are not.

    Args:
        left: the residualised rows.
        stiffness: shape (products,), noise variance over slope variance: how hard a product's
            slope is tied to its category's; infinite ties them together.
    """
    free, se = left, dict[str, float]()
    while True:
        theta, error = _mixed(free, stiffness)
        coef = dict(zip(free.names, theta.tolist(), strict=True))
        se = dict(zip(free.names, error.tolist(), strict=True)) | se
        wrong = {name: coef[name] / se[name] for name in NOT_NEGATIVE if coef.get(name, 0.0) < 0}
        if not wrong:
            return {name: coef.get(name, 0.0) for name in left.names}, se
        worst = free.names.index(min(wrong, key=wrong.__getitem__))
        se[free.names[worst]] = float(error[worst])
        free = replace(free, z=np.delete(free.z, worst, axis=1),
                       names=free.names[:worst] + free.names[worst + 1:])  # fmt: skip


def _mixed(left: Left, stiffness: Floats) -> tuple[Floats, Floats]:
    """Coefficients of `left.z` and their cluster-robust standard errors, slopes integrated out.

    Each product's slope is its category's plus a deviation of its own with penalty `stiffness`;
    both are eliminated from the normal equations in closed form.
    """
    categories = int(left.category_of.max()) + 1
    z = slice(1, left.z.shape[1] + 1)
    every = np.column_stack([left.x, left.z, left.y])
    by_product = np.column_stack([sums(left, left.x * column) for column in every.T])
    stiff, sxx = np.isinf(stiffness), by_product[:, 0]
    total = np.where(stiff, 1.0, sxx + stiffness)
    tied = np.where(stiff, 1.0, 1 - sxx / total)
    loose = np.where(stiff, 0.0, _ratio(1.0, total))
    gram = every.T @ every - by_product.T @ (by_product * loose[:, None])
    by_category = np.column_stack(
        [group_sum(left.category_of, tied * column, categories) for column in by_product.T]
    )
    lever = by_category[:, z] * _ratio(1.0, by_category[:, 0])[:, None]
    noise = _noise(left)
    ridge = np.array([noise / PRIOR_SD.get(name, np.inf) ** 2 for name in left.names])
    bread = np.linalg.inv(gram[z, z] - lever.T @ by_category[:, z] + np.diag(ridge))
    theta = bread @ (gram[z, -1] - lever.T @ by_category[:, -1])
    slope = _ratio(by_category[:, -1] - by_category[:, z] @ theta, by_category[:, 0])
    r = left.y - left.z @ theta - left.x * slope[left.category_of][left.product]
    r = r - left.x * (sums(left, left.x * r) * loose)[left.product]
    centred = left.z - left.x[:, None] * lever[left.category_of][left.product]
    score = [np.bincount(left.cluster, column * r) for column in centred.T]
    meat = np.array([[a @ b for a in score] for b in score]).reshape(bread.shape)
    return theta, np.asarray(np.sqrt(np.diag(bread @ meat @ bread)))


def _noise(left: Left) -> float:
    """Variance of the outcome that no regressor explains, roughly; it only scales weak priors."""
    x = np.column_stack([left.x, left.z])
    beta = np.linalg.lstsq(x, left.y, rcond=None)[0]
    return float(np.mean((left.y - x @ beta) ** 2))


def _ratio(above: Floats | float, below: Floats) -> Floats:
    above = np.broadcast_to(np.asarray(above, dtype=np.float64), below.shape)
    return np.divide(above, below, out=np.zeros(below.shape), where=below > 0)


def own_slopes(left: Left, common: dict[str, float], own: Flags) -> tuple[Floats, Floats]:
    """Each product's least-squares slope and its variance.

    A product's noise is half its own and half the median product's, which is 1 at least: of a
    product with few rows its levels leave nothing, and that is no precision. Times how much rows
    of a quarter err together (shared by all: one product cannot tell).
    """
    theta = np.array([common[name] for name in left.names])
    rest = left.y - left.z @ theta
    sxx = sums(left, left.x**2)
    slope = _ratio(sums(left, left.x * rest), sxx)
    residual = rest - left.x * slope[left.product]
    rows = sums(left, np.ones(len(rest)))
    noise = sums(left, residual**2) / np.maximum(rows - 2, 1)
    noise = (noise + max(float(np.median(noise[own])), WHITE)) / 2
    together = (np.bincount(left.cluster, left.x * residual) ** 2).sum()
    alone = (left.x**2 * residual**2).sum()
    clustered = float(together / alone) if alone > 0 else 1.0
    variance = noise * max(clustered, 1.0) * _ratio(1.0, sxx)
    return slope, variance
