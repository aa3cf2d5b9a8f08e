"""Forecasts of categories and the whole shop: sums of the products', with intervals of their own.

The ends of products' intervals are never added up: products err together, in part. What their sums
missed on held-out steps says how far a sum may be off.
"""

from collections.abc import Mapping

import numpy as np

from promo.learn.backtest import Trial, Verdict
from promo.learn.effects import Floats
from promo.learn.intervals import LEVELS, TEXTBOOK, Points
from promo.learn.ratios import ratio


def group_outlook(trial: Trial, verdict: Verdict, member: Floats) -> tuple[Floats, Points]:
    """Mean and interval ends of groups of products.

    Args:
        trial: the back-test.
        verdict: what is expected of each product.
        member: shape (groups, products), 1 for who belongs to a group, else 0.

    Returns:
        The means and the four ends, each of shape (groups, horizon).
    """
    mean = member @ verdict.mean
    miss = misses(trial, member)
    spread = spread_of(miss, _together(verdict, member))
    points = quantiles(miss, spread)
    ends = {name: np.maximum(mean * (1 + at * spread[:, None]), 0.0) for name, at in points.items()}
    return mean, {
        name: (np.minimum if name.startswith("low") else np.maximum)(end, mean)
        for name, end in ends.items()
    }


def misses(trial: Trial, member: Floats) -> Floats:
    """Sold over expected, minus one, of groups' sums; shape (folds, groups, horizon)."""
    known = np.isfinite(trial.actual) & np.isfinite(trial.cells.mean)
    sold = member @ np.where(known, trial.actual, 0.0)
    said = member @ np.where(known, trial.cells.mean, 0.0)
    return ratio(sold, said, np.nan) - 1


def spread_of(miss: Floats, unknown: Floats) -> Floats:
    """Typical relative miss per group, half its own and half the middle of all groups'.

    Args:
        miss: shape (folds, groups, horizon).
        unknown: shape (groups,), what stands in where nothing was tried.
    """
    known = np.isfinite(miss)
    square = np.where(known, miss, 0.0) ** 2
    own = np.sqrt(ratio(square.sum(axis=(0, 2)), known.sum(axis=(0, 2)).astype(np.float64), np.nan))
    if not np.isfinite(own).any():
        return unknown
    middle = float(np.nanmedian(own))
    return np.asarray((np.where(np.isfinite(own), own, middle) + middle) / 2)


def quantiles(miss: Floats, spread: Floats) -> Mapping[str, float]:
    """Points of the misses of all groups, each in its own spread; textbook ones mixed in.

    The spread was learned from the same misses, and those of one fold are one piece of luck: with
    as many degrees of freedom as folds, Student's points are that much wider than a bell curve's.
    """
    from scipy.special import ndtri, stdtrit

    scores = (miss / np.maximum(spread, 1e-9)[:, None]).ravel()
    mixed = np.concatenate([
        scores[np.isfinite(scores)], ndtri((np.arange(TEXTBOOK) + 0.5) / TEXTBOOK)
    ])  # fmt: skip
    found, folds = {}, max(len(miss), 2)
    for name, level in LEVELS.items():
        low, high = (1 - level) / 2, (1 + level) / 2
        wider = float(stdtrit(folds, high) / ndtri(high))
        found[f"low_{name}"] = wider * float(np.quantile(mixed, low))
        found[f"high_{name}"] = wider * float(np.quantile(mixed, high))
    return found


def _together(verdict: Verdict, member: Floats) -> Floats:
    """Relative spread of the sums if all products erred as one; nobody saw that they do not."""
    mean = verdict.mean.mean(axis=1)
    spread = np.sqrt(mean + verdict.spread2 * mean**2)
    return ratio(member @ spread, member @ mean)
