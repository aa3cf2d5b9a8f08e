"""The calendar as a picture to edit: what a click opens, and what becomes of her own plan."""

import json

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from promo import workflow
from promo.workflow import PlanRequest
from tests.test_by_hand import PAGE, desk
from tests.tiny_scene import START

CALENDAR = PAGE.replace("import my_plan", "import calendar_edit, my_plan").replace(
    "my_plan.card(", "calendar_edit.card(place, hand)\nmy_plan.card("
)
"""The same with the calendar above it."""


@pytest.fixture
def calendar(monkeypatch):
    """The calendar beside My plan, its first promotion clicked: no test page can click a chart."""
    monkeypatch.setenv("STREAMLIT_CLIENT_SHOW_ERROR_DETAILS", "full")
    page = AppTest.from_string(CALENDAR, default_timeout=60).run()
    page.button(key="mine_begin").click().run()
    page.session_state["_mine"]["picked"] = [0]
    return page.run()


def now_of(page):
    """Her own plan as it stands."""
    return page.session_state["_mine"]["tables"][-1]


def bars(page):
    """The promotions that the picture shows: product's lane and first week."""
    (drawn,) = page.get("plotly_chart")
    bars = json.loads(drawn.proto.spec)["data"][0]
    return sorted(zip(bars["y"], bars["base"], strict=True))


def test_a_promotion_picked_in_the_calendar_is_changed_locked_taken_away_and_put_back(calendar):
    before = now_of(calendar)
    assert calendar.button(key="promotion_change").disabled
    calendar.selectbox(key="promotion_discount_0_0").set_value(0.3).run()
    calendar.button(key="promotion_change").click().run()
    assert not calendar.exception, calendar.exception
    assert now_of(calendar).loc[0, "discount"] == 0.3
    assert "the best one" in "".join(one.value for one in calendar.markdown)
    calendar.button(key="promotion_lock").click().run()
    assert now_of(calendar).loc[0, "locked"]
    shown = len(bars(calendar))
    calendar.button(key="promotion_away").click().run()
    assert now_of(calendar).loc[0, "discount"] == 0.0
    assert len(bars(calendar)) == shown - 1 if shown > 1 else not calendar.get("plotly_chart")
    for _ in range(3):
        calendar.button(key="promotion_undo").click().run()
    assert not calendar.exception, calendar.exception
    assert now_of(calendar).equals(before)
    assert calendar.button(key="promotion_undo").disabled


def test_a_product_gets_a_second_promotion_from_the_picture(calendar):
    first, shown = now_of(calendar).loc[0], bars(calendar)
    assert calendar.button(key="promotion_add").disabled, "it would run in the same weeks"
    weeks = [f"{START + pd.Timedelta(weeks=week):%Y-%m-%d}" for week in range(4)]
    other = max(weeks, key=lambda week: abs(pd.Timestamp(week) - pd.Timestamp(first["first"])))
    calendar.selectbox(key="promotion_first_0_0").set_value(other).run()
    calendar.selectbox(key="promotion_weeks_0_0").set_value(1).run()
    calendar.button(key="promotion_add").click().run()
    assert not calendar.exception, calendar.exception
    assert not calendar.error, calendar.error[0].value
    assert len(bars(calendar)) == len(shown) + 1
    calendar.button(key="mine_take").click().run()
    (entry,) = calendar.session_state["more"]
    said = workflow.rule_to(entry.rule)
    assert (said["product"], said["first"], said["weeks"]) == (first["product_id"], other, 1)
    calendar.button(key="promotion_away").click().run()
    assert len(bars(calendar)) == len(shown)
    assert calendar.button(key="mine_take").disabled, "what was added and taken away is nothing"


def test_the_picture_shows_the_best_plan_again_when_asked(calendar):
    shown = bars(calendar)
    calendar.selectbox(key="promotion_weeks_0_0").set_value(1).run()
    calendar.button(key="promotion_away").click().run()
    calendar.toggle(key="calendar_mine").set_value(False).run()
    assert bars(calendar) == shown
    assert not any(button.key == "promotion_add" for button in calendar.button)


@pytest.mark.parametrize(
    ("at", "weeks", "busy"),
    [(0, 1, False), (0, 2, True), (1, 1, True), (2, 2, True), (3, 1, False)],
)
def test_weeks_of_a_product_are_free_until_its_promotion_and_after_it(at, weeks, busy):
    days = [f"{START + pd.Timedelta(weeks=week):%Y-%m-%d}" for week in range(4)]
    rows = [
        ("tea", "s0", 0.2, days[1], 2), ("tea", "s1", 0.2, days[0], 4), ("tea", "s0", 0.0, "", 4),
        ("tea", "s0", 0.0, days[3], 1), ("jam", "s0", 0.2, days[0], 4),
    ]  # fmt: skip
    known = pd.DataFrame(rows, columns=["product_id", "segment", "discount", "first", "weeks"])
    assert workflow.meets(known, [0], days[at], weeks) == busy


def test_a_promotion_of_several_segments_is_found_in_the_table():
    place = desk()
    table = workflow.edit_table(place, workflow.exact_plan(place, PlanRequest(budget=150.0)))
    both = pd.concat([table.head(1), table.head(1).assign(segment="s1")], ignore_index=True)
    seen = both.loc[0].to_dict() | {"first": pd.Timestamp(both.loc[0, "first"])}
    assert workflow.rows_of(both, seen | {"segments": ()}) == [0, 1]
    assert workflow.rows_of(both, seen | {"segments": ("s1",)}) == [1]
    assert workflow.rows_of(both, seen | {"segments": (), "weeks": 9}) == []
