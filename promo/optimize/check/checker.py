"""Every way in which a plan breaks the shape of a plan or a rule."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from promo.domain import Options
from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.check.promotions import PROMOTIONS, apart
from promo.optimize.check.reading import TOLERANCE, Rows, Shop, Verdict
from promo.optimize.check.sums import SUMS
from promo.optimize.rules import Rule, Stock

SOLD = (
    "units", "units_low", "units_high", "revenue", "profit", "new_customers", "kept_customers",
    "gain",
)  # fmt: skip
"""Amounts that end with the stock where a product sells out without any promotion."""

GIVEN = ("demand", "cost", "cannibalised", "halo", "pulled_forward")
FIXED = ("list_price", "price", "base_share")


def violations(
    rows: pd.DataFrame,
    options: Options,
    rules: Sequence[Rule],
    stock: Mapping[str, float],
    brand: Mapping[str, str] | None = None,
) -> list[str]:
    """Every way in which plan rows break the structure or a rule; empty when all is well."""
    return Checker(options, stock, brand).violations(rows, rules)


class Checker:
    """The options and stock that plans are held against, read once."""

    def __init__(
        self,
        options: Options,
        stock: Mapping[str, float],
        brand: Mapping[str, str] | None = None,
    ) -> None:
        self._shop = Shop(options, stock, brand or {})
        every = self._shop.options
        self._due = {name: every.column(name) for name in (*SOLD[:-1], *GIVEN, *FIXED)}
        none = np.flatnonzero(~every.promoted)
        line = np.zeros(self._shop.lines.size, dtype=np.int64)
        line[self._line(every)[none]] = none
        profit = self._due["profit"]
        idle = profit[line[self._line(every)]]
        self._due["gain"] = profit - self._due["base_share"] * idle

    def violations(self, rows: pd.DataFrame, rules: Sequence[Rule]) -> list[str]:
        """Every way in which plan rows break the structure or a rule; empty when all is well."""
        verdicts = self._verdicts(self._shop.read(rows), rules)
        return [sentence for verdict in verdicts for sentence in verdict.sentences()]

    def keeping(self, rows: pd.DataFrame, plan: Ints, rules: Sequence[Rule]) -> Flags:
        """Which of several plans break nothing; `plan` numbers the plan of each row from 0."""
        read = self._shop.read(rows, plan)
        kept = np.ones(read.plans, dtype=bool)
        for verdict in self._verdicts(read, rules):
            kept &= ~verdict.broken.any(axis=1)
        return kept

    def _verdicts(self, rows: Rows, rules: Sequence[Rule]) -> Iterator[Verdict]:
        place = self._shop.place(rows)
        strange = rows.sums(place < 0)
        yield Verdict("structure", lambda _: "rows that are no options", strange, 0.0)
        if strange.any():
            return
        yield from self._structure(rows, place)
        yield from self._amounts(rows, place, _left(rules))
        for rule in rules:
            check = SUMS.get(rule.code) or PROMOTIONS[rule.code]
            yield from check(rule, rows)

    def _line(self, rows: Rows) -> Ints:
        return rows.product * len(self._shop.segments) + rows.segment

    def _structure(self, rows: Rows, place: Ints) -> Iterator[Verdict]:
        """Each product and segment is decided once for each week."""
        shop, none = self._shop, np.zeros(self._shop.count, dtype=np.int64)
        again = np.sort(rows.plan * len(shop.options.plan) + place)
        again = again[1:][again[1:] == again[:-1]] // len(shop.options.plan)
        twice = np.bincount(again, minlength=rows.plans)[:, None].astype(float)
        yield Verdict("structure", lambda _: "options that are there again", twice, 0.0)
        weight = rows.weight
        odd = rows.sums(~((weight > 0) & (weight <= 1 + TOLERANCE)))
        yield Verdict("structure", lambda _: "rows whose weight is no share", odd, 0.0)
        taken = rows.sums(weight * rows.column("base_share"), self._line(rows), shop.lines.size)
        there = np.flatnonzero(shop.lines.ravel())

        def name(at: int) -> str:
            product, segment = divmod(int(there[at]), len(shop.segments))
            return f"weeks decided for {shop.products[product]} {shop.segments[segment]}"

        yield Verdict("structure", name, taken[:, there], 1.0)
        yield Verdict("structure", name, taken[:, there], 1.0, least=True)
        yield apart("structure: promotions at once of", rows, none)

    def _amounts(self, rows: Rows, place: Ints, left: float) -> Iterator[Verdict]:
        """Every row says of itself what its option says, as far as it is chosen and in stock."""
        weight = rows.weight
        sold = weight * self._sold(rows, left)
        parts = dict.fromkeys(SOLD, sold) | dict.fromkeys(GIVEN, weight)
        for name, due in self._due.items():
            asked = due[place] * parts.get(name, 1.0)
            other = ~(np.abs(rows.column(name) - asked) <= 1e-9 * (1 + np.abs(asked)))
            if other.any():
                yield Verdict(
                    "structure", f"rows with another {name}".format, rows.sums(other), 0.0
                )
        other = rows.category != self._shop.options.category[place]
        yield Verdict("structure", lambda _: "rows of another category", rows.sums(other), 0.0)

    def _sold(self, rows: Rows, left: float) -> Floats:
        """Share of each row's items that there are, where its product sells out by itself."""
        shop, known = self._shop, np.isfinite(self._shop.held)
        kept = np.where(known, shop.held, 0.0) * left
        short = known & (kept < shop.base["units"])
        part = np.where(short, kept / np.where(short, shop.base["units"], 1.0), 1.0)
        return np.asarray(part[rows.product])


def _left(rules: Sequence[Rule]) -> float:
    """The share of every stock that may be sold."""
    return min((rule.share for rule in rules if isinstance(rule, Stock)), default=1.0)
