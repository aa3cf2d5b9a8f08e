"""An import says how far it is, can be stopped at any moment, and then has left nothing."""

import tempfile
import threading
import time
import zipfile
from pathlib import Path

import pytest

from promo import ingest, workflow
from promo.domain import ImportProgress
from promo.errors import Cancelled, FileRefused
from promo.ingest.datasets.importing import workplace
from promo.ingest.task import Task, bytes_inside
from promo.store import Workspace
from promo.words import LANGUAGES, progress_sentence

ROOT = Path(__file__).parent.parent
PANEL = ROOT / "sample_data" / "panel.csv"
MAPPING = ingest.inspect(PANEL).suggestion


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """The folder in which all scratch files of the test lie."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.fixture
def big(tmp_path):
    """Weekly prices of many shops, larger than one chunk of the reader."""
    header, *rows = PANEL.read_text(encoding="utf-8").splitlines()
    with (tmp_path / "prices.csv").open("w", encoding="utf-8") as out:
        out.write(f"shop,{header}\n")
        for shop in range(9_000_000 // sum(map(len, rows))):
            out.writelines(f"shop {shop},{row}\n" for row in rows)
    return tmp_path / "prices.csv"


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if path.suffix != ".lock"}


def test_an_import_tells_file_bytes_and_rows_and_never_goes_back(big, tmp_path):
    told: list[ImportProgress] = []
    mapping = ingest.inspect(big).suggestion
    dataset = ingest.build([(big, mapping)], tmp_path / "data", "d", Task(told.append))
    shares = [one.share for one in told]
    assert shares == sorted(shares)
    assert shares[-1] <= 1
    reading = [one for one in told if one.step == "reading"]
    assert len(reading) > 2
    assert {(one.file, one.bytes_total) for one in reading} == {("prices.csv", big.stat().st_size)}
    assert reading[-1].bytes_read == big.stat().st_size
    rows = next(one.rows for one in told if one.step == "judging")
    assert rows == dataset.reports[0].rows_in
    assert [one.step for one in told if one.step != "reading"] == ["judging", "cleaning", "writing"]


@pytest.mark.parametrize("old", [False, True], ids=["new", "over an old one"])
def test_stopped_at_any_step_an_import_leaves_things_as_they_were(tmp_path, scratch, old):
    folder = tmp_path / "datasets" / "d"
    if old:  # of the same kind and with a row set aside
        first = tmp_path / "first.csv"
        first.write_text(PANEL.read_text(encoding="utf-8") + "2026-11-09,TEA\n", "utf-8")
        ingest.build([(first, MAPPING)], folder, "d")
    before = content(tmp_path / "datasets")
    steps = 0
    while True:
        task, left = Task(), [steps]

        def tell(_progress, task=task, left=left):
            left[0] -= 1
            if left[0] < 0:
                task.stop()

        task._told = tell
        try:
            ingest.build([(PANEL, MAPPING)], folder, "d", task)
        except Cancelled:
            assert content(tmp_path / "datasets") == before
            assert old == folder.exists()
            assert not list(scratch.iterdir())
            steps += 1
        else:
            break
    assert steps >= 5
    assert ingest.open_dataset(folder).tables.keys() == {"panel"}


ENDLESS = "SELECT sum(hash(a.range + b.range)) FROM range(9000000) a, range(9000000) b"


@pytest.mark.parametrize("seconds", [0.0, 0.3], ids=["before it begins", "in its middle"])
def test_a_query_that_would_run_for_days_ends_when_its_import_is_stopped(scratch, seconds):
    task = Task()
    threading.Timer(seconds, task.stop).start()
    with pytest.raises(Cancelled), workplace(task=task) as (connection, _):
        connection.execute(ENDLESS)
    assert not list(scratch.iterdir())


def test_a_job_gives_what_the_import_gives(tmp_path):
    workspace = Workspace(tmp_path)
    job = workflow.start_import(workspace, "prices", [(PANEL, MAPPING)])
    assert job.result().name == "prices"
    assert job.wait(0)
    assert workspace.dataset_names() == ["prices"]
    (report,) = workflow.start_check([(PANEL, MAPPING)]).result()
    assert report.rows_clean == job.result().reports[0].rows_clean


def test_a_job_raises_what_the_import_raises(tmp_path):
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    job = workflow.start_import(Workspace(tmp_path), "x", [(tmp_path / "empty.csv", MAPPING)])
    with pytest.raises(FileRefused):
        job.result()
    assert not (tmp_path / "datasets" / "x").exists()


def test_a_desk_that_closes_takes_its_jobs_with_it():
    def work(task: Task) -> None:
        with task.attached(lambda: None, ZeroDivisionError):
            while True:
                task.go_on()
                time.sleep(0.01)

    job = workflow.Job(work)
    assert not job.wait(0.05)
    workflow.cancel_jobs()
    assert job.wait(20)
    with pytest.raises(Cancelled):
        job.result()


def test_what_a_file_holds_is_known_where_it_says_so(tmp_path):
    packed = tmp_path / "days.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("monday.csv", "a,b\n" * 500)
        archive.writestr("tuesday.csv", "a,b\n" * 250)
        archive.writestr("readme.md", "x" * 10_000)
    assert bytes_inside(packed) == 3_000
    assert bytes_inside(PANEL) == PANEL.stat().st_size
    (tmp_path / "days.csv.gz").write_bytes(b"\x1f\x8b\x08\x00")
    assert bytes_inside(tmp_path / "days.csv.gz") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_progress_is_said_in_words(language):
    now = ImportProgress(0.3, "reading", "orders.csv", 412_000_000, 980_000_000, 4_100_000)
    said = progress_sentence(language, now)
    assert all(part in said for part in ("orders.csv", "412 MB", "980 MB", "4,100,000"))
    packed = ImportProgress(0.3, "reading", "orders.csv.gz", 412_000_000, None, 4_100_000)
    assert "412 MB" in progress_sentence(language, packed)
