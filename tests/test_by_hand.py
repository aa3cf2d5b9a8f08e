"""A plan made by hand: what its edits mean, what it is worth, and what it costs."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from promo import workflow
from promo.domain import ResponseCurves
from promo.errors import BadRequest, Infeasible
from promo.optimize import Offer, PlanModel, build_options
from promo.ui import live, my_plan, state
from promo.workflow import PlanRequest, rule_from
from tests.desk_driver import texts
from tests.tiny_scene import START, tiny

LENGTHS = Offer((0.1, 0.2, 0.3), lengths=(1, 2))


def desk(seed=3, ending=0.0):
    """A desk of a calendar: three products, four weeks, promotions of one or two weeks."""
    offer = replace(LENGTHS, endings=(ending,) if ending else ())
    scene = tiny(seed, 3, weeks=4, offer=offer)
    if ending >= 1:  # prices in tens, or nearly none below them ends so
        rows = scene.curves.rows
        rows = rows.assign(list_price=10 * rows["list_price"], unit_cost=10 * rows["unit_cost"])
        scene = replace(scene, curves=ResponseCurves(rows, scene.curves.timing))
    options = build_options(scene)
    products = scene.curves.rows[["product_id"]].assign(name=scene.curves.rows["product_id"])
    ahead = scene.forecast.rows
    inside = ahead[ahead["week"] < START + pd.Timedelta(weeks=4)].reset_index(drop=True)
    study = SimpleNamespace(
        forecast=type(scene.forecast)(inside, scene.forecast.backtest),
        curves=scene.curves, start=scene.start, undated=True,
        panel=SimpleNamespace(products=products),
    )  # fmt: skip
    return workflow.Desk(study, scene, options, PlanModel(options), 0.1)


@pytest.fixture(scope="module")
def place():
    return desk()


@pytest.fixture(scope="module")
def asked():
    return PlanRequest(budget=150.0, more=(rule_from({"rule": "gap", "weeks": 1}),))


@pytest.fixture(scope="module")
def table(place, asked):
    return workflow.edit_table(place, workflow.exact_plan(place, asked))


def edited(table, row, **changes):
    after = table.copy()
    for name, value in changes.items():
        after.loc[row, name] = value
    return after


def test_a_table_that_is_not_edited_says_nothing(table):
    assert workflow.rules_by_hand(table, table.copy()) == ()


def test_a_changed_row_is_the_promotion_that_runs(table):
    row = table.loc[0]
    depth = 0.1 if row["discount"] > 0.15 else 0.2
    (rule,) = workflow.rules_by_hand(table, edited(table, 0, discount=depth, weeks=1))
    assert workflow.rule_to(rule) == {
        "rule": "locked", "product": row["product_id"], "segment": row["segment"],
        "mechanic": "percent", "first": row["first"], "weeks": 1, "discount": depth,
    }  # fmt: skip


def test_a_locked_row_stays_as_it_is(table):
    (rule,) = workflow.rules_by_hand(table, edited(table, 0, locked=True))
    said = workflow.rule_to(rule)
    assert (said["first"], said["discount"]) == (table.loc[0, "first"], table.loc[0, "discount"])


def test_no_discount_in_a_row_keeps_its_weeks_free(table):
    (rule,) = workflow.rules_by_hand(table, edited(table, 0, discount=0.0))
    said = workflow.rule_to(rule)
    assert (said["rule"], said["discount"]) == ("locked", 0.0)
    assert (said["first"], said["weeks"]) == (table.loc[0, "first"], table.loc[0, "weeks"])
    assert "mechanic" not in said


def test_a_row_at_list_price_can_be_given_a_discount_as_it_stands(place):
    request = PlanRequest(budget=300.0)
    table = workflow.edit_table(place, workflow.exact_plan(place, request))
    idle = int(table.index[table["discount"] == 0][0])
    assert table.loc[idle, "weeks"] in LENGTHS.lengths
    found = workflow.judged_by_hand(place, request, table, edited(table, idle, discount=0.1))
    mine = found.mine.rows
    row = mine[mine["product_id"] == table.loc[idle, "product_id"]]
    assert 0.1 in set(row["discount"].round(6))


def test_a_forbidden_row_shuts_its_product_out(table):
    after = edited(table, 0, forbidden=True, discount=0.3)
    (rule,) = workflow.rules_by_hand(table, after)
    assert workflow.rule_to(rule) == {
        "rule": "forbidden", "product": table.loc[0, "product_id"],
        "segment": table.loc[0, "segment"],
    }  # fmt: skip


def test_the_plan_itself_is_worth_what_it_says(place, asked, table):
    found = workflow.judged_by_hand(place, asked, table, table.copy())
    assert found.broken == ()
    assert found.mine.gain.estimate == pytest.approx(found.best.gain.estimate, rel=1e-6)
    assert found.different.empty


def test_choices_by_hand_cost_what_the_best_plan_around_them_lacks(place, asked, table):
    after = edited(table, 0, forbidden=True)
    found = workflow.judged_by_hand(place, asked, table, after)
    gone = table.loc[0, "product_id"]
    assert gone not in set(found.around.rows.loc[found.around.rows["discount"] > 0, "product_id"])
    mine, around, best = (p.objective for p in (found.mine, found.around, found.best))
    assert mine <= around + 1e-6 <= best + 2e-6
    assert around < best
    assert gone in set(found.different["product_id"])
    assert found.different["reason"].notna().all()


def test_what_is_forbidden_in_one_row_is_in_no_row_of_its_product(place, table):
    twice = pd.concat([table.head(1), table], ignore_index=True)
    kept = workflow.promotions_by_hand(place, edited(twice, 1, forbidden=True))
    assert table.loc[0, "product_id"] not in set(kept["product_id"])
    assert len(kept) == (table["discount"] > 0).sum() - 1


def test_a_plan_by_hand_may_break_rules_and_is_told_which(place, asked, table):
    """What the best plan runs stays, and one more product is promoted: the budget is too small."""
    after = edited(table.assign(locked=table["discount"] > 0), 1, discount=0.1)
    found = workflow.judged_by_hand(place, asked, table, after)
    assert found.broken == ("budget",)
    assert found.around is None
    assert found.mine.rows["cost"].sum() > asked.budget >= found.best.rows["cost"].sum()
    assert table.loc[1, "product_id"] in set(found.different["product_id"])


def test_a_promotion_given_without_a_week_begins_with_the_plan_and_is_found_there(place, asked):
    table = workflow.edit_table(place, workflow.exact_plan(place, replace(asked, budget=300.0)))
    idle = int(table.index[table["first"] == ""][0])
    begins = workflow.first_monday(place)
    after = workflow.as_offered(place, table, edited(table, idle, discount=0.1))
    now = after.loc[idle]
    assert now["first"] == begins
    clicked = {
        "product_id": now["product_id"], "segments": (now["segment"],),
        "first": pd.Timestamp(begins), **now[["weeks", "mechanic", "discount"]],
    }  # fmt: skip
    assert workflow.rows_of(after, clicked) == [idle]
    assert workflow.meets(after, [idle], begins, 1)


@pytest.mark.parametrize(("aim", "said"), [("profit", "20.00 of profit"), ("units", "7.00 items")])
def test_what_choices_cost_is_told_in_what_the_plan_is_for(monkeypatch, aim, said):
    """As it stands it gains more profit than the best plan for items; that breaks no rule."""
    monkeypatch.setattr(state, "language", lambda: "en")
    mine, best = (
        SimpleNamespace(gain=SimpleNamespace(estimate=gain), objective=items)
        for gain, items in ((30.0, 40.0), (50.0, 47.0))
    )
    found = SimpleNamespace(mine=mine, best=best, around=None, broken=("budget",))
    sentence = my_plan.verdict(PlanRequest(objective=aim), found)
    assert said in sentence
    assert "less than the best one" in sentence


def test_where_no_plan_keeps_the_rules_at_all_that_is_said(place, asked, table):
    most = rule_from({"rule": "target", "measure": "units", "reach": 1e9})
    with pytest.raises(Infeasible):
        workflow.judged_by_hand(place, replace(asked, more=(most,)), table, table.copy())


def test_what_was_planned_already_is_not_planned_again(place, asked, table):
    after = edited(table, 0, forbidden=True)
    made = workflow.exact_plan(place, asked)
    rules = workflow.rules_by_hand(table, after)
    taken = workflow.with_mine(asked, rules)
    around = workflow.exact_plan(place, taken)
    assert workflow.judged_by_hand(place, asked, table, after, made).best is made
    assert workflow.judged_by_hand(place, taken, table, after, around).around is around


def test_a_promotion_that_is_not_on_offer_is_refused(place, asked, table):
    last = place.options.rows["first"].max().strftime("%Y-%m-%d")
    with pytest.raises(BadRequest):
        workflow.judged_by_hand(place, asked, table, edited(table, 0, first=last, weeks=2))


def test_choices_by_hand_replace_those_made_before(asked):
    one = rule_from({"rule": "locked", "product": "p0", "discount": 0.1})
    other = rule_from({"rule": "forbidden", "product": "p1"})
    request = workflow.with_mine(workflow.with_mine(asked, (one,)), (other,))
    assert [rule.code for rule in request.more] == ["gap", "forbidden"]
    assert workflow.without_mine(request) == asked


# --- prices with an ending ----------------------------------------------------------------------


@pytest.fixture(params=workflow.ENDINGS, scope="module")
def ended(request):
    """A desk whose prices end in something, a request, and its plan as a table."""
    place, asked = (
        desk(7, request.param),
        PlanRequest(budget=1500.0 if request.param >= 1 else 150.0),
    )
    return place, asked, workflow.edit_table(place, workflow.exact_plan(place, asked))


def test_a_plan_of_any_ending_can_be_locked_row_by_row(ended):
    place, asked, table = ended
    found = workflow.judged_by_hand(place, asked, table, table.assign(locked=True))
    assert found.broken == ()
    assert found.around.gain.estimate == pytest.approx(found.best.gain.estimate, rel=1e-6)


def test_a_discount_that_no_ending_allows_becomes_the_nearest_that_it_does(ended):
    place, _, table = ended
    row = table.loc[0]
    own = workflow.depths_of(place, row["product_id"])
    after = workflow.as_offered(place, table, edited(table, 0, discount=0.1234))
    assert after.loc[0, "discount"] == min(own, key=lambda depth: abs(depth - 0.1234))
    assert after.drop(index=0).equals(table.drop(index=0))
    (rule,) = workflow.rules_by_hand(table, edited(table, 0, discount=own[-1], locked=True))
    workflow.check_rule(place, rule)


def test_every_depth_of_a_form_can_be_meant(ended):
    place, *_ = ended
    for product in workflow.rule_choices(place).products:
        for depth in workflow.depths_of(place, product):
            about = {
                "product": product,
                "discount": depth,
                "weeks": 1,
                "first": f"{START:%Y-%m-%d}",
            }
            workflow.check_rule(place, rule_from({"rule": "locked", **about}))


PAGE = """
import threading
import streamlit as st
from promo import workflow
from promo.ui import my_plan, state
from promo.ui.live import Hand
from tests.test_by_hand import desk

st.session_state.setdefault("lang", "en")
st.session_state.setdefault("ending", 0.0)
if "desk" not in st.session_state:
    st.session_state["desk"] = desk(7, st.session_state["ending"])
here = st.session_state["desk"]
asked = workflow.PlanRequest(budget=1500.0 if st.session_state["ending"] >= 1 else 150.0)
place = state.Bench(here, asked, threading.Lock(), ("by hand",))
if "plan" not in st.session_state:
    st.session_state["plan"] = workflow.exact_plan(here, asked)
plan = st.session_state["plan"]
hand = Hand(done="exact", plan=plan, good=plan, good_for=asked)
my_plan.card(place, hand)
"""


def test_a_row_is_edited_valued_undone_and_taken_over(monkeypatch):
    monkeypatch.setenv("STREAMLIT_CLIENT_SHOW_ERROR_DETAILS", "full")
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not page.exception
    page.button(key="mine_begin").click().run()
    assert not page.exception, page.exception
    assert page.button(key="mine_take").disabled
    edit = {"edited_rows": {0: {"forbidden": True}}, "added_rows": [], "deleted_rows": []}
    page.session_state["mine_0_False"] = edit
    page.run()
    assert not page.exception
    assert "Your choices cost" in page.markdown[0].value
    page.button(key="mine_take").click().run()
    (entry,) = page.session_state["more"]
    rule = entry.rule
    assert rule.code == "forbidden"
    page.button(key="mine_undo").click().run()
    assert page.button(key="mine_take").disabled
    assert not page.exception


@pytest.mark.parametrize("ending", workflow.ENDINGS)
def test_a_plan_of_any_ending_is_a_table_without_edits_until_one_is_made(monkeypatch, ending):
    monkeypatch.setenv("STREAMLIT_CLIENT_SHOW_ERROR_DETAILS", "full")
    page = AppTest.from_string(PAGE, default_timeout=60)
    page.session_state["ending"] = ending
    page.run().button(key="mine_begin").click().run()
    assert not page.exception
    assert len(page.session_state["_mine"]["tables"]) == 1
    lock = {"edited_rows": {0: {"locked": True}}, "added_rows": [], "deleted_rows": []}
    page.session_state["mine_0_False"] = lock
    page.run()
    assert not page.error, page.error[0].value
    page.button(key="mine_take").click().run()
    (entry,) = page.session_state["more"]
    workflow.check_rule(page.session_state["desk"], entry.rule)


def test_a_plan_that_no_rules_allow_is_valued_beside_the_best(monkeypatch):
    monkeypatch.setenv("STREAMLIT_CLIENT_SHOW_ERROR_DETAILS", "full")
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    page.button(key="mine_begin").click().run()
    page.toggle(key="mine_every").set_value(True).run()
    change = {row: {"locked": True, "discount": 30.0} for row in range(3)}
    edit = {"edited_rows": change, "added_rows": [], "deleted_rows": []}
    page.session_state["mine_0_True"] = edit
    page.run()
    assert not page.error, page.error[0].value
    assert "Your plan does not keep: Budget" in page.warning[0].value
    assert list(page.table[0].value.columns) == ["Figure", "My plan", "Best plan"]
    assert "than the best one" in "".join(text.value for text in page.markdown)


def test_while_a_plan_by_hand_is_valued_others_may_draw(plan_page, monkeypatch):
    desk, seen = plan_page(), []
    value = workflow.judged_by_hand

    def looked_at(*asked, **more):
        places = [live.DRAWING.acquire(blocking=False) for _ in range(2)]
        seen.append(places)
        for _ in filter(None, places):
            live.DRAWING.release()
        return value(*asked, **more)

    monkeypatch.setattr(workflow, "judged_by_hand", looked_at)
    desk.button(key="mine_begin").click().run()
    lock = {"edited_rows": {0: {"locked": True}}, "added_rows": [], "deleted_rows": []}
    desk.session_state["mine_0_False"] = lock
    desk.run()
    assert not desk.exception, desk.exception
    assert seen == [[True, True]]
    assert "Your choices cost" in texts(desk)
