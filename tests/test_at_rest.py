"""Datasets at rest: broken off anywhere they are whole, and nothing of the past stays for ever."""

import io
import itertools
import os
import re
import shutil
import tempfile
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from promo import ingest, workflow
from promo.errors import BadRequest, Cancelled
from promo.ingest import cleaning
from promo.ingest.datasets import manifest
from promo.ingest.datasets.exclusive import exclusive
from promo.store import Workspace
from promo.workflow import CleaningStep

ROOT = Path(__file__).parent.parent
PRICES = "week,product_id,units,price\n2026-01-05,tea,9,4.0\n2026-01-12,tea,8,4.0\nsoon,tea,1,1\n"
ONCE = CleaningStep("panel", "duplicates", ("product_id",), "first")


@pytest.fixture
def prices(tmp_path):
    """A file of prices with its mapping, one week more of it in each."""

    def written(weeks=0):
        path = tmp_path / f"prices-{weeks}.csv"
        more = "".join(f"2026-02-{2 + 7 * n:02d},tea,7,4.0\n" for n in range(weeks))
        path.write_text(PRICES + more, encoding="utf-8")
        return [(path, ingest.inspect(path).suggestion)]

    return written


class Broken(BaseException):
    """The program is being ended, by Ctrl+C or by a full disk."""


@contextmanager
def breaking(number: int, when: str):
    """Break off just before or just after the n-th file gets its place."""
    left = [number]

    def counted(act):
        def acted(*arguments):
            left[0] -= 1
            if left[0] == 0 and when == "before":
                raise Broken
            done = act(*arguments)
            if left[0] == 0:
                raise Broken
            return done

        return acted

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "replace", counted(Path.replace))
        patched.setattr(shutil, "copyfile", counted(shutil.copyfile))
        yield


def seen(folder: Path):
    """What the dataset in a folder is; None where there is none."""
    if not (folder / manifest.MANIFEST).is_file():
        return None
    dataset = ingest.open_dataset(folder)
    names = manifest.named(manifest.read_manifest(folder))
    assert all((folder / name).is_file() for name in names), "a file it names is gone"
    return dataset.name, dataset.fingerprint


WORK = {
    "import": lambda folder, new: ingest.build(new, folder, "d"),
    "clean": lambda folder, _: cleaning.clean(folder, [ONCE]),
    "copy": lambda folder, _: cleaning.copy(ingest.open_dataset(folder), folder / "../c", "c"),
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("work", WORK)
def test_broken_off_at_any_file_a_dataset_is_the_old_or_the_new_one(tmp_path, prices, work, when):
    for number in itertools.count(1):
        folder, other = tmp_path / str(number) / "d", tmp_path / str(number) / "c"
        ingest.build(prices(), folder, "d")
        old, before = seen(folder), {path.name for path in folder.iterdir()}
        try:
            with breaking(number, when):
                WORK[work](folder, prices(1))
            break
        except Broken:
            named = manifest.named(manifest.read_manifest(folder))
        left = {path.name for path in folder.iterdir()} - before - named
        assert not left, "something was left behind"
        if work == "copy":
            assert seen(folder) == old
            assert seen(other) or not other.exists()
        else:
            assert seen(folder) is not None
    assert number > 3, "it was never broken off"


def test_whoever_waits_for_a_dataset_can_change_her_mind(tmp_path, prices):
    folder = tmp_path / "d"
    done = ingest.build(prices(), folder, "d")
    waits = (
        lambda task: ingest.build(prices(1), folder, "d", task),
        lambda task: cleaning.clean(folder, [ONCE], task),
        lambda task: cleaning.copy(done, tmp_path / "c", "c", task),
    )
    for wait in waits:
        with exclusive(folder):
            job = workflow.Job(wait)
            assert not job.wait(0.2)
            job.cancel()
            assert job.wait(20)
        with pytest.raises(Cancelled):
            job.result()
    assert ingest.open_dataset(folder).fingerprint == done.fingerprint


def long_ago(path: Path, seconds: float = 100_000) -> None:
    for one in (path, *path.rglob("*")):
        os.utime(one, (time.time() - seconds,) * 2)


def test_rows_of_the_past_are_gone_when_the_workspace_opens_an_hour_later(tmp_path, prices):
    workspace = Workspace(tmp_path / "desk")
    old = workflow.import_files(workspace, "mine", prices())
    new = workflow.import_files(workspace, "mine", prices(1), replace=True)
    workflow.open_workspace(workspace.folder)
    assert old.tables["panel"].is_file(), "its hour is not over"
    long_ago(old.tables["panel"].parent)
    with exclusive(old.tables["panel"].parent):
        workflow.open_workspace(workspace.folder)
        assert old.tables["panel"].is_file(), "somebody is changing the dataset"
    workflow.open_workspace(workspace.folder)
    assert not old.tables["panel"].exists()
    assert ingest.open_dataset(new.tables["panel"].parent).fingerprint == new.fingerprint
    assert len(list(new.tables["panel"].parent.glob("quarantine-*.csv"))) == 1


def test_what_a_killed_import_left_is_gone_after_an_hour(tmp_path):
    workspace = Workspace(tmp_path / "desk")
    left = workspace.dataset_folder("mine") / "orders.parquet.0.unfinished"
    left.parent.mkdir()
    left.write_bytes(b"customers")
    workflow.tidy(workspace)
    assert left.exists()
    long_ago(left.parent)
    workflow.tidy(workspace)
    assert not left.exists()


def test_scratch_of_a_killed_program_is_gone_after_a_day_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for folder in ("promodesk-dead", "promodesk-busy", "promodesk-new", "others"):
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "deep" / "rows.csv").write_text("customer", encoding="utf-8")
        if folder != "promodesk-new":
            long_ago(tmp_path / folder)
    (tmp_path / "promodesk-busy" / "deep" / "rows.csv").write_text("more", encoding="utf-8")
    ingest.sweep_scratch()
    assert {one.name for one in tmp_path.iterdir()} == {"promodesk-busy", "promodesk-new", "others"}


def test_every_scratch_folder_bears_the_name_by_which_it_is_swept():
    made = [
        call
        for path in (ROOT / "promo").rglob("*.py")
        for call in re.findall(
            r"\b(?:TemporaryDirectory|mkdtemp)\((.*)", path.read_text(encoding="utf-8")
        )
    ]
    assert made
    assert all(call.startswith('prefix="promodesk-"') for call in made)


def test_an_import_over_a_cleaned_dataset_says_that_the_steps_are_gone(tmp_path, prices):
    folder = tmp_path / "d"
    ingest.build(prices(), folder, "d")
    cleaning.clean(folder, [ONCE])
    again = ingest.build(prices(1), folder, "d")
    (said,) = (one for one in again.reports[0].findings if one.code == "cleaning_dropped")
    assert said.facts == {"steps": 1}
    third = ingest.build(prices(2), folder, "d")
    assert "cleaning_dropped" not in {one.code for one in third.reports[0].findings}


def test_rows_set_aside_do_nothing_in_a_spreadsheet_and_lose_no_number(tmp_path):
    long = "x" * 200_000
    text = (
        "order_id,order_date,sku,customer,quantity,price,note\n"
        '=1+1,soon,tea,c1,1,9.5,"a, ""b"""\n'
        f"2,2026-01-02,@tea,c1,1,-9.5,{long}\n"
        "3,2026-01-03,+44 20,c1,-1,9.5,ok\n3,2026-01-03,+44 20,c2,1,8,ok\n"
    )
    path = tmp_path / "orders.csv"
    path.write_text(text.replace(long, ""), encoding="utf-8")
    mapping = ingest.inspect(path).suggestion
    path.write_text(text, encoding="utf-8")
    ingest.build([(path, mapping)], tmp_path / "d", "d")
    step = CleaningStep("orders", "duplicates", ("order_id",), "last")
    cleaned = cleaning.clean(tmp_path / "d", [step])
    with zipfile.ZipFile(io.BytesIO(workflow.quarantine_zip(cleaned))) as packed:
        frames = [pd.read_csv(packed.open(name), dtype=str) for name in packed.namelist()]
    imported, removed = frames
    assert imported["text"].tolist() == [
        '\'=1+1,soon,tea,c1,1,9.5,"a, ""b"""',
        f"2,2026-01-02,@tea,c1,1,-9.5,{long}",
    ]
    assert removed[["product_id", "quantity"]].to_numpy().tolist() == [["'+44 20", "-1.0"]]


def test_what_is_said_of_a_file_counts_the_rows_that_are_kept(tmp_path):
    path = tmp_path / "users.csv"
    path.write_text(
        "customer_id,region,newsletter\nc1,York,\nc1,Bath,\nc1,Hull,\nc2,York,yes\n", "utf-8"
    )
    (report,) = ingest.build([(path, ingest.inspect(path).suggestion)], tmp_path / "d", "d").reports
    assert report.rows_clean == 2
    assert {one.rows for one in report.findings if one.code == "consent_missing"} == {1}


def test_rows_set_aside_are_never_written_over_the_file_they_come_from(tmp_path, prices):
    ((path, mapping),) = prices()
    before = path.read_bytes()
    with pytest.raises(BadRequest):
        ingest.check(path, mapping, path.parent / "." / path.name)
    assert path.read_bytes() == before
    with pytest.raises(BadRequest):
        workflow.start_check(prices() + prices(1), tmp_path / "aside.csv")
