"""Rules drawn so that they bind: each is about what the best plan without it would do."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from promo.optimize import Limits, PlanModel
from promo.optimize.rules import (
    CHANNELS,
    RULES,
    Budget,
    CategoryBudget,
    ChannelBudget,
    ContactLimit,
    Dates,
    Forbidden,
    Gap,
    Length,
    Locked,
    LowestPrice,
    MarginFloor,
    MaxDiscount,
    MinDiscount,
    MostPromoted,
    MostPromotions,
    NeverTogether,
    NoTouch,
    OnePrice,
    OnlyWith,
    PriceGroup,
    ProductMargin,
    SegmentLeast,
    SegmentMost,
    SellThrough,
    Stock,
    Target,
    WeekBudget,
)
from tests.plan_cases import SIZES, Plans, shop

PERSONAL = ("message", "account")
SHOPS = 40
"""Different shops, each of which serves several rules."""


@dataclass(frozen=True, eq=False)
class Case:
    """A tiny shop, all its plans, and the best of them without any rule but stock."""

    seed: int

    @cached_property
    def shop(self):
        return shop(self.seed, SIZES[self.seed % len(SIZES)])

    @cached_property
    def objective(self):
        return ("profit", "profit", "revenue", "units")[self.seed // len(SIZES) % 4]

    @cached_property
    def plans(self):
        return Plans(*self.shop, self.objective)

    @cached_property
    def model(self):
        options, stock, brand = self.shop
        return PlanModel(options, stock, brand=brand, objective=self.objective)

    @cached_property
    def free(self):
        """The promotions of the best plan when only stock counts."""
        return self.rows[self.rows["discount"] > 0].reset_index(drop=True)

    @cached_property
    def rows(self):
        """That plan with what it does not promote."""
        return self.plans.best_rows(Limits().rules)

    @cached_property
    def best(self):
        """What it has of the objective."""
        return self.rows[self.objective].sum()

    @cached_property
    def kept(self):
        """Which of all plans keep the stock."""
        return self.plans.kept(Limits().rules)

    @property
    def frame(self):
        return self.shop[0].rows

    @cached_property
    def weekly(self):
        """The free plan's promotions once for each week that they run, with the week's Monday."""
        parts = [
            self.free.assign(
                week=self.free["first"] + pd.to_timedelta(7 * ahead, "D"),
                cost=self.free["cost"] / self.free["weeks"],
            )[self.free["weeks"] > ahead]
            for ahead in range(int(self.free["weeks"].max()))
        ]
        return pd.concat(parts, ignore_index=True)


@cache
def case(number):
    """A shop of which the best plan promotes something, by its number."""
    found = Case(number)
    while not len(found.free):
        found = Case(found.seed + 1000)
    return found


def draw(code, case, rng):
    """A rule of a kind that the best plan without it breaks; None where this shop has none."""
    return DRAWS[code](case, rng)


def budget(case, rng):
    return Budget(rng.uniform(0.3, 0.95) * case.free["cost"].sum())


def category_budget(case, rng):
    spent = case.free.groupby("category")["cost"].sum()
    category = rng.choice(spent.index)
    return CategoryBudget(category, rng.uniform(0.2, 0.95) * spent[category])


def week_budget(case, rng):
    most = case.weekly.groupby("week")["cost"].sum().max()
    return WeekBudget(rng.uniform(0.4, 0.95) * most)


def channel_budget(case, rng):
    spent = case.free.groupby(case.free["mechanic"].map(CHANNELS))["cost"].sum()
    channel = rng.choice(spent.index)
    return ChannelBudget(channel, rng.uniform(0.3, 0.95) * spent[channel])


def margin_floor(case, rng):
    margin = case.plans.sums("profit") / case.plans.sums("revenue")
    now = case.rows["profit"].sum() / case.rows["revenue"].sum()
    return MarginFloor(float(np.clip(now + rng.uniform(0.05, 1.1) * (margin.max() - now), 0, 1)))


def product_margin(case, rng):
    """A floor that refuses a promotion by a hair, or one that the next shallower hardly keeps."""
    row = case.free.iloc[rng.integers(len(case.free))]
    mine = case.frame[case.frame["product_id"] == row["product_id"]]
    margins = 1 - mine["unit_cost"] / mine["price"]
    now = 1 - row["unit_cost"] / row["price"]
    above = margins[margins > now + 1e-9].min()
    floor = now + 0.002 if rng.random() < 0.4 else above - 0.002
    return ProductMargin(share=float(np.clip(floor, 0.0, 1.0)), **about(row, rng))


def about(row, rng):
    """One product, its category, or all."""
    names = ({"product": row["product_id"]}, {"category": row["category"]}, {})
    return names[rng.integers(3)]


def target(case, rng):
    names = [m for m in ("profit", "revenue", "units", "new_customers") if m != case.objective]
    measure = str(rng.choice(names))
    now, most = case.rows[measure].sum(), case.plans.sums(measure)[case.kept].max()
    return (
        Target(measure, float(now + rng.uniform(0.1, 1.1) * (most - now))) if most > now else None
    )


def stock(case, rng):
    asked = case.rows.groupby("product_id")["demand"].sum()[case.free["product_id"].unique()]
    held = {name: case.shop[1][name] for name in asked.index if name in case.shop[1]}
    if not held:
        return None
    name = rng.choice(list(held))
    return Stock(float(rng.uniform(0.75, 0.99) * asked[name] / held[name]))


def sell_through(case, rng):
    held = case.shop[1]
    promotable = [p for p in case.frame["product_id"].unique() if p in held]
    if not promotable:
        return None
    name = str(rng.choice(promotable))
    now = case.rows.loc[case.rows["product_id"] == name, "units"].sum()
    most = _most_units(case, name)
    share = (now + rng.uniform(0.1, 1.1) * (most - now)) / held[name]
    return SellThrough(share=float(share), product=name) if most > now and share < 1 else None


def _most_units(case, name):
    rows, plan = case.plans.shown(1.0)
    mine = rows["product_id"] == name
    return np.bincount(plan[mine], rows.loc[mine, "units"], len(case.kept))[case.kept].max()


def min_discount(case, rng):
    row = case.free.loc[case.free["discount"].idxmin()]
    return MinDiscount(share=_beside(case, rng, row["discount"], 1), **about(row, rng))


def max_discount(case, rng):
    row = case.free.loc[case.free["discount"].idxmax()]
    return MaxDiscount(share=_beside(case, rng, row["discount"], -1), **about(row, rng))


def _beside(case, rng, discount, side):
    """A share that shuts a discount by a hair, or one that hardly leaves the next one open."""
    shares = case.frame["discount"].unique()
    beyond = shares[(shares > 0) & ((shares - discount) * side > 1e-9)]
    if len(beyond) and rng.random() < 0.5:
        return float(beyond[np.abs(beyond - discount).argmin()] - side * 0.005)
    return float(discount + side * 0.005)


def lowest_price(case, rng):
    row = case.free.iloc[rng.integers(len(case.free))]
    return LowestPrice({row["product_id"]: float(row["price"]) * rng.choice([0.99, 1.0, 1.05])})


def most_promoted(case, rng):
    together = bool(rng.random() < 0.4)
    used = case.weekly.groupby(["week"] if together else ["week", "category"])["product_id"]
    return MostPromoted(count=int(used.nunique().max()) - 1, together=together)


def most_promotions(case, rng):
    times = _times(case)
    row = case.free[case.free["product_id"] == times.idxmax()].iloc[0]
    return MostPromotions(count=int(times.max()) - 1, **about(row, rng))


def _times(case):
    periods = case.free[["product_id", "first", "weeks"]].drop_duplicates()
    return periods.groupby("product_id").size()


def gap(case, rng):
    if _times(case).max() < 2:
        return None
    return Gap(weeks=int(rng.integers(1, 3)))


def length(case, rng):
    if (case.free["weeks"] == case.frame["weeks"].min()).any() and case.plans.options.weeks > 1:
        return Length(least=int(case.free["weeks"].min()) + 1)
    return Length(most=int(case.free["weeks"].max()) - 1)


def dates(case, rng):
    row = case.free.iloc[rng.integers(len(case.free))]
    if rng.random() < 0.5:
        return Dates(first=f"{row['first'] + pd.Timedelta(weeks=1):%Y-%m-%d}", **about(row, rng))
    last = row["first"] + pd.Timedelta(weeks=int(row["weeks"]) - 2)
    return Dates(last=f"{last:%Y-%m-%d}", **about(row, rng))


def no_touch(case, rng):
    row = case.weekly.iloc[rng.integers(len(case.weekly))]
    return NoTouch(first=f"{row['week']:%Y-%m-%d}", **about(row, rng))


def _two(case, rng, together):
    """Two products, the first promoted, that are promoted in one week, or one without the other."""
    weeks = case.weekly.groupby("product_id")["week"].agg(set)
    names = list(case.frame["product_id"].unique())
    pairs = [
        (a, b)
        for a in weeks.index
        for b in names
        if a != b
        and (weeks[a] & weeks.get(b, set()) if together else weeks[a] - weeks.get(b, set()))
    ]
    return pairs[rng.integers(len(pairs))] if pairs else None


def never_together(case, rng):
    pair = _two(case, rng, together=True)
    return pair and NeverTogether(*pair)


def only_with(case, rng):
    pair = _two(case, rng, together=False)
    return pair and OnlyWith(*pair)


def price_group(case, rng):
    names = case.frame["product_id"].unique()
    count = int(rng.integers(2, len(names) + 1))
    return PriceGroup(tuple(str(name) for name in rng.choice(names, count, replace=False)))


def one_price(case, rng):
    if case.frame["segment"].nunique() < 2:
        return None
    return OnePrice(**about(case.free.iloc[rng.integers(len(case.free))], rng))


def _part(case, rng):
    if case.frame["segment"].nunique() < 2:
        return None, None
    segment = str(rng.choice(case.frame["segment"].unique()))
    cost = case.free["cost"]
    return segment, cost[case.free["segment"] == segment].sum() / cost.sum()


def segment_least(case, rng):
    segment, now = _part(case, rng)
    if segment is None or now == 1:
        return None
    return SegmentLeast(segment, float(now + rng.uniform(0.1, 0.9) * (1 - now)))


def segment_most(case, rng):
    segment, now = _part(case, rng)
    return SegmentMost(segment, float(rng.uniform(0.3, 0.95) * now)) if now else None


def contact_limit(case, rng):
    told = case.weekly[case.weekly["mechanic"].map(CHANNELS).isin(PERSONAL)]
    if not len(told):
        return None
    return ContactLimit(int(told.groupby(["week", "segment"]).size().max()) - 1)


def locked(case, rng):
    key = ["product_id", "segment", "first", "weeks", "mechanic", "discount"]
    promoted = case.frame[case.frame["discount"] > 0]
    if rng.random() < 0.3:
        row = case.weekly.iloc[rng.integers(len(case.weekly))]
        return Locked(row["product_id"], first=f"{row['week']:%Y-%m-%d}", weeks=1, discount=0.0)
    new = promoted.merge(case.free[key], on=key, how="left", indicator=True)
    new = new[new["_merge"] == "left_only"]
    return _choice(Locked, new.iloc[rng.integers(len(new))])


def _choice(kind, row):
    return kind(
        row["product_id"], row["segment"], row["mechanic"], f"{row['first']:%Y-%m-%d}",
        int(row["weeks"]), float(row["discount"]),
    )  # fmt: skip


def forbidden(case, rng):
    row = case.free.iloc[rng.integers(len(case.free))]
    whole = _choice(Forbidden, row)
    if rng.random() < 0.5:
        return whole
    return Forbidden(whole.product, mechanic=whole.mechanic, first=whole.first)


DRAWS = {code: globals()[code] for code in RULES}


def limits_of(*rules):
    """Rules as the limits of one move; the stock has a slider of its own."""
    shares = [rule.share for rule in rules if rule.code == "stock"]
    more = tuple(rule for rule in rules if rule.code != "stock")
    return Limits(stock_share=min(shares, default=1.0), more=more)
