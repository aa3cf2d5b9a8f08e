"""Every page opens, in both languages, on data with and without customers; buttons and errors."""

import json
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from promo import workflow
from promo.errors import Infeasible
from promo.optimize.check import Checker
from promo.ui import asking, formats, plan_view, state
from promo.words import LANGUAGES, translate
from tests import desk_driver
from tests.desk_driver import DESK, press, texts

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
PANEL = ROOT / "sample_data" / "panel.csv"


@pytest.fixture(scope="module")
def workspace(workspace_with_prices):
    return workspace_with_prices


@pytest.fixture
def open_page(workspace, monkeypatch):
    """Open a page of the desk as a person with this language and dataset would see it."""
    desk_driver.prepare(monkeypatch, workspace.folder)

    def opened(page: str, language: str = "en", dataset: str = workflow.SAMPLE) -> AppTest:
        return go(desk_driver.opened(language, dataset), page)

    return opened


def go(desk: AppTest, page: str) -> AppTest:
    if page != "overview":
        desk.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert not desk.exception, desk.exception
    return desk


@pytest.mark.parametrize("dataset", [workflow.SAMPLE, "prices"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(open_page, page, language, dataset):
    desk = open_page(page, language, dataset)
    assert desk.title[0].value == translate(language, f"{page}.title")
    assert not desk.error


def test_what_is_prepared_at_server_start_is_what_the_first_session_asks_for(
    workspace, monkeypatch
):
    monkeypatch.setenv("PROMODESK_WORKSPACE", str(workspace.folder))
    st.cache_resource.clear()
    state.prepare()
    monkeypatch.setattr(workflow, "kept_study", no_work)
    monkeypatch.setattr(workflow, "open_desk", no_work)
    desk = AppTest.from_file(DESK, default_timeout=120).run()
    assert not desk.exception
    assert "Giving away" in texts(desk)


def no_work(*_, **__):
    raise AssertionError("the first session learns again what was prepared")


def test_every_page_has_its_place_in_the_menu():
    from promo.ui.shell import SECTIONS

    assert sorted(page for pages in SECTIONS.values() for page, _ in pages) == PAGES


def test_the_desk_opens_on_the_sample_with_a_finished_plan(open_page):
    desk = open_page("overview")
    assert [metric.label for metric in desk.metric][:3] == [
        "Profit gained", "Given away", "Price of money",
    ]  # fmt: skip
    assert "Giving away" in texts(desk)
    assert desk.get("plotly_chart")


def test_a_browser_that_speaks_chinese_is_greeted_in_chinese(open_page, workspace):
    desk = AppTest.from_file(DESK, default_timeout=120)
    desk.context = {"locale": "zh-CN"}
    assert desk.run().title[0].value == translate("zh", "overview.title")


def test_switching_the_language_keeps_every_control(open_page):
    desk = open_page("plan")
    top = desk.slider(key="budget").max
    desk.slider(key="budget").set_value(top // 4).run()
    desk.select_slider(key="max_promoted").set_value(2).run()
    desk.segmented_control(key="lang").set_value("zh").run()
    assert desk.title[0].value == translate("zh", "plan.title")
    assert desk.slider(key="budget").value == top // 4
    assert desk.select_slider(key="max_promoted").value == 2


def test_a_smaller_budget_gives_away_less_and_its_price_is_higher(open_page):
    desk = open_page("plan")
    before = {metric.label: metric.value for metric in desk.metric}
    desk.slider(key="budget").set_value(desk.slider(key="budget").value // 4).run()
    after = {metric.label: metric.value for metric in desk.metric}
    assert number(after["Given away"]) < number(before["Given away"])
    assert number(after["Price of money"]) > number(before["Price of money"])
    assert "The budget holds this plan back" in texts(desk)


def test_more_money_than_the_plan_can_use_is_worth_nothing_and_the_page_says_so(open_page):
    desk = open_page("plan")
    desk.slider(key="budget").set_value(desk.slider(key="budget").max).run()
    assert {metric.label: metric.value for metric in desk.metric}["Price of money"] == "0.00"
    assert "is left over" in texts(desk)


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def test_rules_that_no_plan_keeps_are_named_beside_the_last_good_plan(open_page):
    desk = open_page("plan")
    gain = desk.metric[0].value
    desk.select_slider(key="margin_floor").set_value(60).run()
    assert not desk.exception
    assert "Margin floor" in desk.error[0].value
    assert desk.metric[0].value == gain
    assert "the last plan that kept its rules" in texts(desk)
    assert desk.button(key="save").disabled


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_that_the_checker_refuses_is_not_shown_and_the_page_says_so(
    open_page, monkeypatch, caplog, language
):
    desk = open_page("plan", language)
    gain, said = desk.metric[0].value, translate(language, "error.broken_plan")
    with monkeypatch.context() as patch:
        patch.setattr(Checker, "violations", lambda *_: ["budget: over"])
        desk.slider(key="budget").set_value(200).run()
        assert not desk.exception, desk.exception
        assert [one.value for one in desk.error] == [said]
        assert "a plan was refused: budget: over" in caplog.text, "the log tells whoever mends it"
        assert desk.metric[0].value == gain, "the last plan that kept its rules stays"
        assert translate(language, "plan.after_failed") in texts(desk)
        assert desk.button(key="save").disabled
        first = open_page("overview", language)
        assert said in [one.value for one in first.error]
        assert not go(first, "campaign").metric
    desk.button(key="undo").click().run()
    assert not desk.error
    assert desk.metric[0].value == gain


def test_undo_puts_the_controls_back(open_page):
    desk = open_page("plan")
    start = desk.slider(key="budget").value
    assert desk.button(key="undo").disabled
    desk.slider(key="budget").set_value(start // 2).run()
    desk.button(key="undo").click().run()
    assert desk.slider(key="budget").value == start


def test_reset_goes_back_to_the_first_request(open_page):
    desk = open_page("plan")
    start = desk.slider(key="budget").value
    desk.slider(key="budget").set_value(start // 2).run()
    desk.button(key="reset").click().run()
    assert desk.slider(key="budget").value == start


def test_the_controls_survive_a_walk_through_the_desk(open_page):
    desk = open_page("plan")
    half = desk.slider(key="budget").value // 2
    desk.slider(key="budget").set_value(half).run()
    go(desk, "demand")
    go(desk, "plan")
    assert desk.slider(key="budget").value == half


def test_two_saved_plans_can_be_held_side_by_side(open_page, workspace):
    for kept in workflow.list_scenarios(workspace):
        workflow.remove_scenario(workspace, kept.id)
    desk = open_page("scenarios")
    assert "Nothing kept yet" in texts(desk)
    go(desk, "plan")
    desk.text_input(key="scenario_name").set_value("First").run()
    desk.button(key="save").click().run()
    assert "Saved as “First”." in texts(desk)
    desk.slider(key="budget").set_value(desk.slider(key="budget").value // 3).run()
    desk.select_slider(key="caution").set_value("cautious").run()
    desk.text_input(key="scenario_name").set_value("Leaner").run()
    desk.button(key="save").click().run()
    go(desk, "scenarios")
    kept = workflow.list_scenarios(workspace)
    assert [(one.name, one.request["caution"]) for one in kept] == [
        ("Leaner", 0.75),
        ("First", 0.6),
    ]
    assert list(desk.dataframe[0].value["caution"]) == ["Cautious", "A little caution"]
    assert "are treated differently" in texts(desk)
    desk.button(key="remove").click().run()
    assert [kept.name for kept in workflow.list_scenarios(workspace)] == ["First"]
    desk.button(key="restore").click().run()
    assert len(workflow.list_scenarios(workspace)) == 2


def test_the_campaign_is_dated_and_offers_two_files(open_page):
    desk = open_page("campaign")
    desk.text_input(key="campaign_name").set_value("Autumn").run()
    assert not desk.exception
    assert {"CSV for shop systems", "CSV for spreadsheets"} <= offered(desk)
    rows = desk.dataframe[0].value
    assert rows["discount"].between(0, 0.5).all()
    on, plain = (rows["discount"] > 0).sum(), (rows["discount"] == 0).sum()
    assert f"{len(rows)} rows in the file. {on} are promotions" in texts(desk)
    assert f"{plain} rows are without a promotion" in texts(desk)


def offered(desk: AppTest) -> set[str]:
    """What the buttons that hand over a file are called."""
    return {button.label for button in desk.get("download_button")}


def test_price_tests_that_pay_are_named_with_their_calendar(open_page):
    desk = open_page("campaign")
    assert "would narrow the elasticity" in texts(desk)
    assert {"Test calendar (CSV)", "Test calendar for spreadsheets"} <= offered(desk)
    calendar = desk.dataframe[-1].value
    assert (calendar.groupby("product_id")["discount"].agg(lambda d: (d > 0).mean()) == 0.5).all()


def test_products_that_are_tested_and_promoted_at_once_are_named(open_page):
    desk = open_page("campaign")
    (place,) = [one.value for one in desk.warning if "tested and promoted at once" in one.value]
    tested = set(desk.dataframe[-1].value["product_id"])
    rows = desk.dataframe[0].value
    promoted = set(rows.loc[rows["discount"] > 0, "product_id"])
    assert place.startswith(f"**{len(tested & promoted)} products are tested")


@pytest.mark.parametrize(("budget", "said"), [
    (100.0, "holds this plan back"), (150.0, "50.00 of the budget is left over, too little"),
])  # fmt: skip
def test_a_budget_with_money_left_is_not_said_to_hold_the_plan_back(monkeypatch, budget, said):
    monkeypatch.setattr(state, "language", lambda: "en")
    rules = pd.DataFrame({"rule": ["budget"], "binds": [False], "shadow_price": [0.08]})
    plan = SimpleNamespace(rules=rules, rows=pd.DataFrame({"cost": [60.0, 40.0]}))
    assert said in plan_view.price_kpi(plan, budget).sentence


def test_where_no_price_test_pays_the_page_says_so(open_page):
    desk = open_page("plan")
    desk.slider(key="budget").set_value(0).run()
    go(desk, "campaign")
    assert "No price test pays" in texts(desk)
    assert not offered(desk)


def test_caution_says_what_it_gives_up_and_is_undone_like_any_move(open_page):
    desk = open_page("plan")
    assert "Nothing is given up" not in texts(desk), "it waits to be looked at"
    desk.session_state["caution_card"] = True
    assert "Nothing is given up" in texts(desk.run())
    assert "Counted with the caution" not in texts(desk)
    before = desk.metric[0].value
    desk.select_slider(key="caution").set_value("very").run()
    assert not desk.exception
    assert "This choice gives up" in texts(desk)
    assert texts(desk).count("Counted with the caution you chose.") == 2
    assert number(desk.metric[0].value) < number(before)
    desk.button(key="undo").click().run()
    assert desk.select_slider(key="caution").value == "little"
    assert desk.metric[0].value == before


def test_without_a_plan_there_is_no_campaign_and_the_page_says_what_to_do(open_page):
    desk = open_page("plan")
    desk.slider(key="budget").set_value(0).run()
    go(desk, "campaign")
    assert "There is nothing to run" in texts(desk)
    assert desk.button(key="go_no_campaign")


def test_where_no_plan_keeps_the_rules_the_campaign_names_them(open_page):
    desk = open_page("plan")
    far = workflow.rule_from({"rule": "target", "measure": "units", "reach": 1e9})
    desk.session_state["more"] = (asking.Entry(0, far),)
    go(desk, "campaign")
    assert translate("en", "rule.name.target") in texts(desk)
    assert "There is nothing to run" not in texts(desk)
    assert desk.button(key="go_no_campaign")


def test_data_without_customers_says_what_is_missing(open_page):
    desk = open_page("customers", dataset="prices")
    assert "This data does not say which customer bought what" in texts(desk)


def test_a_file_is_recognised_mapped_checked_and_imported(open_page, workspace):
    desk = open_page("data")
    desk.file_uploader(key="upload_0").upload("autumn prices.csv", PANEL.read_bytes()).run()
    assert not desk.exception
    assert "Recognised as **Weekly prices and sales**" in texts(desk)
    press(desk, "check_0")
    assert "rows can be used" in texts(desk)
    press(desk, "import")
    assert not desk.exception
    assert "is in use now" in texts(desk)
    assert "autumn prices" in workflow.list_datasets(workspace)
    assert desk.selectbox(key="dataset").value == "autumn prices"


def test_a_file_with_a_needed_column_missing_cannot_be_imported_yet(open_page):
    desk = open_page("data")
    content = PANEL.read_bytes().replace(b"units", b"zzz", 1)
    desk.file_uploader(key="upload_0").upload("prices.csv", content).run()
    desk.selectbox(key="source_0").set_value("panel").run()
    assert "Still needed: Items sold." in texts(desk)
    assert desk.button(key="import").disabled
    desk.selectbox(key="map_0_panel_units").set_value("zzz").run()
    assert "Still needed" not in texts(desk)
    assert not desk.button(key="import").disabled


def test_a_file_that_is_no_table_is_refused_with_the_mend(open_page):
    desk = open_page("data")
    desk.file_uploader(key="upload_0").upload("photo.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 64).run()
    assert not desk.exception
    assert "Export the table as CSV" in texts(desk)
    assert desk.button(key="import").disabled


def test_a_file_of_unknown_kind_asks_what_it_is(open_page):
    desk = open_page("data")
    desk.file_uploader(key="upload_0").upload("x.csv", b"a,b\n1,2\n3,4\n").run()
    assert not desk.exception
    assert "What is in this file?" in texts(desk)
    desk.selectbox(key="source_0").set_value("products").run()
    assert not desk.exception


def test_a_file_of_unknown_kind_is_left_out_and_keeps_nobody_waiting(open_page, workspace):
    desk = open_page("data")
    desk.file_uploader(key="upload_0").upload("prices.csv", PANEL.read_bytes()).run()
    desk.file_uploader(key="upload_1").upload("towns.csv", b"town,km2\nLeeds,6.7\n").run()
    assert "1 file is not used." in texts(desk)
    desk.text_input(key="dataset_name").set_value("with towns").run()
    press(desk, "import")
    assert not desk.exception
    assert len(workflow.open_dataset(workspace, "with towns").reports) == 1


def test_files_that_were_dropped_survive_a_walk_and_can_be_left_out(open_page):
    desk = open_page("data")
    desk.file_uploader(key="upload_0").upload("prices.csv", PANEL.read_bytes()).run()
    go(desk, "plan")
    go(desk, "data")
    desk.button(key="remove_0").click().run()
    assert "Weekly prices and sales" not in texts(desk)


def test_a_name_from_the_data_is_text_and_nothing_else(open_page, workspace, tmp_path):
    path = tmp_path / "evil.csv"
    name = "![x](http://evil.example/x.png)"
    path.write_text(PANEL.read_text(encoding="utf-8").replace("TEA-001", name), "utf-8")
    mapping = workflow.inspect_file(workspace, path).suggestion
    workflow.import_files(workspace, "evil", [(path, mapping)])
    desk = open_page("demand", dataset="evil")
    desk.segmented_control(key="demand_part").set_value("answer").run()
    assert any(name in option for option in desk.selectbox(key="product").options)
    assert name not in texts(desk)
    go(desk, "plan")
    assert name not in texts(desk)


def test_the_length_of_the_campaign_is_hers_and_reaches_the_campaign_file(open_page):
    desk = open_page("plan")
    desk.slider(key="weeks").set_value(6).run()
    assert not desk.exception
    assert translate("en", "campaign.ends", weeks=6, end="27 Dec 2026") in texts(
        go(desk, "campaign")
    )


def test_a_margin_is_asked_for_only_where_no_cost_is_known_and_moves_the_plan(open_page):
    assert open_page("plan").slider(key="assumed_margin").disabled
    desk = open_page("plan", dataset="prices")
    thin = number(desk.metric[0].value)
    desk.slider(key="assumed_margin").set_value(80).run()
    assert not desk.exception
    assert number(desk.metric[0].value) > thin


def test_the_steps_between_discounts_are_hers(open_page):
    desk = open_page("plan")
    desk.select_slider(key="step").set_value(10).run()
    assert not desk.exception
    assert desk.slider(key="depths").step == 10


@pytest.fixture
def numbered(workspace, tmp_path):
    """A dataset whose weeks are only numbered."""
    if "numbered" not in workflow.list_datasets(workspace):
        rows = pd.read_csv(PANEL)
        weeks = {week: n for n, week in enumerate(sorted(rows["week"].unique()), start=1)}
        path = tmp_path / "numbered.csv"
        rows.assign(week=rows["week"].map(weeks)).to_csv(path, index=False)
        mapping = workflow.inspect_file(workspace, path).suggestion
        workflow.import_files(workspace, "numbered", [(path, mapping)])
    return "numbered"


def test_a_campaign_of_other_data_is_forgotten_when_hers_are_imported(open_page):
    desk = open_page("campaign")
    sample = desk.date_input(key="campaign_start").value
    desk.text_input(key="campaign_name").set_value("Sample autumn").run()
    desk.date_input(key="campaign_start").set_value(sample + timedelta(days=7)).run()
    go(desk, "data")
    desk.file_uploader(key="upload_0").upload("spring.csv", PANEL.read_bytes()).run()
    press(desk, "import")
    go(desk, "campaign")
    assert desk.text_input(key="campaign_name").value == ""
    assert desk.date_input(key="campaign_start").value == sample  # both end in one week


def test_a_campaign_keeps_its_name_and_date_on_a_walk_through_the_desk(open_page):
    desk = open_page("campaign")
    later = desk.date_input(key="campaign_start").value + timedelta(days=7)
    desk.text_input(key="campaign_name").set_value("Autumn").run()
    desk.date_input(key="campaign_start").set_value(later).run()
    go(desk, "plan")
    go(desk, "campaign")
    assert desk.text_input(key="campaign_name").value == "Autumn"
    assert desk.date_input(key="campaign_start").value == later
    assert "runs past them" in texts(desk)


def test_a_date_that_was_not_planned_is_refused_with_the_reason(open_page):
    desk = open_page("campaign")
    planned = desk.date_input(key="campaign_start").value
    for away in (timedelta(weeks=30), timedelta(days=-1)):
        desk.date_input(key="campaign_start").set_value(planned + away).run()
        assert "what it expects holds for these weeks only" in desk.error[0].value
        assert "CSV for shop systems" not in offered(desk)


def test_the_name_of_a_campaign_follows_its_date(open_page):
    desk = open_page("campaign")
    later = desk.date_input(key="campaign_start").value + timedelta(days=7)
    desk.date_input(key="campaign_start").set_value(later).run()
    assert desk.text_input(key="campaign_name").placeholder == translate(
        "en", "campaign.name_default", date=formats.day("en", later)
    )


def test_data_with_numbered_weeks_is_dated_by_her_before_there_is_a_file(open_page, numbered):
    desk = open_page("campaign", dataset=numbered)
    assert desk.date_input(key="campaign_start").value is None
    assert "Your data numbers its weeks" in texts(desk)
    assert "CSV for shop systems" not in offered(desk)
    desk.date_input(key="campaign_start").set_value(date(2027, 1, 4)).run()
    assert {"CSV for shop systems", "CSV for spreadsheets"} <= offered(desk)
    assert set(desk.dataframe[0].value["start"]) == {pd.Timestamp("2027-01-04")}


def test_no_date_is_invented_for_numbered_weeks(open_page, numbered):
    for page in ("overview", "demand", "plan"):
        said = texts(open_page(page, dataset=numbered))
        assert " 200" not in said
        if page != "plan":
            assert "week numbers, no dates" in said


def test_a_gain_that_rests_on_an_assumed_margin_says_so(open_page):
    for page in ("overview", "plan", "campaign"):
        assert "a margin of 45% is assumed for them" in texts(open_page(page, dataset="prices"))
        assert "is assumed for them" not in texts(open_page(page))


def test_two_files_of_the_same_name_are_both_accounted_for(open_page, workspace, tmp_path):
    files = []
    for turn, product in enumerate(("TEA-001", "TEA-777")):
        path = tmp_path / str(turn) / "week.csv"
        path.parent.mkdir()
        text = PANEL.read_text(encoding="utf-8").replace("TEA-001", product)
        path.write_text(text + "2026-11-09,TEA-9,many,1,1,0,0,1\n", "utf-8")
        files.append((path, workflow.inspect_file(workspace, path).suggestion))
    workflow.import_files(workspace, "twins", files)
    desk = open_page("data", dataset="twins")
    assert [expander.label for expander in desk.expander if "week.csv" in expander.label][1:]


def test_budgets_that_no_plan_keeps_are_left_out_of_the_line():
    plan = SimpleNamespace(gain=SimpleNamespace(estimate=200.0), total={"cost": 800.0}, price=1.5)

    def outlined(request):
        if request.budget is not None and request.budget < 300:
            raise Infeasible(rules=("budget", "margin_floor"))
        return plan

    desk = SimpleNamespace(model_for=lambda _: SimpleNamespace(outlined=outlined))
    path = workflow.budget_path(desk, workflow.PlanRequest(budget=500.0), points=9)
    assert path["budget"].tolist() == [300, 400, 500, 600, 700, 800]


def test_a_part_that_fails_leaves_the_rest_of_the_page(open_page, monkeypatch):
    def nothing(*_):
        raise Infeasible(rules=("budget",))

    monkeypatch.setattr(workflow, "budget_path", nothing)
    desk = open_page("plan")
    desk.select_slider(key="max_promoted").set_value(1).run()
    assert "No plan keeps this rule: Budget" in desk.error[0].value
    assert len(desk.dataframe) == 1, "why each product is in or out"
    assert desk.text_input(key="scenario_name"), "the plan can be kept"


def test_a_plan_that_promotes_nothing_says_why_and_what_to_do(open_page):
    desk = open_page("plan")
    desk.slider(key="budget").set_value(0).run()
    assert "there is too little money to give away" in texts(desk)
    poor = open_page("plan", dataset="prices")
    poor.slider(key="assumed_margin").set_value(5).run()
    assert "at an assumed margin of 5%" in texts(poor)
    assert "What this plan assumes" in texts(poor)
    assert "at an assumed margin of 5%" in texts(go(poor, "overview"))
    closed = open_page("plan", dataset="prices")
    closed.select_slider(key="max_promoted").set_value(0).run()
    assert "under these rules" in texts(closed)
    assert "assumed margin of" not in texts(closed).split("under these rules")[1]


def heatmap(desk: AppTest) -> dict:
    """The picture of the discounts."""
    drawn = [json.loads(chart.proto.spec)["data"][0] for chart in desk.get("plotly_chart")]
    return next(marks for marks in drawn if marks["type"] == "heatmap")


def test_the_overview_draws_what_is_promoted_and_counts_the_rest(open_page):
    drawn, every = (heatmap(open_page(page)) for page in ("overview", "plan"))
    assert 0 < len(drawn["y"]) < len(every["y"])
    rest = len(every["y"]) - len(drawn["y"])
    assert f"{rest} other products stay at list price" in texts(open_page("overview"))


def test_a_workspace_that_cannot_be_used_is_named(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PROMODESK_WORKSPACE", str(tmp_path / "file"))
    desk = AppTest.from_file(DESK, default_timeout=120).run()
    assert not desk.exception
    assert "file cannot be used" in desk.error[0].value


@pytest.fixture
def a_morning(workspace, tmp_path):
    """A dataset of one morning's events: buyers, and not one whole week."""
    path = tmp_path / "events.csv"
    rows = [f"2026-03-02 0{hour}:00:00,purchase,TEA,{hour}.5,c{hour}" for hour in range(1, 9)]
    header = "event_time,event_type,product_id,price,user_id"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    mapping = workflow.inspect_file(workspace, path).suggestion
    workflow.import_files(workspace, "morning", [(path, mapping)], replace=True)
    return "morning"


def test_too_little_history_says_what_is_missing_and_the_way_to_more(open_page, a_morning):
    for page in ("overview", "demand", "plan", "campaign"):
        desk = open_page(page, dataset=a_morning)
        assert desk.title[0].value == translate("en", f"{page}.title")
        assert "complete weeks" in texts(desk)
        assert [link.label for link in desk.get("page_link")] == ["Bring more data"]


def test_buyers_are_known_before_there_is_a_history(open_page, a_morning):
    desk = open_page("customers", dataset=a_morning)
    assert desk.metric[0].value == "8"
