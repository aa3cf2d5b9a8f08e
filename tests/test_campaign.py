"""The campaign file says what the plan decided, and opens safely."""

import io
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.domain import Gain, Plan
from promo.evaluate import (
    campaign_csv,
    differing_rows,
    figures,
    make_campaign,
    supported_share,
)
from promo.evaluate.campaign import FORMULA_STARTS, neutral
from promo.optimize.mechanics import MECHANICS
from promo.tables import BASELINES, PLAN_ROWS, RULE_USE

MONDAY = pd.Timestamp("2026-11-23")


def plan_rows(discounts: dict[tuple[str, str], float]) -> pd.DataFrame:
    rows = pd.DataFrame(
        [(product, segment, share) for (product, segment), share in discounts.items()],
        columns=["product_id", "segment", "discount"],
    )
    rows = rows.assign(
        category="tea", list_price=10.0, price=10.0 * (1 - rows["discount"]), weight=1.0,
        units=20.0 * (1 + rows["discount"]), units_low=15.0, units_high=30.0, cannibalised=0.0,
        pulled_forward=0.0, reason="in_best", missed=0.0, rival=float("nan"), halo=0.0,
        new_customers=0.0, kept_customers=0.0, base_share=1.0, first=MONDAY, weeks=4,
        mechanic=["percent" if share else "none" for share in rows["discount"]],
    )  # fmt: skip
    rows["demand"] = rows["units"]
    rows["revenue"] = rows["price"] * rows["units"]
    rows["cost"] = rows["list_price"] * rows["discount"] * rows["units"]
    rows["profit"] = rows["revenue"] - 4 * rows["units"]
    rows["gain"] = rows["profit"] - 120.0
    return rows[PLAN_ROWS.names]


def plan(discounts: dict[tuple[str, str], float]) -> Plan:
    return Plan(
        plan_rows(discounts), RULE_USE.empty(), BASELINES.empty(), "optimal", True,
        0.0, 0.0, 0.0, Gain(0, 0, 0), 1.0,
    )  # fmt: skip


PRODUCTS = pd.DataFrame({"product_id": ["a", "b", "c"], "name": ["=SUM(A1)", "绿茶", "Oolong"]})
DISCOUNTS = {("a", "x"): 0.2, ("a", "y"): 0.0, ("b", "x"): 0.15, ("c", "x"): 0.0}


def read(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"product_id": str})


def campaign():
    return make_campaign(plan(DISCOUNTS), PRODUCTS, "Advent", MONDAY)


def test_a_campaign_lists_each_promoted_product_once_per_segment():
    rows = campaign().rows
    assert list(zip(rows["product_id"], rows["segment"], strict=True)) == [
        ("a", "x"), ("a", "y"), ("b", "x"),
    ]  # fmt: skip


def test_a_four_week_campaign_from_monday_ends_on_a_sunday():
    rows = campaign().rows
    assert set(rows["start"]) == {MONDAY}
    assert set(rows["end"]) == {pd.Timestamp("2026-12-20")}


def test_a_product_promoted_twice_is_listed_with_the_days_of_each_time():
    rows = plan_rows({("a", "x"): 0.2, ("b", "x"): 0.0})
    again = rows[rows["discount"] > 0].assign(first=MONDAY + pd.Timedelta(weeks=3), weeks=1)
    none = rows.assign(discount=0.0, mechanic="none", weeks=4)
    every = pd.concat([rows.assign(weeks=1), again, none], ignore_index=True)
    calendar = Plan(
        every.drop_duplicates(list(PLAN_ROWS.key)), RULE_USE.empty(), BASELINES.empty(), "optimal",
        True, 0.0, 0.0, 0.0, Gain(0, 0, 0), 1.0,
    )  # fmt: skip
    found = make_campaign(calendar, PRODUCTS, "May", MONDAY + pd.Timedelta(days=7)).rows
    days = list(
        zip(found["start"].dt.strftime("%m-%d"), found["end"].dt.strftime("%m-%d"), strict=True)
    )
    assert days == [("11-30", "12-06"), ("12-21", "12-27")]


def test_plans_that_promote_at_other_times_differ():
    rows = plan_rows(DISCOUNTS)
    later = rows["first"] + pd.to_timedelta(7 * (rows["product_id"] == "b"), unit="D")
    assert set(differing_rows(rows, rows.assign(first=later))["product_id"]) == {"b"}


def test_the_file_carries_the_plan_to_the_cent():
    rows = read(campaign_csv(campaign(), for_spreadsheets=False))
    first = rows.iloc[0]
    assert (first["list_price"], first["discount"]) == (10, 0.2)
    assert (first["shelf_price"], first["promotional_price"]) == (8, 8)
    assert first["expected_cost"] == pytest.approx(10 * 0.2 * 24)


PAID = {
    # of 10 at 20 % off: on the price tag, by those whom it reaches, as points or a gift
    "percent": (8.0, 8.0, 0.0),
    "flash": (10.0, 8.0, 0.0),
    "bundle": (10.0, 8.0, 0.0),
    "member": (10.0, 8.0, 0.0),
    "coupon": (10.0, 8.0, 0.0),
    "spend_and_save": (10.0, 8.0, 0.0),
    "gift": (10.0, 10.0, 2.0),
    "points": (10.0, 10.0, 2.0),
}


def test_it_is_known_of_every_mechanic_who_pays_what():
    assert set(PAID) == set(MECHANICS)


@pytest.mark.parametrize("mechanic", PAID)
def test_the_file_says_what_everybody_pays_and_what_those_whom_a_promotion_reaches(mechanic):
    rows = plan_rows(DISCOUNTS)
    on = rows["discount"] > 0
    rows["mechanic"] = rows["mechanic"].where(~on, mechanic)
    rows["price"] = rows["price"].where(~on, 9.7)  # the mean over all who buy is nobody's price
    chosen = replace(plan(DISCOUNTS), rows=rows)
    made = make_campaign(chosen, PRODUCTS, "Advent", MONDAY)
    found = read(campaign_csv(made, for_spreadsheets=False)).set_index(["product_id", "segment"])
    names = ["shelf_price", "promotional_price", "handed_over"]
    assert tuple(found.loc[("a", "x"), names]) == PAID[mechanic]
    assert tuple(found.loc[("a", "y"), names]) == (10.0, 10.0, 0.0), "not promoted"


def test_only_the_spreadsheet_file_neutralises_formulas():
    assert read(campaign_csv(campaign(), for_spreadsheets=True))["name"][0] == "'=SUM(A1)"
    assert read(campaign_csv(campaign(), for_spreadsheets=False))["name"][0] == "=SUM(A1)"


def test_the_spreadsheet_file_calls_things_as_the_screen_does_and_the_other_keeps_codes():
    words = {"segment": "Segment", "name": "Product", "segment.x": "Dormant", "mechanic.none": "–"}
    told = read(campaign_csv(campaign(), for_spreadsheets=True, words=words))
    kept = read(campaign_csv(campaign(), for_spreadsheets=False))
    assert dict(zip(kept["segment"], told["Segment"], strict=True)) == {"x": "Dormant", "y": "y"}
    assert set(told.loc[kept["mechanic"] == "none", "mechanic"]) == {"–"}
    assert told["Product"][0] == "'=SUM(A1)", "names under another heading stay harmless"
    formula = campaign_csv(campaign(), for_spreadsheets=True, words={"segment.x": "=1+1"})
    assert "'=1+1" in set(read(formula)["segment"])


def test_the_spreadsheet_file_opens_as_chinese():
    assert campaign_csv(campaign(), for_spreadsheets=True).startswith(b"\xef\xbb\xbf")


@given(st.text(max_size=8), st.sampled_from(FORMULA_STARTS), st.sampled_from(["", " ", "\u200b"]))
def test_no_cell_that_starts_a_formula_gets_through(rest, start, before):
    assert neutral(before + start + rest).startswith("'")


def test_a_harmless_name_is_left_alone():
    assert [neutral(name) for name in ("tea", "7-Up", "绿茶")] == ["tea", "7-Up", "绿茶"]


def test_two_plans_differ_where_their_discounts_do():
    other = plan_rows({**DISCOUNTS, ("a", "x"): 0.1, ("d", "x"): 0.1})
    different = differing_rows(plan_rows(DISCOUNTS), other)
    assert set(different["product_id"]) == {"a", "d"}
    assert differing_rows(other, other).empty


def test_the_figures_of_a_plan_are_its_sums():
    rows = plan_rows(DISCOUNTS)
    found = figures(rows)
    assert found["cost"] == pytest.approx(48 + 34.5)
    assert found["promoted_products"] == 2
    assert found["mean_discount"] == pytest.approx((48 + 34.5) / (240 + 230))


def test_a_supplier_who_pays_half_makes_no_discount_smaller():
    rows = plan_rows(DISCOUNTS)
    shared = rows.assign(cost=rows["cost"] / 2)
    assert figures(shared)["cost"] == pytest.approx((48 + 34.5) / 2)
    assert figures(shared)["mean_discount"] == figures(rows)["mean_discount"]


def test_a_coupon_that_few_use_saves_buyers_little():
    coupon = plan_rows({("a", "x"): 0.2}).assign(mechanic="coupon", price=9.79)
    assert figures(coupon)["mean_discount"] == pytest.approx(0.021)


def test_a_gain_is_supported_as_far_as_its_products_are_known_well():
    rows = plan_rows(DISCOUNTS).assign(gain=[30.0, 0.0, 10.0, 5.0])
    curves = rows[["product_id", "segment"]].assign(evidence=["fair", "weak", "borrowed", "strong"])
    assert supported_share(rows, curves) == pytest.approx(0.75)
    assert supported_share(plan_rows({("a", "x"): 0.0}), curves) == 0.0
