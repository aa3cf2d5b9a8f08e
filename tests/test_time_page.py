"""When the solver runs out of time the page shows the best there is, how good, and what to do."""

import pytest

from promo import workflow
from promo.ui import asking
from promo.workflow import jobs
from tests.desk_driver import hand_of, texts


def hurried_plan(desk, request, *, seconds, stop):
    """The plan to run, in no time; a longer look has all of it."""
    seconds = seconds if seconds > workflow.SECONDS else 0.0
    return workflow.exact_plan(desk, request, seconds=seconds, stop=stop)


@pytest.fixture
def hurried(plan_page, monkeypatch):
    """The Plan page of a desk whose exact plans have no time at all, unless they are asked to."""
    monkeypatch.setattr(jobs, "exact_plan", hurried_plan)
    return plan_page


def ask_for_items(desk):
    """Ask for so many items that no plan comes by itself."""
    items = float(hand_of(desk).good.rows["units"].sum())
    target = workflow.rule_from({"rule": "target", "measure": "units", "reach": items + 20})
    desk.session_state["more"] = (asking.Entry(0, target),)
    return desk.run()


@pytest.mark.parametrize(("language", "said"), [("en", "Time was up"), ("zh", "时限已到")])
def test_a_plan_that_may_not_be_the_best_says_so_with_its_gap(hurried, language, said):
    desk = hurried(language)
    plan = hand_of(desk).good
    assert plan.gap > 0.01
    (warning,) = [one.value for one in desk.warning if said in one.value]
    assert f"{100 * plan.gap:.1f}%" in warning
    assert f"{plan.bound - plan.objective:,.0f}" in warning
    assert {"en": "Unproven", "zh": "未证明"}[language] in {one.value for one in desk.metric}


def test_a_longer_look_finds_the_best_and_the_warning_goes(hurried):
    desk = hurried()
    first = hand_of(desk).good
    desk.button(key="look_longer").click().run()
    assert not desk.exception, desk.exception
    assert hand_of(desk).good.objective > first.objective
    assert hand_of(desk).plan is hand_of(desk).good
    assert "Time was up" not in texts(desk)


def test_where_no_plan_was_found_in_time_the_quick_one_stands_in(hurried):
    desk = ask_for_items(hurried())
    assert not desk.exception, desk.exception
    hand = hand_of(desk)
    assert hand.good_for == hand.asked
    assert not hand.good.exact
    assert "no plan of whole discounts brings more than it" in texts(desk)
    assert "last plan that kept its rules" not in texts(desk)
    assert "follows" not in texts(desk)
    assert "Quick only" in {one.value for one in desk.metric}
    assert "There is no plan to run for these rules" in texts(desk)
    desk.button(key="look_longer").click().run()
    assert hand.good.exact
    assert hand.error is None
    assert "Time was up" not in texts(desk)


def test_a_plan_within_the_share_that_was_asked_did_not_run_out_of_time(sample_workspace):
    data = workflow.open_dataset(sample_workspace, workflow.SAMPLE)
    desk = workflow.open_desk(workflow.kept_study(sample_workspace, data))
    request = workflow.default_request(desk)
    assert not workflow.ran_out_of_time(workflow.exact_plan(desk, request))
    assert workflow.ran_out_of_time(workflow.exact_plan(desk, request, seconds=0.0))
    assert not workflow.ran_out_of_time(workflow.quick_plan(desk, request))
