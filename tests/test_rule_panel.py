"""Every rule can be set on the page, seen in the plan, changed, switched off, undone and kept."""

import json
import re
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st

from promo import workflow
from promo.ui import formats, rule_forms, rule_words, state, why_view
from promo.words import translate
from tests import desk_driver
from tests.desk_driver import texts
from tests.rich_desk import rich

PLAN = str(Path(__file__).parent.parent / "pages" / "plan.py")


@pytest.fixture(scope="module")
def workspace(workspace_with_prices):
    return workspace_with_prices


@pytest.fixture
def plain(workspace, monkeypatch):
    """The Plan page of the sample, or of another dataset."""
    desk_driver.prepare(monkeypatch, workspace.folder)

    def opened(language="en", dataset=workflow.SAMPLE):
        desk = desk_driver.opened(language, dataset)
        desk.session_state["use"] = True  # what the rules leave, which waits to be looked at
        desk.switch_page(PLAN).run()
        assert not desk.exception, desk.exception
        return desk

    return opened


@pytest.fixture(scope="module")
def rich_desk(workspace):
    sample = workflow.open_dataset(workspace, workflow.SAMPLE)
    return rich(workflow.open_desk(workflow.kept_study(workspace, sample)))


@pytest.fixture
def full(plain, rich_desk, monkeypatch):
    """The Plan page of a shop with weeks, kinds of offers, brands, segments and stock."""
    monkeypatch.setattr(workflow, "open_desk", lambda *_, **__: rich_desk)
    usual = workflow.default_request
    monkeypatch.setattr(workflow, "default_request", lambda desk: replace(usual(desk), more=()))
    st.cache_resource.clear()
    yield plain
    st.cache_resource.clear()


def field(desk, name):
    """The widget of a form whose key begins so; amounts carry what they are about behind it."""
    kinds = (desk.number_input, desk.selectbox, desk.multiselect, desk.checkbox)
    groups = desk.get("button_group")
    found = [one for kind in (*kinds, groups) for one in kind if str(one.key).startswith(name)]
    assert len(found) == 1, name
    return found[0]


def add(desk, code, **filled):
    """Add a rule as she would: open the dialog, find it in its group, fill it in."""
    desk.button(key="add_rule").click().run()
    group = next(name for name, codes in rule_forms.GROUPS.items() if code in codes)
    desk.segmented_control(key="rule_group").set_value(group).run()
    desk.button(key=f"pick_{code}").click().run()
    for name, value in filled.items():
        field(desk, f"new_{code}_{name}").set_value(value).run()
    assert not desk.exception, desk.exception
    assert not desk.button(key="take_rule").disabled, texts(desk)
    desk.button(key="take_rule").click().run()
    assert not desk.exception, desk.exception
    return desk


def in_force(desk):
    return [entry.rule for entry in desk.session_state["more"] if entry.on]


def hand(desk):
    (mine,) = desk.session_state["_hands"].values()
    return mine


FILLED = {
    "price_group": {"products": ["CHO-001", "CHO-002"]},
    "dates": {"first": "2026-11-23"},
    "sell_through": {"about": "product", "share": 10.0},
    "segment_least": {"share": 5.0},
    "forbidden": {"product": "CHO-001"},
    "never_together": {"product": "CHO-001"},
    "max_discount": {"about": "category", "category": "Chocolate", "share": 20.0},
    "min_discount": {"about": "brand", "share": 20.0},
    "most_promoted": {"together": True, "count": 2},
    "no_touch": {"first": "2026-11-30"},
}
ADDED = [code for codes in rule_forms.GROUPS.values() for code in codes
         if code not in rule_forms.SLIDERS]  # fmt: skip


def test_every_rule_is_offered_once():
    offered = [code for codes in rule_forms.GROUPS.values() for code in codes]
    assert sorted(offered) == sorted(workflow.RULES)


@pytest.fixture
def sentence(rich_desk, monkeypatch):
    """A rule as a reader of a language is told it."""

    def said(rule, language):
        with monkeypatch.context() as patch:
            patch.setattr(state, "language", lambda: language)
            return rule_words.sentence(SimpleNamespace(desk=rich_desk), rule)

    return said


@pytest.mark.parametrize(
    ("rule", "en", "zh"),
    [
        (workflow.RULES["max_discount"](share=0.2), "deeper than 20%", "只打到8折"),
        (workflow.RULES["min_discount"](share=0.125), "at least 12.5%", "要么打8.75折"),
        (workflow.RULES["forbidden"](product="p0", discount=0.3), "30% off", "：打7折"),
    ],
)
def test_a_rule_says_a_discount_as_readers_of_each_language_do(sentence, rule, en, zh):
    assert en in sentence(rule, "en")
    assert zh in sentence(rule, "zh")


@pytest.mark.parametrize("code", ADDED)
def test_every_rule_can_be_set_and_is_found_in_the_plan_in_both_languages(full, sentence, code):
    desk = add(full("en"), code, **FILLED.get(code, {}))
    (rule,) = in_force(desk)
    assert rule.code == code
    for language in ("en", "zh"):
        desk.segmented_control(key="lang").set_value(language).run()
        assert not desk.exception, desk.exception
        assert hand(desk).good_for.more == (rule,), "the plan on the screen keeps it"
        assert code in set(hand(desk).good.rules["rule"])
        assert sentence(rule, language) in texts(desk)
        listed = desk.table[0].value
        assert sentence(rule, language) in set(listed.iloc[:, 0])


SLID = {"budget": ("slider", "budget", 20), "stock": ("slider", "stock_share", 60),
        "margin_floor": ("select_slider", "margin_floor", 5)}  # fmt: skip


@pytest.mark.parametrize("code", rule_forms.SLIDERS)
def test_a_rule_of_a_slider_is_named_among_the_others_and_set_beside_them(full, code):
    desk = full("en")
    kind, key, value = SLID[code]
    getattr(desk, kind)(key=key).set_value(value).run()
    assert code in set(hand(desk).good.rules["rule"])
    desk.button(key="add_rule").click().run()
    group = next(name for name, codes in rule_forms.GROUPS.items() if code in codes)
    desk.segmented_control(key="rule_group").set_value(group).run()
    assert desk.button(key=f"pick_{code}").disabled
    assert translate("en", "rule.not_here.slider") in texts(desk)


def test_a_rule_holds_the_plan_back_is_priced_loosened_switched_off_and_taken_back(full):
    desk = add(full("en"), "category_budget", category="Chocolate", total=5.0)
    gain = hand(desk).good.objective
    assert "Holds the plan back" in texts(desk)
    assert "One more unit of this budget brings" in texts(desk)
    desk.number_input(key="rule_amount_0").set_value(15.0).run()
    assert in_force(desk)[0].total == 15.0
    looser = hand(desk).good.objective
    assert looser > gain
    desk.toggle(key="rule_on_0").set_value(False).run()
    assert not in_force(desk)
    assert "Switched off" in texts(desk)
    assert hand(desk).good.objective >= looser - 1e-6
    desk.toggle(key="rule_on_0").set_value(True).run()
    desk.button(key="rule_remove_0").click().run()
    assert not desk.session_state["more"]
    desk.button(key="undo").click().run()
    assert desk.session_state["more"], "undo brings rules back as it does sliders"


def test_a_form_begins_with_what_the_plan_uses_and_refuses_in_words(full):
    desk = full("en")
    spent = hand(desk).good.rows.groupby("category")["cost"].sum()["Chocolate"]
    desk.button(key="add_rule").click().run()
    desk.button(key="pick_category_budget").click().run()
    desk.selectbox(key="new_category_budget_category").set_value("Chocolate").run()
    begun = field(desk, "new_category_budget_total").value
    assert 0.9 * spent <= begun <= spent
    desk.segmented_control(key="rule_group").set_value("together").run()
    desk.button(key="pick_price_group").click().run()
    assert translate("en", "plan.rule_needs.two_products") in texts(desk)
    assert desk.button(key="take_rule").disabled
    desk.segmented_control(key="rule_group").set_value("mine").run()
    desk.button(key="pick_locked").click().run()
    desk.selectbox(key="new_locked_discount").set_value(0.2).run()
    assert "This fits several promotions" in texts(desk)
    assert desk.button(key="take_rule").disabled


@pytest.mark.parametrize(("dataset", "group", "code", "reason"), [
    (workflow.SAMPLE, "calendar", "gap", "one_period"),
    (workflow.SAMPLE, "customers", "contact_limit", "no_contact"),
    ("prices", "customers", "segment_most", "one_segment"),
    ("prices", "discounts", "sell_through", "no_stock"),
])  # fmt: skip
def test_a_rule_that_means_nothing_here_is_shown_with_the_reason(
    plain, dataset, group, code, reason
):
    desk = plain("en", dataset)
    desk.button(key="add_rule").click().run()
    desk.segmented_control(key="rule_group").set_value(group).run()
    assert desk.button(key=f"pick_{code}").disabled
    assert translate("en", f"rule.not_here.{reason}") in texts(desk)


def sought(desk):
    """Look at the page until the ways out are found."""
    until = time.monotonic() + 60
    while not [one for one in desk.button if str(one.key).startswith("take_way_")]:
        assert time.monotonic() < until
        desk.run()
    return desk


@pytest.mark.parametrize("language", ["en", "zh"])
def test_rules_that_no_plan_keeps_are_named_and_one_click_leads_out(full, language):
    desk = full(language)
    before = hand(desk).good
    desk.select_slider(key="margin_floor").set_value(60).run()
    assert translate(language, "rule.name.margin_floor") in desk.error[0].value
    assert desk.metric[0].value, "the last good plan stays"
    sought(desk)
    assert translate(language, "rule.name.margin_floor") in texts(desk)
    assert translate(language, "plan.ways") in texts(desk)
    desk.button(key="take_way_0").click().run()
    assert not desk.exception, desk.exception
    assert not desk.error
    assert 0 < desk.session_state["margin_floor"] < 60
    assert hand(desk).good is not before
    desk.button(key="undo").click().run()
    assert desk.session_state["margin_floor"] == 60


def test_a_rule_from_the_list_is_taken_back_by_a_way_out(full):
    desk = add(full("en"), "target", measure="profit")
    profit = hand(desk).good.rows["profit"].sum()
    desk.number_input(key="rule_amount_0").set_value(float(round(profit + 100))).run()
    assert translate("en", "rule.name.target") in desk.error[0].value
    sought(desk)
    targets = [one.key for one in desk.button if str(one.key).startswith("take_way_")]
    desk.button(key=targets[0]).click().run()
    assert not desk.error


def why_table(desk):
    (found,) = [one.value for one in desk.dataframe if "why" in one.value]
    return found


def test_a_plan_in_time_tells_weeks_and_kind_of_every_promotion(full):
    desk = full("en")
    shown = why_table(desk)
    on = shown[shown["discount"] > 0]
    assert on["product"].duplicated().any()
    line = ["product", "segment", "weeks", "mechanic", "discount"]
    assert list(shown.columns[:5]) == line
    assert not on[line].duplicated().any(), "what runs twice is told apart"
    assert (shown.loc[shown["discount"] == 0, "weeks"] == "").all()
    assert set(on["mechanic"]) <= {"percentage off", "coupon"}
    first = on.iloc[0]
    assert f"**{first['product']} · {first['segment']} · {first['weeks']} · " in texts(desk)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_next_best_at_the_same_discount_is_told_as_another_promotion(
    rich_desk, monkeypatch, language
):
    place = SimpleNamespace(desk=rich_desk)
    monkeypatch.setattr(state, "language", lambda: language)
    monkeypatch.setattr(state, "recall", lambda *_: "profit")
    plan = workflow.exact_plan(rich_desk, workflow.default_request(rich_desk))
    row = plan.rows[plan.rows["discount"] > 0].iloc[0].copy()
    row["reason"], row["missed"], row["rival"] = "in_best", 0.0, row["discount"]
    depth = formats.discount(language, row["discount"])
    another = translate(language, "reason.more.another", depth=depth)
    assert another in why_view.because(place, row, "profit")
    row["rival"] = 0.0
    assert another not in why_view.because(place, row, "profit")


def test_what_a_browser_still_says_of_a_card_that_is_gone_reaches_no_other_rule(full):
    desk = add(full("en"), "most_promoted", together=True, count=2)
    for category in ("Biscuits", "Chocolate"):
        add(desk, "category_budget", category=category, total=9.0)
    begun = desk.session_state["more"]
    desk.button(key=f"rule_remove_{begun[0].number}").click().run()
    desk.select_slider(key="margin_floor").set_value(60).run()
    sought(desk)
    shown = desk.number_input(key=f"rule_amount_{begun[1].number}").proto.id
    desk.button(key="take_way_0").click().run()
    taken = desk.session_state["more"]
    still = desk._tree.get_widget_states()
    still.widgets.add(id=shown, double_value=7.0)
    desk._run(still)
    assert not desk.exception, desk.exception
    assert desk.session_state["more"] == taken
    for _ in range(3):
        desk.button(key="undo").click().run()
        assert not desk.exception, desk.exception
    assert desk.session_state["more"] == begun
    assert desk.session_state["margin_floor"] is None, "three moves are three steps back"


def test_another_aim_brings_more_of_it_and_is_told_in_its_own_unit(full):
    desk = full("en")
    desk.slider(key="budget").set_value(20).run()
    items = hand(desk).good.rows["units"].sum()
    desk.selectbox(key="aim").set_value("units").run()
    assert not desk.exception, desk.exception
    assert hand(desk).good.rows["units"].sum() > items
    assert desk.metric[0].label == "Items"
    assert "Counted in this plan’s aim: Items." in texts(desk)
    desk.selectbox(key="aim_with").set_value("profit").run()
    desk.slider(key="aim_part").set_value(80).run()
    assert set(hand(desk).good_for.objective) == {"units", "profit"}
    desk.button(key="undo").click().run()
    assert not desk.exception


def test_a_plan_that_stays_on_the_screen_is_told_in_what_it_was_made_for(plain):
    desk = plain("en")
    desk.select_slider(key="margin_floor").set_value(60).run()
    desk.selectbox(key="aim").set_value("units").run()
    assert desk.error, "no plan keeps the floor, and the plan for profit stays in sight"
    said = texts(desk) + "".join(desk.table[0].value.iloc[:, 3])
    assert re.search(r"of budget brings 0\.\d+ of profit", desk.table[0].value.iloc[0, 3])
    assert re.search(r"would bring (as much|[\d.]+ of profit less)", said)
    assert not re.search(r"\d items( less| more|\.)", said)


def test_the_least_cost_comes_with_a_target_to_reach(full):
    desk = full("en")
    profit, cost = (hand(desk).good.rows[name].sum() for name in ("profit", "cost"))
    desk.selectbox(key="aim").set_value("cost").run()
    (target,) = in_force(desk)
    assert (target.code, target.measure) == ("target", "profit")
    assert target.reach <= profit
    assert hand(desk).good.rows["profit"].sum() >= target.reach - 1e-6
    assert hand(desk).good.rows["cost"].sum() <= cost


def test_measures_that_nothing_is_known_of_are_named_and_not_offered(plain):
    desk = plain("en", "prices")
    assert "Most new customers" not in desk.selectbox(key="aim").options
    assert "Most revenue" in desk.selectbox(key="aim").options
    assert "Not available here: New customers, Customers won back." in texts(desk)


def test_saved_rules_come_back_with_the_scenario(full, workspace):
    desk = add(full("en"), "never_together", product="CHO-001", other="COF-001")
    desk.slider(key="budget").set_value(15).run()
    desk.selectbox(key="aim").set_value("revenue").run()
    asked, rules = hand(desk).good_for, in_force(desk)
    desk.text_input(key="scenario_name").set_value("Apart").run()
    desk.button(key="save").click().run()
    kept = workflow.list_scenarios(workspace)[0]
    assert workflow.asked_by(kept) == asked
    desk.button(key="reset").click().run()
    assert not in_force(desk)
    desk.switch_page(PLAN.replace("plan.py", "scenarios.py")).run()
    desk.selectbox(key="managed").set_value(kept.id).run()
    desk.button(key="reopen").click().run()
    desk.switch_page(PLAN).run()
    assert not desk.exception, desk.exception
    assert in_force(desk) == rules
    assert hand(desk).good_for == asked
    workflow.remove_scenario(workspace, kept.id)


def test_rules_survive_a_walk_and_are_kept_by_the_campaign(full):
    desk = add(full("en"), "forbidden", product="CHO-001")
    desk.switch_page(PLAN.replace("plan.py", "campaign.py")).run()
    assert not desk.exception, desk.exception
    files = [one.value for one in desk.dataframe if "promotional_price" in one.value]
    assert all("CHO-001" not in set(rows["product_id"]) for rows in files)
    assert [rule.code for rule in hand(desk).asked.more] == ["forbidden"]
    desk.switch_page(PLAN).run()
    assert [rule.code for rule in in_force(desk)] == ["forbidden"]


def test_one_rule_can_be_asked_what_its_price_holds_for(plain):
    desk = plain("en")
    desk.selectbox(key="ask_rule").set_value(0).run()
    assert not desk.exception, desk.exception
    assert "One more unit brings" in texts(desk)
    assert "That holds from" in texts(desk)
    assert "Without this rule the plan would gain" in texts(desk)


def test_what_rules_cost_is_seen_side_by_side_until_the_plan_changes(full):
    desk = full("en")
    for category in ("Biscuits", "Chocolate"):
        add(desk, "category_budget", category=category, total=2.0)
    for entry in desk.session_state["more"]:
        desk.button(key=f"rule_cost_{entry.number}").click().run()
    told = re.compile(r"Without this rule the plan would gain (about|nothing)")
    once = len(told.findall(texts(desk)))
    assert once >= 4, "each on its card and below the table"
    desk.selectbox(key="ask_rule").set_value(0).run()
    assert len(told.findall(texts(desk))) == once + 1
    desk.slider(key="budget").set_value(10).run()
    assert len(told.findall(texts(desk))) == 1, "the one that is chosen is asked anew"


@pytest.mark.parametrize(
    ("language", "said", "held"),
    [("en", "one more or one less would change", "One more unit"),
     ("zh", "多一个或少一个会带来什么变化", "每多 1 个单位")],
)  # fmt: skip
def test_a_rule_that_counts_promotions_is_priced_when_it_is_asked(full, language, said, held):
    desk = add(full(language), "most_promotions", count=1)
    assert said in texts(desk) or translate(language, "rule.binds.no") in texts(desk)
    number = len(hand(desk).good_for.rules) - 1
    desk.selectbox(key="ask_rule").set_value(number).run()
    assert not desk.exception, desk.exception
    assert held in texts(desk)


def test_a_row_says_what_the_next_best_would_bring_and_what_would_bring_it_in(plain):
    desk = plain("en")
    assert "The next best here" in texts(desk)


def test_stock_of_what_is_not_promoted_holds_nothing_back_unless_it_has_a_price(plain):
    plan = hand(plain("en")).good
    use = plan.rules[plan.rules["rule"] == "stock"]
    promoted = set(plan.rows.loc[plan.rows["discount"] > 0, "product_id"])
    idle = use[~use["scope"].isin(promoted)]
    assert (idle["used"] >= idle["limit"] - 1e-6).any(), "some sell out without a promotion"
    assert (idle["binds"] == (idle["shadow_price"].abs() > 1e-6)).all()


HELD = (
    {"rule": "segment_least", "segment": "loyal", "share": 0.3},
    {"rule": "segment_most", "segment": "champions", "share": 0.3},
    {"rule": "most_promoted", "count": 10, "together": True},
    {"rule": "product_margin", "share": 0.3},
    {"rule": "max_discount", "share": 0.2},
    {"rule": "one_price"},
)  # fmt: skip
"""Rules of which some hold the plan back only from others that are as good."""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_rule_that_holds_the_plan_back_is_not_said_to_have_room(workspace, monkeypatch, language):
    monkeypatch.setattr(state, "language", lambda: language)
    sample = workflow.open_dataset(workspace, workflow.SAMPLE)
    desk = workflow.open_desk(workflow.kept_study(workspace, sample))
    request = workflow.default_request(desk)
    request = replace(request, more=tuple(workflow.rule_from(said) for said in HELD))
    plan = workflow.exact_plan(desk, request)
    place = state.Bench(desk, request, threading.Lock(), ("held", language))
    holds = plan.rules.groupby("number")["binds"].any()
    told = {at: why_view.cost(place, request, plan, at) for at in holds.index[holds]}
    assert not [said for said in told.values() if translate(language, "plan.without_same") in said]
    equal = translate(language, "plan.without_equal")
    assert sum(equal in said for said in told.values()) >= 3
    (budget,) = [at for at in holds.index if request.rules[at].code == "budget"]
    assert translate(language, "plan.without_same") in why_view.cost(place, request, plan, budget)


def test_two_rules_of_one_amount_are_two_questions(monkeypatch):
    monkeypatch.setattr(workflow, "gain_at", lambda _desk, asked: asked.more[0].code)
    place = state.Bench(None, None, threading.Lock(), ("any",))
    least, most = (
        workflow.PlanRequest(more=(workflow.rule_from(said),))
        for said in (
            {"rule": "segment_least", "segment": "loyal", "share": 0.3},
            {"rule": "segment_most", "segment": "loyal", "share": 0.3},
        )
    )
    told = [state.made("gain_at", place, asked) for asked in (least, most)]
    assert told == ["segment_least", "segment_most"]


def test_a_click_on_the_line_of_budgets_sets_the_slider_and_is_undone(full):
    desk = full("en")
    before = desk.slider(key="budget").value
    path, picture = desk.session_state["_path"], pictures(desk, "frontier")
    at = len(path) // 2
    clicked = {"points": [{"curve_number": 0, "point_index": at}]}
    still = desk._tree.get_widget_states()
    still.widgets.add(id=picture.proto.id, string_value=json.dumps({"selection": clicked}))
    desk._run(still)
    assert not desk.exception, desk.exception
    asked = desk.slider(key="budget").value
    assert asked != before
    assert asked == pytest.approx(path["budget"].iloc[at], abs=desk.slider(key="budget").step)
    assert hand(desk).good_for.budget == asked
    desk.button(key="undo").click().run()
    assert desk.slider(key="budget").value == before


def pictures(desk, key):
    (found,) = [one for one in desk.get("plotly_chart") if one.proto.id.endswith(f"-{key}")]
    return found


def test_a_point_between_two_aims_becomes_a_target(full):
    desk = full("en")
    desk.slider(key="budget").set_value(20).run()
    items = hand(desk).good.rows["units"].sum()
    desk.session_state["trade_off"] = True
    desk.run()
    desk.selectbox(key="trade_over").set_value("units").run()
    assert not desk.exception, desk.exception
    assert "is given up for" in texts(desk)
    desk.select_slider(key="trade_point").set_value(2).run()
    desk.button(key="trade_take").click().run()
    (target,) = in_force(desk)
    assert (target.code, target.measure) == ("target", "units")
    assert not desk.error
    assert hand(desk).good.rows["units"].sum() >= target.reach - 1e-3 > items
    desk.select_slider(key="trade_point").set_value(4).run()
    desk.button(key="trade_take").click().run()
    (farther,) = in_force(desk)
    assert farther.reach > target.reach, "a point farther on takes the place of the first"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_if_says_one_sentence_per_belief(plain, language):
    desk = plain(language)
    desk.session_state["what_if"] = True
    desk.run()
    assert not desk.exception, desk.exception
    for belief in workflow.BELIEFS:
        assert translate(language, f"plan.belief.{belief}") in texts(desk)


def test_rules_stay_when_the_campaign_is_made_longer_and_go_with_other_data(plain):
    desk = add(plain("en"), "category_budget", category="Tea", total=50.0)
    desk.slider(key="weeks").set_value(5).run()
    assert not desk.exception, desk.exception
    assert [rule.code for rule in in_force(desk)] == ["category_budget"]
    desk.selectbox(key="dataset").set_value("prices").run()
    assert not desk.exception, desk.exception
    assert not in_force(desk)


def test_a_calendar_begins_with_a_week_between_two_promotions(rich_desk):
    assert [rule.code for rule in workflow.default_request(rich_desk).more] == ["gap"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("money", [30_000.0, 29_950.0, 1_234_567.5, 0.07, 12.0])
def test_an_amount_is_shown_as_it_was_typed(sentence, language, money):
    rule = workflow.rule_from({"rule": "target", "measure": "revenue", "reach": money})
    said = f"{money:,.6f}".rstrip("0").rstrip(".")
    assert re.search(rf"(?<![\d.,]){re.escape(said)}(?![\d,万亿M]|\.\d)", sentence(rule, language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_budget_is_told_as_it_was_set(plain, language):
    desk = plain(language)
    desk.slider(key="budget").set_value(1111).run()
    assert "1,111" in texts(desk)
    assert "1,111" in desk.text_input(key="scenario_name").placeholder
