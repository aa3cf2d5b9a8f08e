"""Why a discount is in or out, one small shop per reason."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Options
from promo.optimize import REASONS, Limits, PlanModel
from promo.words import LANGUAGES, catalogue
from tests.plan_cases import START, campaign

PRICE = 10.0


def shop(**products):
    """Each product lists, per segment, (discount, items, profit) beyond (0, 100, 400)."""
    rows = []
    for name, segments in products.items():
        for number, steps in enumerate(segments):
            for discount, units, profit in [(0.0, 100.0, 400.0), *steps]:
                rows.append(
                    {
                        "product_id": name, "segment": f"s{number}", "category": "c",
                        "discount": discount, "list_price": PRICE,
                        "price": PRICE * (1 - discount), "demand": units, "units": units,
                        "units_low": units,
                        "units_high": units, "revenue": units * PRICE * (1 - discount),
                        "cost": units * PRICE * discount, "profit": profit, "cannibalised": 0.0,
                        "pulled_forward": 0.0, "unit_cost": 6.0, "base_spread": 0.0,
                        "response_spread": 0.0,
                    }
                )  # fmt: skip
    return Options(campaign(pd.DataFrame(rows)), 1, START)


GOOD, FAIR, BAD = (0.1, 200.0, 600.0), (0.1, 200.0, 500.0), (0.1, 110.0, 300.0)


def reasons(options, limits, stock=None, exact=False):
    model = PlanModel(options, stock)
    plan = model.exact(limits) if exact else model.relaxed(limits)
    return plan.rows.set_index(["product_id", "segment", "discount"])["reason"]


def test_the_best_discount_is_in_because_it_is_best():
    assert reasons(shop(a=[[GOOD]]), Limits())["a", "s0", 0.1] == "in_best"


def test_where_no_discount_gains_that_is_the_reason():
    assert reasons(shop(a=[[BAD]]), Limits(budget=50.0))["a", "s0", 0.0] == "out_no_gain"


def test_money_that_gains_more_elsewhere_keeps_a_product_out():
    found = reasons(shop(a=[[GOOD]], b=[[FAIR]]), Limits(budget=150.0))
    assert found["b", "s0", 0.0] == "out_budget"
    assert found["a", "s0", 0.1] == "in_part"


def test_a_whole_plan_gives_the_same_reason():
    found = reasons(shop(a=[[GOOD]], b=[[FAIR]]), Limits(budget=200.0), exact=True)
    assert found["a", "s0", 0.1] == "in_best"
    assert found["b", "s0", 0.0] == "out_budget"


def test_a_product_that_sells_out_anyway_is_out_of_stock():
    assert reasons(shop(a=[[GOOD]]), Limits(), {"a": 90.0})["a", "s0", 0.0] == "out_stock"


def test_the_segment_that_uses_stock_worse_is_out_of_stock():
    found = reasons(shop(a=[[GOOD], [FAIR]]), Limits(), {"a": 290.0})
    assert found["a", "s1", 0.0] == "out_stock"


def test_slots_go_to_the_product_that_gains_more():
    found = reasons(shop(a=[[GOOD]], b=[[FAIR]]), Limits(max_promoted=1))
    assert found["b", "s0", 0.0] == "out_most_promoted"


def test_a_discount_that_dilutes_the_margin_is_out_for_it():
    thin = (0.1, 400.0, 700.0)
    options = shop(a=[[GOOD]], b=[[thin]])
    free = PlanModel(options).relaxed(Limits()).rows
    share = free["profit"].sum() / free["revenue"].sum()
    found = reasons(options, Limits(margin_floor=share + 0.06))
    assert found["b", "s0", 0.0] in ("out_margin_floor", "in_part")
    assert found["b", "s0"].isin(["out_margin_floor", "in_part"]).all()


def test_a_discount_outside_the_bounds_is_out_for_them():
    shallow = reasons(shop(a=[[GOOD]]), Limits(max_discount=0.05))
    deep = reasons(shop(a=[[GOOD]]), Limits(min_discount=0.2))
    assert shallow["a", "s0", 0.0] == "out_max_discount"
    assert deep["a", "s0", 0.0] == "out_min_discount"


def test_missed_is_the_gain_over_the_next_best_discount():
    options = shop(a=[[GOOD, (0.2, 260.0, 570.0)]])
    rows = PlanModel(options).relaxed(Limits()).rows.set_index("discount")
    assert rows.loc[0.1, "missed"] == pytest.approx(30.0)


def test_missed_counts_the_price_of_money():
    rows = PlanModel(shop(a=[[GOOD]], b=[[FAIR]])).relaxed(Limits(budget=150.0)).rows
    out = rows[rows["product_id"] == "b"].iloc[0]
    # a gains 200 for 200 of money, so money costs 1; b would gain 100 for 200.
    assert out["missed"] == pytest.approx(100.0, rel=1e-4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_sentence(language):
    assert {f"reason.{code}" for code in REASONS} <= set(catalogue(language))


def test_no_reason_is_ever_missing():
    rng = np.random.default_rng(0)
    steps = [[(0.1, 100 + 150 * rng.random(), 300 + 300 * rng.random())] for _ in range(9)]
    options = shop(a=steps[:3], b=steps[3:6], c=steps[6:])
    for limits in (Limits(), Limits(budget=100.0, max_promoted=1), Limits(margin_floor=0.4)):
        assert reasons(options, limits, {"a": 330.0}).isin(REASONS).all()
