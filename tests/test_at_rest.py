"""Datasets at rest: broken off anywhere they are whole, and nothing of the past stays for ever."""

import itertools
import os
import re
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from promo import ingest, workflow
from promo.errors import Cancelled
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
