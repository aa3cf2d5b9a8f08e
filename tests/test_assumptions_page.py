"""On the Plan page: another assumption keeps what she set, can be undone, and is compared."""

import re

import pytest

from promo import workflow
from promo.ui import asking
from promo.words import translate
from tests.desk_driver import hand_of, texts

SET = {"depths": (15, 30), "margin_floor": 20, "caution": "very", "stock_share": 60,
       "max_promoted": 5, "budget": 400}  # fmt: skip


def controls(desk):
    return {key: desk.session_state[key] for key in asking.KEYS}


def with_settings(desk):
    """Everything a slider can say, said otherwise than the desk began with."""
    desk.slider(key="depths").set_value(SET["depths"])
    desk.slider(key="stock_share").set_value(SET["stock_share"])
    desk.slider(key="budget").set_value(SET["budget"])
    for key in ("margin_floor", "caution", "max_promoted"):
        desk.select_slider(key=key).set_value(SET[key])
    desk.run()
    assert not desk.exception, desk.exception
    return desk


def test_what_she_set_stays_when_the_campaign_is_made_longer(plan_page):
    desk = with_settings(plan_page())
    before = controls(desk)
    desk.slider(key="weeks").set_value(6).run()
    assert not desk.exception, desk.exception
    assert controls(desk) == before
    assert hand_of(desk).good_for.margin_floor == 0.2
    assert hand_of(desk).good_for.budget == 400


def test_what_she_never_set_follows_the_new_desk(plan_page):
    desk = plan_page()
    before = controls(desk)
    desk.slider(key="weeks").set_value(2).run()
    assert controls(desk) == controls(plan_page(weeks=2))
    assert controls(desk)["budget"] != before["budget"]


def test_a_change_of_assumptions_is_undone_in_one_step_with_all_that_stood_before(plan_page):
    desk = plan_page()
    desk.select_slider(key="margin_floor").set_value(10).run()
    before, plan = controls(desk), hand_of(desk).good
    desk.slider(key="weeks").set_value(6).run()
    desk.select_slider(key="longest").set_value(2).run()
    assert [rule.code for rule in hand_of(desk).good_for.more] == ["gap"]
    desk.button(key="undo").click().run()
    assert (desk.slider(key="weeks").value, desk.select_slider(key="longest").value) == (6, 0)
    desk.button(key="undo").click().run()
    assert not desk.exception, desk.exception
    assert desk.slider(key="weeks").value == 4
    assert controls(desk) == before
    assert hand_of(desk).good.rows.equals(plan.rows)
    desk.button(key="undo").click().run()
    assert desk.select_slider(key="margin_floor").value is None
    assert desk.button(key="undo").disabled


def test_a_rule_that_means_nothing_any_more_is_named_and_comes_back_with_undo(plan_page):
    language = "zh"
    desk = plan_page(language)
    desk.select_slider(key="longest").set_value(2).run()
    desk.number_input(key="rule_amount_0").set_value(2).run()
    said = translate(language, "plan.set_aside", rules=translate(language, "rule.name.gap"))
    assert said not in texts(desk)
    desk.select_slider(key="longest").set_value(0).run()
    assert not desk.exception, desk.exception
    assert said in [one.value for one in desk.warning]
    assert not desk.session_state["more"]
    desk.button(key="undo").click().run()
    assert [entry.rule.weeks for entry in desk.session_state["more"]] == [2]
    assert said not in texts(desk)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_plan_is_held_against_the_one_before_the_assumption(plan_page, language):
    desk = plan_page(language, changed=True)
    before = hand_of(desk).good
    desk.slider(key="weeks").set_value(5).run()
    assert not desk.exception, desk.exception
    now, said = hand_of(desk).good, texts(desk)
    assert translate(language, "change.first") not in said
    assert f"{before.gain.estimate:,.0f}" in said.split(translate(language, "change.asked"))[1]
    assert f"{now.gain.estimate:,.0f}" in said.split(translate(language, "change.asked"))[1]
    setting = {"what": translate(language, "plan.weeks")}
    assert f"~~{translate(language, 'scenarios.setting', value=4, **setting)}~~" in said
    assert translate(language, "scenarios.setting", value=5, **setting) in said
    assert translate(language, "scenarios.other_weeks") in said
    moved = re.escape(translate(language, "change.move.moved", count=7)).replace("7", r"\d+")
    assert not re.search(moved, said)
    desk.slider(key="budget").set_value(desk.slider(key="budget").value // 2).run()
    assert translate(language, "scenarios.other_weeks") not in texts(desk)


def test_other_data_begin_with_nothing_to_undo_or_compare(plan_page):
    desk = with_settings(plan_page())
    assert desk.slider(key="stock_share").value == 60
    desk.session_state["_controls_for"] = ("another", "content", *desk.session_state[
        "_controls_for"][2:])  # fmt: skip
    desk.run()
    assert desk.slider(key="stock_share").value == 100
    assert desk.button(key="undo").disabled


def test_an_opened_link_is_one_step_with_the_assumptions_it_brings(plan_page):
    desk = plan_page()
    before = controls(desk)
    desk.session_state["_to_open"] = workflow.PlanRequest(budget=300.0), ""
    desk.session_state["weeks"] = 6
    desk.run()
    assert hand_of(desk).good_for.budget == 300
    desk.button(key="undo").click().run()
    assert desk.slider(key="weeks").value == 4
    assert controls(desk) == before
    assert desk.button(key="undo").disabled
