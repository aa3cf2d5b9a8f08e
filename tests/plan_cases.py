"""Tiny shops whose every plan can be listed, and the list."""

from functools import cached_property
from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd

from promo.domain import Options
from promo.optimize.check import Checker
from promo.optimize.rules import Stock
from promo.tables import OPTIONS

START = pd.Timestamp("2026-03-02")

SIZES = (
    # products, segments, weeks, longest promotion, depths, mechanics
    (3, 1, 1, 1, 3, 1),
    (3, 2, 1, 1, 2, 1),
    (2, 1, 3, 2, 2, 1),
    (3, 1, 2, 2, 2, 1),
    (2, 1, 2, 1, 2, 2),
    (2, 2, 2, 2, 1, 1),
    (4, 1, 2, 1, 1, 1),
    (4, 1, 1, 1, 2, 2),
    (2, 1, 4, 2, 1, 1),
    (2, 2, 1, 1, 2, 2),
)
"""Of each shop no more than some 1,500 plans can be made."""

DEPTHS = (0.1, 0.2, 0.3)

AMOUNTS = (
    "demand", "units", "units_low", "units_high", "revenue", "cost", "profit", "cannibalised",
    "halo", "pulled_forward", "new_customers", "kept_customers",
)  # fmt: skip

SOLD = ("units", "units_low", "units_high", "revenue", "profit", "new_customers", "kept_customers")


def toy(seed, products=3, segments=2, ladder=(0.0, 0.1, 0.2, 0.3), categories=2):
    """Options of one period with free numbers, and stock for most products."""
    rng = np.random.default_rng(seed)
    rows = []
    for p in range(products):
        price, margin = rng.uniform(5, 20), rng.uniform(0.3, 0.7)
        for s in range(segments):
            base, elasticity = rng.uniform(20, 100), rng.uniform(1.2, 4.5)
            for d in ladder:
                units = base * (1 - d) ** -elasticity * (1 + 0.1 * (d > 0))
                side = base * d * price * margin * rng.uniform(0, 0.2)
                sold = {"demand": units, "units": units, "cannibalised": side}
                rows.append(
                    _row((f"p{p}", f"s{s}", f"c{p % categories}"), (0, 1), "percent", d)
                    | _money(sold, price, margin, d)
                )
    frame = option_rows(rows)
    base = frame[frame["discount"] == 0].groupby("product_id")["units"].sum()
    stock = {name: float(items * rng.uniform(0.8, 2.2)) for name, items in base.items()}
    if products > 2:
        del stock["p2"]
    return Options(frame, 1, START), stock


def shop(seed, size=None):
    """Options of a calendar, often of several weeks and mechanics; a stock and a brand each.

    Some promotions are not on offer everywhere, some lose more in other weeks than they sell.
    """
    rng = np.random.default_rng(seed)
    size = SIZES[int(rng.integers(len(SIZES)))] if size is None else size
    products, segments, weeks, longest, depths, count = size
    mechanics = rng.permutation(["percent", "coupon", "member"])[:count].tolist()
    ladder = np.sort(rng.choice(DEPTHS, depths, replace=False)).tolist()
    periods = [(f, n) for n in range(1, longest + 1) for f in range(weeks - n + 1)]
    rows, stock = [], {}
    for p in range(products):
        price, margin, asked = rng.uniform(5, 20), rng.uniform(0.3, 0.7), 0.0
        for s in range(segments):
            line = (f"p{p}", f"s{s}", f"c{p % 2}")
            week = rng.uniform(10, 40, weeks)
            elasticity, lasts = rng.uniform(1.5, 5), rng.uniform(0.9, 1.0)
            people = {name: rng.uniform(0, 0.3) for name in ("new_customers", "kept_customers")}
            asked += week.sum()
            none = _sales(week.sum(), lasts, people)
            rows.append(_row(line, (0, weeks), "none", 0.0) | _money(none, price, margin, 0.0))
            for (f, n), mechanic, d in product(sorted(periods), mechanics, ladder):
                if rng.random() < 0.08:
                    continue
                base = week[f : f + n].sum()
                wish = base * d * rng.choice([0.1, 0.1, 6.0])
                asked_for = base * (1 - d) ** -elasticity * rng.uniform(0.9, 1.3)
                lost = min(wish, max(asked_for - 0.5 * base, 0.0))
                side = {
                    name: base * d * rng.uniform(0, 1)
                    for name in ("cannibalised", "halo", "pulled_forward")
                }
                sold = _sales(max(asked_for - lost, 0.5 * base), lasts, people) | side
                part = {"base_share": base / week.sum()}
                money = _money(sold, price, margin, d, lost * lasts)
                rows.append(_row(line, (f, n), mechanic, d) | money | part)
        if rng.random() < 0.7:
            stock[f"p{p}"] = float(asked * rng.uniform(0.95, 2.2))
    brand = {f"p{p}": f"b{p // 2}" for p in range(products)}
    return Options(option_rows(rows), weeks, START), stock, brand


def weekly(asked, depths):
    """One week of products at 10 of money, half of it margin, that are asked for as said."""
    rows = [
        _row((name, "s0", "c0"), (0, 1), "percent", d)
        | _money({"demand": items, "units": items}, 10.0, 0.5, d)
        for name, each in asked.items()
        for d, items in zip(depths, each, strict=True)
    ]
    return Options(option_rows(rows), 1, START)


def _sales(asked, lasts, people):
    units = asked * lasts
    return {"demand": asked, "units": units} | {k: units * part for k, part in people.items()}


def _row(line, period, mechanic, discount):
    first, weeks = period
    return dict(zip(("product_id", "segment", "category"), line, strict=True)) | {
        "mechanic": mechanic if discount else "none", "weeks": weeks,
        "first": START + pd.Timedelta(weeks=first), "discount": discount, "base_share": 1.0,
        "step": discount, "base_spread": 0.15, "response_spread": 0.1 * (discount > 0),
    }  # fmt: skip


def _money(sold, price, margin, discount, lost=0.0):
    """What items sold come to, and what the weeks after miss; margins are those at list price."""
    row = dict.fromkeys(AMOUNTS, 0.0) | sold
    units, paid, unit_cost = row["units"], price * (1 - discount), price * (1 - margin)
    promoted = units + lost
    side = row["cannibalised"] + row["pulled_forward"] - row["halo"]
    return row | {
        "list_price": price, "price": paid, "unit_cost": unit_cost,
        "units_low": 0.8 * units, "units_high": 1.3 * units,
        "revenue": promoted * paid - lost * price, "cost": promoted * (price - paid),
        "profit": promoted * (paid - unit_cost) - lost * (price - unit_cost) - side,
    }  # fmt: skip


def option_rows(rows):
    """Rows of numbers and names as an options table."""
    kinds = dict.fromkeys(("product_id", "segment", "category", "mechanic"), "str")
    frame = pd.DataFrame(rows).astype(kinds | {"first": "datetime64[us]"})
    return frame[OPTIONS.names]


class Plans:
    """Every plan that can be made of a few options, with rows as a plan shows them."""

    def __init__(self, options, stock, brand=None, objective="profit"):
        self.options, self.stock, self.objective = options, stock, objective
        self.frame, self.checker = options.rows, Checker(options, stock, brand)
        self.discount = self.frame["discount"].to_numpy()
        each = [self._of(part) for _, part in self.frame.groupby("product_id")]
        number = np.indices([len(ways) for ways in each]).reshape(len(each), -1)
        self.weight = np.sum(
            [ways[at] for ways, at in zip(each, number, strict=True)], axis=0, dtype=float
        )
        self._rest()
        self._shown = {}

    def _of(self, part):
        """Every plan of one product, as weights of the option rows: no two promotions overlap."""
        part = part[part["discount"] > 0]
        first = (part["first"].to_numpy() - np.datetime64(START)) // np.timedelta64(7, "D")
        spans = pd.Series(list(zip(first, first + part["weeks"], strict=True)), index=part.index)
        periods = sorted(set(spans))
        found = []
        for count in range(len(periods) + 1):
            for some in combinations(periods, count):
                if all(one[1] <= other[0] for one, other in pairwise(some)):
                    ways = [self._within(part[spans == span]) for span in some]
                    found += [[at for part in way for at in part] for way in product(*ways)]
        weight = np.zeros((len(found), len(self.frame)))
        for plan, at in enumerate(found):
            weight[plan, at] = 1.0
        return weight

    @staticmethod
    def _within(part):
        """Every way to promote one product in one period, in one segment at least."""
        lines = [[None, *rows.index] for _, rows in part.groupby("segment")]
        ways = [[at for at in way if at is not None] for way in product(*lines)]
        return [way for way in ways if way]

    def _rest(self):
        """The weeks that no promotion takes go to no promotion."""
        self.line = np.cumsum(self.discount == 0) - 1
        self.start = np.flatnonzero(self.discount == 0)
        taken = self.weight * self.frame["base_share"].to_numpy()
        for number, at in enumerate(self.start):
            rest = 1 - taken[:, self.line == number].sum(axis=1)
            self.weight[:, at] = np.where(rest < 1e-9, 0.0, rest)

    @cached_property
    def owner(self):
        return self.frame["product_id"].factorize()[0]

    def shown(self, left):
        """The rows of all plans and the plan of each, when a share of the stock may be sold."""
        if left not in self._shown:
            plan, at = np.nonzero(self.weight)
            sold = self._sold(left)[plan, self.owner[at]]
            weight = self.weight[plan, at]
            rows = self.frame.take(at).reset_index(drop=True).assign(weight=weight)
            for name in AMOUNTS:
                rows[name] *= weight * (sold if name in SOLD else 1.0)
            none = self.frame["profit"].to_numpy()[self.start[self.line[at]]]
            rows["gain"] = rows["profit"] - rows["base_share"] * none * weight * sold
            self._shown[left] = rows, plan
        return self._shown[left]

    def _sold(self, left):
        """Share of its items that an unpromoted product sells; shape (plans, products)."""
        part = np.ones((len(self.weight), self.owner.max() + 1))
        for number, name in enumerate(self.frame["product_id"].unique()):
            mine = self.owner == number
            base = self.frame["units"].to_numpy()[mine & (self.discount == 0)].sum()
            idle = (self.weight[:, mine & (self.discount > 0)] == 0).all(axis=1)
            short = min(1.0, left * self.stock.get(name, np.inf) / base)
            part[idle, number] = short
        return part

    def sums(self, name, left=1.0):
        """What each plan has of an amount."""
        rows, plan = self.shown(left)
        return np.bincount(plan, weights=rows[name], minlength=len(self.weight))

    def kept(self, rules):
        """Which plans break nothing, by the checker."""
        rows, plan = self.shown(_left(rules))
        return self.checker.keeping(rows, plan, rules)

    def best(self, rules):
        """The objective of the best plan that keeps the rules; None where none does."""
        kept = self.kept(rules)
        return float(self.sums(self.objective, _left(rules))[kept].max()) if kept.any() else None

    def best_rows(self, rules):
        """The rows of that plan."""
        left, kept = _left(rules), self.kept(rules)
        value = np.where(kept, self.sums(self.objective, left), -np.inf)
        rows, plan = self.shown(left)
        return rows[plan == int(np.argmax(value))].reset_index(drop=True)


def _left(rules):
    return min((rule.share for rule in rules if isinstance(rule, Stock)), default=1.0)


def campaign(frame):
    """Option rows as those of one campaign of one week, a percentage off, without side effects."""
    frame = frame.assign(
        mechanic=np.where(frame["discount"] > 0, "percent", "none"), first=START, weeks=1,
        halo=0.0, new_customers=0.0, kept_customers=0.0, base_share=1.0, step=frame["discount"],
    )  # fmt: skip
    names = ("product_id", "segment", "category", "mechanic")
    return frame.astype(dict.fromkeys(names, "str") | {"first": "datetime64[us]"})


def every_plan(options, limits, stock, objective="profit"):
    """The objective of the best of all plans that keep the limits; None when none does."""
    return Plans(options, stock, objective=objective).best(limits.rules)
