"""Which method forecasts which kind of series, decided on weeks that were not seen."""

from collections.abc import Mapping

import numpy as np

from promo.learn import boosting, intermittent, methods
from promo.learn.baseline import fit_baseline
from promo.learn.boosting import Voice
from promo.learn.effects import Flags, Floats, Ints
from promo.learn.past import Past

METHODS: Mapping[str, Voice] = {
    "pooled": lambda past, horizon: fit_baseline(past).mean(horizon),
    "seasonal_naive": methods.seasonal_naive,
    "recent_mean": methods.recent_mean,
    "long_mean": methods.long_mean,
    "ses": methods.ses,
    "ses_season": methods.ses_season,
    "own_season": methods.own_season,
    "damped_trend": methods.damped_trend,
    "theta": methods.theta,
    "autoregression": methods.autoregression,
    "sba": intermittent.sba,
    "tsb": intermittent.tsb,
    "imapa": intermittent.imapa,
    "boosted": boosting.boosted,
}
COMBINED = ("usual", "median", "best_three")
"""Made of the methods before: mean of `THREE`, median of all, mean of the three best so far."""
USUAL, MEDIAN, BEST_THREE = COMBINED
THREE = ("pooled", "autoregression", "imapa")
"""A level that follows, one that returns to its mean, one that looks at longer blocks: they err
apart, and their mean is kept unless something else is clearly better."""
CLASSES = ("smooth", "erratic", "intermittent", "lumpy")
OFTEN, EVEN = 1.32, 0.49
"""Steps per sale, and squared variation of sale sizes, that divide the classes: Syntetos, Boylan
and Croston (2005), Journal of the Operational Research Society 56(5), 495-503."""
ENOUGH = 20
"""Products of a class from which it has a race of its own."""
FOLDS_FROM = 4
"""Folds from which a race decides anything."""
CLEARLY = 0.01
"""Share by which a method's score must be lower than the usual one's, beyond chance."""
SURELY = 1.5
"""Standard errors that chance is taken to be."""


def class_of(past: Past) -> Ints:
    """Class of each product's series, in the order of `CLASSES`; prices are taken out first."""
    sold = np.nan_to_num(past.values) > 0
    sales = sold.sum(axis=1)
    rarely = past.known > OFTEN * np.maximum(sales, 1)
    size = np.where(sold, np.nan_to_num(past.values), 0.0)
    mean = size.sum(axis=1) / np.maximum(sales, 1)
    variance = np.where(sold, (size - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(sales, 1)
    uneven = variance > EVEN * mean**2
    return np.where(rarely, 2, 0) + np.where(uneven, 1, 0)


def groups(classes: Ints) -> list[tuple[Flags, Flags]]:
    """Products that one method speaks for, and those whose races decide which.

    Each class with `ENOUGH` products decides for itself, all products together for the rest.
    """
    large = [k for k in range(len(CLASSES)) if (classes == k).sum() >= ENOUGH]
    found = [(np.asarray(classes == k), np.asarray(classes == k)) for k in large]
    rest = np.asarray(~np.isin(classes, large))
    return [*found, (rest, np.ones_like(rest))] if rest.any() else found


def contenders(cells: int, rarely: bool) -> tuple[str, ...]:
    """Methods that are worth their time.

    Args:
        cells: products times steps of history.
        rarely: whether some products sell rarely.
    """
    idle = set() if rarely else {"sba"}
    if cells < boosting.ROWS_FROM:
        idle.add("boosted")
    return tuple(name for name in METHODS if name not in idle)


def scores(error: Floats) -> Floats:
    """Mean absolute error and root mean square together; shape (folds, methods).

    The first is what a median minimises, the second what a mean does. Bias of a few weeks is not
    scored: it is one common shock and would let whoever is off in its direction win. Errors
    beyond the outermost thousandth count as that.

    Args:
        error: shape (folds, methods, products, horizon), in units of each product's own level.
    """
    folds, count = error.shape[:2]
    flat = error.reshape(folds, count, error.shape[2] * error.shape[3])
    known = np.isfinite(flat)
    if not known.any():
        return np.ones((folds, count))
    limit = float(np.quantile(np.abs(flat[known]), 0.999))
    size = np.maximum(known.sum(axis=2), 1)
    cut = np.where(known, np.minimum(np.abs(flat), limit), 0.0)
    return np.asarray(cut.sum(axis=2) / size + np.sqrt((cut**2).sum(axis=2) / size))


def choose(score: Floats, apart: float, allowed: Flags) -> tuple[int, Ints | None]:
    """The method to use, and the single methods from best to worst; None before any fold.

    The best of those clearly better than the usual one, or that. Clearly: over the folds its score
    is lower by more than `CLEARLY` and `SURELY` standard errors.

    Args:
        score: shape (folds, methods), the combined ones last.
        apart: how many folds that share no weeks theirs amount to.
        allowed: methods that may win.
    """
    usual = score.shape[1] - len(COMBINED)
    if len(score) == 0:
        return usual, None
    tiny = np.finfo(float).tiny
    against = np.log(np.maximum(score, tiny) / np.maximum(score[:, [usual]], tiny))
    mean = np.where(allowed, against.mean(axis=0), np.inf)
    order = np.argsort(mean[:usual], kind="stable")
    if len(score) < FOLDS_FROM:
        return usual, order
    doubt = against.std(axis=0, ddof=1) / np.sqrt(min(apart, len(score)))
    clear = mean + SURELY * doubt < -CLEARLY
    return (int(np.where(clear, mean, 0.0).argmin()) if clear.any() else usual), order


def parts(names: tuple[str, ...], best: int, order: Ints | None, allowed: Flags) -> tuple[str, ...]:
    """The single methods whose mean (or median) the method number `best` is.

    Args:
        names: the single methods; the combined ones follow them.
        best: number of a method.
        order: single methods from best to worst; `MEDIAN` stands in while that is unknown.
        allowed: methods that may speak.
    """
    if best < len(names):
        return (names[best],)
    which = COMBINED[best - len(names)]
    if which == USUAL:
        return THREE
    if which == BEST_THREE and order is not None:
        return tuple(names[k] for k in order[:3])
    return tuple(name for name, may in zip(names, allowed, strict=False) if may)


def together(stack: Floats, best: int, names: tuple[str, ...]) -> Floats:
    """What the parts of method number `best` say together; `stack` has them first."""
    middle = best == len(names) + COMBINED.index(MEDIAN)
    return np.asarray(np.median(stack, axis=0) if middle else stack.mean(axis=0))


def allowed(names: tuple[str, ...], rarely: bool) -> Flags:
    """Methods that may win; Croston's correction is meant for products that sell rarely."""
    return np.array([rarely or name != "sba" for name in (*names, *COMBINED)])
