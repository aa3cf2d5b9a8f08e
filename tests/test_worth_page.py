"""On the Plan page: what the plan gains counted together, and the plan made around itself."""

import re

import pytest
from streamlit.runtime.scriptrunner import StopException

from promo.ui import answering, state, worth_view
from promo.workflow import Together
from tests.conftest import ROOT
from tests.desk_driver import hand_of, texts


@pytest.mark.parametrize(
    ("language", "said", "button"),
    [("en", "Counted together", "around this plan"), ("zh", "合并计算", "在本方案基础上")],
)
def test_the_true_gain_stands_beside_the_promise(plan_page, language, said, button):
    desk = plan_page(language)
    assert said in texts(desk)
    assert button in desk.button(key="plan_again").label
    assert not desk.button(key="plan_again").disabled


def test_with_less_stock_the_page_warns_that_the_promotions_promise_too_much(plan_page):
    desk = plan_page()
    desk.slider(key="stock_share").set_value(60).run()
    (warning,) = [one.value for one in desk.warning if "Counted together" in one.value]
    assert "too much" in warning
    assert "sell from one stock" in warning
    for page in ("overview", "campaign"):
        desk.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
        assert warning in [one.value for one in desk.warning], "wherever the promise is shown"


def test_a_plan_made_around_itself_is_the_plan_until_the_next_move(plan_page):
    desk = plan_page()
    desk.slider(key="stock_share").set_value(60).run()
    before = hand_of(desk).good
    desk.button(key="plan_again").click().run()
    assert not desk.exception, desk.exception
    after = hand_of(desk).good
    assert hand_of(desk).plan is after is not before
    assert "Planned again: " in texts(desk)
    assert "of profit more than before" in texts(desk)
    assert "Found by planning again around the plan" in texts(desk)
    assert desk.button(key="plan_again").disabled
    desk.slider(key="stock_share").set_value(65).run()
    assert not desk.button(key="plan_again").disabled
    assert "Planned again" not in texts(desk)


def test_planning_around_goes_on_when_the_page_is_drawn_anew_and_ends_with_a_move(
    plan_page, monkeypatch
):
    def interrupted(job):
        job.cancel()
        raise StopException

    desk = plan_page()
    for follows in (True, False):
        desk.slider(key="stock_share").set_value(60 if follows else 70).run()
        with monkeypatch.context() as patch:
            patch.setattr(answering, "awaited", interrupted)
            desk.button(key="plan_again").click().run()
        if not follows:
            desk.slider(key="stock_share").set_value(65).run()
            assert "Planned again" not in texts(desk)
            desk.slider(key="stock_share").set_value(70).run()
        desk.run()
        assert not desk.exception, desk.exception
        assert ("Planned again" in texts(desk)) == follows


def test_without_a_promotion_there_is_nothing_to_plan_around(plan_page):
    desk = plan_page()
    desk.slider(key="budget").set_value(0).run()
    button = desk.button(key="plan_again")
    assert button.disabled
    assert button.help == "Nothing is promoted, so there is nothing to count together and " \
        "nothing to plan around."  # fmt: skip
    assert button.help in texts(desk)


@pytest.mark.parametrize(
    ("whole", "look"),
    [
        (Together(95.5, 100.0), "plain"), (Together(94.5, 100.0), "warning"),
        (Together(100.0, 95.5), "plain"), (Together(100.0, 94.5), "info"),
        (Together(0.0, 0.0), "plain"), (Together(-1.0, 1.0), "warning"),
    ],
)  # fmt: skip
def test_a_promise_that_is_off_by_more_than_a_twentieth_is_said_loudly(whole, look):
    assert worth_view.loudness(whole) == look


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (Together(100.0, 100.2), "come to the same"),
        (Together(100.0, 103.0, ("others",)), "3.00 (2.9%) too much. The difference: products"),
        (Together(1000.0, 1500.0, ("shelf", "dip")), "500 (33%) too much"),
        (Together(1500.0, 1000.0), "500 (33%) too little"),
        (Together(-50.0, 150.0), "too much"),
    ],
)
def test_the_sentence_says_how_far_the_sum_is_off(monkeypatch, whole, said):
    monkeypatch.setattr(state, "language", lambda: "en")
    assert said in worth_view.sentence(whole)


def test_the_page_says_from_how_many_promotions_the_plan_was_chosen(plan_page):
    desk = plan_page()
    said = " ".join(one.value for one in desk.caption)
    found = re.search(r"Chosen from ([\d,]+) promotions; ([\d,]+) of them are", said)
    options, pruned = (int(number.replace(",", "")) for number in found.groups())
    assert 0 < pruned < options
