"""Use cases about what a plan does to demand, and about curves that rest on little."""

from __future__ import annotations

import pandas as pd

from promo import evaluate, learn
from promo.domain import EVERYONE, Plan
from promo.workflow.desks import Desk
from promo.workflow.forecasts import outlook
from promo.workflow.studies import Study

Added = evaluate.Added


def take_apart(desk: Desk, plan: Plan) -> pd.DataFrame:
    """What each row of a plan is made of; see `promo.evaluate.parts_by_row`."""
    return evaluate.parts_by_row(plan, desk.options)


def parts_by_product(parts: pd.DataFrame) -> pd.DataFrame:
    """The parts of a plan for each product, the largest gain first."""
    return evaluate.parts_by_product(parts)


def members(study: Study, level: learn.Level, name: str = EVERYONE) -> list[str]:
    """The products of a category or the shop that have a forecast; a product is itself."""
    if level == "product":
        return [name]
    products = study.panel.products
    inside = products if level == "total" else products[products["category"] == name]
    ahead = set(study.forecast.rows["product_id"])
    return [one for one in inside["product_id"] if one in ahead]


def outlook_with_plan(
    study: Study, parts: pd.DataFrame, level: learn.Level, name: str = EVERYONE
) -> tuple[pd.DataFrame, Added]:
    """History, forecast and what a plan makes of it, and the items it adds in all.

    Args:
        study: what the plan was made from.
        parts: the plan as `take_apart` gives it.
        level: what `name` is.
        name: product or category; not read for the total.

    Returns:
        The columns of `outlook` and `plan`, `plan_low`, `plan_high` (items; 80 % range of what is
        added; NaN in the past).

    Raises:
        NotFound: there is no such product or category.
    """
    table, inside = outlook(study, level, name), members(study, level, name)
    weeks = evaluate.by_week(parts, study.forecast, study.curves, inside)
    return table.merge(weeks, on="week", how="left"), evaluate.added(parts, inside)


def borrowed_curves(study: Study) -> pd.DataFrame:
    """Products whose curve is mostly their kin's: from whom, why, and what is missing."""
    return learn.borrowed_curves(study.curves, study.panel)


def borrowed_csv(borrowed: pd.DataFrame) -> bytes:
    """The list as a file for spreadsheets; no cell in it can start a formula."""
    texts = ["product_id", "name", "category"]
    rows = borrowed.assign(**{name: borrowed[name].map(evaluate.neutral) for name in texts})
    return rows.round(4).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
