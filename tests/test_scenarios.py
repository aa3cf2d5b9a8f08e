"""Kept plans side by side, opened again, and their rules sent by a link that nobody can misuse."""

import base64
import json
import threading
import zlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo import workflow
from promo.errors import BadRequest
from promo.optimize import RULES
from promo.store import Scenario
from promo.ui import asking, scenario_view, state
from promo.workflow import Offering, PlanRequest, rule_from
from tests import desk_driver
from tests.desk_driver import hand_of, texts
from tests.test_requests import example

PAGES = Path(__file__).parent.parent / "pages"
DESK = SimpleNamespace(study=SimpleNamespace(dataset=SimpleNamespace(fingerprint="f00d" * 16)))

OPENED = Offering(
    weeks=6, assumed_margin=0.3, step=0.1, longest=2, mechanics=("coupon", "percent"), ending=0.99,
    funding=(("category", "茶", 0.4),), salvage=(("product", "p1", 0.25),),
)  # fmt: skip


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setattr(state, "language", lambda: "en")


def scenario(number, rows=(), request=None, **figures):
    frame = pd.DataFrame(
        [("tea", "all", *row) for row in rows],
        columns=["product_id", "segment", "discount", "weight", "gain", "list_price", "units"],
    )
    return Scenario(
        number, f"plan {number}", "sample", "f00d", request or {"budget": 100.0}, figures, frame,
        pd.Timestamp("2026-11-01").to_pydatetime(),
    )  # fmt: skip


# --- side by side ---------------------------------------------------------------------------


def test_the_best_is_marked_by_the_measure_that_is_asked_for():
    plans = [scenario(1, gain=10.0, gain_low=2.0), scenario(2, gain=8.0, gain_low=5.0)]
    assert scenario_view.best(plans, "gain") == 0
    assert scenario_view.best(plans, "gain_low") == 1
    assert scenario_view.best(plans, "true_gain") is None
    assert scenario_view.best([plans[0], scenario(3, gain=10.0)], "gain") is None


@pytest.mark.usefixtures("english")
def test_a_figure_that_an_old_plan_lacks_is_a_dash():
    table = scenario_view.figures([scenario(1, gain=10.0), scenario(2, gain=8.0, cost=3.0)], 0)
    assert list(table.columns[1:]) == ["★ plan 1", "plan 2"]
    cost = table.iloc[scenario_view.FIGURES.index("cost")]
    assert list(cost[1:]) == ["–", "3"]


@pytest.mark.usefixtures("english")
def test_the_price_of_money_is_told_in_what_each_plan_is_for():
    profit, items = (
        scenario(number, request={"budget": 1.0, "objective": aim}, price_of_money=0.4)
        for number, aim in ((1, "profit"), (2, {"units": 1.0, "profit": 2.0}))
    )
    table = scenario_view.figures([profit, items], None)
    line = table.iloc[scenario_view.FIGURES.index("price_of_money")]
    assert list(line[1:]) == ["0.40 of profit", "0.40 items"]


@pytest.mark.usefixtures("english")
def test_rules_that_differ_come_first_and_are_bold():
    gap = {"rule": "gap", "weeks": 2}
    plans = [
        scenario(1, request={"budget": 100.0, "max_discount": 0.5}),
        scenario(2, request={"budget": 100.0, "max_discount": 0.3, "rules": [gap]}),
    ]
    table = scenario_view.rules_table(plans, lambda _, rule: f"{rule.code} {vars(rule)}")
    bold = table.apply(lambda line: line.str.startswith("**").any(), axis=1)
    assert bold.tolist() == sorted(bold, reverse=True)
    assert bold.sum() == 2
    assert (table.iloc[:, 0] == "–").sum() == 1


def test_a_plan_kept_before_there_were_calendars_opens_and_compares():
    rows = [(0.2, 1.0, 5.0, 10.0, 3.0)]
    old = scenario(1, rows, {"budget": 5.0, "category_budget": {}, "max_promoted": None})
    other = scenario(2, [(0.1, 1.0, 4.0, 10.0, 3.0)])
    assert workflow.asked_by(old) == PlanRequest(budget=5.0)
    assert workflow.saved_promotions(old).empty
    (row,) = workflow.differing_among([old, other, old]).to_dict("records")
    assert [row[f"discount_{at}"] for at in range(3)] == [0.2, 0.1, 0.2]


def test_two_plans_of_one_name_have_headings_of_their_own():
    twins = [scenario(1), scenario(2)]
    for one in twins:
        object.__setattr__(one, "name", "Lean")
    first, second = scenario_view.titles(twins)
    assert first != second


# --- links ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", RULES)
def test_every_rule_travels_by_a_link(code):
    asked = PlanRequest(budget=500.0, more=(example(code),), category_budget={"茶": 90.0})
    text = workflow.link_to(DESK, asked, OPENED, around=True)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    sent = replace(asked, more=(without_prices(asked.more[0]),))
    assert workflow.link_from(text) == ("f00d" * 4, sent, OPENED, True)


def without_prices(rule):
    """The rule as it travels: the shop's lowest prices stay at home."""
    return replace(rule, seen={}) if rule.code == "lowest_price" else rule


def test_no_price_of_the_shop_is_in_a_link_and_every_one_is_found_again(without_customers):
    desk = without_customers.desk
    seen = workflow.lowest_prices(desk.study)
    rule = rule_from({"rule": "lowest_price", "seen": seen})
    text = workflow.link_to(desk, PlanRequest(more=(rule,)), Offering())
    unpacked = zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))).decode()
    assert not any(product in unpacked for product in seen)
    _, request, _, _ = workflow.link_from(text)
    assert workflow.fitting(desk, request).request.more == (rule,)
    stranger = rule_from({"rule": "lowest_price", "seen": dict.fromkeys(seen, 0.01)})
    assert workflow.fitting(desk, PlanRequest(more=(stranger,))).request.more == (rule,)


def packed(said):
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")


def linked(**request):
    return packed({"v": 1, "data": "f00d", "request": request})


def opened_with(desk):
    return packed({"v": 2, "data": "f00d", "request": {}, "desk": desk, "around": False})


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "%%%", "a" * 9_000, workflow.link_to(DESK, PlanRequest(), Offering())[:-6],
        packed(b"["  * 50_000), packed(b"{" + b" " * 1_000_000), packed([]), packed({"v": 1}),
        packed({"v": 3, "data": "f00d", "request": {}, "desk": {}, "around": False}),
        packed({"v": 2, "data": "f00d", "request": {}, "desk": {}, "around": 1}),
        packed({"v": 2, "data": "f00d", "request": {}}), opened_with([]), opened_with({"who": 1}),
        packed({"v": 1, "data": "f00d", "request": {}, "desk": {}}),
        opened_with({"weeks": 52}), opened_with({"weeks": "4"}), opened_with({"weeks": True}),
        opened_with({"step": float("nan")}), opened_with({"longest": 1.0}),
        opened_with({"mechanics": []}), opened_with({"mechanics": ["magic"]}),
        opened_with({"mechanics": "percent"}), opened_with({"ending": 0.123}),
        opened_with({"funding": [["everything", "", 1.1]]}), opened_with({"funding": [["tea"]]}),
        opened_with({"funding": [["shop", "", 0.5]]}), opened_with({"salvage": {"tea": 0.5}}),
        opened_with({"salvage": [["product", ["a"], 0.5]]}),
        packed({"v": 1, "data": 7, "request": {}}), linked(budget=float("nan")),
        linked(budget="much"), linked(budget=True), linked(budget=-1.0), linked(who="me"),
        linked(category_budget={"tea": "all"}), linked(objective={"profit": "most"}),
        linked(rules=[{"rule": "gap", "weeks": "two"}]), linked(rules=[{"rule": "gap"}]),
        linked(rules=[{"rule": "gap", "weeks": None}]),
        linked(rules=[{"rule": "gap", "weeks": []}]),
        linked(rules=[{"rule": "forbidden", "product": {"a": 1}}]), linked(rules=["gap"]),
        linked(rules=[{"rule": "price_group", "products": [[1]]}]), linked(rules={"rule": "gap"}),
        linked(rules=[{"rule": "lowest_price", "seen": {"a": "b"}}]),
        linked(objective={}), linked(objective="bliss"), linked(objective={"bliss": 1.0}),
        linked(budget=1e13), linked(max_promoted=10**400), linked(objective={"units": 1e300}),
        packed(b'{"v": 1, "data": "f", "request": {"budget": 1e999}}'),
    ],
)  # fmt: skip
def test_a_broken_or_hostile_link_is_refused(text):
    with pytest.raises(BadRequest):
        workflow.link_from(text)


@given(
    said=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["rule", "rules", "budget", "objective", "caution", "weeks", "share"]
                )
                | st.text(max_size=4),
                inner | st.sampled_from(sorted(RULES)),
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_packed_into_a_link_is_a_request_or_refused(said):
    try:
        _, request, opened, around = workflow.link_from(
            packed({"v": 1, "data": "f", "request": said})
        )
    except BadRequest:
        return
    assert isinstance(request, PlanRequest)
    assert opened is None
    assert not around
    sent = replace(request, more=tuple(without_prices(rule) for rule in request.more))
    assert workflow.link_from(workflow.link_to(DESK, request, OPENED))[1] == sent


AMOUNTS = st.floats(0, 1e12) | st.integers(0, 10**12) | st.sampled_from([0, 1e-300, 0.5, 1])
SHARES = st.none() | st.floats(0, 1)
MEASURES = st.sampled_from(workflow.OBJECTIVES)
REQUESTS = st.fixed_dictionaries(
    {"objective": MEASURES | st.dictionaries(MEASURES, AMOUNTS | st.just(-1.0), min_size=1)},
    optional={
        "budget": AMOUNTS, "stock_share": st.floats(0, 1e6), "max_promoted": st.integers(0, 10**9),
        "min_discount": SHARES, "max_discount": SHARES, "margin_floor": SHARES,
        "caution": st.floats(0.5, 0.99),
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def without_customers(workspace_with_prices):
    """A desk of data that know no customers, so that some measures are nothing there."""
    dataset = workflow.open_dataset(workspace_with_prices, "prices")
    desk = workflow.open_desk(workflow.kept_study(workspace_with_prices, dataset))
    return state.Bench(desk, workflow.default_request(desk), threading.Lock(), ("prices",))


@given(said=REQUESTS)
def test_whatever_a_link_asks_the_desk_can_draw_and_answer(without_customers, said):
    place, known = without_customers, workflow.rule_choices(without_customers.desk).measures
    asked = {name: value for name, value in said.items() if value is not None}
    _, request, _, _ = workflow.link_from(linked(**asked))
    fit = workflow.fitting(place.desk, request)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("streamlit.session_state", now := {})
        asking.open_request(place, fit.request)
        again = asking.asked(place)
    low, high = now["depths"]
    assert 0 <= low <= high <= 50
    assert now["aim_with"] is None or 5 <= now["aim_part"] <= 90
    assert {now["aim"], now["aim_with"]} <= {*known, None}
    assert now["max_promoted"] is None or now["max_promoted"] <= asking.promoted_top(place)
    assert set(again.aims) == set(fit.request.aims)
    left_out = {name for name in request.aims if name not in fit.request.aims}
    weightless = {} if isinstance(request.objective, str) else request.objective
    assert set(fit.measures) == {name for name in left_out if weightless.get(name, 1.0)}


def test_too_many_rules_for_an_address_are_refused():
    rules = (
        rule_from({"rule": "forbidden", "product": f"product {n} {hash(n * 7919)}"})
        for n in range(2_000)
    )
    with pytest.raises(BadRequest):
        workflow.link_to(DESK, PlanRequest(more=tuple(rules)), Offering())


# --- on the desk ----------------------------------------------------------------------------


@pytest.fixture
def open_page(workspace_with_prices, monkeypatch):
    desk_driver.prepare(monkeypatch, workspace_with_prices.folder)

    def opened(page, language="en", dataset=workflow.SAMPLE, **query):
        desk = desk_driver.opened(language, dataset)
        for name, value in query.items():
            desk.query_params[name] = value
        return go(desk, page)

    return opened


def go(desk, page):
    desk.switch_page(str(PAGES / f"{page}.py")).run()
    assert not desk.exception, desk.exception
    return desk


def sample_mark(workspace):
    return workflow.open_dataset(workspace, workflow.SAMPLE).fingerprint[:16]


def link(workspace, mark=None, **request):
    mark = sample_mark(workspace) if mark is None else mark
    return packed({"v": 1, "data": mark, "request": request})


def test_a_link_sets_the_rules_of_the_plan_page(open_page, workspace_with_prices):
    rules = [{"rule": "budget", "total": 1e9}, {"rule": "forbidden", "product": "nowhere"}]
    desk = open_page("plan", rules=link(workspace_with_prices, stock_share=0.5, rules=rules))
    assert desk.slider(key="stock_share").value == 50
    assert [entry.rule.code for entry in desk.session_state["more"]] == ["budget"]
    assert "were left out: Not this promotion" in texts(desk)
    desk.button(key="reset").click().run()
    assert desk.session_state["more"] == ()
    assert "were left out" not in texts(desk)


def promotions(desk):
    (hand,) = desk.session_state["_hands"].values()
    on = hand.good.rows[hand.good.rows["discount"] > 0]
    keys = ["product_id", "segment", "first", "weeks", "mechanic", "discount"]
    return on[keys].sort_values(keys).to_numpy().tolist()


def test_a_link_and_a_kept_plan_open_the_same_plan_on_a_desk_opened_otherwise(
    open_page, workspace_with_prices
):
    desk = open_page("plan")
    desk.slider(key="weeks").set_value(3).run()
    desk.select_slider(key="step").set_value(10).run()
    desk.select_slider(key="longest").set_value(2).run()
    desk.multiselect(key="mechanics").set_value(["percent", "coupon"]).run()
    desk.selectbox(key="ending").set_value("0.99").run()
    desk.selectbox(key="funding_about").set_value(("everything", "")).run()
    desk.number_input(key="funding_share").set_value(40).run()
    desk.button(key="funding_add").click().run()
    desk.slider(key="budget").set_value(desk.slider(key="budget").value // 2).run()
    desk.slider(key="stock_share").set_value(70).run()
    first = promotions(desk)
    desk.button(key="plan_again").click().run()
    assert not desk.exception, desk.exception
    asked = promotions(desk)
    assert asked != first, "the plan around itself is another one, and that is the one to come back"
    assert {len(asked) > 0, *(row[3] for row in asked)} <= {1, 2}
    desk.text_input(key="scenario_name").set_value("Opened otherwise").run()
    desk.button(key="save").click().run()
    other = open_page("plan")
    assert promotions(other) != asked
    go(other, "scenarios")
    kept = workflow.list_scenarios(workspace_with_prices)[0]
    assert workflow.opened_with(kept).weeks == 3
    other.selectbox(key="managed").set_value(kept.id).run()
    other.button(key="share").click().run()
    text = other.code[0].value.split("rules=")[1]
    other.button(key="reopen").click().run()
    assert not other.exception, other.exception
    assert promotions(other) == asked
    linked = open_page("plan", rules=text)
    assert linked.slider(key="weeks").value == 3
    assert linked.session_state["funding"] == (("everything", "", 0.4),)
    assert promotions(linked) == asked
    assert "That plan is open" in texts(linked)


def test_a_link_for_other_data_says_so_and_can_be_opened_all_the_same(
    open_page, workspace_with_prices
):
    text = link(workspace_with_prices, "0" * 16, stock_share=0.5)
    desk = open_page("plan", rules=text)
    assert "were made for other data" in texts(desk)
    assert desk.slider(key="stock_share").value == 100
    desk.button(key="link_anyway").click().run()
    assert desk.slider(key="stock_share").value == 50


@pytest.mark.parametrize(
    ("dataset", "request_", "aim", "said"),
    [
        ("prices", {"objective": {"profit": 1.0, "new_customers": 5.0}}, ("profit", None),
         "cannot be weighed on this data: new customers. The plan is made for profit."),
        ("prices", {"objective": "new_customers"}, ("profit", None), "is made for profit."),
        ("prices", {"objective": {"profit": 0.0, "units": 1.0}}, ("units", None), "plan is open"),
        ("sample", {"objective": {"profit": 1.0, "units": 1e6}}, ("profit", "units"), "is open"),
        ("sample", {"objective": {"profit": 1.0, "units": 1e-6}}, ("profit", "units"), "is open"),
        ("sample", {"max_discount": 0.8, "min_discount": 0.7}, ("profit", None), "plan is open"),
        ("sample", {"max_promoted": 10**9}, ("profit", None), "plan is open"),
        ("sample", {"min_discount": 0.3, "max_discount": 0.1}, ("profit", None), "plan is open"),
    ],
)  # fmt: skip
def test_a_link_that_asks_what_no_slider_holds_opens_in_a_sentence(
    open_page, workspace_with_prices, dataset, request_, aim, said
):
    mark = workflow.open_dataset(workspace_with_prices, dataset).fingerprint[:16]
    desk = open_page("plan", dataset=dataset, rules=link(workspace_with_prices, mark, **request_))
    assert said in texts(desk)
    assert (desk.session_state["aim"], desk.session_state["aim_with"]) == aim
    assert hand_of(desk).error is None


def test_a_hostile_link_is_refused_in_a_sentence(open_page):
    desk = open_page("plan", rules="<script>")
    assert any("A link cannot be" in one.value for one in desk.error)
    assert "script" not in texts(desk)


def test_kept_plans_are_compared_opened_again_renamed_and_shared(open_page, workspace_with_prices):
    for kept in workflow.list_scenarios(workspace_with_prices):
        workflow.remove_scenario(workspace_with_prices, kept.id)
    desk = open_page("plan")
    first = desk.slider(key="budget").value
    for part in (1, 2, 4):
        desk.slider(key="budget").set_value(first // part).run()
        desk.text_input(key="scenario_name").set_value(f"A part of {part}").run()
        desk.button(key="save").click().run()
    budget = desk.slider(key="budget").value
    go(desk, "scenarios")
    kept = workflow.list_scenarios(workspace_with_prices)
    desk.multiselect(key="compared").set_value([one.id for one in kept]).run()
    assert not desk.exception
    assert "★" in texts(desk)
    assert len(desk.table[0].value.columns) == 4
    assert any(frame.value.shape[1] == 5 for frame in desk.dataframe[1:])
    desk.selectbox(key="managed").set_value(kept[0].id).run()
    desk.text_input(key=f"new_name_{kept[0].id}").set_value("A quarter").run()
    desk.button(key="rename").click().run()
    assert workflow.list_scenarios(workspace_with_prices)[0].name == "A quarter"
    desk.button(key="share").click().run()
    address = desk.code[0].value
    assert "sample" not in address
    assert workflow.link_from(address.split("rules=")[1])[1].budget == budget
    desk.button(key="reopen").click().run()
    assert not desk.exception
    assert desk.slider(key="budget").value == budget


@pytest.fixture
def shop(workspace_with_prices):
    """A dataset `shop` of the sample's panel, which can be imported anew at other prices."""

    def imported(times):
        panel = pd.read_csv(Path(__file__).parent.parent / "sample_data" / "panel.csv")
        path = workspace_with_prices.folder / "shop.csv"
        panel.assign(price=times * panel["price"]).to_csv(path, index=False)
        mapping = workflow.inspect_file(workspace_with_prices, path).suggestion
        workflow.import_files(workspace_with_prices, "shop", [(path, mapping)], replace=True)

    return imported


def test_a_plan_whose_data_changed_says_so_beside_its_figures_and_when_it_is_opened(
    open_page, workspace_with_prices, shop
):
    shop(1)
    desk = open_page("plan", dataset="shop")
    for name in ("Then", "Before"):
        desk.text_input(key="scenario_name").set_value(name).run()
        desk.button(key="save").click().run()
    assert "data has changed" not in texts(go(desk, "scenarios"))
    desk.button(key="reopen").click().run()
    assert "That plan is open" in texts(desk)
    shop(2)
    desk = open_page("scenarios", dataset="shop")
    assert "The data has changed since these plans were kept: Before, Then." in texts(desk)
    desk.button(key="reopen").click().run()
    assert "The data has changed since this plan was kept." in texts(desk)
    assert "That plan is open" not in texts(desk)


def test_the_rules_of_a_plan_of_other_data_are_told_by_the_keys_of_their_products(
    open_page, workspace_with_prices
):
    rows = scenario(1, [(0.2, 1.0, 5.0, 10.0, 3.0)]).rows
    dataset = workflow.open_dataset(workspace_with_prices, workflow.SAMPLE)
    product, name = workflow.kept_study(workspace_with_prices, dataset).panel.products.loc[
        0, ["product_id", "name"]
    ]
    asked = {"rules": [{"rule": "forbidden", "product": product}]}
    kept = [
        workspace_with_prices.save_scenario("Own", of, "f00d", asked, {"gain": 1.0}, rows)
        for of in ("prices", workflow.SAMPLE)
    ]
    desk = open_page("scenarios")
    desk.multiselect(key="compared").set_value(kept).run()
    here, there = (" ".join(column) for _, column in desk.table[1].value.astype(str).items())
    assert product in here
    assert name not in here
    assert name in there
    for one in kept:
        workflow.remove_scenario(workspace_with_prices, one)


def calendar_rows(depth, first):
    """Seventy products at a depth in one week; the last of them at 10 % in whichever week."""
    names = [f"p{number:02}" for number in range(70)]
    return pd.DataFrame({
        "product_id": names, "segment": "all", "discount": [*[depth] * 69, 0.1], "weight": 1.0,
        "gain": [100.0 - at for at in range(70)], "list_price": 10.0, "units": 5.0, "weeks": 1,
        "first": ["2026-11-23", *[first] * 69], "mechanic": "percent", "price": 9.0, "cost": 1.0,
    })  # fmt: skip


def test_everything_in_which_two_plans_differ_is_in_a_table_and_what_is_not_drawn_is_said(
    open_page, sample_workspace
):
    kept = [
        sample_workspace.save_scenario(name, "sample", "f00d", {}, {"gain": 1.0}, rows)
        for name, rows in (
            ("One", calendar_rows(0.2, "2026-11-30")), ("Other", calendar_rows(0.3, "2026-12-07")),
        )
    ]  # fmt: skip
    desk = open_page("scenarios")
    desk.multiselect(key="compared").set_value(kept).run()
    assert not desk.exception, desk.exception
    assert "the first 60 of 70 promotions" in texts(desk)
    assert "the first 30 of 69 whose mean discounts differ" in texts(desk)
    table = desk.dataframe[-1].value
    assert len(table) == 70
    assert (table["What differs"] == "only the time or the kind of offer").sum() == 1
    for one in kept:
        workflow.remove_scenario(sample_workspace, one)


def starred(desk, plans):
    desk.multiselect(key="compared").set_value(plans).run()
    assert not desk.exception, desk.exception
    return [name for name in desk.table[0].value.columns if name.startswith("★")]


def test_the_best_is_the_plan_that_gains_most_when_all_its_promotions_meet(
    open_page, sample_workspace
):
    rows = scenario(1, [(0.2, 1.0, 5.0, 10.0, 3.0)]).rows
    figures = {
        "Promises": {"gain": 389.0, "true_gain": 328.0},
        "Holds": {"gain": 350.0, "true_gain": 340.0},
        "Old": {"gain": 370.0},
    }
    promises, holds, old = (
        sample_workspace.save_scenario(name, "sample", "f00d", {}, told, rows)
        for name, told in figures.items()
    )
    desk = open_page("scenarios")
    assert starred(desk, [promises, holds]) == ["★ Holds"]
    assert "this is what to go by" in texts(desk)
    assert starred(desk, [old, holds]) == []
    assert "does not have this measure" in texts(desk)
    desk.segmented_control(key="best_by").set_value("gain").run()
    assert starred(desk, [old, holds]) == ["★ Old"]
    for one in (promises, holds, old):
        workflow.remove_scenario(sample_workspace, one)


def rename_box(desk):
    (box,) = [one for one in desk.text_input if str(one.key).startswith("new_name")]
    return box


def test_the_rename_box_holds_the_name_of_the_plan_that_is_chosen(open_page, sample_workspace):
    rows = scenario(1, [(0.2, 1.0, 5.0, 10.0, 3.0)]).rows
    first, second = (
        sample_workspace.save_scenario(name, "sample", "f00d", {}, {"gain": 1.0}, rows)
        for name in ("First", "Second")
    )
    desk = open_page("scenarios")
    assert rename_box(desk).value == "Second"
    desk.selectbox(key="managed").set_value(first).run()
    assert rename_box(desk).value == "First"
    desk.button(key="rename").click().run()
    assert [sample_workspace.scenario(one).name for one in (first, second)] == ["First", "Second"]
    for one in (first, second):
        workflow.remove_scenario(sample_workspace, one)


def test_a_kept_plan_gets_another_name_but_never_an_empty_one(sample_workspace):
    rows = scenario(1, [(0.2, 1.0, 5.0, 10.0, 3.0)]).rows
    number = sample_workspace.save_scenario("Lean", "sample", "f00d", {}, {"gain": 1.0}, rows)
    workflow.rename_scenario(sample_workspace, number, "  Leaner   still ")
    assert sample_workspace.scenario(number).name == "Leaner still"
    with pytest.raises(BadRequest):
        workflow.rename_scenario(sample_workspace, number, "   ")
    assert sample_workspace.scenario(number).name == "Leaner still"
    workflow.remove_scenario(sample_workspace, number)
