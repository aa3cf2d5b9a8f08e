"""Every rule's own rows say the same as the models, and what its sentence says."""

import numpy as np
import pytest

from promo.errors import Infeasible
from promo.optimize import (
    Budget,
    CategoryBudget,
    Limits,
    MarginFloor,
    MaxDiscount,
    MinDiscount,
    MostPromoted,
    PlanModel,
    Stock,
)
from promo.optimize.arrays import Table
from promo.optimize.solver import Live, Program
from promo.words import LANGUAGES, catalogue
from tests.plan_cases import toy
from tests.test_plan_model import random_limits


def program_of(table, rows, value):
    """The rules' own rows as a program over all options: slow, and nothing left out.

    Columns are the option rows and one switch per product; a row that `counts` is about the
    switches of its products.
    """
    count, products = len(table.group), len(table.products)
    product, parts = table.product[table.group], []
    for row in rows:
        at, weight = row.at, row.weights
        if row.counts:
            at = count + np.unique(product[row.at])
            weight = np.ones(len(at))
        if np.isfinite(row.high):
            parts.append((at, weight, row.high, False))
        if np.isfinite(row.low):
            parts.append((at, -weight, -row.low, False))
    for at in np.split(np.arange(count), table.start[1:]):
        parts.append((at, np.ones(len(at)), 1.0, True))
        promoted = at[table.column["discount"][at] > 0]
        link = np.append(promoted, count + product[at[0]])
        parts.append((link, np.append(np.ones(len(promoted)), -1.0), 0.0, False))
    columns = count + products
    return Program(
        value=np.append(value, np.zeros(products)),
        upper=np.ones(columns),
        whole=np.ones(columns, dtype=bool),
        start=np.cumsum([0, *(len(part[0]) for part in parts)]),
        index=np.concatenate([part[0] for part in parts]).astype(np.int64),
        weight=np.concatenate([part[1] for part in parts]),
        high=np.array([part[2] for part in parts]),
        equal=np.array([part[3] for part in parts]),
    )


RULES = (Budget, CategoryBudget, Stock, MinDiscount, MaxDiscount, MostPromoted, MarginFloor)


@pytest.mark.parametrize("seed", range(30))
def test_the_rows_of_the_rules_alone_give_the_same_plan(seed):
    options, stock = toy(seed, products=4)
    model = PlanModel(options, stock)
    limits = random_limits(seed, model)
    table = Table(options)
    sold = model.case(limits).sold
    frame = options.rows.copy()
    none = (frame["discount"] == 0).to_numpy()
    part = np.where(none, sold[table.product[table.group]], 1.0)
    frame["profit"] *= part
    frame["revenue"] *= part
    base = frame["profit"].to_numpy()[table.start]
    rows = [row for rule in limits.rules(stock) for row in rule.rows(frame)]
    gain = options.rows["profit"].to_numpy()
    gain = gain - gain[table.start][table.group]
    program = program_of(table, rows, gain)
    answer = Live(program).solve(program.high, program.upper, 30.0)
    if answer.status == "infeasible":
        with pytest.raises(Infeasible):
            model.exact(limits)
        return
    plan = model.exact(limits, gap=0)
    # A capped product's promotion is forbidden, so its capped base is a constant of both.
    assert plan.objective - base.sum() == pytest.approx(answer.objective, rel=1e-4, abs=1e-3)


def rows_of(rule):
    options, _ = toy(0)
    return options.rows, list(rule.rows(options.rows))


def test_a_budget_is_about_all_money_given_away():
    frame, (row,) = rows_of(Budget(70.0))
    assert (row.scope, row.high) == ("all", 70.0)
    assert (row.weights == frame["cost"]).all()


def test_a_category_budget_is_about_its_own_products():
    frame, rows = rows_of(CategoryBudget({"c1": 5.0}))
    assert [(row.scope, row.high) for row in rows] == [("c1", 5.0)]
    assert set(frame["product_id"].iloc[rows[0].at]) == {"p1"}


def test_stock_caps_what_promotions_add_and_never_below_nothing():
    frame, rows = rows_of(Stock({"p0": 1e4, "p1": 0.0}))
    base = frame.query("product_id == 'p0' and discount == 0")["units"].sum()
    assert rows[0].high == pytest.approx(1e4 - base)
    assert rows[1].high == 0.0
    assert (rows[0].weights[frame["discount"].iloc[rows[0].at] == 0] == 0).all()


def test_discount_rules_forbid_exactly_what_they_say():
    frame, (low,) = rows_of(MinDiscount(0.24))
    assert set(frame["discount"].iloc[low.at]) == {0.1, 0.2}
    frame, (high,) = rows_of(MaxDiscount(0.25))
    assert set(frame["discount"].iloc[high.at]) == {0.3}


def test_a_slot_counts_a_product_once():
    _, rows = rows_of(MostPromoted(2))
    assert [row.scope for row in rows] == ["c0", "c1"]
    assert all(row.counts and row.high == 2 for row in rows)


def test_a_margin_floor_is_the_spare_profit():
    frame, (row,) = rows_of(MarginFloor(0.3))
    assert row.low == 0
    assert row.weights == pytest.approx(frame["profit"] - 0.3 * frame["revenue"])


def test_limits_left_out_are_no_rules():
    assert Limits().rules({}) == ()
    assert [rule.code for rule in Limits(budget=0.0, max_promoted=0).rules({})] == [
        "budget",
        "most_promoted",
    ]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_name_and_a_sentence(language, rule):
    words = catalogue(language)
    assert f"rule.name.{rule.code}" in words
    assert f"rule.sentence.{rule.code}" in words
