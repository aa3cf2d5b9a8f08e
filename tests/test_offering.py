"""How a desk is opened: as the session, a file and the optimiser say it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo import workflow
from promo.errors import BadRequest
from promo.ui import offering as session
from promo.workflow import Offering
from tests import desk_driver
from tests.desk_driver import texts

PLAN = str(Path(__file__).parent.parent / "pages" / "plan.py")

shares = st.integers(0, 20).map(lambda n: n / 20)
parts = st.lists(
    st.tuples(st.sampled_from(workflow.SCOPES), st.text(max_size=4), shares), max_size=3
).map(tuple)
offerings = st.builds(
    Offering,
    weeks=st.sampled_from(workflow.WEEKS),
    assumed_margin=st.integers(1, 19).map(lambda n: n / 20),
    step=st.sampled_from(workflow.STEPS),
    longest=st.sampled_from(workflow.LONGEST),
    mechanics=st.sets(st.sampled_from(sorted(workflow.MECHANICS)), min_size=1).map(
        lambda ways: tuple(sorted(ways))
    ),
    ending=st.sampled_from(workflow.ENDINGS),
    funding=parts,
    salvage=parts,
).flatmap(
    lambda one: st.dictionaries(st.sampled_from(one.mechanics), shares).map(
        lambda reach: replace(one, reach=tuple(reach.items()))
    )
)


@given(offerings)
def test_what_a_session_and_a_file_say_is_read_back_as_it_was(offering):
    assert session.of(session.words(offering)) == offering
    assert workflow.offering_from(workflow.offering_to(offering)) == offering


@given(
    st.dictionaries(
        st.sampled_from(
            ["weeks", "step", "mechanics", "reach", "funding", "salvage", "ending", "who"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
            max_leaves=6,
        ),
    )
)
def test_whatever_a_link_says_is_refused_or_means_something(said):
    try:
        found = workflow.offering_from(said)
    except BadRequest:
        return
    assert set(said) <= set(vars(found))


@pytest.fixture(scope="module")
def study(sample_workspace):
    return workflow.kept_study(
        sample_workspace, workflow.open_dataset(sample_workspace, workflow.SAMPLE)
    )


def test_what_is_said_of_a_product_counts_more_than_its_category_and_that_more_than_all(study):
    rows = study.curves.rows.drop_duplicates("product_id")
    mine = rows.iloc[0]
    inside = rows.loc[rows["category"] == mine["category"], "product_id"]
    parts = (
        ("product", mine["product_id"], 0.3), ("everything", "", 0.1),
        ("category", mine["category"], 0.2), ("product", "unknown", 0.9),
    )  # fmt: skip
    offer = Offering(funding=parts, salvage=parts).offer(study)
    due = dict.fromkeys(rows["product_id"], 0.1) | dict.fromkeys(inside, 0.2)
    assert offer.funding == due | {mine["product_id"]: 0.3}
    cost = rows.set_index("product_id")["unit_cost"]
    assert offer.salvage == pytest.approx(
        {name: share * cost[name] for name, share in offer.funding.items()}
    )


def test_a_supplier_who_pays_half_halves_what_each_promotion_gives_away(study):
    plain, paid = (
        workflow.open_desk(study, offer=Offering(funding=parts).offer(study)).options.rows
        for parts in ((), (("everything", "", 0.5),))
    )
    assert paid["cost"].tolist() == pytest.approx((plain["cost"] / 2).tolist())
    gained = (paid["profit"] - plain["profit"]).tolist()
    assert max(gained) > 0
    assert min(gained) >= -1e-9


def test_what_else_could_be_done_is_valued_with_the_same_suppliers_and_leftovers(study):
    parts = (("everything", "", 0.5),)
    offering = Offering(longest=2, funding=parts, salvage=parts)
    desk = workflow.open_desk(study, offer=offering.offer(study))
    plan = workflow.quick_plan(desk, workflow.default_request(desk))
    nothing = plan.baselines.set_index("name").loc["no_promotion", "profit"]
    assert nothing == pytest.approx(plan.rows["profit"].sum() - plan.gain.estimate)


# --- on the page ----------------------------------------------------------------------------


def test_a_coupon_that_more_people_use_gives_more_away(study):
    given = {}
    for share in (0.1, 0.2):
        offering = Offering(mechanics=("percent", "coupon"), reach=(("coupon", share),))
        rows = workflow.open_desk(study, offer=offering.offer(study)).options.rows
        given[share] = rows.loc[rows["mechanic"] == "coupon", "cost"].sum()
    assert 1.5 * given[0.1] < given[0.2] <= 2 * given[0.1], "twice as much, where stock lasts"


@pytest.fixture
def plan_page(workspace_with_prices, monkeypatch):
    desk_driver.prepare(monkeypatch, workspace_with_prices.folder)

    def opened(dataset=workflow.SAMPLE):
        desk = desk_driver.opened("en", dataset).switch_page(PLAN).run()
        assert not desk.exception, desk.exception
        return desk

    return opened


def add(desk, kind, about, share):
    desk.selectbox(key=f"{kind}_about").set_value(about).run()
    desk.number_input(key=f"{kind}_share").set_value(share).run()
    desk.button(key=f"{kind}_add").click().run()
    assert not desk.exception, desk.exception


def test_what_a_supplier_pays_is_said_again_changed_and_taken_back(plan_page, study):
    desk = plan_page()
    tea = ("category", study.panel.products["category"].iloc[0])
    add(desk, "funding", ("everything", ""), 30)
    add(desk, "funding", tea, 60)
    add(desk, "funding", ("everything", ""), 45)
    assert desk.session_state["funding"] == ((*tea, 0.6), ("everything", "", 0.45))
    assert "All products: 45% of the discount" in texts(desk)
    desk.button(key="funding_drop_0").click().run()
    assert desk.session_state["funding"] == (("everything", "", 0.45),)


def test_her_own_share_of_coupons_used_takes_the_place_of_the_assumed_one(plan_page):
    desk = plan_page()
    desk.multiselect(key="mechanics").set_value(["percent", "coupon"]).run()
    field = desk.number_input(key="reach_coupon")
    assert field.value == 7
    field.set_value(20.0).run()
    assert not desk.exception, desk.exception
    assert "coupon: reaches 20% of the items" in texts(desk)
    assert session.of(desk.session_state).mechanic("coupon").reach == pytest.approx(0.2)
    desk.button(key="undo").click().run()
    assert desk.number_input(key="reach_coupon").value == 7
    desk.number_input(key="reach_coupon").set_value(20.0).run()
    desk.number_input(key="reach_coupon").set_value(7.0).run()
    assert session.of(desk.session_state).reach == (), "back to what every desk assumes"


def test_where_no_stock_is_known_nothing_is_left_over(plan_page):
    desk = plan_page("prices")
    assert not [one for one in desk.button if one.key == "salvage_add"]
    assert desk.button(key="funding_add")
    assert "No stock is known in this data" in texts(desk)


def test_other_data_begin_without_suppliers(plan_page):
    desk = plan_page()
    add(desk, "salvage", ("everything", ""), 30)
    assert desk.session_state["salvage"] == (("everything", "", 0.3),)
    desk.selectbox(key="dataset").set_value("prices").run()
    assert desk.session_state["salvage"] == ()
