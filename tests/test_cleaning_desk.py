"""A dataset remembers its cleaning, gives it back exactly, and never loses a file being read."""

import io
import json
import os
import time
import zipfile

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from promo import workflow
from promo.cli import main
from promo.errors import BadRequest
from promo.ingest.datasets import manifest
from promo.store import Workspace
from promo.words import LANGUAGES, translate
from promo.workflow import CleaningStep
from tests.desk_driver import press

LINES = "order_id,order_date,sku,customer,quantity,price,unit_cost\n"
ODD = 12
"""The line whose price has slipped by two digits."""


def orders(count: int = 30) -> str:
    """Daily orders of one product: one price odd, two costs missing, one order entered twice."""
    lines = [
        f"{n if n != 21 else 20},2026-01-{n:02d},tea,c{n % 4},1,"
        f"{999 if n == ODD else 9.99},{'' if n in (3, 4) else 5.0}\n"
        for n in range(1, count + 1)
    ]
    return LINES + "".join(lines)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "desk")


@pytest.fixture
def mine(workspace, tmp_path):
    """A dataset of hers."""
    path = tmp_path / "orders.csv"
    path.write_text(orders(), encoding="utf-8")
    mapping = workflow.inspect_file(workspace, path).suggestion
    return workflow.import_files(workspace, "mine", [(path, mapping)])


CAP = CleaningStep("orders", "outliers", ("price",), "cap", 4.0)
FILL = CleaningStep("orders", "missing", ("unit_cost",), "median")
ONCE = CleaningStep("orders", "duplicates", ("order_id", "product_id"), "last")


def test_steps_are_stored_with_the_dataset_and_its_fingerprint_is_another(workspace, mine):
    cleaned = workflow.clean_dataset(workspace, "mine", [CAP, FILL, ONCE])
    again = workflow.open_dataset(workspace, "mine")
    done = workflow.cleaning_of(again)
    assert [one.step for one in done] == [CAP, FILL, ONCE]
    assert [(one.touched, one.removed) for one in done] == [(1, 0), (2, 0), (1, 1)]
    assert again.fingerprint == cleaned.fingerprint != mine.fingerprint
    assert (again.rows_in_use, again.rows_removed) == (29, 1)
    assert len(pd.read_parquet(again.tables["orders"])) == 29


def test_every_step_taken_back_is_the_dataset_as_imported_to_the_last_bit(workspace, mine):
    before = mine.tables["orders"].read_bytes()
    one = workflow.clean_dataset(workspace, "mine", [FILL]).fingerprint
    workflow.clean_dataset(workspace, "mine", [FILL, ONCE])
    assert workflow.clean_dataset(workspace, "mine", [FILL]).fingerprint == one
    undone = workflow.clean_dataset(workspace, "mine", [])
    assert undone.fingerprint == mine.fingerprint
    assert undone.tables["orders"].read_bytes() == before
    assert (undone.rows_in_use, undone.rows_removed) == (30, 0)
    assert workflow.cleaning_of(undone) == ()


def test_what_was_learned_before_cleaning_is_still_known_when_it_is_taken_back(workspace, mine):
    cleaned = workflow.clean_dataset(workspace, "mine", [FILL])
    (place,) = (workspace.folder / "datasets").glob("mine-*")
    known = manifest.fingerprints(manifest.read_manifest(place))
    assert known == {mine.fingerprint, cleaned.fingerprint}


def test_a_step_that_finds_nothing_is_remembered_and_changes_nothing(workspace, mine):
    step = CleaningStep("orders", "missing", ("price",), "drop")
    cleaned = workflow.clean_dataset(workspace, "mine", [step])
    assert cleaned.fingerprint == mine.fingerprint
    (done,) = workflow.cleaning_of(cleaned)
    assert (done.touched, done.removed) == (0, 0)


def test_rows_taken_out_are_downloaded_beside_those_set_aside_at_import(workspace, mine):
    cleaned = workflow.clean_dataset(workspace, "mine", [ONCE])
    with zipfile.ZipFile(io.BytesIO(workflow.quarantine_zip(cleaned))) as packed:
        (removed,) = (name for name in packed.namelist() if "cleaning" in name)
        rows = pd.read_csv(io.BytesIO(packed.read(removed)))
    assert rows[["step", "reason", "row", "order_id"]].to_numpy().tolist() == [
        [1, "key_repeated", 20, 20]
    ]
    assert rows["product_id"].tolist() == ["tea"]


def test_whoever_reads_a_dataset_keeps_its_files_while_it_changes(workspace, mine, monkeypatch):
    open_session = workflow.clean_dataset(workspace, "mine", [FILL])
    workflow.clean_dataset(workspace, "mine", [FILL, ONCE])
    assert open_session.tables["orders"].is_file()
    workflow.clean_dataset(workspace, "mine", [])
    assert open_session.tables["orders"].is_file(), "its hour is not over"
    long_ago = time.time() - manifest.RELEASED - 1
    os.utime(open_session.tables["orders"], (long_ago, long_ago))
    workflow.clean_dataset(workspace, "mine", [CAP])
    assert not open_session.tables["orders"].is_file()
    assert mine.tables["orders"].is_file(), "the imported table stays while there are steps"


def test_replacing_a_dataset_leaves_the_old_files_to_those_who_read_them(workspace, mine, tmp_path):
    workflow.clean_dataset(workspace, "mine", [FILL])
    path = tmp_path / "new.csv"
    path.write_text(orders(20), encoding="utf-8")
    mapping = workflow.inspect_file(workspace, path).suggestion
    new = workflow.import_files(workspace, "mine", [(path, mapping)], replace=True)
    assert mine.tables["orders"].is_file()
    assert new.fingerprint != mine.fingerprint
    assert workflow.cleaning_of(new) == (), "other data, so no steps of the old"


def test_the_sample_is_never_cleaned_but_a_copy_of_it(workspace):
    sample = workflow.open_dataset(workspace, workflow.SAMPLE)
    step = CleaningStep("orders", "outliers", ("price",), "cap", 3.0)
    with pytest.raises(BadRequest):
        workflow.clean_dataset(
            workspace, workflow.SAMPLE, [CleaningStep("orders", "missing", ("nothing",), "drop")]
        )
    assert workflow.list_datasets(workspace) == [workflow.SAMPLE]
    copy = workflow.clean_dataset(workspace, workflow.SAMPLE, [step])
    assert copy.name == "sample cleaned"
    assert copy.fingerprint != sample.fingerprint
    assert workflow.open_dataset(workspace, workflow.SAMPLE).fingerprint == sample.fingerprint
    assert workflow.clean_dataset(workspace, copy.name, []).fingerprint == sample.fingerprint


# --- the command line -----------------------------------------------------------------------


@pytest.fixture
def clean(capsys, workspace, mine):
    """Run the verb on her dataset; gives exit code and JSON."""

    def run(*words: object) -> tuple[int, dict]:
        code = main(
            ["clean", "--workspace", str(workspace.folder), "--dataset", "mine",
             *map(str, words), "--json"]
        )  # fmt: skip
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_command_line_cleans_shows_and_takes_back(clean, mine):
    code, shown = clean("--show")
    assert (code, shown["steps"], shown["fingerprint"]) == (0, [], mine.fingerprint)
    assert {one["kind"] for one in shown["suggestions"]} == {"missing", "outliers", "duplicates"}
    code, done = clean(
        "--missing", "orders.unit_cost=median", "--outliers", "orders.price=cap:4",
        "--duplicates", "orders=order_id+product_id:last",
    )  # fmt: skip
    assert code == 0
    assert [(s["kind"], s["rule"], s["threshold"], s["touched"], s["removed"])
            for s in done["steps"]] == [
        ("missing", "median", None, 2, 0), ("outliers", "cap", 4.0, 1, 0),
        ("duplicates", "last", None, 1, 1),
    ]  # fmt: skip
    assert done["rows_in"] == done["rows_in_use"] + done["rows_removed"] == 30
    _, less = clean("--undo", 3)
    assert [step["kind"] for step in less["steps"]] == ["missing", "outliers"]
    _, kept = clean("--missing", "orders.unit_cost=keep")
    assert [step["kind"] for step in kept["steps"]] == ["outliers"]
    _, undone = clean("--undo")
    assert (undone["steps"], undone["fingerprint"]) == ([], mine.fingerprint)


@pytest.mark.parametrize(
    "words",
    [
        ("--missing", "price=median"), ("--missing", "orders.price"),
        ("--missing", "orders.price=guess"), ("--missing", "lines.price=median"),
        ("--outliers", "orders.price=cap:many"), ("--duplicates", "orders=order_id:newest"),
        ("--undo", 7),
    ],
)  # fmt: skip
def test_the_command_line_says_what_can_be_asked(clean, mine, words):
    code, result = clean(*words)
    assert (code, result["error"]) == (1, "bad_request")
    assert clean("--show")[1]["fingerprint"] == mine.fingerprint


# --- the screen -----------------------------------------------------------------------------


def cleaning_page() -> None:
    """The card alone, as a page shows it."""
    from promo.ui import cleaning_view, running, state
    from promo.ui.widgets import explained

    state.start()
    running.settle("quality")
    with explained():
        cleaning_view.card(state.dataset())


@pytest.fixture
def card(workspace, monkeypatch):
    """The cleaning card on one dataset."""
    monkeypatch.setenv("PROMODESK_WORKSPACE", str(workspace.folder))

    def opened(language: str = "en", dataset: str = "mine") -> AppTest:
        desk = AppTest.from_function(cleaning_page, default_timeout=60)
        desk.query_params["lang"] = language
        desk.session_state["dataset"] = dataset
        desk.run()
        assert not desk.exception, desk.exception
        return desk

    return opened


def said(desk: AppTest) -> str:
    kinds = (desk.subheader, desk.markdown, desk.caption, desk.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_says_what_was_found_and_changes_nothing_by_itself(card, mine, language):
    desk = card(language)
    assert translate(language, "cleaning.title") in said(desk)
    assert len([one for one in desk.button if "look" in (one.key or "")]) == 3
    assert translate(language, "cleaning.nothing") in said(desk)
    assert not desk.error


def test_a_finding_is_looked_at_tried_applied_and_taken_back(card, workspace, mine):
    desk = card()
    places = {one.key: one for one in desk.button if "look" in (one.key or "")}
    place = next(
        number for number, one in enumerate(workflow.suggest_cleaning(mine).suggestions)
        if one.step.kind == "outliers"
    )  # fmt: skip
    places[f"cleaning_look_{place}"].click().run()
    assert "1 of 30 rows are odd" in said(desk)
    assert desk.get("plotly_chart")
    desk.selectbox(key="cleaning_rule_outliers_orders_price").set_value("cap").run()
    assert "1 of 30 rows would get another value" in said(desk)
    press(desk, "cleaning_apply")
    assert "Limit to the usual range, 1 row changed" in said(desk)
    cleaned = workflow.open_dataset(workspace, "mine")
    assert cleaned.fingerprint != mine.fingerprint
    press(desk, "cleaning_undo_0")
    assert workflow.open_dataset(workspace, "mine").fingerprint == mine.fingerprint
    assert "1 row changed" not in said(desk)


def test_the_sample_opens_as_a_copy_when_it_is_cleaned(card, workspace):
    desk = card(dataset=workflow.SAMPLE)
    assert translate("en", "cleaning.sample") in said(desk)
    desk.segmented_control(key="cleaning_kind").set_value("outliers").run()
    desk.selectbox(key="cleaning_column_outliers_orders").set_value("price").run()
    desk.selectbox(key="cleaning_rule_outliers_orders_price").set_value("cap").run()
    desk.slider(key="cleaning_threshold_orders_price").set_value(3.0).run()
    press(desk, "cleaning_apply")
    assert desk.session_state["dataset"] == "sample cleaned"
    assert translate("en", "cleaning.applied") in said(desk)
