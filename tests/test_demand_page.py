"""The demand page: what will be sold with the plan, its parts, and what each curve rests on."""

import json
from pathlib import Path

import pandas as pd
import pytest

from promo import workflow
from promo.domain import Timing
from promo.ui import answer_view, demand_view, effect_view, formats, state
from promo.ui.charts.axes import wrapped
from promo.words import LANGUAGES, translate
from tests import desk_driver
from tests.desk_driver import texts

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def workspace(workspace_with_prices):
    return workspace_with_prices


@pytest.fixture
def open_demand(workspace, monkeypatch):
    desk_driver.prepare(monkeypatch, workspace.folder)

    def opened(part="outlook", language="en", dataset=workflow.SAMPLE, *, planned=True):
        desk = desk_driver.opened(language, dataset)
        if not planned:
            desk.session_state["_hands"] = {}
        desk.switch_page(str(ROOT / "pages" / "demand.py")).run()
        desk.segmented_control(key="demand_part").set_value(part).run()
        assert not desk.exception, desk.exception
        return desk

    return opened


def drawn(desk, key):
    charts = [one for one in desk.get("plotly_chart") if key in one.proto.id]
    return json.loads(charts[0].proto.spec)["data"]


@pytest.mark.parametrize("dataset", [workflow.SAMPLE, "prices"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", demand_view.PARTS)
def test_every_part_of_the_page_opens(open_demand, part, language, dataset):
    desk = open_demand(part, language, dataset)
    assert not desk.error
    assert desk.subheader


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_plan_the_page_says_to_open_plan(open_demand, language):
    desk = open_demand("effect", language, planned=False)
    assert translate(language, "demand.effect.no_plan") in texts(desk)
    assert desk.button(key="go_no_plan").label == translate(language, "demand.effect.open_plan")
    assert not desk.get("plotly_chart")
    forecast = open_demand("outlook", language, planned=False)
    links = [one.label for one in forecast.get("page_link")]
    assert translate(language, "demand.outlook.no_plan") in links
    plan = translate(language, "chart.history.plan")
    assert plan not in [one.get("name") for one in drawn(forecast, "history")]


def test_the_outlook_adds_what_the_plan_on_the_desk_adds(open_demand, workspace):
    desk = open_demand()
    study = workflow.kept_study(workspace, workflow.open_dataset(workspace, workflow.SAMPLE))
    parts = workflow.take_apart(workflow.open_desk(study), plan_on(desk))
    _, found = workflow.outlook_with_plan(study, parts, "total")
    said = formats.number("en", found.items.estimate)
    assert f"the plan adds **{said} items**" in texts(desk)
    assert f"**{formats.number('en', found.base)}** that would sell anyway" in texts(desk)
    lines = {one.get("name"): one for one in drawn(desk, "history")}
    added = sum(lines["With the plan"]["y"]) - sum(lines["Forecast, no promotion"]["y"])
    assert added == pytest.approx(found.items.estimate)


def plan_on(desk):
    """The plan that the session has made."""
    (mine,) = desk.session_state["_hands"].values()
    return mine.good


def test_shop_category_and_product_are_looked_at_in_turn(open_demand):
    desk = open_demand()
    whole = texts(desk)
    desk.segmented_control(key="outlook_level").set_value("category").run()
    assert "Tea" in desk.selectbox(key="outlook_category").options
    desk.selectbox(key="outlook_category").set_value("Tea").run()
    assert texts(desk) != whole
    desk.segmented_control(key="outlook_level").set_value("product").run()
    assert not desk.exception
    assert "Price paid" in [one.get("name") for one in drawn(desk, "history")]
    assert "stretches of weeks it had not seen" in texts(desk)


def test_the_language_changes_and_the_part_that_is_looked_at_stays(open_demand):
    desk = open_demand("answer")
    desk.segmented_control(key="lang").set_value("zh").run()
    assert not desk.exception
    assert desk.segmented_control(key="demand_part").value == "answer"
    assert translate("zh", "demand.borrowed.title") in [one.value for one in desk.subheader]


def test_no_classical_model_runs_before_it_is_asked_for(open_demand, monkeypatch):
    monkeypatch.setattr(workflow, "inspect_product", _unasked)
    desk = open_demand()
    desk.segmented_control(key="outlook_level").set_value("product").run()
    assert not desk.exception
    assert translate("en", "demand.inspect.choose") in texts(desk)


def _unasked(*_):
    raise AssertionError("a model was fitted that nobody asked for")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_classical_model_speaks_in_words(open_demand, language):
    desk = open_demand(language=language)
    desk.segmented_control(key="outlook_level").set_value("product").run()
    desk.segmented_control(key="inspect_model").set_value("ar").run()
    assert not desk.exception
    assert not desk.error
    assert "AIC" in texts(desk)
    assert translate(language, "forecast.coefficient.lag_1") in str(desk.table[0].value)
    assert "p = " in texts(desk)


def test_the_parts_of_the_plan_are_those_of_its_gain_for_all_and_for_one(open_demand):
    desk = open_demand("effect")
    plan = plan_on(desk)
    (bars,) = drawn(desk, "waterfall")
    assert sum(bars["y"]) == pytest.approx(plan.gain.estimate)
    assert formats.money("en", plan.gain.estimate) in bars["text"][-1]
    table = next(one.value for one in desk.dataframe if "anyway" in one.value)
    money = ["own", "anyway", "on_added", "cannibalised", "halo", "pulled_forward"]
    assert table[money].sum(axis=1).to_numpy() == pytest.approx(table["gain"], abs=0.03)
    picker = desk.selectbox(key="parts_product")
    one = plan.rows.groupby("product_id")["gain"].sum().idxmax()
    picker.set_value(one).run()
    assert not desk.exception
    (bars,) = drawn(desk, "waterfall")
    mine = plan.rows.loc[plan.rows["product_id"] == one, "gain"].sum()
    assert sum(bars["y"]) == pytest.approx(mine)
    assert translate("en", "demand.effect.no_halo") in texts(desk)


def test_a_curve_says_what_it_rests_on(open_demand):
    desk = open_demand("answer")
    said = texts(desk)
    assert "weeks at reduced prices, down to" in said
    assert "its own weeks decide" in said
    assert "it was never sold: there the line is dashed" in said
    assert "Deeper than ever seen" in [one.get("name") for one in drawn(desk, "response")]


def test_borrowed_curves_are_listed_and_can_be_downloaded(open_demand):
    desk = open_demand("answer")
    table = next(one.value for one in desk.dataframe if "lender" in one.value)
    assert set(table["evidence"]) <= {"Weak", "Borrowed"}
    assert f"**{len(table)}** of 46 products" in texts(desk)
    assert [one.proto.label for one in desk.get("download_button")] == ["Download the list"]
    assert "Plan a price test" in [one.label for one in desk.get("page_link")]


def test_a_click_on_the_portfolio_names_its_product():
    point = {"x": 3.0, "y": -2.0, "customdata": ["TEA-001"]}
    assert answer_view.picked_product({"selection": {"points": [point]}}) == "TEA-001"
    plain = {"selection": {"points": [{"customdata": "TEA-002"}]}}
    assert answer_view.picked_product(plain) == "TEA-002"
    assert answer_view.picked_product({"selection": {"points": []}}) is None
    assert answer_view.picked_product({"selection": {"points": [{"x": 1.0}]}}) is None
    assert answer_view.picked_product(None) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("found", "keys"),
    [
        (Timing(), ("unknown", "no_lots")),
        (Timing(0.2, 0.05), ("good_means", "shown", "done")),
        (Timing(-0.2, 0.05), ("poor_means", "shown")),
        (Timing(0.2, 0.05, 12), ("good_means", "shown_lots")),
    ],
    ids=["nothing known", "good weeks", "poor weeks", "lots"],
)
def test_the_timing_of_promotions_is_said_in_words(monkeypatch, language, found, keys):
    monkeypatch.setattr(state, "language", lambda: language)
    said = answer_view.timing(found)
    for key in keys:
        assert translate(language, f"demand.timing.{key}") in said
    others = {"unknown", "good_means", "poor_means", "shown_lots"} - set(keys)
    for key in others:
        assert translate(language, f"demand.timing.{key}") not in said


def test_the_timing_says_how_much_and_what_moved_prices(monkeypatch):
    monkeypatch.setattr(state, "language", lambda: "en")
    said = answer_view.timing(Timing(0.2, 0.05, 12, 31.4))
    assert "sold **22%** more than usual anyway (11% to 35% in 95 of 100 cases)" in said
    assert "drew 12 promoted weeks by lot" in said
    assert "F 31, 10 or more is strong" in said
    poor = answer_view.timing(Timing(-0.2, 0.05, 0, 3.2))
    assert "sold **18%** less than usual (10% to 26% in 95 of 100 cases)" in poor
    assert "F 3.2, 10 is needed" in poor
    unsure = answer_view.timing(Timing(0.02, 0.05))
    assert "within 13% of the usual" in unsure
    vague = answer_view.timing(Timing(-0.02, 0.3))
    assert "cannot tell" in vague
    assert "up to 76% more or less" in vague


def test_a_product_sold_below_its_cost_is_said_to_lose(monkeypatch):
    monkeypatch.setattr(state, "language", lambda: "en")
    sums = {
        "base": -100.0, "own": -30.0, "given_away": 10.0, "anyway": 6.0, "on_added": 4.0,
        "cannibalised": 0.0, "halo": 0.0, "pulled_forward": 0.0, "gain": -40.0,
        "own_items": 30.0,
    }  # fmt: skip
    said = effect_view._said(pd.Series(sums), 1)
    assert "**−100**" in said
    assert "would earn −30" in said


def test_a_plan_that_does_not_answer_the_rules_any_more_is_called_so(open_demand):
    desk = open_demand("effect")
    stale = translate("en", "demand.effect.stale")
    assert stale not in texts(desk)
    desk.switch_page(str(ROOT / "pages" / "plan.py")).run()
    desk.select_slider(key="margin_floor").set_value(60).run()
    desk.switch_page(str(ROOT / "pages" / "demand.py")).run()
    assert not desk.exception
    assert stale in texts(desk)
    desk.segmented_control(key="demand_part").set_value("outlook").run()
    assert stale in texts(desk)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_learned_is_said_and_not_drawn(open_demand, language):
    desk = open_demand("effect", language, "prices")
    said = texts(desk)
    assert translate(language, "demand.effect.no_cross") in said
    assert translate(language, "demand.effect.no_halo") in said
    (bars,) = drawn(desk, "waterfall")
    assert wrapped(translate(language, "chart.parts.cannibalised")) not in bars["x"]
    assert wrapped(translate(language, "chart.parts.pulled_forward")) in bars["x"]
