"""The way of her files into the desk, as she sees it: list, questions, progress, cancel, errors."""

import gc
import sqlite3
import threading
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from promo import workflow
from promo.domain import ImportProgress
from promo.errors import Cancelled
from promo.ui import running
from promo.words import LANGUAGES, translate
from tests import desk_driver
from tests.desk_driver import press

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data"
DESK = str(ROOT / "promo" / "ui" / "desk.py")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def workspace(sample_workspace):
    return sample_workspace


@pytest.fixture
def page(workspace, monkeypatch):
    """The data page in a language, with these files dropped on it."""
    desk_driver.prepare(monkeypatch, workspace.folder)

    def opened(*files: tuple[str, bytes], language: str = "en") -> AppTest:
        desk = AppTest.from_file(DESK, default_timeout=120)
        desk.query_params["lang"] = language
        desk.run()
        go(desk, "data")
        for number, (name, content) in enumerate(files):
            desk.file_uploader(key=f"upload_{number}").upload(name, content).run()
        return sound(desk)

    return opened


def sound(desk: AppTest) -> AppTest:
    assert not desk.exception, desk.exception
    return desk


def go(desk: AppTest, name: str) -> AppTest:
    return sound(desk.switch_page(str(ROOT / "pages" / f"{name}.py")).run())


def has(desk: AppTest, key: str) -> bool:
    return any(button.key == key for button in desk.button)


def texts(desk: AppTest) -> str:
    kinds = (desk.markdown, desk.caption, desk.info, desk.warning, desk.error, desk.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def shipped(name: str) -> tuple[str, bytes]:
    return name, (SAMPLE / name).read_bytes()


def days(count: int) -> list[tuple[str, bytes]]:
    """One file of order lines per day."""
    header, *rows = (SAMPLE / "orders.csv").read_text(encoding="utf-8").splitlines()
    return [
        (f"day {day}.csv", "\n".join([header, *rows[day * 20 : day * 20 + 20]]).encode())
        for day in range(count)
    ]


# --- several files --------------------------------------------------------------------------------


def test_several_files_are_listed_with_their_kind_and_where_they_stand(page, workspace):
    desk = page(
        shipped("panel.csv"), shipped("products.csv"), ("towns.csv", b"town,km2\nLeeds,6.7\n"),
        ("photo.csv", PNG),
    )  # fmt: skip
    listed = next(table.value for table in desk.dataframe if "state" in table.value)
    assert listed["file"].tolist() == ["panel.csv", "products.csv", "towns.csv", "photo.csv"]
    assert listed["state"].tolist() == ["Ready", "Ready", "Not used", "Not used"]
    assert "2 files are not used." in texts(desk)
    press(desk, "import")
    assert len(workflow.open_dataset(workspace, "panel").reports) == 2


def test_a_column_that_no_field_takes_is_named_before_the_import(page):
    desk = page(("used.csv", b"Coupon Code,Client,Redeemed On,Basket Value\nS5,K1,2026-01-31,12\n"))
    said = "These columns are not used: Basket Value. Map them if they matter."
    assert said in [caption.value for caption in desk.caption]
    press(desk, "check_0")
    assert texts(desk).count("Basket Value") == 1, "once is enough"


def test_the_weeks_of_a_wide_file_are_all_used_and_counted_as_rows(page, workspace):
    desk = page(("weeks.csv", b"sku,Regal,KW01,KW02,KW03\nA,3,1,2,3\nB,4,4,5,6\n"))
    assert "These columns are not used: Regal." in texts(desk)
    press(desk, "import")
    said = "100.0% of the rows as they were read."
    assert said in texts(desk)
    assert workflow.open_dataset(workspace, "weeks").rows_in_use == 6


def test_a_file_brought_twice_waits_once_and_the_page_says_so(page, workspace):
    desk = page(shipped("orders.csv"), shipped("orders.csv"))
    assert "so not added again: orders.csv." in texts(desk)
    press(desk, "import")
    assert len(workflow.open_dataset(workspace, "orders").reports) == 1


def test_a_copy_under_another_name_is_accounted_for(page, workspace):
    header, *rows = shipped("products.csv")[1].splitlines()
    content = b"\n".join([header, *rows[:5]])
    desk = page(("one.csv", content), ("two.csv", content))
    press(desk, "import")
    aside = [report.rows_quarantined for report in workflow.open_dataset(workspace, "one").reports]
    assert aside == [0, 5]


def test_a_kind_that_she_chose_is_not_called_recognised(page):
    desk = page(shipped("orders.csv"))
    desk.selectbox(key="source_0").set_value("reviews").run()
    assert "Recognised as **Order lines**." in texts(desk)
    assert "Recognised as **Reviews**" not in texts(desk)


def test_another_encoding_shows_the_columns_as_it_reads_them(page):
    prices = "货号,竞品售价,竞争对手,采集日期\n" + "茶叶一号,5.5,惠客,2026/01/31\n" * 9
    desk = page(("prices.csv", prices.encode("gb18030")))
    product, encoding = "map_0_competitor_prices_product_id", "answer_0_encoding"
    assert "is read as 茶叶一号" in texts(desk)
    desk.selectbox(key=encoding).set_value("big5").run()
    sound(desk)
    (other,) = [box for box in desk.selectbox if box.label == "Product *"]
    assert "货号" not in other.options
    assert "is read as 茶叶一号" not in texts(desk), "that was the guess"
    desk.selectbox(key=encoding).set_value("gb18030").run()
    assert sound(desk).selectbox(key=product).value == "货号"


def test_a_check_repeats_nothing_that_is_asked_above_it(page):
    orders = "Belegnr;Belegdatum;Artikelnr;Menge;Einzelpreis\n1;16.01.2025;Käse;2;3,10\n"
    desk = page(("umsatz.csv", orders.encode("cp1252")))
    press(desk, "check_0")
    assert "All 1 row can be used." in texts(desk)
    assert "cp1252" not in texts(desk)


def test_files_of_one_header_are_one_matter(page, workspace):
    desk = page(*days(5), shipped("products.csv"))
    listed = next(table.value for table in desk.dataframe if "state" in table.value)
    assert listed["file"].tolist() == ["day 0.csv and 4 more files", "products.csv"]
    press(desk, "check_0")
    assert "All 100 rows can be used." in texts(desk)
    press(desk, "import")
    reports = workflow.open_dataset(workspace, "day 0").reports
    assert sum(report.rows_clean for report in reports if report.source == "orders") == 100


def test_a_file_that_is_taken_away_while_it_waits_is_waited_for_no_more(page, workspace):
    away = workspace.inbox / "away.csv"
    away.write_bytes((SAMPLE / "panel.csv").read_bytes())
    desk = page()
    desk.button(key="inbox_use").click().run()
    assert has(desk, "import")
    away.unlink()
    assert not has(sound(desk.run()), "import")


def test_files_of_the_inbox_are_used_without_upload_and_stay_there(page, workspace):
    files = [workspace.inbox / f"{name}.csv" for name in ("spring", "autumn")]
    for file in files:
        file.write_bytes((SAMPLE / "panel.csv").read_bytes())
    desk = page()
    assert desk.multiselect(key="inbox").label == "2 files in the inbox"
    desk.multiselect(key="inbox").set_value([files[0]]).run()
    desk.button(key="inbox_use").click().run()
    press(desk, "import")
    assert "spring" in workflow.list_datasets(workspace)
    assert all(file.is_file() for file in files)
    for file in files:
        file.unlink()


# --- questions ------------------------------------------------------------------------------------

HEADER = "order_id,date,product_id,quantity,price\n"


def lines(*times: str) -> tuple[str, bytes]:
    """A file of orders at these times, as they are written."""
    rows = (f"o{n},{time},TEA,1,2.5\n" for n, time in enumerate(times))
    return "asked.csv", (HEADER + "".join(rows)).encode()


def test_what_may_be_meant_in_two_ways_waits_for_her_answer(page, workspace):
    mine = lines("03/04/2026", "05/06/2026")
    desk = page(mine)
    assert desk.selectbox(key="answer_0_day_first").value is None
    assert "“03/04/2026” in “date” can be read in more than one way." in texts(desk)
    assert "“05/06/2026”" not in texts(desk), "one value is enough to ask"
    assert desk.button(key="import").disabled
    assert "Answer the questions below" in texts(desk)
    desk.selectbox(key="answer_0_day_first").set_value("true").run()
    assert not desk.button(key="import").disabled
    press(desk, "import")
    again = page(mine)
    assert not again.button(key="import").disabled, "her answer is remembered"


def test_a_guess_that_no_row_proves_waits_for_her_word(page):
    desk = page(lines("2026-01-05T10:00:00+08:00"))
    assert "is read as 2026-01-05 02" in texts(desk)
    assert desk.selectbox(key="answer_0_zone").value == "UTC"
    assert desk.button(key="import").disabled
    desk.checkbox(key="right_0_zone").check().run()
    assert not desk.button(key="import").disabled


def test_another_answer_than_the_guess_needs_no_second_word(page):
    desk = page(lines("2026-01-05T10:00:00+08:00"))
    zone = desk.selectbox(key="answer_0_zone")
    zone.set_value(next(value for value in zone.options if value != "UTC")).run()
    assert not desk.button(key="import").disabled


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbered_weeks_need_no_date_and_take_one(page, language):
    numbered = "week,product_id,units,price\n" + "".join(f"{n},TEA,5,2.5\n" for n in range(1, 12))
    desk = page(("numbered.csv", numbered.encode()), language=language)
    assert translate(language, "data.question.week_numbers") in texts(desk)
    assert "2001" not in texts(desk)
    assert desk.date_input(key="answer_0_first_week").value is None
    assert not desk.button(key="import").disabled
    desk.date_input(key="answer_0_first_week").set_value(date(2026, 1, 5)).run()
    assert not sound(desk).button(key="import").disabled


def test_what_the_rows_prove_is_said_and_not_asked(page):
    name, content = lines("03/04/2026", "30/04/2026", "28/04/2026")
    desk = page((name, content.replace(b"date", b"order date")))  # another header, never answered
    assert "Order of day and month: “03/04/2026” in “order date” is read as 2026-04-03." in texts(
        desk
    )
    assert not desk.button(key="import").disabled


# --- progress and cancel --------------------------------------------------------------------------

NOW = ImportProgress(0.4, "reading", "orders.csv", 412_000_000, 980_000_000, 4_100_000)


@pytest.fixture
def slow(monkeypatch):
    """An import that goes on until the test lets it end or somebody cancels it."""
    let = threading.Event()
    start = workflow.start_import

    def work(*arguments, **words):
        def waiting(task):
            while not let.wait(0.02):
                task.tell(NOW)
            return start(*arguments, **words).result()

        return workflow.Job(waiting)

    monkeypatch.setattr(workflow, "start_import", work)
    yield let
    let.set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_import_shows_bytes_and_rows_and_can_be_cancelled(page, workspace, slow, language):
    before = workflow.list_datasets(workspace)
    desk = page(("slow.csv", (SAMPLE / "panel.csv").read_bytes()), language=language)
    sound(desk.button(key="import").click().run())
    (bar,) = desk.get("progress")
    assert bar.proto.value == 40
    assert all(part in bar.proto.text for part in ("orders.csv", "412 MB", "980 MB"))
    assert not has(desk, "import")
    assert desk.button(key="check_0").disabled
    desk.button(key="cancel").click().run()
    assert translate(language, "error.cancelled") in texts(sound(desk))
    assert not desk.button(key="import").disabled
    assert workflow.list_datasets(workspace) == before


def test_an_import_goes_on_while_she_looks_elsewhere(page, workspace, slow):
    desk = page(("walk.csv", (SAMPLE / "panel.csv").read_bytes()))
    desk.button(key="import").click().run()
    assert "Your files are being read: 40%" in texts(go(desk, "scenarios"))
    assert "Your files are being read; see below" in texts(go(desk, "data"))
    go(desk, "scenarios")
    slow.set()
    assert desk.session_state["_running"].job.wait(60)
    assert "The work on your files has ended." in texts(sound(desk.run()))
    assert desk.selectbox(key="dataset").value != "walk", "nothing changes under her eyes"
    go(desk, "data")
    assert "“walk” is in use now." in texts(desk)
    assert desk.selectbox(key="dataset").value == "walk"


def test_an_import_ends_with_the_session_that_started_it(slow):
    held = running._Running("import", workflow.start_import(), print)
    job = held.job
    assert not job.wait(0.2)
    del held
    gc.collect()
    assert job.wait(20)
    with pytest.raises(Cancelled):
        job.result()


def test_an_import_that_fails_says_why_beside_its_files(page):
    header = (SAMPLE / "panel.csv").read_bytes().split(b"\n", 1)[0]
    desk = page(("hollow.csv", header + b"\n"))
    press(desk, "import")
    assert "The file has a header and no rows." in texts(desk)
    assert has(desk, "import")


def test_what_was_chosen_for_a_file_survives_a_walk(page):
    desk = page(shipped("panel.csv"))
    desk.selectbox(key="map_0_panel_feature").set_value("display").run()
    go(desk, "scenarios")
    go(desk, "data")
    assert desk.selectbox(key="map_0_panel_feature").value == "display"


# --- a database -----------------------------------------------------------------------------------


def test_the_rows_of_a_database_wait_like_a_file(page, workspace, tmp_path):
    place = tmp_path / "shop.sqlite"
    with sqlite3.connect(place) as connection:
        pd.read_csv(SAMPLE / "panel.csv").to_sql("prices", connection, index=False)
    connection.close()
    desk = page()
    desk.text_input(key="database_url").set_value(f"sqlite:///{place}").run()
    desk.text_area(key="database_select").set_value("SELECT * FROM price").run()
    press(desk, "database_look")
    assert r"no such table\: price" in texts(desk)
    desk.text_area(key="database_select").set_value("SELECT * FROM prices").run()
    press(desk, "database_look")
    assert "Recognised as **Weekly prices and sales**" in texts(desk)
    press(desk, "import")
    assert "shop" in workflow.list_datasets(workspace)
