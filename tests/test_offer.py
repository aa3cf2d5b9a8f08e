"""What may be offered: prices with endings, and mechanics that a manager can check by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.errors import BadRequest
from promo.optimize import mechanics
from promo.optimize.mechanics import MECHANICS, PERCENT, Mechanic
from promo.optimize.offer import Offer, charmed
from tests.test_options import curves, forecast, option, priced


def with_way(way, discount=0.2, **columns):
    """The option of product a at list price 10, unit cost 6, 100 items, elasticity -2."""
    return option(
        priced(curves(**columns), forecast(), [], offer=Offer((discount,), mechanics=(way,)))
    )


# --- prices --------------------------------------------------------------------------------------


def test_promotional_prices_end_as_prices_do_and_discounts_follow():
    rows = priced(curves(), forecast(), [], offer=Offer((0.1, 0.2, 0.25), endings=(0.99, 0.5))).rows
    mine = rows[(rows["product_id"] == "b") & (rows["discount"] > 0)]
    assert mine["price"].tolist() == pytest.approx([17.99, 15.99, 14.99])
    assert mine["discount"].tolist() == pytest.approx(
        [1 - 17.99 / 20, 1 - 15.99 / 20, 1 - 14.99 / 20]
    )
    assert mine["revenue"].tolist() == pytest.approx((mine["price"] * mine["units"]).tolist())


def test_two_discounts_that_come_to_one_price_are_one_option():
    rows = priced(curves(), forecast(), [], offer=Offer((0.1, 0.11, 0.12), endings=(0.99,))).rows
    assert rows.loc[rows["product_id"] == "a", "price"].tolist() == pytest.approx([10.0, 8.99])


def test_an_ending_that_leaves_no_reduction_is_no_promotion():
    rows = priced(curves(), forecast(), [], offer=Offer((0.02,), endings=(0,))).rows
    assert (rows.loc[rows["product_id"] == "a", "discount"] == 0).all()


def test_only_mechanics_that_show_a_price_get_an_ending():
    offer = Offer((0.1,), mechanics=(PERCENT, MECHANICS["coupon"]), endings=(0.99,))
    rows = priced(curves(), forecast(), [], offer=offer).rows
    mine = rows[rows["product_id"] == "b"].set_index("mechanic")["discount"]
    assert mine["coupon"] == 0.1
    assert mine["percent"] == pytest.approx(1 - 17.99 / 20)


@given(
    price=st.floats(0.5, 5000),
    endings=st.lists(st.sampled_from([0.0, 0.5, 0.9, 0.95, 0.99, 8, 9, 9.9, 99]), min_size=1),
)
def test_no_price_with_an_ending_is_nearer(price, endings):
    found = charmed(np.array([price]), endings)[0]
    step = {ending: 100.0 if ending >= 10 else 10.0 if ending >= 1 else 1.0 for ending in endings}
    every = np.concatenate([np.arange(-1, 5200 / s) * s + e for e, s in step.items()])
    assert abs(found - price) == pytest.approx(np.abs(every - price).min(), abs=1e-6)
    assert np.abs(every - found).min() < 1e-5


@pytest.mark.parametrize(
    "wrong",
    [
        {"ladder": [1.0]}, {"ladder": [-0.1]}, {"lengths": [0]}, {"lengths": [1.5]},
        {"mechanics": ()}, {"mechanics": (PERCENT, PERCENT)}, {"endings": [-1]},
        {"funding": {"a": 1.1}}, {"salvage": {"a": -1.0}}, {"salvage": {"a": float("nan")}},
    ],
)  # fmt: skip
def test_what_cannot_be_offered_is_refused(wrong):
    with pytest.raises(BadRequest):
        Offer(**wrong)


# --- mechanics -----------------------------------------------------------------------------------


def test_a_plain_discount_is_the_response_curve_itself():
    row = with_way(PERCENT)
    same = with_way(Mechanic("coupon", reach=1.0))
    amounts = ["units", "revenue", "cost", "profit", "price"]
    assert row[amounts].tolist() == pytest.approx(
        [100 * 0.8**-2, 800 * 0.8**-2, 200 * 0.8**-2, 200 * 0.8**-2, 8.0]
    )
    assert same[amounts].tolist() == pytest.approx(row[amounts].tolist())


@pytest.mark.parametrize("name", sorted(MECHANICS))
def test_a_mechanic_that_reaches_nobody_changes_nothing(name):
    row = with_way(Mechanic(name, reach=0.0), lift=0.3, pull_forward=0.3, cross=0.4)
    assert row[["units", "revenue", "cost", "profit", "price"]].tolist() == pytest.approx(
        [100, 1000, 0, 400, 10]
    )
    assert row[["cannibalised", "pulled_forward", "response_spread"]].tolist() == [0, 0, 0]


def test_a_coupon_that_one_in_ten_uses():
    way = mechanics.coupon(given=500, used=50)
    row = with_way(way)
    used = 10 * 0.8**-2
    assert row["units"] == pytest.approx(90 + used)
    assert row["cost"] == pytest.approx(2 * used)
    assert row["profit"] == pytest.approx(4 * (90 + used) - 2 * used)
    assert row["price"] == pytest.approx(10 - 2 * used / (90 + used))


def test_spend_100_save_20():
    way = mechanics.spend_and_save([50, 90, 100, 200], threshold=100, saving=20)
    assert way.reach == pytest.approx((90 + 100 + 200) / 440), "90 is lifted: the rest is free"
    assert way.felt == pytest.approx(3 * 100 / (100 + 100 + 200))
    reached = 100 * way.reach * (1 - 0.75 * 0.2) ** -2
    assert with_way(way)["cost"] == pytest.approx(0.75 * 2 * reached)
    assert not way.assumed


def test_a_threshold_that_no_basket_reaches_gives_nothing_away():
    way = mechanics.spend_and_save([10, 20], threshold=100, saving=20)
    assert with_way(way)["cost"] == 0
    assert with_way(way)["units"] == pytest.approx(100)


def test_a_flash_sale_of_the_hours_in_which_a_quarter_is_sold():
    by_hour = np.full(168, 1.0)
    by_hour[18:22] = 164 / 3 / 4
    way = mechanics.flash(by_hour, hours=[18, 19, 20, 21])
    assert way.reach == pytest.approx(0.25)
    assert with_way(way)["units"] == pytest.approx(75 + 25 * 0.8**-2)


def test_a_bundle_of_two_where_half_of_the_items_are_bought_in_pairs():
    way = mechanics.bundle([1, 1, 1, 1, 2, 2], size=2)
    assert way.reach == 0.5
    assert with_way(way)["cost"] == pytest.approx(2 * 50 * 0.8**-2)


def test_a_gift_costs_what_the_shop_paid_for_it():
    way = mechanics.gift(worth=2.0, unit_cost=1.2, wanted=0.5)
    row, items = with_way(way), 100 * (1 - 0.5 * 0.2) ** -2
    assert row["units"] == pytest.approx(items)
    assert row["cost"] == pytest.approx(1.2 * items), "one gift worth 2 = 20 % of 10 with each item"
    assert way.assumed, "who wants it was not measured"


def test_a_member_price_where_members_buy_three_of_four():
    way = mechanics.member(items_of_members=300, items=400)
    row = with_way(way)
    assert row["units"] == pytest.approx(25 + 75 * 0.8**-2)
    assert row["cost"] == pytest.approx(2 * 75 * 0.8**-2)


def test_points_of_which_a_fifth_is_never_used():
    way = mechanics.points(items_of_members=50, items=100, given=1000, used=800)
    row, reached = with_way(way), 50 * (1 - 0.8 * 0.2) ** -2
    assert row["units"] == pytest.approx(50 + reached)
    assert row["cost"] == pytest.approx(0.8 * 2 * reached)


def test_every_mechanic_but_the_plain_discount_says_that_it_is_assumed():
    assert [name for name, way in MECHANICS.items() if not way.assumed] == ["percent"]


def test_what_is_less_felt_is_less_sure_only_by_what_is_felt():
    full, half = with_way(PERCENT), with_way(Mechanic("points", felt=0.5))
    assert half["response_spread"] == pytest.approx(
        full["response_spread"] * np.log(0.9) / np.log(0.8)
    )


@pytest.mark.parametrize(
    "asked",
    [
        lambda: Mechanic("coupon", reach=1.2),
        lambda: mechanics.coupon(given=10, used=11),
        lambda: mechanics.coupon(given=0, used=0),
        lambda: mechanics.spend_and_save([], 100, 20),
        lambda: mechanics.spend_and_save([50], 100, 100),
        lambda: mechanics.flash([1.0, float("nan")], [0]),
        lambda: mechanics.bundle([0, 0], 2),
    ],
)
def test_what_no_mechanic_can_be_is_refused(asked):
    with pytest.raises(BadRequest):
        asked()
