"""Weeks that are not as they should be: found, measured, and left out of learning where asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from promo.domain import Panel
from promo.learn.design import SOLD_OUT_BELOW, WEEK
from promo.learn.effects import Flags, Floats
from promo.learn.gaps import Stretches, empty_shelves, regular, stretches
from promo.learn.grid import Grid, grid_of
from promo.learn.odd_weeks import FALSE_SHARE, adjusted, beside, odd_weeks, tails_of
from promo.learn.ordinary import Ordinary, ordinary, stable, unstable
from promo.learn.shifts import Change, level_shifts
from promo.learn.shop import Shop, closed
from promo.tables import ANOMALIES, ORDINARY_WEEKS

SHOP = ""
"""The product of a finding that is about the shop as a whole; no product has this key."""

AnomalyKind = Literal[
    "stock_out", "missing_days", "spike", "drop", "level_shift", "missing_weeks", "stock_out_known"
]
ANOMALY_KINDS: tuple[AnomalyKind, ...] = get_args(AnomalyKind)
NO_CHOICE: tuple[AnomalyKind, ...] = ("missing_weeks", "stock_out_known")
"""Kinds of weeks that teach nothing anyhow, so that there is nothing to leave out."""
SUGGESTED: tuple[AnomalyKind, ...] = ("stock_out", "missing_days")
"""Kinds of weeks that say what there was to buy and not what was wanted."""

TOO_LITTLE = 0.85
"""Share of what was due up to which leaving out weeks with missing days is suggested."""
FEW_STRETCHES = 3
"""Stretches of weeks without a row, of one product, that are told one by one."""


@dataclass(frozen=True, eq=False)
class Anomalies:
    """What is odd in a history, and what an ordinary week would have been.

    `rows` has one row per finding (`promo.tables.ANOMALIES`), `weeks` one per product, and for the
    shop, and week (`promo.tables.ORDINARY_WEEKS`).
    """

    rows: pd.DataFrame
    weeks: pd.DataFrame

    def __post_init__(self) -> None:
        ANOMALIES.check(self.rows)
        ORDINARY_WEEKS.check(self.weeks)


@dataclass(frozen=True, order=True)
class LeftOut:
    """Weeks that she leaves out of learning: of one product, or of all where it is `SHOP`.

    Attributes:
        product_id: the product.
        kind: what was found there.
        first, last: Mondays of the first and the last week that are left out.
    """

    product_id: str
    kind: AnomalyKind
    first: date
    last: date


def without(panel: Panel, left_out: Sequence[LeftOut]) -> Panel:
    """The panel with these weeks censored, as if there had been nothing to buy in them.

    The rows stay, because their prices are still those of the week before the next.
    """
    if not left_out:
        return panel
    rows = panel.rows
    gone = np.zeros(len(rows), dtype=bool)
    week = rows["week"].to_numpy()
    for one in left_out:
        inside = (week >= np.datetime64(one.first)) & (week <= np.datetime64(one.last))
        own = True if one.product_id == SHOP else (rows["product_id"] == one.product_id).to_numpy()
        gone |= inside & own
    return replace(panel, rows=rows.assign(in_stock=rows["in_stock"].mask(gone, 0.0)))


def find_anomalies(panel: Panel, gaps: Sequence[tuple[date, date]] = ()) -> Anomalies:
    """Everything odd in a history, held against what was to be expected at the prices that were.

    A promoted week that sells as promoted weeks do, a season, a holiday that a whole category
    shares, and a peak that comes every year are no findings. Of odd weeks and empty shelves at most
    `FALSE_SHARE` are to be chance; how far ordinary weeks stray is learned from the history. In
    simulated shops without any, about one product in a hundred was accused of a new level.

    Args:
        panel: the history.
        gaps: first and last day of each stretch on which the whole shop has no line.

    Raises:
        NotEnoughData: no row has a price, sold anything or was in stock.
    """
    grid = grid_of(panel)
    units = np.where(closed(grid.units), np.nan, grid.units)
    dry = _stock_outs(ordinary(grid, units))
    units = np.where(dry.mask(units.shape), np.nan, units)
    shifts, found = level_shifts(ordinary(grid, units), grid.category_of)
    usual = beside(found)
    tails = tails_of(usual.score)
    high, low = odd_weeks(usual, tails)
    # One product's odd week is told there; the shop's is what all the others say.
    odd = dry.mask(units.shape) | high.mask(units.shape) | low.mask(units.shape)
    shop = Shop.of(found, np.where(odd, np.nan, grid.units))
    tell = _Teller(grid)
    missing = list(tell.missing_days(shop, gaps))
    rows = [
        *tell.stretches("stock_out", dry), *missing,
        *tell.stretches("spike", high), *tell.stretches("drop", low),
        *tell.shop_weeks(shop, missing), *map(tell.shift, [*shifts, *shop.shifts()]),
        *_not_there(tell, panel, found),
    ]  # fmt: skip
    middle, reach = stable(usual.mean, usual.spread2) + tails.centre, tails.far
    ends = (unstable(middle + side, usual.spread2) for side in (-reach, reach))
    return Anomalies(_table(rows), _weeks(tell, (grid.units, usual.mean, *ends), shop))


def _stock_outs(found: Ordinary) -> Stretches:
    """Stretches without sales that are practically impossible while there is something to buy."""
    runs = empty_shelves(found)
    share = adjusted(runs.chance, int(np.isfinite(found.units).sum()))
    runs = replace(runs, chance=share)
    return regular(runs[share <= FALSE_SHARE], found.units.shape[1])


_Row = Mapping[str, Any]


class _Teller:
    """Findings as rows: positions of a grid become product keys and Mondays."""

    def __init__(self, grid: Grid) -> None:
        self.products = grid.design.products
        self.shape = grid.units.shape
        mondays = grid.design.start + pd.to_timedelta(7 * np.arange(self.shape[1]), unit="D")
        self.mondays = pd.DatetimeIndex(mondays).as_unit("us")

    def key(self, product: int) -> str:
        """The key of a product; the shop is -1."""
        return SHOP if product < 0 else str(self.products[product])

    def row(self, kind: AnomalyKind, product: int, first: int, last: int, **facts: object) -> _Row:
        """One finding; what is not among the facts is unknown."""
        return {
            "product_id": self.key(product), "kind": kind, "first": self.mondays[first],
            "last": self.mondays[last], "weeks": last - first + 1, "days": 0, "sold": np.nan,
            "expected": np.nan, "times": np.nan, "chance": np.nan,
            "suggested": kind in SUGGESTED,
        } | facts  # fmt: skip

    def stretches(self, kind: AnomalyKind, found: Stretches) -> Iterator[_Row]:
        """One finding per stretch."""
        parts = (found.product, found.first, found.last, found.sold, found.due, found.chance)
        for product, first, last, sold, due, chance in zip(*parts, strict=True):
            yield self.row(kind, product, first, last, **_against(sold, due), chance=chance)

    def shift(self, one: Change) -> _Row:
        """A lasting change, from its first week to the end."""
        facts = _against(one.after, one.before) | {"times": one.times, "chance": one.chance}
        return self.row("level_shift", one.product, one.week, self.shape[1] - 1, **facts)

    def shop_weeks(self, shop: Shop, told: Iterable[_Row]) -> Iterator[_Row]:
        """Spikes and drops of the whole shop, but for weeks whose missing days explain them."""
        explained = np.zeros(self.shape[1], dtype=bool)
        for one in told:
            explained |= (self.mondays >= one["first"]) & (self.mondays <= one["last"])
        high, low = shop.odd_weeks(explained)
        yield from self.stretches("spike", high)
        yield from self.stretches("drop", low)

    def missing_days(self, shop: Shop, gaps: Iterable[tuple[date, date]]) -> Iterator[_Row]:
        """Weeks in which days are missing; gaps that share a week are one finding."""
        found: list[list[int]] = []
        for start, end in sorted(gaps):
            monday = start - timedelta(days=start.weekday())
            first = (pd.Timestamp(monday) - self.mondays[0]).days // 7
            last, days = first + (end - monday).days // 7, (end - start).days + 1
            if first < 0 or last >= self.shape[1]:
                continue
            if found and first <= found[-1][1]:
                found[-1][1:] = [last, found[-1][2] + days]
            else:
                found.append([first, last, days])
        for first, last, days in found:
            span = slice(first, last + 1)
            facts = _against(shop.sold[span].sum(), shop.due[span].sum())
            little = {"suggested": bool(facts["times"] <= TOO_LITTLE)}
            yield self.row("missing_days", -1, first, last, days=days, **facts | little)


def _against(sold: float, due: float) -> dict[str, float]:
    return {"sold": sold, "expected": due, "times": sold / due if due > 0 else np.nan}


def _not_there(tell: _Teller, panel: Panel, found: Ordinary) -> Iterator[_Row]:
    """Weeks without a row inside a product's life, and those that are recorded as out of stock."""
    rows = panel.rows.groupby(["product_id", "week"], sort=False)
    weekly = rows.agg(units=("units", "sum"), in_stock=("in_stock", "mean")).reset_index()
    week = (weekly["week"].to_numpy() - tell.mondays[0].to_datetime64()) // WEEK
    product = tell.products.get_indexer(pd.Index(weekly["product_id"]))
    known = (product >= 0) & (week >= 0) & (week < tell.shape[1])
    sold, stocked = np.full(tell.shape, np.nan), np.full(tell.shape, np.nan)
    cells = product[known], week[known].astype(np.int64)
    sold[cells] = weekly["units"].to_numpy()[known]
    stocked[cells] = weekly["in_stock"].to_numpy()[known]
    there = np.isfinite(sold)
    life = np.maximum.accumulate(there, 1) & np.maximum.accumulate(there[:, ::-1], 1)[:, ::-1]
    nobody = ~there.any(axis=0)
    yield from _absent(tell, nobody[None, :], "missing_weeks", shop=True)
    yield from _absent(tell, life & ~there & ~nobody, "missing_weeks")
    out = stocked < SOLD_OUT_BELOW
    yield from _absent(tell, out, "stock_out_known", cells=(sold, found.mean))


def _absent(
    tell: _Teller,
    flags: Flags,
    kind: AnomalyKind,
    *,
    shop: bool = False,
    cells: tuple[Floats, Floats] | None = None,
) -> Iterator[_Row]:
    """One finding per stretch; one per product where there are many, or items to add up."""
    product, first, last = stretches(flags)
    for at in np.unique(product):
        own = np.flatnonzero(product == at)
        place = -1 if shop else int(at)
        if len(own) <= FEW_STRETCHES and cells is None:
            for one in own:
                yield tell.row(kind, place, int(first[one]), int(last[one]))
            continue
        facts: dict[str, object] = {"weeks": int(flags[at].sum())}
        if cells is not None:
            sold, due = (part[at][flags[at]] for part in cells)
            facts |= _against(float(sold.sum()), float(np.nansum(due)))
        yield tell.row(kind, place, int(first[own].min()), int(last[own].max()), **facts)


def _table(rows: Sequence[_Row]) -> pd.DataFrame:
    """Findings by kind, those that concern most items first."""
    empty = ANOMALIES.empty()
    if not rows:
        return empty
    table = pd.DataFrame(rows)[ANOMALIES.names].astype(empty.dtypes.to_dict())
    table = table.drop_duplicates(list(ANOMALIES.key))
    order = pd.DataFrame({
        "kind": table["kind"].map({kind: at for at, kind in enumerate(ANOMALY_KINDS)}),
        "items": -(table["sold"] - table["expected"]).abs().fillna(0.0),
        "product": table["product_id"], "first": table["first"],
    })  # fmt: skip
    return table.loc[order.sort_values(list(order.columns)).index].reset_index(drop=True)


def _weeks(tell: _Teller, parts: tuple[Floats, ...], shop: Shop) -> pd.DataFrame:
    """What was sold and what an ordinary week would have been, the shop first."""
    whole = (shop.sold, shop.due, *shop.range())
    names = ("units", "expected", "low", "high")
    products = np.repeat([SHOP, *tell.products], tell.shape[1])
    columns = {
        name: np.concatenate([own, part.ravel()])
        for name, own, part in zip(names, whole, parts, strict=True)
    }
    table = pd.DataFrame({
        "product_id": pd.Series(products, dtype="str"),
        "week": np.tile(tell.mondays, tell.shape[0] + 1), **columns,
    })  # fmt: skip
    return table.dropna(subset=["units", "expected"], how="all").reset_index(drop=True)
