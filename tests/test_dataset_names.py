"""Datasets keep the names she typed, never replace each other unasked, and share a workspace."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest

from promo import workflow
from promo.errors import NameTaken
from promo.store import Workspace

PRICES = "week,product_id,units,price\n2026-01-05,tea,9,4.0\n2026-01-12,tea,8,4.0\n"


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "desk")


@pytest.fixture
def prices(workspace, tmp_path):
    """A file of prices with its mapping, as `import_files` takes it."""

    def written(text=PRICES):
        path = tmp_path / f"prices-{len(text)}.csv"
        path.write_text(text, encoding="utf-8")
        return [(path, workflow.inspect_file(workspace, path).suggestion)]

    return written


def test_three_visitors_of_a_fresh_desk_all_see_the_sample(workspace):
    with ThreadPoolExecutor(3) as visitors:
        opened = list(visitors.map(lambda _: workflow.open_dataset(workspace, "sample"), range(3)))
    assert len({dataset.fingerprint for dataset in opened}) == 1
    assert all(path.is_file() for dataset in opened for path in dataset.tables.values())


def open_sample(folder):
    return workflow.open_dataset(Workspace(folder), "sample").fingerprint


@pytest.mark.slow
def test_two_programs_on_a_fresh_desk_both_see_the_sample(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as programs:
        assert len(set(programs.map(open_sample, [tmp_path / "desk"] * 2, chunksize=1))) == 1


def test_two_imports_into_one_dataset_follow_each_other(workspace, prices):
    files = [prices(), prices(PRICES + "2026-01-19,tea,7,4.0\n")] * 3

    def run(these):
        return workflow.import_files(workspace, "mine", these, replace=True)

    with ThreadPoolExecutor(3) as visitors:
        done = list(visitors.map(run, files))
    kept = workflow.open_dataset(workspace, "mine")
    assert kept.fingerprint in {dataset.fingerprint for dataset in done}
    assert all(path.is_file() for path in kept.tables.values())
    (manifest,) = (workspace.folder / "datasets").glob("*/dataset.json")
    leftovers = [path.name for path in manifest.parent.iterdir() if "unfinished" in path.name]
    assert leftovers == []


def test_a_dataset_keeps_the_name_she_typed(workspace, prices):
    for name in ("Spring 2026", "Spring/2026", "春季 促销"):
        assert workflow.import_files(workspace, name, prices()).name == name
        assert workflow.open_dataset(workspace, name).name == name
    assert set(workflow.list_datasets(workspace)) == {
        "Spring 2026", "Spring/2026", "春季 促销", "sample",
    }  # fmt: skip


def test_an_import_never_replaces_a_dataset_unasked(workspace, prices):
    first = workflow.import_files(workspace, "Spring", prices())
    second = workflow.import_files(workspace, "Spring", prices(PRICES + "2026-01-19,tea,7,4.0\n"))
    assert second.name == "Spring 2"
    assert workflow.open_dataset(workspace, "Spring").fingerprint == first.fingerprint
    assert workflow.open_dataset(workspace, "Spring 2").fingerprint == second.fingerprint


def test_two_imports_at_once_under_one_name_keep_both(workspace, prices):
    files = [prices(), prices(PRICES + "2026-01-19,tea,7,4.0\n")]
    with ThreadPoolExecutor(2) as visitors:
        done = list(visitors.map(lambda f: workflow.import_files(workspace, "Spring", f), files))
    assert {dataset.name for dataset in done} == {"Spring", "Spring 2"}


def test_a_dataset_is_replaced_when_she_says_so(workspace, prices):
    workflow.import_files(workspace, "Spring", prices())
    new = prices(PRICES + "2026-01-19,tea,7,4.0\n")
    replaced = workflow.import_files(workspace, "Spring", new, replace=True)
    assert workflow.list_datasets(workspace) == ["Spring", "sample"]
    assert workflow.open_dataset(workspace, "Spring").fingerprint == replaced.fingerprint


@pytest.mark.parametrize("name", ["sample", "Sample", " sample "])
def test_nothing_takes_the_place_of_the_sample(workspace, prices, name):
    hers = workflow.import_files(workspace, name, prices())
    assert hers.name == f"{name.strip()} 2"
    assert "orders" in workflow.open_dataset(workspace, "sample").tables
    with pytest.raises(NameTaken):
        workflow.import_files(workspace, name, prices(), replace=True)
