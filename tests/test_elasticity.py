"""Response curves: published figures, a shop whose truth is known, and what the data cannot say."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import EVIDENCE, Panel
from promo.errors import BadRequest, NotEnoughData
from promo.learn import ResponseConfig, fit_response, fixed_effects
from promo.words import LANGUAGES, translate
from tests.demand_world import Shop, by_segment, knowing, panel_of, sell


def panel_from(rows: pd.DataFrame, category: "pd.Series | str" = "all") -> Panel:
    """A panel from the columns a source has, the rest at their neutral values."""
    neutral = {"place": "all", "segment": "all", "feature": 0.0, "display": 0.0, "in_stock": 1.0}
    rows = rows.assign(**{k: v for k, v in neutral.items() if k not in rows})
    for name in ("product_id", "place", "segment"):
        rows[name] = rows[name].astype("str")
    ids = pd.Series(sorted(rows["product_id"].unique()), dtype="str")
    products = pd.DataFrame({
        "product_id": ids, "name": ids, "category": "all",
        "brand": pd.Series([None] * len(ids), dtype="str"),
        "list_price": ids.map(rows.groupby("product_id")["list_price"].median()),
        "unit_cost": np.nan, "stock": np.nan,
    })  # fmt: skip
    if not isinstance(category, str):
        products["category"] = ids.map(category)
    products["category"] = products["category"].astype("str")
    return Panel(rows, products)


@pytest.fixture(scope="module")
def meals(public_data):
    folder = public_data("genpact_meal_demand")
    raw = pd.read_csv(folder / "relational_main.csv.zip")
    kind = pd.read_csv(folder / "meal_info.csv").astype(str).set_index("meal_id")["category"]
    rows = pd.DataFrame({
        "product_id": raw["meal_id"].astype(str), "place": raw["center_id"].astype(str),
        "week": pd.Timestamp("2020-01-06").as_unit("us") + pd.to_timedelta(7 * raw["week"], "D"),
        "units": raw["num_orders"].astype(float), "price": raw["checkout_price"],
        "list_price": raw["base_price"], "feature": raw["emailer_for_promotion"].astype(float),
        "display": raw["homepage_featured"].astype(float),
    })  # fmt: skip
    return panel_from(rows, kind)


def test_meal_demand_has_the_published_fixed_effects(meals):
    fit = fixed_effects(meals)
    assert fit.table["estimate"].tolist() == pytest.approx([-1.352, 0.500, 0.474], abs=0.002)
    assert fit.r2 == pytest.approx(0.725, abs=0.001)


def test_cheese_demand_has_the_published_fixed_effects(public_data):
    raw = pd.read_csv(public_data("borden_cheese") / "cheese.csv")
    nth = raw.groupby("RETAILER").cumcount()
    rows = pd.DataFrame({
        "product_id": "cheese", "place": raw["RETAILER"],
        "week": pd.Timestamp("2020-01-06").as_unit("us") + pd.to_timedelta(7 * nth, "D"),
        "units": raw["VOLUME"].astype(float), "price": raw["PRICE"], "list_price": raw["PRICE"],
        "display": raw["DISP"],
    })  # fmt: skip
    fit = fixed_effects(panel_from(rows), effects=("place",), regressors=("ln_price", "display"))
    assert fit.table["estimate"].tolist() == pytest.approx([-2.388, 0.914], abs=0.001)


def test_a_regressor_that_never_moves_has_no_coefficient():
    panel, _ = sell(Shop(products=5, weeks=30))
    table = fixed_effects(panel, effects=("product_id", "week")).table.set_index("regressor")
    assert np.isfinite(table.loc["ln_price", "estimate"])
    assert table.loc[["feature", "display"], "estimate"].isna().all()


def test_an_unknown_regressor_is_named():
    with pytest.raises(BadRequest) as caught:
        fixed_effects(sell(Shop(products=2, weeks=20))[0], regressors=("weather",))
    assert caught.value.facts["value"] == "weather"


@pytest.mark.parametrize("seed", range(3))
def test_elasticities_lie_within_their_intervals(seed):
    panel, truth = sell(Shop(seed=seed))
    rows = fit_response(panel).rows
    assert (np.abs(rows["elasticity"] - truth) <= 3 * rows["elasticity_se"]).all()
    inside = (rows["elasticity_low"] <= truth) & (truth <= rows["elasticity_high"])
    assert inside.mean() >= 0.9
    assert np.sqrt(((rows["elasticity"] - truth) ** 2).mean()) < 0.35


def test_slow_sellers_are_not_flattened_by_the_logarithm_of_small_counts():
    panel, truth = sell(Shop(products=300, categories=10, base=1.5))
    error = fit_response(panel).rows["elasticity"] - truth
    assert abs(error.mean()) < 0.06
    assert np.sqrt((error**2).mean()) < 0.5


def test_sold_out_weeks_teach_nothing():
    panel, _ = sell(Shop(products=15))
    rows = panel.rows.assign(in_stock=1.0)
    gone = rows.index % 9 == 4
    censored = rows.assign(in_stock=np.where(gone, 0.3, 1.0), units=rows["units"].where(~gone, 0.0))
    truth = rows.assign(in_stock=np.where(gone, 0.3, 1.0))
    here, there = (fit_response(Panel(r, panel.products)).rows for r in (censored, truth))
    pd.testing.assert_frame_equal(here, there)


def test_a_product_that_was_always_sold_out_still_has_a_curve():
    panel, _ = sell(Shop(products=12))
    last = panel.rows["product_id"] == "P00011"
    empty = panel.rows.assign(in_stock=np.where(last, 0.0, 1.0))
    rows = fit_response(Panel(empty, panel.products)).rows
    assert rows.loc[11, "evidence"] == "borrowed"


def test_common_effects_of_the_world_are_found():
    rows = fit_response(sell(Shop(products=200, weeks=104, seed=5))[0]).rows
    assert rows["lift"].iloc[0] == pytest.approx(0.1, abs=0.05)
    assert rows["pull_forward"].iloc[0] == pytest.approx(0.3, abs=0.1)
    assert rows["cross"].iloc[0] == pytest.approx(0.4, abs=0.25)


@pytest.mark.parametrize("timing", [0.0, 0.5, 1.0])
def test_promotions_set_in_good_weeks_do_not_pass_for_strong_promotions(timing):
    shop = Shop(products=200, weeks=104, noise=0.25, memory=0.6, timing=timing, seed=5)
    panel, truth = sell(shop)
    curves = fit_response(panel)
    rows = curves.rows
    assert rows["lift"].iloc[0] == pytest.approx(0.1, abs=0.06)
    assert curves.timing.excess == pytest.approx(0.25 * timing, abs=0.06)
    assert curves.timing.excess_se < 0.05
    assert rows["pull_forward"].iloc[0] == pytest.approx(0.3, abs=0.12)
    assert (rows["elasticity"] - truth).mean() == pytest.approx(0.0, abs=0.15)
    inside = (rows["elasticity_low"] <= truth) & (truth <= rows["elasticity_high"])
    assert inside.mean() >= 0.9


def test_a_week_of_wrong_numbers_hardly_moves_a_slope():
    panel, _ = sell(Shop(products=40))
    wrong = panel.rows["units"].where(panel.rows.index != 200, panel.rows["units"] * 20)
    here = fit_response(panel).rows["elasticity"]
    there = fit_response(Panel(panel.rows.assign(units=wrong), panel.products)).rows["elasticity"]
    assert np.abs(here - there).max() < 0.25


def test_two_promoted_weeks_say_something_but_are_still_called_borrowed():
    panel, truth = sell(Shop(products=150, promoted=0.025, noise=0.05, base=500.0, spread=1.2))
    rows = fit_response(panel).rows
    seldom = (rows["price_weeks"] > 0) & (rows["evidence"] == "borrowed")
    assert seldom.sum() > 30
    assert np.corrcoef(rows["elasticity"][seldom], truth[seldom])[0, 1] > 0.8


def test_products_with_much_to_say_are_hardly_pulled_to_their_kin():
    panel, truth = sell(Shop(base=5000.0, noise=0.05, weeks=104, promoted=0.25))
    rows = fit_response(panel).rows
    kept, _ = np.polyfit(truth, rows["elasticity"], 1)
    assert kept == pytest.approx(1.0, abs=0.06)
    assert set(rows["evidence"]) == {"strong"}


def test_products_with_little_to_say_are_pulled_to_their_kin():
    panel, truth = sell(Shop(noise=0.8, weeks=40, promoted=0.15, spread=0.3, seed=1))
    rows = fit_response(panel).rows
    assert rows["elasticity"].std() < 1.3 * truth.std()
    assert np.sqrt(((rows["elasticity"] - truth) ** 2).mean()) < 0.9


def test_products_that_never_moved_their_price_borrow_and_doubt_more():
    panel, _ = sell(Shop(never_promoted=6))
    rows = fit_response(panel).rows
    borrowed = rows["evidence"] == "borrowed"
    assert borrowed.tolist() == [True] * 6 + [False] * 54
    assert (rows.loc[borrowed, "price_weeks"] == 0).all()
    assert (rows.loc[borrowed, "trust"] == 0).all()
    assert rows.loc[borrowed, "elasticity_se"].min() > rows.loc[~borrowed, "elasticity_se"].max()


def test_a_grade_is_what_its_rule_says():
    rows = fit_response(sell(Shop(products=120, weeks=52, promoted=0.1))[0]).rows
    relative = rows["elasticity_se"] / -rows["elasticity"]
    strong, fair = rows["evidence"] == "strong", rows["evidence"] == "fair"
    assert {"strong", "fair", "borrowed"} <= set(rows["evidence"])
    assert (rows.loc[strong, "price_weeks"] >= 8).all()
    assert rows.loc[strong, "trust"].min() >= 0.5
    assert relative[strong].max() <= 0.25
    assert (rows.loc[fair, "price_weeks"] >= 4).all()
    assert relative[fair].max() <= 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_grade_has_a_name_and_a_reason(language):
    for grade in EVIDENCE:
        assert translate(language, f"evidence.{grade}.name")
        assert translate(language, f"evidence.{grade}.why")


def test_the_order_of_rows_does_not_matter():
    panel, _ = sell(Shop(products=12, weeks=40))
    mixed = Panel(panel.rows.sample(frac=1, random_state=1), panel.products.iloc[::-1])
    pd.testing.assert_frame_equal(fit_response(mixed).rows, fit_response(panel).rows)


def test_counting_in_dozens_leaves_the_slopes():
    panel, _ = sell(Shop(products=20, base=2000.0))
    dozens = Panel(panel.rows.assign(units=panel.rows["units"] * 12), panel.products)
    here, there = fit_response(panel).rows, fit_response(dozens).rows
    assert there["elasticity"].to_numpy() == pytest.approx(here["elasticity"].to_numpy(), abs=0.02)


@pytest.mark.parametrize(
    "shop",
    [
        Shop(products=1, categories=1),
        Shop(products=1, categories=1, weeks=20, promoted=0.3),
        Shop(products=15, categories=1),
        Shop(products=8, categories=4, weeks=20, promoted=0.3),
    ],
    ids=["one product", "one product, 20 weeks", "one category", "20 weeks"],
)
def test_small_shops_get_curves_too(shop):
    rows = fit_response(sell(shop)[0]).rows
    assert len(rows) == shop.products
    assert rows["elasticity"].between(-6, -0.2).all()


def test_a_list_price_that_is_only_the_price_still_teaches():
    panel, truth = sell(Shop())
    same = Panel(panel.rows.assign(list_price=panel.rows["price"]), panel.products)
    rows = fit_response(same).rows
    assert np.corrcoef(rows["elasticity"], truth)[0, 1] > 0.8
    assert rows["price_weeks"].min() > 0


def test_prices_that_never_move_teach_nothing():
    with pytest.raises(NotEnoughData):
        fit_response(sell(Shop(promoted=0.0))[0])


def test_sales_that_never_change_are_an_answer_of_zero_and_no_failure():
    panel, _ = sell(Shop(products=12, weeks=40))
    constant = Panel(panel.rows.assign(units=7.0), panel.products)
    curves = fit_response(constant).rows
    assert curves["elasticity"].between(-0.8, 0).all()
    assert np.isfinite(curves["elasticity_se"]).all()


def test_a_month_of_history_teaches_nothing():
    with pytest.raises(NotEnoughData) as caught:
        fit_response(sell(Shop(weeks=5))[0])
    assert caught.value.facts["have"] == 5


def test_a_product_missing_from_the_list_has_the_price_it_was_last_listed_at():
    panel, _ = sell(Shop(products=12))
    rows = fit_response(Panel(panel.rows, panel.products.iloc[:-1])).rows
    assert rows.loc[11, "list_price"] == pytest.approx(panel.products.loc[11, "list_price"])
    assert rows.loc[11, "cost_assumed"]


def test_a_missing_cost_is_assumed_and_said():
    panel, _ = sell(Shop(products=4, weeks=30, promoted=0.3))
    products = panel.products.copy()
    products.loc[1, "unit_cost"] = np.nan
    rows = fit_response(Panel(panel.rows, products), config=ResponseConfig(assumed_margin=0.3)).rows
    assert rows["cost_assumed"].tolist() == [False, True, False, False]
    assert rows.loc[1, "unit_cost"] == pytest.approx(0.7 * rows.loc[1, "list_price"])


@pytest.mark.parametrize("base", [60.0, 6.0])
def test_segments_differ_as_much_as_they_do(base):
    panel, _ = sell(Shop(base=base))
    true = np.array([-0.8, 0.0, 0.8])
    parts = by_segment(panel, np.array([0.5, 0.3, 0.2]), true)
    whole, rows = fit_response(panel).rows, fit_response(panel, parts).rows
    assert rows["segment"].tolist() == ["S0", "S1", "S2"] * 60
    apart = rows.pivot_table(index="product_id", columns="segment", values="elasticity")
    apart = apart.sub(whole.set_index("product_id")["elasticity"], axis=0).mean()
    assert (apart - apart["S1"]).to_numpy() == pytest.approx(true, abs=0.2)


def test_the_shares_of_a_product_are_its_recent_items_and_add_up():
    panel, _ = sell(Shop(products=12, base=500.0))
    parts = by_segment(panel, np.array([0.6, 0.4]), np.zeros(2))
    early = parts.rows["week"] < parts.rows["week"].max() - pd.Timedelta(weeks=13)
    turned = parts.rows["segment"].map({"S0": "S1", "S1": "S0"}).astype("str")
    rows = parts.rows.assign(segment=parts.rows["segment"].where(~early, turned))
    share = fit_response(panel, Panel(rows, panel.products)).rows.pivot_table(
        index="product_id", columns="segment", values="share"
    )
    assert share.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert share["S0"].to_numpy() == pytest.approx(0.6, abs=0.03)


def test_segments_that_are_alike_get_one_slope():
    panel, _ = sell(Shop())
    rows = fit_response(panel, by_segment(panel, np.ones(4) / 4, np.zeros(4))).rows
    assert rows.groupby("segment")["elasticity"].mean().std() < 0.08


@pytest.mark.parametrize("known", [True, False])
def test_a_price_test_tells_promotions_from_the_good_weeks_they_were_picked_for(known):
    """Shocks of one week leave no trace before it; only the lot can tell."""
    panel, truth = sell(Shop(products=200, weeks=104, noise=0.25, timing=1.0, test_weeks=8, seed=1))
    curves = fit_response(panel if known else Panel(panel.rows, panel.products))
    error = curves.rows["lift"].iloc[0] - 0.1
    assert curves.timing.random_weeks == pytest.approx(known * 800, rel=0.05)
    assert abs(error) < 0.05 if known else error > 0.15
    assert (curves.rows["elasticity"] - truth).mean() == pytest.approx(0.0, abs=0.1)


def chosen_prices(costs: bool, moves: float = 0.1) -> Panel:
    """Prices that fall when demand is good and follow the unit cost; every elasticity is -2."""
    rng, size = np.random.default_rng(0), (60, 104)
    shock, cost = rng.normal(0, 0.2, size), rng.normal(0, moves, size)
    deal = np.minimum(cost + rng.normal(0, 0.08, size) - 0.3 * shock - 0.5, 0.0)
    units = rng.poisson(200 * np.exp(-2.0 * deal + shock)).astype(float)
    panel = panel_of(units, deal, np.arange(60) % 3, np.full(60, 10.0))
    return knowing(panel, slice(None), unit_cost=5 * np.exp(cost.ravel())) if costs else panel


def test_costs_that_move_prices_undo_what_prices_owe_to_demand():
    plain, by_cost = (fit_response(chosen_prices(costs)) for costs in (False, True))
    assert plain.rows["elasticity"].mean() < -2.4
    assert by_cost.rows["elasticity"].mean() == pytest.approx(-2.0, abs=0.12)
    assert by_cost.timing.by_cost
    assert not plain.timing.by_cost


def test_what_costs_cannot_tell_widens_every_interval():
    much, little = (fit_response(chosen_prices(True, moves)).rows for moves in (0.1, 0.005))
    assert little["elasticity_se"].mean() > 1.2 * much["elasticity_se"].mean()
    for rows in (much, little):
        inside = (rows["elasticity_low"] <= -2.0) & (rows["elasticity_high"] >= -2.0)
        assert inside.mean() > 0.9


def test_costs_that_prices_ignore_change_nothing():
    panel, _ = sell(Shop())
    noise = np.exp(np.random.default_rng(0).normal(0, 0.1, len(panel.rows)))
    here = fit_response(panel)
    there = fit_response(knowing(panel, slice(None), unit_cost=noise))
    assert there.timing.strength < 10
    pd.testing.assert_frame_equal(here.rows, there.rows)


def test_a_competitors_price_does_not_pass_for_our_own():
    """The competitor undercuts when we do, and takes demand with him."""
    panel, truth = sell(Shop(products=100, weeks=104))
    rng = np.random.default_rng(3)
    discount = 1 - panel.rows["price"] / panel.rows["list_price"]
    theirs = 0.8 * np.log1p(-discount) + rng.normal(0, 0.05, len(panel.rows))
    met = panel.rows.assign(units=(panel.rows["units"] * np.exp(theirs)).round())
    unseen = Panel(met, panel.products)
    seen = knowing(unseen, slice(None), competitor_price=20 * np.exp(theirs))
    wrong, right = (fit_response(one).rows["elasticity"] - truth for one in (unseen, seen))
    assert wrong.mean() > 0.5
    assert right.mean() == pytest.approx(0.0, abs=0.15)


def test_weeks_without_a_sale_do_not_make_promotions_look_strong():
    """Orders tell the price of a promoted week only if something was sold in it."""
    panel, truth = sell(Shop(products=200, weeks=104, base=0.5, seed=1))
    rows = panel.rows
    told = rows.assign(price=rows["price"].where(rows["units"] > 0, rows["list_price"]))
    wrong = fit_response(Panel(told, panel.products)).rows
    right = fit_response(Panel(told, panel.products, by_sales=True)).rows
    assert wrong["lift"].iloc[0] > 0.3
    assert right["lift"].iloc[0] == pytest.approx(0.1, abs=0.15)
    assert (right["elasticity"] - truth).mean() == pytest.approx(0.0, abs=0.3)


def test_products_sold_a_few_times_a_year_keep_to_their_kin():
    """Their levels use up what they know; what is left of nothing is no certainty."""
    panel, _ = sell(Shop(products=300, weeks=52, base=0.05, spread=0.0, seed=2))
    curves = fit_response(Panel(panel.rows, panel.products, by_sales=True)).rows
    assert curves["elasticity_se"].min() > 0.1
    assert curves["elasticity"].between(-4.5, -0.5).all()
