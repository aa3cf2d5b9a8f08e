"""Use cases about when a plan promotes what."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from promo import evaluate
from promo.domain import Plan
from promo.workflow.desks import Desk

PROMOTION = ["first", "weeks", "mechanic", "discount"]
"""What a promotion is, for whomever it is."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """A plan in time.

    Attributes:
        promotions: one row per product, promotion and group of segments that get it, products of
            the largest gain first: `product_id`, `segments` (a tuple, empty for all the product
            has), `at` (first week, from 0), `first` (its Monday), `weeks`, `mechanic`, `discount`,
            `weight` (share of the segments that gets it), `gain`, `cost` (money), `added` and
            `dip` (items added, and missing in the week after; NaN where that is not known).
        weeks: one row per week: `week` (its Monday), `given_away` (money), `items` (added, net of
            rivals and dips).
        products: how many products the plan knows.
    """

    promotions: pd.DataFrame
    weeks: pd.DataFrame
    products: int


def calendar_of(desk: Desk, plan: Plan) -> Calendar:
    """When a plan promotes what, and what that does to each week."""
    study = desk.study
    parts = evaluate.parts_by_row(plan, desk.options)
    weeks = evaluate.week_sums(parts, study.forecast, study.curves)
    facts = parts.assign(
        weight=plan.rows["weight"].to_numpy(), cost=parts["given_away"],
        added=parts["own_items"], dip=parts["pulled_items"].fillna(parts["dip_items"]),
    )  # fmt: skip
    products = int(plan.rows["product_id"].nunique())
    return Calendar(promotions(facts, study.start), weeks, products)


def promotions(rows: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """The promotions of a plan, those of several segments as one where they are alike.

    Args:
        rows: columns of PLAN_ROWS; of `added` and `dip` those that there are.
        start: Monday of the first week.
    """
    every = rows.groupby("product_id")["segment"].nunique().rename("every")
    sums = [name for name in ("gain", "cost", "added", "dip") if name in rows]
    on = rows[rows["discount"] > 0]
    alike = on.groupby(["product_id", *PROMOTION, "weight"], sort=False)
    found = alike[sums].sum().join(alike["segment"].agg(tuple).rename("segments")).reset_index()
    found = found.join(every, on="product_id")
    found["segments"] = [
        () if len(names) == count else tuple(sorted(names))
        for names, count in zip(found["segments"], found.pop("every"), strict=True)
    ]
    found["at"] = (pd.to_datetime(found["first"]) - start).dt.days // 7
    most = found.groupby("product_id")["gain"].transform("sum")
    order = found.assign(most=-most).sort_values(
        ["most", "product_id", "segments", "at"], kind="stable"
    )
    return order.drop(columns="most").reset_index(drop=True)
