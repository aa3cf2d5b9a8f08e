"""One product under the glass: classical models with their coefficients and diagnostics.

For looking, not for planning: the forecast races faster methods over all products.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from promo.domain import Need, Panel
from promo.errors import BadRequest, NotFound
from promo.learn.backtest import origins
from promo.learn.classical import FITS, Fitted
from promo.learn.effects import Floats
from promo.learn.forecast import weeks_of
from promo.learn.grid import Grid, grid_of, price_effect
from promo.learn.methods import as_before
from promo.learn.outlook import HARDLY
from promo.learn.ratios import row_mean
from promo.learn.seasons import WEEKS

Model = Literal["ar", "ets", "theta", "sarimax"]
Ahead: TypeAlias = tuple[Floats, Floats, Floats]
"""Mean, low and high of the coming weeks."""
MODELS: tuple[Model, ...] = ("ar", "ets", "theta", "sarimax")
WEEKS_FROM = 20
"""Weeks known from which five coefficients and their diagnostics mean something."""
FOLDS = 4
SUSPECT = 0.05
"""Probability below which a property of the residuals is taken to be missing."""


@dataclass(frozen=True)
class Note:
    """One thing to know about a fit: a code of the catalogue's `forecast.note` and its facts."""

    code: str
    facts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Tested:
    """How one model did on weeks it had not seen, NaN where nothing was tried.

    Attributes:
        folds: rolling origins.
        wape, wape_naive: error as a share of sales, and that of the same weeks before.
        mase: error in units of repeating the last week.
        bias: said too much (above 0) or too little, share of sales.
    """

    folds: int
    wape: float
    wape_naive: float
    mase: float
    bias: float


@dataclass(frozen=True, eq=False)
class SeriesInspection:
    """One model of one product.

    Attributes:
        model: which.
        coefficients: `name`, `estimate`, `low`, `high` (95 %, NaN where the model gives none).
        aic: Akaike's criterion on log items; NaN where the model has no likelihood.
        notes: what the residuals and the back-test say.
        rows: `week`, `units`, `fitted` (one week ahead, at the prices that were) of the past and
            `mean`, `low`, `high` (80 %, at list price without promotion) of the future.
        tested: the back-test of this model on this product.
    """

    model: Model
    coefficients: pd.DataFrame
    aic: float
    notes: tuple[Note, ...]
    rows: pd.DataFrame
    tested: Tested


@dataclass(frozen=True, eq=False)
class Glass:
    """A history laid out for looking at one product after the other.

    What prices did is learned from all products, which takes most of the time, and only once.
    """

    grid: Grid
    _learned: dict[int, Floats] = field(default_factory=dict)

    def effect(self, origin: int) -> Floats:
        """The log effect of prices on every product and week, as learned before `origin`."""
        if origin not in self._learned:
            self._learned[origin] = price_effect(self.grid, origin)
        return self._learned[origin]


def glass(panel: Panel) -> Glass:
    """Lay a history out for `inspect_series`."""
    return Glass(grid_of(panel))


def inspect_series(
    history: Panel | Glass, product_id: str, model: Model = "ar", horizon: int = 4
) -> SeriesInspection:
    """Fit one classical model to one product's weeks and say what its residuals tell.

    The model sees log items. AR and SARIMAX take the effect of prices, as the response curves have
    it, as a regressor: its coefficient is 1 where this product answers as its curve says. ETS and
    Theta see sales with that effect taken out.

    Args:
        history: of all products.
        product_id: which to look at.
        model: one of `MODELS`.
        horizon: weeks to forecast.

    Raises:
        BadRequest: for an unknown model, a horizon that is not positive, or a model that these
            sales cannot carry.
        NotFound: when the product has no history.
        NotEnoughData: with fewer than `WEEKS_FROM` known weeks, or when all of them sold the same.
    """
    if model not in MODELS:
        raise BadRequest(field="model", value=model, known=list(MODELS))
    if horizon < 1:
        raise BadRequest(field="weeks", value=horizon, must="positive")
    seen = history if isinstance(history, Glass) else glass(history)
    at = seen.grid.design.products.get_indexer(pd.Index([product_id]))[0]
    if at < 0:
        raise NotFound(kind="product", name=product_id)
    # What statsmodels and numpy warn of is said in notes of ours. Threads of its small matrices
    # spin while they wait for each other: on a busy machine 0.5 s of fitting takes 20 s.
    with (
        warnings.catch_warnings(action="ignore"),
        np.errstate(all="ignore"),
        threadpool_limits(1),
    ):
        return _inspect(seen, int(at), model, horizon)


def _inspect(seen: Glass, at: int, model: Model, horizon: int) -> SeriesInspection:
    grid = seen.grid
    units, first = _span(grid.units[at])
    effect = np.nan_to_num(seen.effect(grid.units.shape[1])[at, first:])
    fitted, ahead = _fit(model, _filled(units), effect, horizon)
    tested = _backtest(seen, at, model, horizon)
    notes = [*_residual_notes(fitted), *_backtest_notes(tested)]
    if gaps := int(np.isnan(units).sum()):
        notes.append(Note("gaps_filled", {"weeks": gaps}))
    rows = _rows(grid, units, fitted, ahead)
    aic = fitted.aic if np.isfinite(fitted.aic) else np.nan
    return SeriesInspection(model, fitted.coefficients, aic, tuple(notes), rows, tested)


def _span(units: Floats) -> tuple[Floats, int]:
    """The weeks from the first known one on, and its place.

    Raises:
        NotEnoughData: when a model could learn nothing from them.
    """
    known = np.flatnonzero(np.isfinite(units))
    Need("weeks", WEEKS_FROM, len(known)).check()
    Need("different_sales", 2, min(len(np.unique(units[known])), 2)).check()
    return units[known[0] :], int(known[0])


def _filled(units: Floats) -> Floats:
    """Gaps bridged in a straight line, so that every model gets a week per week."""
    place = np.arange(len(units))
    known = np.isfinite(units)
    return np.interp(place, place[known], units[known])


def _fit(model: Model, units: Floats, effect: Floats, horizon: int) -> tuple[Fitted, Ahead]:
    """The fitted model, and what it says of the next weeks.

    Raises:
        BadRequest: when the mathematics of it break down on these sales.
    """
    try:
        found = FITS[model](units, effect)
        ahead = found.ahead(horizon)
    except (ValueError, np.linalg.LinAlgError, ZeroDivisionError, IndexError) as broken:
        raise BadRequest(field="model", value=model, must="model_fits") from broken
    if not np.isfinite(np.stack(ahead)).all():
        raise BadRequest(field="model", value=model, must="model_fits")
    return found, ahead


def _rows(grid: Grid, units: Floats, fitted: Fitted, ahead: Ahead) -> pd.DataFrame:
    weeks = grid.units.shape[1]
    steps = np.arange(weeks - len(units), weeks + len(ahead[0]))
    nothing, unknown = np.full(len(units), np.nan), np.full(len(ahead[0]), np.nan)
    mean, low, high = (np.concatenate([nothing, part]) for part in ahead)
    return pd.DataFrame({
        "week": weeks_of(grid, steps), "units": np.concatenate([units, unknown]),
        "fitted": np.concatenate([fitted.fitted, unknown]), "mean": mean, "low": low, "high": high,
    })  # fmt: skip


def _backtest(seen: Glass, at: int, model: Model, horizon: int) -> Tested:
    """Rolling origins of this model; price effects are those known at the first of them."""
    units, first = _span(seen.grid.units[at])
    starts = [s for s in origins(len(units), horizon, FOLDS) if np.isfinite(units[:s]).sum() >= 12]
    off, naive, sold, folds = [], [], 0.0, 0
    effect = seen.effect(first + starts[0])[at, first:] if starts else units
    for start in starts:
        past, actual = units[:start], units[start : start + horizon]
        if len(np.unique(past[np.isfinite(past)])) < 2:
            continue
        _, ahead = _fit(model, _filled(past), np.nan_to_num(effect[:start]), horizon)
        said = ahead[0] * np.exp(np.nan_to_num(effect[start : start + horizon]))
        before = as_before(past[None, :], horizon, WEEKS)[0]
        known = np.isfinite(actual)
        off.append((said - actual)[known])
        naive.append((before - actual)[known])
        sold, folds = sold + float(actual[known].sum()), folds + 1
    error, other = (np.concatenate(parts) if parts else np.array([]) for parts in (off, naive))
    step = float(row_mean(np.abs(np.diff(units[: starts[0]]))[None, :])[0]) if starts else 0.0
    whole = sold if sold > 0 else np.nan
    return Tested(
        folds, float(np.abs(error).sum() / whole), float(np.abs(other).sum() / whole),
        float(np.abs(error).mean() / step) if step > 0 and len(error) else np.nan,
        float(error.sum() / whole),
    )  # fmt: skip


def _residual_notes(fitted: Fitted) -> list[Note]:
    """What is left tells whether the model has told everything."""
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.stats.stattools import jarque_bera
    from statsmodels.tsa.stattools import breakvar_heteroskedasticity_test

    left = fitted.residual[np.isfinite(fitted.residual)]
    if not fitted.converged:
        return [Note("not_converged")]
    if len(left) < 12 or left.std() <= 1e-9:
        return [Note("fits_exactly")]
    lags = max(2, min(10, len(left) // 5))
    found = {
        ("linked", "not_linked"): float(acorr_ljungbox(left, lags=[lags])["lb_pvalue"].iloc[0]),
        ("not_normal", "normal"): float(jarque_bera(left)[1]),
        ("uneven", "even"): float(breakvar_heteroskedasticity_test(left)[1]),
    }
    return [
        Note(bad if p < SUSPECT else good, {"p": p, "weeks": lags})
        for (bad, good), p in found.items() if np.isfinite(p)
    ]  # fmt: skip


def _backtest_notes(tested: Tested) -> list[Note]:
    if np.isnan(tested.wape) or np.isnan(tested.wape_naive):
        return [Note("untested")]
    better = tested.wape < (1 - HARDLY) * tested.wape_naive
    facts = {"wape": tested.wape, "wape_naive": tested.wape_naive}
    return [Note("better" if better else "no_better", facts)]
