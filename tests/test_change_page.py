"""On the Plan page: what changed since the last plan, and where the gain comes from."""

from functools import partial

import pandas as pd
import pytest

from promo.evaluate import differing_rows, moves
from promo.ui import change_view, formats, state
from promo.words import translate
from promo.workflow import Changes
from tests.desk_driver import hand_of, texts


@pytest.fixture
def open_page(plan_page):
    """The Plan page with both of these parts open."""
    return partial(plan_page, changed=True, parts=True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_plan_has_nothing_before_it(open_page, language):
    assert translate(language, "change.first") in texts(open_page(language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_smaller_budget_is_named_with_what_it_takes_from_the_plan(open_page, language):
    desk = open_page(language)
    before = hand_of(desk).good
    budget = desk.slider(key="budget")
    budget.set_value(budget.value // 2 // budget.step * budget.step).run()
    assert not desk.exception, desk.exception
    now, said = hand_of(desk).good, texts(desk)
    assert f"{before.gain.estimate - now.gain.estimate:,.0f}" in said
    rows = differing_rows(before.rows, now.rows)
    assert translate(language, "change.total", count=len(rows)) in said
    asked = desk.slider(key="budget").value
    assert f"{asked:,.0f}" in said.split(translate(language, "change.asked"))[1]


def test_a_rule_that_holds_nothing_back_leaves_the_plan_as_it_was(open_page):
    desk = open_page()
    desk.select_slider(key="margin_floor").set_value(5).run()
    assert translate("en", "change.nothing") in texts(desk)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_parts_of_the_gain_stand_below_the_plan(open_page, language):
    desk = open_page(language)
    gain = formats.money(language, hand_of(desk).good.gain.estimate)
    assert translate(language, "plan.parts_more") in [one.label for one in desk.get("page_link")]
    assert translate(language, "demand.effect.gain_said", gain=gain) in texts(desk)


def test_a_small_difference_is_written_as_the_amounts_are(monkeypatch):
    monkeypatch.setattr(state, "language", lambda: "en")
    found = Changes(pd.DataFrame({"product_id": ["tea"]}), {"added": 1}, 0.4)
    assert "gains 2.90 instead of 2.50, 0.40 more" in change_view.sentence(found, 2.5)


def test_every_discount_that_is_another_one_is_counted_once():
    left = pd.DataFrame({"discount_left": [0.0, 0.1, 0.2, 0.3, 0.2, None]})
    right = left.assign(discount_right=[0.1, 0.0, 0.3, 0.2, 0.2, 0.1])
    found = moves(right)
    assert found == {"added": 2, "dropped": 1, "deeper": 1, "smaller": 1, "moved": 1}
    assert sum(found.values()) == len(right)
