"""Odd weeks on the desk: chosen, remembered, taken back, on the screen and on the command line."""

import json
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from promo import workflow
from promo.cli.main import main
from promo.errors import NotEnoughData
from promo.store import Workspace
from promo.words import LANGUAGES, anomaly_sentence, translate
from tests import desk_driver

ROOT = Path(__file__).parent.parent
DESK = str(ROOT / "promo" / "ui" / "desk.py")
NAME = "odd"


@pytest.fixture(scope="module")
def odd_file(tmp_path_factory):
    """The sample's weekly prices of some products, with a spike, a new level and an empty shelf."""
    rows = pd.read_csv(ROOT / "sample_data" / "panel.csv")
    products = sorted(rows["product_id"].unique())[:16]
    rows = rows[rows["product_id"].isin(products)]
    weeks = sorted(rows["week"].unique())
    stocked = rows["in_stock"] == 1
    rows.loc[~stocked, "in_stock"] = 1.0
    rows = rows[stocked | ~rows["product_id"].isin(products[:3])]
    first, second, third = (rows["product_id"] == one for one in products[:3])
    usual = rows.groupby("product_id")["units"].median()
    spiked = sorted(rows.loc[first & (rows["price"] == rows["list_price"]), "week"])[60]
    rows.loc[first & (rows["week"] == spiked), "units"] = round(9 * usual[products[0]])
    rows.loc[second & rows["week"].between(weeks[40], weeks[45]), "units"] = 0
    rows.loc[third & (rows["week"] >= weeks[50]), "units"] *= 4
    path = tmp_path_factory.mktemp("odd") / "odd.csv"
    rows.to_csv(path, index=False)
    return path, products, spiked


@pytest.fixture(scope="module")
def shop(sample_workspace, odd_file):
    """A workspace with that file as a dataset."""
    mapping = workflow.inspect_file(sample_workspace, odd_file[0]).suggestion
    workflow.import_files(sample_workspace, NAME, [(odd_file[0], mapping)])
    return sample_workspace


@pytest.fixture
def workspace(shop):
    """The same without any choice."""
    yield shop
    while workflow.has_choice(shop, NAME):
        workflow.undo_left_out(shop, NAME)


def learned(workspace):
    settings = workflow.StudySettings(left_out=workflow.left_out(workspace, NAME))
    return workflow.kept_study(workspace, workflow.open_dataset(workspace, NAME), settings)


def fingerprints(study):
    return study.panel.fingerprint, study.curves.fingerprint, study.forecast.fingerprint


def findings(study):
    rows = workflow.find_anomalies(study.dataset, study.panel).rows
    return {(one.product_id, one.kind): one for one in rows.itertuples()}


def test_what_was_planted_in_a_file_is_found(workspace, odd_file):
    _, products, spiked = odd_file
    found = findings(learned(workspace))
    assert found[products[0], "spike"].first == pd.Timestamp(spiked)
    assert found[products[1], "stock_out"].suggested
    assert ("", "spike") not in found
    assert found[products[2], "level_shift"].times > 2


def test_undo_brings_back_the_very_same_study(workspace, odd_file):
    before = learned(workspace)
    spike = workflow.weeks_of(findings(before)[odd_file[1][0], "spike"], before.panel)
    workflow.leave_out(workspace, NAME, before.panel, [spike])
    after = learned(workspace)
    assert after.panel.fingerprint == before.panel.fingerprint, "history shows them still"
    assert after.curves.fingerprint != before.curves.fingerprint
    history = workflow.product_history(after, spike.product_id)
    assert list(history.loc[history["left_out"], "week"]) == [pd.Timestamp(spike.first)]
    assert workflow.undo_left_out(workspace, NAME) == ()
    assert fingerprints(learned(workspace)) == fingerprints(before)


def test_without_her_choice_nothing_is_left_out(workspace):
    dataset = workflow.open_dataset(workspace, NAME)
    assert workflow.left_out(workspace, NAME) == ()
    plain = workflow.study(dataset, workflow.StudySettings())
    assert fingerprints(learned(workspace)) == fingerprints(plain)
    assert not workflow.product_history(plain, plain.panel.products["product_id"][0])[
        "left_out"
    ].any()


def test_choices_are_remembered_on_the_next_start_and_undone_one_by_one(workspace, odd_file):
    study = learned(workspace)
    found = findings(study)
    spike = workflow.weeks_of(found[odd_file[1][0], "spike"], study.panel)
    empty = workflow.weeks_of(found[odd_file[1][1], "stock_out"], study.panel)
    workflow.leave_out(workspace, NAME, study.panel, [spike])
    workflow.leave_out(workspace, NAME, study.panel, [spike, empty])
    again = Workspace(workspace.folder)
    assert set(workflow.left_out(again, NAME)) == {spike, empty}
    assert workflow.left_out(again, workflow.SAMPLE) == ()
    assert workflow.undo_left_out(again, NAME) == (spike,)
    assert workflow.undo_left_out(again, NAME) == ()
    assert not workflow.has_choice(again, NAME)


def test_learning_from_the_new_level_only_moves_that_product_most(workspace, odd_file):
    before, product = learned(workspace), odd_file[1][2]
    shift = findings(before)[product, "level_shift"]
    span = workflow.weeks_of(shift, before.panel)
    assert pd.Timestamp(span.last) == shift.first - pd.Timedelta(weeks=1)
    assert pd.Timestamp(span.first) == before.panel.rows["week"].min()
    workflow.leave_out(workspace, NAME, before.panel, [span])
    moved = workflow.what_moved(before, learned(workspace))
    assert moved["product_id"].iloc[0] == product
    assert len(moved) == before.curves.rows["product_id"].nunique()


def test_the_forecast_starts_after_the_history_also_when_its_last_week_is_left_out(workspace):
    before = learned(workspace)
    end = before.panel.rows["week"].max().date()
    last = workflow.LeftOut(workflow.SHOP, "missing_days", end, end)
    workflow.leave_out(workspace, NAME, before.panel, [last])
    after = learned(workspace)
    assert (after.start, after.end) == (before.start, before.end)
    assert after.forecast.fingerprint != before.forecast.fingerprint


def test_leaving_out_everything_is_refused_and_changes_nothing(workspace):
    study = learned(workspace)
    week = study.panel.rows["week"]
    everything = workflow.LeftOut(workflow.SHOP, "drop", week.min().date(), week.max().date())
    with pytest.raises(NotEnoughData):
        workflow.leave_out(workspace, NAME, study.panel, [everything])
    assert not workflow.has_choice(workspace, NAME)


def test_days_without_a_line_in_an_order_file_are_found(tmp_path):
    orders = pd.read_csv(ROOT / "sample_data" / "orders.csv")
    day = orders["order_time"].str[:10]
    gone = sorted(day.unique())[300:303]
    path = tmp_path / "orders.csv"
    orders[~day.isin(gone)].to_csv(path, index=False)
    workspace = Workspace(tmp_path / "workspace")
    mapping = workflow.inspect_file(workspace, path).suggestion
    dataset = workflow.import_files(workspace, "gaps", [(path, mapping)])
    rows = workflow.find_anomalies(dataset, workflow.history_of(dataset)).rows
    missing = rows[rows["kind"] == "missing_days"]
    assert missing["days"].sum() == 3
    assert missing["suggested"].all()
    assert (missing["first"] <= pd.Timestamp(gone[0])).any()


def test_the_command_line_lists_leaves_out_and_takes_back(workspace, odd_file, tmp_path, capsys):
    place = ["--workspace", str(workspace.folder), "--dataset", NAME, "--json"]
    out = tmp_path / "odd.csv"
    assert main(["anomalies", *place, "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(pd.read_csv(out)) == len(told["findings"])
    assert told["left_out"] == []
    spikes = [one for one in told["findings"] if one["kind"] == "spike"]
    assert [one["product_id"] for one in spikes] == [odd_file[1][0]]
    assert "times the" in spikes[0]["message"]
    assert main(["anomalies", *place, "--leave-out", "spike"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["kind"] for one in told["left_out"]] == ["spike"]
    assert [one["left_out"] for one in told["findings"] if one["kind"] == "spike"] == [True]
    assert main(["anomalies", *place, "--undo"]) == 0
    assert json.loads(capsys.readouterr().out)["left_out"] == []


def test_the_command_line_learns_as_the_desk_does(workspace, odd_file, capsys):
    place = ["--workspace", str(workspace.folder), "--dataset", NAME, "--json"]

    def slopes():
        assert main(["response", *place]) == 0
        return [one["elasticity"] for one in json.loads(capsys.readouterr().out)["curves"]]

    before = slopes()
    assert main(["anomalies", *place, "--leave-out", "spike", "stock_out"]) == 0
    capsys.readouterr()
    assert slopes() != before
    assert slopes() == list(learned(workspace).curves.rows["elasticity"])


# --- the card ---


@pytest.fixture
def open_demand(shop, monkeypatch):
    desk_driver.prepare(monkeypatch, shop.folder)

    def opened(dataset=NAME, language="en"):
        desk = AppTest.from_file(DESK, default_timeout=120)
        desk.query_params["lang"] = language
        desk.session_state["dataset"] = dataset
        desk.run()
        desk.switch_page(str(ROOT / "pages" / "demand.py")).run()
        if desk.metric:  # none where too little is left to learn from
            desk.segmented_control(key="demand_part").set_value("odd").run()
        assert not desk.exception, desk.exception
        return desk

    return opened


def texts(desk):
    return "\n".join(str(one.value) for kind in (desk.markdown, desk.caption, desk.error)
                     for one in kind)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_lists_what_is_odd_and_shows_the_one_that_is_picked(
    workspace, open_demand, language
):
    desk = open_demand(language=language)
    table = next(one.value for one in desk.dataframe if "times" in one.value)
    assert table["kind"].iloc[0] == translate(language, "anomaly.kind.stock_out")
    assert not table["left_out"].any()
    picker = desk.selectbox(key="anomaly")
    spike = next(one for one in picker.options
                 if translate(language, "anomaly.kind.spike") in one)  # fmt: skip
    picker.set_value(picker.options.index(spike)).run()
    assert not desk.exception
    part = {"en": "times the", "zh": "是应有销量"}[language]
    assert part in texts(desk)


def test_a_tick_leaves_out_and_undo_puts_back(workspace, open_demand):
    desk = open_demand()
    assert not [one for one in desk.button if one.key == "anomaly_undo"]
    desk.checkbox(key="anomaly_kind_spike").check().run()
    assert not desk.exception, desk.exception
    assert [one.kind for one in workflow.left_out(workspace, NAME)] == ["spike"]
    assert desk.checkbox(key="anomaly_kind_spike").value
    assert "1 stretch of weeks is left out of learning" in texts(desk)
    assert "Against learning from all weeks" in texts(desk)
    desk.button(key="anomaly_undo").click().run()
    assert not desk.exception, desk.exception
    assert workflow.left_out(workspace, NAME) == ()
    assert not desk.checkbox(key="anomaly_kind_spike").value
    assert "left out of learning. History" not in texts(desk)


def test_one_finding_can_be_left_out_alone(workspace, open_demand, odd_file):
    desk = open_demand()
    tick = next(one for one in desk.checkbox if one.key.startswith("anomaly_out_stock_out"))
    tick.check().run()
    assert not desk.exception, desk.exception
    assert [one.product_id for one in workflow.left_out(workspace, NAME)] == [odd_file[1][1]]


def test_all_weeks_are_learned_from_again_at_once_and_that_can_be_undone(workspace, open_demand):
    desk = open_demand()
    desk.checkbox(key="anomaly_kind_spike").check().run()
    desk.checkbox(key="anomaly_kind_stock_out").check().run()
    held = workflow.left_out(workspace, NAME)
    desk.button(key="anomaly_all_weeks").click().run()
    assert not desk.exception, desk.exception
    assert workflow.left_out(workspace, NAME) == ()
    desk.button(key="anomaly_undo").click().run()
    assert workflow.left_out(workspace, NAME) == held


def test_a_shop_without_odd_weeks_says_what_was_looked_for(workspace, open_demand):
    assert "Nothing unusual found. Looked for" in texts(open_demand(workflow.SAMPLE))


def test_a_choice_that_leaves_other_data_nothing_to_learn_from_can_be_taken_back(
    workspace, open_demand
):
    workspace.leave_out(NAME, [{"product_id": "", "kind": "drop", "first": "2001-01-01",
                                "last": "2100-01-04"}])  # fmt: skip
    desk = open_demand()
    assert desk.info, "the page says that there is too little"
    desk.button(key="anomaly_undo").click().run()
    assert not desk.exception, desk.exception
    assert workflow.left_out(workspace, NAME) == ()
    assert desk.segmented_control(key="demand_part")
    assert not desk.info


def test_the_history_of_a_product_marks_the_weeks_left_out(workspace, open_demand, odd_file):
    study = learned(workspace)
    spike = workflow.weeks_of(findings(study)[odd_file[1][0], "spike"], study.panel)
    workflow.leave_out(workspace, NAME, study.panel, [spike])
    desk = open_demand()
    desk.segmented_control(key="demand_part").set_value("outlook").run()
    desk.segmented_control(key="outlook_level").set_value("product").run()
    desk.selectbox(key="product").set_value(odd_file[1][0]).run()
    desk.toggle(key="outlook_all").set_value(True).run()
    drawn = next(one for one in desk.get("plotly_chart") if "history" in one.proto.id)
    assert translate("en", "chart.history.left_out") in drawn.proto.spec


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", workflow.ANOMALY_KINDS)
def test_every_kind_has_its_sentence_in_both_languages(language, kind):
    finding = {"kind": kind, "first": 1, "last": 2, "days": 3, "weeks": 2, "sold": 4.0,
               "expected": 5.0, "times": 0.8}  # fmt: skip
    said = anomaly_sentence(language, finding, "", str, "{:.1f}".format)
    assert translate(language, "anomaly.shop") in said or kind == "missing_days"
    assert translate(language, f"anomaly.kind.{kind}")
