"""Where no plan keeps all rules, she is told which contradict each other and how little helps."""

from dataclasses import replace

import pytest

from promo import workflow
from promo.errors import Infeasible
from promo.optimize import Limits, PlanModel, plan_model, rule_from
from promo.optimize.infeasible import conflict, ways_out
from promo.optimize.rules import Budget
from promo.workflow import PlanRequest
from tests.plan_cases import toy


def rule(code, **amounts):
    return rule_from({"rule": code, **amounts})


def shop(seed=1):
    options, stock = toy(seed)
    return PlanModel(options, stock), options


def revenue(model, limits):
    return model.exact(limits, gap=0.0).rows["revenue"].sum()


def test_a_plan_that_exists_needs_no_way_out():
    model, _ = shop()
    assert model.ways_out(Limits(budget=100.0)) == ()


def test_a_budget_too_small_for_a_target_gives_way_as_little_as_needed():
    model, _ = shop()
    free = Limits(budget=400.0)
    reach = revenue(model, replace(free, more=())) * 0.999
    most = model.exact(replace(free, more=(rule("target", measure="revenue", reach=reach),)))
    asked = Limits(budget=1.0, more=(rule("target", measure="revenue", reach=reach),))
    with pytest.raises(Infeasible) as caught:
        model.exact(asked)
    assert set(caught.value.facts["rules"]) == {"budget", "target"}
    ways = {way.relaxed[0].rule: way for way in model.ways_out(asked)}
    assert set(ways) == {"budget", "target"}
    (step,) = ways["budget"].relaxed
    assert step.before == 1.0
    enough = replace(asked, budget=step.after)
    assert model.exact(enough).rows["revenue"].sum() >= reach * (1 - 1e-6)
    assert step.after <= most.rows["cost"].sum() * 1.1
    with pytest.raises(Infeasible):
        model.exact(replace(asked, budget=0.97 * step.after - 1.0))


def test_of_two_promotions_set_by_hand_that_may_not_meet_one_is_given_up():
    model = PlanModel(toy(1)[0])
    locked = [rule("locked", product=name, discount=0.2, segment="s0") for name in ("p1", "p2")]
    apart = rule("never_together", product="p1", other="p2")
    ways = model.ways_out(Limits(more=(*locked, apart)))
    assert {way.relaxed[0].rule for way in ways} == {"locked", "never_together"}
    assert all(way.relaxed[0].after is None for way in ways)
    assert [way.gain for way in ways] == sorted((way.gain for way in ways), reverse=True)


def test_two_separate_conflicts_need_two_rules_to_give_way():
    model, _ = shop()
    asked = Limits(
        more=(
            rule("locked", product="p1", discount=0.2),
            rule("forbidden", product="p1"),
            rule("target", measure="units", reach=1e6),
        )
    )
    ways = model.ways_out(asked)
    assert ways
    assert all(len(way.relaxed) == 2 for way in ways)


def test_what_a_way_out_says_is_what_she_gets():
    model, options = shop(2)
    asked = PlanRequest(
        budget=50.0, max_discount=0.1, category_budget={"c0": 5.0},
        more=(rule("locked", product="p1", discount=0.3, segment="s0"),),
    )  # fmt: skip
    with pytest.raises(Infeasible):
        model.exact(asked)
    for way in model.ways_out(asked):
        now = workflow.relaxed(asked, way)
        plan = model.exact(now, gap=0.0)
        none = options.rows.loc[options.rows["discount"] == 0, "profit"].sum()
        assert plan.bound - none >= way.gain - 1e-3 * abs(none)
        assert now != asked


@pytest.mark.parametrize("seconds", [2.0, 1e-9])
def test_what_time_was_too_short_for_is_never_taken_for_a_plan(monkeypatch, seconds):
    """However short: what is named cannot be kept together, and every way out leads out."""
    monkeypatch.setattr(plan_model, "QUESTION", seconds)
    model = PlanModel(*toy(5, products=12, segments=3, ladder=(0.0, 0.1, 0.2, 0.3)))
    reach = 0.999 * model.relaxed(Limits()).rows["revenue"].sum()
    asked = Limits(budget=1.0, more=(rule("target", measure="revenue", reach=reach),))
    with pytest.raises(Infeasible) as caught:
        model.exact(asked)
    assert {"budget", "target"} <= set(caught.value.facts["rules"])
    ways = model.ways_out(asked)
    assert ways or seconds < 1
    for way in ways:
        assert model.exact(workflow.relaxed(asked, way), seconds=20.0).gain.estimate >= 0


def test_a_question_without_an_answer_in_time_is_neither_yes_nor_no():
    """Two rules of which either alone has a plan, but for one of them nobody knows."""
    budget, target = Budget(5.0), rule("target", measure="units", reach=9.0)

    def gain(rules):
        codes = {one.code for one in rules}
        if codes >= {"budget", "target"}:
            return None
        return float("nan") if "target" in codes else 3.0

    assert {one.code for one in conflict([budget, target], gain)} == {"budget", "target"}
    ways = ways_out([budget, target], gain)
    assert [step.rule for way in ways for step in way.relaxed] == ["target"]
