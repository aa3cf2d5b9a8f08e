"""Canonical tables of a cluster open in the desk, whole and as they are, or are refused."""

import json
import shutil

import pandas as pd
import pytest

from promo import ingest, workflow
from promo.cli import main
from promo.errors import FileRefused, NotFound
from promo.store import Workspace
from promo.words import LANGUAGES, explain


@pytest.fixture
def workspace(learned_sample, tmp_path):
    return Workspace(shutil.copytree(learned_sample, tmp_path / "desk"))


@pytest.fixture
def sample(workspace):
    """The tables of the sample, as an import leaves them."""
    opened = workflow.open_dataset(workspace, workflow.SAMPLE)
    return {table: pd.read_parquet(path) for table, path in opened.tables.items()}


@pytest.fixture
def lake(tmp_path, sample):
    """What a cluster wrote: each table a folder of three parts."""

    def written(**changed):
        for table, rows in {**sample, **changed}.items():
            parts = tmp_path / "lake" / f"{table}.parquet"
            parts.mkdir(parents=True)
            (parts / "_SUCCESS").write_bytes(b"")
            third = len(rows) // 3
            for number, part in enumerate(
                (rows[:third], rows[third : 2 * third], rows[2 * third :])
            ):
                part.to_parquet(parts / f"part-{number:05}.snappy.parquet", index=False)
        return tmp_path / "lake"

    return written


def test_folders_of_parts_become_a_dataset_on_which_every_page_works(workspace, sample, lake):
    made = workflow.adopt_tables(workspace, "lake", lake())
    opened = workflow.open_dataset(workspace, "lake")
    assert opened.fingerprint == made.fingerprint
    for table, path in opened.tables.items():
        assert path.is_file(), "parts are joined"
        pd.testing.assert_frame_equal(pd.read_parquet(path), sample[table])
    assert opened.rows_in_use == sum(map(len, sample.values()))
    assert opened.links == workflow.open_dataset(workspace, workflow.SAMPLE).links
    assert {gate.page: gate.met for gate in workflow.gate(opened)} == {
        gate.page: gate.met
        for gate in workflow.gate(workflow.open_dataset(workspace, workflow.SAMPLE))
    }
    step = workflow.CleaningStep("orders", "duplicates", ("customer_id",), "first")
    cleaned = workflow.clean_dataset(workspace, "lake", [step])
    assert cleaned.rows_in_use + cleaned.rows_removed == opened.rows_in_use


def test_types_that_another_system_chooses_are_the_same_values(workspace, sample, lake):
    orders = sample["orders"]
    other = orders.assign(quantity=orders["quantity"].astype("int32"))
    made = workflow.adopt_tables(workspace, "lake", lake(orders=other))
    pd.testing.assert_frame_equal(pd.read_parquet(made.tables["orders"]), orders)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda rows: rows.assign(price="cheap"), ("price", "VARCHAR", "DOUBLE")),
        (lambda rows: rows.assign(colour="red"), ("colour",)),
        (lambda rows: rows.drop(columns="order_id"), ()),
        (lambda rows: rows.assign(quantity=rows["quantity"].where(rows.index > 1, 0)), ("2",)),
        (lambda rows: rows.assign(order_id=rows["order_id"].where(rows.index > 0)), ("order_id",)),
        (lambda rows: rows[:0], ()),
    ],
    ids=["type", "column", "absent", "rule", "empty", "no rows"],
)
def test_a_table_that_does_not_fit_is_refused_and_nothing_is_kept(
    workspace, sample, lake, change, named, language
):
    with pytest.raises(FileRefused) as caught:
        workflow.adopt_tables(workspace, "lake", lake(orders=change(sample["orders"])))
    assert all(word in explain(language, caught.value) for word in (*named, "orders.parquet"))
    assert "lake" not in workflow.list_datasets(workspace)
    assert not list(workspace.dataset_folder("lake").glob("*"))


def test_a_customer_who_stands_there_twice_is_refused(workspace, sample, lake):
    users = pd.concat([sample["users"], sample["users"][:1]])
    with pytest.raises(FileRefused) as caught:
        workflow.adopt_tables(workspace, "lake", lake(users=users))
    assert "key_repeated" in explain("en", caught.value)


def test_the_command_line_adopts_and_names_a_place_without_tables(workspace, lake, capsys):
    asked = ["--workspace", str(workspace.folder), "--json"]
    assert main(["adopt", str(lake()), "--name", "north", *asked]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["dataset"], said["status"]) == ("north", "done")
    assert main(["adopt", str(workspace.folder), "--name", "north", *asked]) == 1
    with pytest.raises(NotFound):
        ingest.tables_in(workspace.folder)
