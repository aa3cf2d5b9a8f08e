"""One gradient-boosted model over all products, learned from what followed past origins."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from promo.learn.effects import Floats, Ints
from promo.learn.methods import recent_mean
from promo.learn.past import Past
from promo.learn.ratios import row_mean

ROWS_FROM = 20_000
"""Cells of history from which a global model is tried: below, levels and seasons say as much."""
MOST_ROWS = 20_000
TREES, LEAVES = 60, 15
WINDOWS = (4, 8, 26)
Voice: TypeAlias = Callable[[Past, int], Floats]


def boosted(past: Past, horizon: int) -> Floats:
    """What a model learned from the past itself says of the steps after it."""
    return learn(past, horizon)(past, horizon)


def learn(past: Past, horizon: int) -> Voice:
    """Poisson boosting on recent levels, the step a year or cycle ago, season, category.

    Each example is a product at an earlier origin and one of the steps after it, in units of the
    product's own level then, so that large and small products teach each other.

    References:
        Makridakis, S., Spiliotis, E. and Assimakopoulos, V. (2022). M5 accuracy competition.
        International Journal of Forecasting 38(4), 1346-1364.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor  # seconds that most shops save

    lead = np.arange(1, horizon + 1)
    origins = np.arange(past.origin - horizon, max(WINDOWS) - 1, -max(horizon // 2, 1))
    origins = origins[: max(2 * MOST_ROWS // (len(past.values) * horizon), 4)]
    if len(origins) == 0:
        return recent_mean
    examples = [_features(past, int(origin), lead) for origin in origins]
    x, scale = (np.concatenate(parts) for parts in zip(*examples, strict=True))
    y = np.concatenate([past.values[:, origin : origin + horizon].ravel() for origin in origins])
    use = np.flatnonzero(np.isfinite(y) & (scale > 0))
    if len(use) > MOST_ROWS:
        use = np.sort(np.random.default_rng(0).choice(use, MOST_ROWS, replace=False))
    model = HistGradientBoostingRegressor(
        loss="poisson", max_iter=TREES, learning_rate=0.06, max_leaf_nodes=LEAVES,
        min_samples_leaf=50, l2_regularization=1.0, early_stopping=False, random_state=0,
    )  # fmt: skip
    model.fit(x[use], y[use] / scale[use])

    def say(now: Past, steps: int) -> Floats:
        rows, level = _features(now, now.origin, np.arange(1, steps + 1))
        return np.asarray((model.predict(rows) * level).reshape(-1, steps))

    return say


def _features(past: Past, origin: int, lead: Ints) -> tuple[Floats, Floats]:
    """One row per product and step after `origin`, from what was known then; and its level."""
    known, n, k = past.values[:, :origin], len(past.values), len(lead)
    means = [row_mean(known[:, -size:]) for size in WINDOWS]
    level = np.where(means[-1] > 0, means[-1], row_mean(known))
    safe = np.maximum(level, 1e-9)
    zeros = row_mean((known[:, -max(WINDOWS) :] == 0).astype(np.float64))
    by_product = np.column_stack([*[mean / safe for mean in means], np.log(safe), zeros,
                                  past.category_of])  # fmt: skip
    season = past.season.log(origin + lead - 1)
    back = origin + lead - 1 - past.calendar.again
    year = np.where(back >= 0, past.values[:, np.maximum(back, 0)], np.nan) / safe[:, None]
    cycle = past.calendar.cycle
    same = np.stack([row_mean(known[:, (origin + int(ahead) - 1) % cycle :: cycle][:, -8:])
                     for ahead in lead], axis=1) / safe[:, None]  # fmt: skip
    x = np.column_stack([
        np.repeat(by_product, k, axis=0), np.tile(lead, n), season.ravel(),
        np.nan_to_num(year, nan=-1.0).ravel(), same.ravel(),
        np.tile((origin + lead - 1) % cycle, n),
    ])  # fmt: skip
    return x, np.repeat(level, k)
