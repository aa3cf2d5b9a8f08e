"""Forecasts held against weeks nobody saw: `python -m promo bench forecast`.

The race against the best single method of statsforecast on the same series, each figure against
the best of its own; intervals against their level; sums against forecasts of their own; and how
many series a CPU minute takes, back-test included. Prices are not in these two public sets, so
this is the race without its regressors.

    MASE      mean over series of mean |error| / mean |step over a cycle (or week)| in the past
    WAPE      sum |error| / sum sold
"""

import sys
from collections import Counter
from collections.abc import Iterator
from time import process_time

import numpy as np

from benchmarks.forecast_data import DATA, Held, m5, shop, uci
from benchmarks.forecast_floor import floor
from benchmarks.reconcile import reconciled
from promo import learn
from promo.learn.backtest import Series
from promo.learn.effects import Floats
from promo.learn.forecast import ForecastConfig, Outlook, look_ahead
from promo.learn.groups import group_outlook
from promo.learn.ratios import row_mean

Row = dict[str, object]
PER_MINUTE = 10_000
WITHIN = 0.03
"""How far a coverage may be from its level."""


def run(sizes: tuple[int, ...] = (1_000,)) -> list[Row]:
    """Every row of the benchmark.

    Args:
        sizes: products of the simulated shops whose forecast is timed.
    """
    rows: list[Row] = []
    if (DATA / "m5_sample").is_dir() and (DATA / "uci_weekly_sales").is_dir():
        for held in (*m5(), uci()):
            rows += _held_out(held)
    else:
        sys.stderr.write("the public series are not beside the project; their rows are left out\n")
    return [*rows, *(row for size in sizes for row in _speed(size))]


def _held_out(held: Held) -> Iterator[Row]:
    since = process_time()
    found = _outlook(held, held.past, held.group)
    cpu = process_time() - since
    said, others = found.verdict.mean, floor(held)
    methods = dict(Counter(str(name) for name in found.verdict.method))
    for figure, score in (("MASE", mase), ("WAPE", wape)):
        best = {name: score(held, other) for name, (other, _) in others.items()}
        least = min(best, key=best.__getitem__, default=None)
        yield _row(
            f"{held.name}: {figure}", held.size, score(held, said), figure,
            floor=best[least] if least else None, floor_method=least, target_ratio=1.0,
            method=methods, floors={name: round(value, 4) for name, value in best.items()},
        )  # fmt: skip
    error = said - held.actual
    yield _row(f"{held.name}: bias", held.size, float(np.nansum(error) / np.nansum(held.actual)),
               "share of sales")  # fmt: skip
    for level in ("80", "95"):
        inside = (held.actual >= found.ends[f"low_{level}"]) & (
            held.actual <= found.ends[f"high_{level}"]
        )
        yield _row(f"{held.name}: inside the {level} % interval", held.size, float(inside.mean()),
                   "share", target=int(level) / 100, within=WITHIN)  # fmt: skip
    yield from _sums(held, found)
    slow = {name: round(seconds, 2) for name, (_, seconds) in others.items()}
    yield _row(f"{held.name}: CPU", held.size, cpu, "s", floor_seconds=slow)


def _outlook(held: Held, past: Floats, group: "np.ndarray") -> Outlook:
    nothing = np.zeros_like(past)
    series = Series(past, group, held.calendar, lambda _origin: nothing)
    return look_ahead(series, held.horizon, ForecastConfig())


def mase(held: Held, said: Floats) -> float:
    """Mean absolute scaled error over the series that ever changed."""
    step = row_mean(np.abs(held.past[:, held.lag :] - held.past[:, : -held.lag]))
    error = np.abs(said - held.actual).mean(axis=1)
    return float((error[step > 0] / step[step > 0]).mean())


def wape(held: Held, said: Floats) -> float:
    """Sum of errors as a share of what was sold."""
    return float(np.abs(said - held.actual).sum() / held.actual.sum())


def _sums(held: Held, found: Outlook) -> Iterator[Row]:
    """Departments and the total: sums of products, forecasts of their own, and MinT."""
    groups = np.arange(held.group.max() + 1)
    member = np.vstack([held.group == groups[:, None], np.ones(len(held.units), dtype=bool)])
    member = np.unique(member, axis=0).astype(np.float64)
    sold, size = member @ held.actual, f"{len(member)} sums of {held.size}"
    past = member @ np.nan_to_num(held.past)
    own = _outlook(held, past, np.arange(len(member)))
    error2 = np.concatenate([_error2(found), _error2(own)])
    mint = member @ reconciled(found.verdict.mean, own.verdict.mean, member, error2)
    added, ends = group_outlook(found.trial, found.verdict, member)
    for name, said in (("sums of products", added), ("own forecasts", own.verdict.mean),
                       ("MinT of both", mint)):  # fmt: skip
        off = float(np.abs(said - sold).sum() / sold.sum())
        yield _row(f"{held.name}: departments and total, {name}", size, off, "WAPE")
    for level in ("80", "95"):
        inside = (sold >= ends[f"low_{level}"]) & (sold <= ends[f"high_{level}"])
        yield _row(f"{held.name}: sums inside the {level} % interval", size, float(inside.mean()),
                   "share", target=int(level) / 100)  # fmt: skip


def _error2(found: Outlook) -> Floats:
    error = (found.trial.cells.mean - found.trial.actual) ** 2
    known = np.isfinite(error)
    return np.where(known, error, 0.0).sum(axis=(0, 2)) / np.maximum(known.sum(axis=(0, 2)), 1)


def _speed(products: int) -> Iterator[Row]:
    panel = shop(products)
    since = process_time()
    forecast = learn.forecast(panel, 4)
    cpu = process_time() - since
    found, size = learn.trust(panel, forecast), f"{products} products x 104 weeks"
    methods = dict(Counter(forecast.backtest["method"]))
    yield _row("simulated shop: series per CPU minute, back-test included", size,
               60 * products / cpu, "series", target=PER_MINUTE, method=methods)  # fmt: skip
    yield _row("simulated shop: WAPE of the back-test", size, found.wape, "WAPE",
               floor=found.wape_naive, floor_method="seasonal naive")  # fmt: skip
    for level, value in (("80", found.coverage_80), ("95", found.coverage_95)):
        yield _row(f"simulated shop: inside the {level} % interval", size, value, "share",
                   target=int(level) / 100, within=WITHIN)  # fmt: skip


def _row(name: str, size: str, value: float, unit: str, **more: object) -> Row:
    floor_value = more.get("floor")
    ratio = value / floor_value if isinstance(floor_value, float) and floor_value else None
    return {"name": name, "size": size, "value": value, "unit": unit, **more, "ratio": ratio}
