"""Rolling origins: what the forecast would have said, and how wrong it would have been."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from promo.learn import boosting, methods, race
from promo.learn.baseline import NEW_BELOW, fit_baseline
from promo.learn.boosting import Voice
from promo.learn.effects import Flags, Floats, Ints
from promo.learn.intervals import Cells
from promo.learn.past import Past
from promo.learn.ratios import row_mean
from promo.learn.seasons import Calendar

KIN = "pooled"
"""The method that knows of kin, and so speaks for new products."""
RARE = 2
"""Classes of series from this one on sell rarely."""


@dataclass(frozen=True, eq=False)
class Series:
    """Sales of many products side by side, by week or by day.

    Attributes:
        units: shape (products, steps), items; NaN where unknown.
        category_of: shape (products,).
        calendar: how long a year and a cycle are.
        effect: from an origin to the log effect of prices on every cell, the steps to come
            included, as learned before that origin; shape (products, steps) or more.
    """

    units: Floats
    category_of: Ints
    calendar: Calendar
    effect: Callable[[int], Floats]

    @property
    def steps(self) -> int:
        """Length of the history."""
        return int(self.units.shape[1])

    def past(self, origin: int, effect: Floats) -> Past:
        """What is known at `origin`."""
        return Past(self.units[:, :origin], effect[:, :origin], self.category_of, self.calendar)


@dataclass(frozen=True, eq=False)
class Trial:
    """Held-out steps and what was said of them; arrays of shape (folds, products, horizon).

    Attributes:
        origins: first held-out step of each fold.
        actual: items sold.
        cells: what the method chosen on earlier folds said.
        naive: what the season before says.
        naive_error: shape (products,), mean error of repeating the last step (or cycle) in the
            history before the first fold.
        names: of the methods.
        said: shape (folds, methods, products, horizon), what each said.
        scale: shape (folds, products), the level in whose units errors are scored.
    """

    origins: tuple[int, ...]
    actual: Floats
    cells: Cells
    naive: Floats
    naive_error: Floats
    names: tuple[str, ...]
    said: Floats
    scale: Floats

    def apart(self, folds: Ints) -> float:
        """How many folds without a step in common some folds amount to."""
        if len(folds) == 0:
            return 0.0
        first, last = self.origins[int(folds[0])], self.origins[int(folds[-1])]
        return float(1 + (last - first) / self.actual.shape[2])

    def scores(self, folds: Ints, products: Flags) -> Floats:
        """Scores of every method on some folds and products; shape (folds, methods)."""
        error = self.said[folds][:, :, products] - self.actual[folds][:, None, products]
        return race.scores(error / self.scale[folds][:, None, products, None])


def origins(steps: int, horizon: int, folds: int) -> tuple[int, ...]:
    """First held-out step of each fold, latest last; each learns from at least half the history.

    >>> origins(104, 8, 4)
    (72, 80, 88, 96)
    """
    last, first = steps - horizon, max(steps // 2, 4)
    if last < first or folds < 1:
        return ()
    step = max(1, min(horizon, (last - first) // max(folds - 1, 1)))
    return tuple(sorted(range(last, first - 1, -step)[:folds]))


def run_trial(series: Series, starts: tuple[int, ...], horizon: int, refits: int) -> Trial:
    """Forecast every fold from the steps before it, prices of the held-out steps given.

    At each origin the methods race on the folds whose steps were over by then, and the winner
    speaks: what the desk would have said on that day.
    """
    products = len(series.units)
    shape = (len(starts), products, horizon)
    empty = np.full(shape, np.nan)
    first = series.past(starts[0] if starts else series.steps, np.zeros_like(series.units))
    names = race.contenders(series.units.size, bool((race.class_of(first) >= RARE).any()))
    voices = len(names) + len(race.COMBINED)
    said = np.full((len(starts), voices, products, horizon), np.nan)
    cells = Cells(empty.copy(), np.zeros(shape[:2]), np.zeros(shape[:2], dtype=np.int64))
    trial = Trial(starts, empty.copy(), cells, empty, _naive_error(series, starts), names, said,
                  np.ones(shape[:2]))  # fmt: skip
    due = set(starts[:: max(1, -(-len(starts) // max(refits, 1)))])
    effect, learned = np.zeros_like(series.units), dict(race.METHODS)
    for fold, start in enumerate(starts):
        if start in due:
            effect = series.effect(start)
        past = series.past(start, effect)
        if fold == 0 and "boosted" in names:  # learned once: it takes as long as all the others
            learned["boosted"] = boosting.learn(past, horizon)
        _one_fold(
            trial, fold, (past, learned), np.exp(np.nan_to_num(effect[:, start : start + horizon]))
        )
        trial.actual[fold] = series.units[:, start : start + horizon]
        trial.naive[fold] = methods.as_before(past.units, horizon, series.calendar)
    return trial


def _one_fold(
    trial: Trial, fold: int, heard: tuple[Past, Mapping[str, Voice]], promoted: Floats
) -> None:
    """What is said at one origin; `promoted` is the factor of the prices that were."""
    horizon, (past, voices) = promoted.shape[1], heard
    base = fit_baseline(past)
    singles = {
        name: (base.mean(horizon) if name == KIN else voices[name](past, horizon)) * promoted
        for name in trial.names
    }
    start = trial.origins[fold]
    over = np.array([k for k in range(fold) if trial.origins[k] + horizon <= start], dtype=np.int64)
    classes = race.class_of(past)
    for group, voters in race.groups(classes):
        may = race.allowed(trial.names, bool((classes[group] >= RARE).all()))
        best, order = race.choose(trial.scores(over, voters), trial.apart(over), may)
        for number in range(len(may)):
            made = race.parts(trial.names, number, order, may)
            stack = np.stack([singles[name][group] for name in made])
            trial.said[fold, number, group] = race.together(stack, number, trial.names)
        trial.cells.mean[fold, group] = trial.said[fold, best, group]
    new = past.known < NEW_BELOW
    trial.cells.mean[fold, new] = singles[KIN][new]
    trial.cells.spread2[fold], trial.cells.kind[fold] = base.spread2, classes
    level = row_mean(past.units)
    trial.scale[fold] = np.where(level > 0, level, max(float(level.mean()), 1e-9))


def _naive_error(series: Series, starts: tuple[int, ...]) -> Floats:
    known = series.units[:, : starts[0] if starts else series.steps]
    lag = series.calendar.cycle
    return row_mean(np.abs(known[:, lag:] - known[:, :-lag]))


@dataclass(frozen=True, eq=False)
class Verdict:
    """What is expected after the history, and by which method.

    Attributes:
        mean: shape (products, horizon), items without promotion.
        method: shape (products,), names.
        spread2: shape (products,), variance of relative errors beyond Poisson.
        kind: shape (products,), class of the series.
    """

    mean: Floats
    method: "np.ndarray[tuple[int], np.dtype[np.object_]]"
    spread2: Floats
    kind: Ints


def decide(series: Series, trial: Trial, past: Past, horizon: int) -> Verdict:
    """Let the winner of all folds speak for the steps after the history, per class of series."""
    base, classes = fit_baseline(past), race.class_of(past)
    said = {KIN: base.mean(horizon)}
    mean = np.zeros((len(series.units), horizon))
    method = np.full(len(mean), KIN, dtype=object)
    folds = np.arange(len(trial.origins))
    for group, voters in race.groups(classes):
        may = race.allowed(trial.names, bool((classes[group] >= RARE).all()))
        best, order = race.choose(trial.scores(folds, voters), trial.apart(folds), may)
        made = race.parts(trial.names, best, order, may)
        for name in set(made) - said.keys():
            said[name] = race.METHODS[name](past, horizon)
        method[group] = (*trial.names, *race.COMBINED)[best]
        mean[group] = race.together(np.stack([said[name][group] for name in made]), best,
                                    trial.names)  # fmt: skip
    new = past.known < NEW_BELOW
    mean[new], method[new] = said[KIN][new], KIN
    return Verdict(mean, method, base.spread2, classes)
