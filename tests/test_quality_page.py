"""The quality page: what the data carry, in figures and pictures, on data of every kind."""

import json

import pandas as pd
import pytest

from promo import workflow
from promo.ui.rows import Rows
from promo.words import LANGUAGES, translate
from tests import desk_driver
from tests.test_links import FILES
from tests.test_pages import DESK, PANEL, ROOT, AppTest, go, texts

SAMPLE = ROOT / "sample_data"


def rows_of(text: str, header: str, path):
    path.write_text(f"{header}\n{text}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def workspace(sample_workspace, tmp_path_factory):
    """A workspace with the sample and the small datasets below."""
    place = sample_workspace
    folder = tmp_path_factory.mktemp("files")
    events = "\n".join(f"2026-03-02 0{n}:00:00,purchase,TEA,{n}.5,c{n}" for n in range(1, 9))
    days = pd.date_range("2026-03-02", "2026-03-29").difference([pd.Timestamp("2026-03-11")])
    orders = "\n".join(f"o{n},{day:%Y-%m-%d},TEA,1,2.5" for n, day in enumerate(days))
    files = {
        "prices": PANEL,
        "products": SAMPLE / "products.csv",
        "users": SAMPLE / "users.csv",
        "morning": rows_of(events, "event_time,event_type,product_id,price,user_id",
                           folder / "morning.csv"),
        "gap": rows_of(orders, "order_id,order_time,product_id,quantity,price", folder / "gap.csv"),
        "one row": rows_of("o1,2026-03-02,TEA,1,2.5",
                           "order_id,order_time,product_id,quantity,price", folder / "one.csv"),
        "faulty": rows_of("o1,2026-03-02,TEA,1,2.5\no2,2026-03-02,TEA,many,2.5",
                          "order_id,order_time,product_id,quantity,price", folder / "faulty.csv"),
    }  # fmt: skip
    numbered = pd.read_csv(PANEL)
    numbered["week"] = (pd.to_datetime(numbered["week"]) - pd.Timestamp("2024-11-11")).dt.days // 7
    files["numbered"] = folder / "numbered.csv"
    numbered[numbered["week"] != 50].to_csv(files["numbered"], index=False)
    for name, path in files.items():
        mapping = workflow.inspect_file(place, path).suggestion
        workflow.import_files(place, name, [(path, mapping)])
    both = [files["gap"], folder / "numbered.csv"]
    mapped = [(path, workflow.inspect_file(place, path).suggestion) for path in both]
    workflow.import_files(place, "dated and numbered", mapped)
    linked = [rows_of("", text.strip(), folder / f"{name}.csv") for name, text in FILES.items()]
    mapped = [(path, workflow.inspect_file(place, path).suggestion) for path in linked[:3]]
    workflow.import_files(place, "linked", mapped)
    return place


@pytest.fixture
def open_quality(workspace, monkeypatch):
    """Open the page on this dataset in this language."""
    desk_driver.prepare(monkeypatch, workspace.folder)

    def opened(dataset: str, language: str = "en") -> AppTest:
        desk = AppTest.from_file(DESK, default_timeout=120)
        desk.query_params["lang"] = language
        desk.session_state["dataset"] = dataset
        return go(desk, "quality")

    return opened


CARRIED = {
    "sample": 5, "prices": 3, "numbered": 3, "products": 0, "users": 0, "morning": 1, "gap": 0,
    "one row": 0, "faulty": 0,
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dataset", CARRIED)
def test_the_headline_counts_the_pages_that_work(open_quality, dataset, language):
    desk = open_quality(dataset, language)
    met = CARRIED[dataset]
    form = "all" if met == 5 else "some" if met else "none"
    headline = translate(language, f"quality.headline.{form}", met=met, all=5)
    assert headline in texts(desk)
    assert not desk.error
    linked = translate(language, "quality.all_linked") in texts(desk)
    icons = texts(desk).count(":material/check_circle:"), texts(desk).count(":material/cancel:")
    assert icons == (met + linked, 5 - met)


def test_what_is_missing_is_said_once_with_the_file_that_helps(open_quality):
    said = texts(open_quality("morning"))
    mend = "Needs weeks of history: at least 8, found 0. **Add older orders or a longer history"
    assert said.count(mend) == 1
    assert said.count("Weeks of history: 0 of 8.") == 4


def test_only_what_works_is_linked_and_the_rest_leads_to_the_data(open_quality):
    links = [link.label for link in open_quality("morning").get("page_link")]
    assert links == ["Open", "Bring more data"]
    assert [link.label for link in open_quality("sample").get("page_link")] == ["Open"] * 5


def test_a_missing_day_is_shaded_and_named(open_quality):
    desk = open_quality("gap")
    assert "1 gap on days that usually have rows: 11 Mar 2026." in texts(desk)
    figure = json.loads(desk.get("plotly_chart")[0].proto.spec)
    assert len(figure["layout"]["shapes"]) == 1
    assert [trace["name"] for trace in figure["data"]] == ["Rows per day", "Gap"]
    assert len(figure["data"][0]["x"]) == 28


def test_one_day_alone_is_said_and_not_drawn(open_quality):
    desk = open_quality("one row")
    assert "Only 2 Mar 2026, with 1 row." in texts(desk)
    assert not desk.get("plotly_chart")


def test_numbered_weeks_are_covered_by_number_and_no_date_is_invented(open_quality):
    desk = open_quality("numbered")
    said = texts(desk)
    assert "week 1 to week 104; 103 full weeks with rows, Monday to Sunday" in said
    assert "1 gap on days that usually have rows: week 50." in said
    assert said.count(" 2001") == 1, "the finding that tells how the numbers were read"
    assert "2001" not in str(desk.dataframe[0].value)
    figure = json.loads(desk.get("plotly_chart")[0].proto.spec)
    assert (figure["data"][0]["x"][0], figure["data"][0]["x"][-1]) == (1, 104)


def test_numbered_weeks_of_one_file_leave_the_days_of_another_their_dates(open_quality):
    said = texts(open_quality("dated and numbered"))
    assert "1 gap on days that usually have rows: 11 Mar 2026." in said
    assert "week 1 to week 104; 103 full weeks with rows, Monday to Sunday" in said


def test_rows_set_aside_can_be_downloaded_beside_their_reason(open_quality):
    desk = open_quality("faulty")
    assert "**1 of 2 rows** are in use (50.0%); set aside at import: 1." in texts(desk)
    assert "not a plain number" in texts(desk)
    assert [button.label for button in desk.get("download_button")] == [
        "Download the rows set aside"
    ]
    assert not open_quality("sample").get("download_button")


def test_one_row_set_aside_among_very_many_is_not_called_none():
    assert Rows(used=9_999, aside=1, removed=0).share == "99.9%"
    assert Rows(used=9_999, aside=0, removed=0).share == "100.0%"


def test_a_row_of_50_weeks_set_aside_weighs_as_much_as_one_in_use():
    assert Rows(used=50, aside=1, removed=0, read=1).share == "50.0%"
    assert Rows(used=100, aside=0, removed=0, read=2).share == "100.0%"


def test_every_filled_column_has_its_line_and_the_others_are_named(open_quality):
    desk = open_quality("users")
    table = desk.dataframe[0].value
    assert table["name"].tolist() == [
        "Customer", "Age", "Gender", "Region or country", "Consent to marketing",
        "Customer since",
    ]  # fmt: skip
    assert table["filled"].tolist() == [100.0] * 6
    assert table["middle"].iloc[4].endswith("yes")
    assert "Not in this table: Income group." in texts(desk)


def profiled(desk):
    """The columns that the table of profiles names."""
    return next(one.value["name"] for one in desk.dataframe if "filled" in one.value)


def test_another_table_shows_its_own_columns(open_quality):
    desk = open_quality("sample")
    before = set(profiled(desk))
    desk.segmented_control(key="profile_table").set_value("users").run()
    assert "Consent to marketing" in set(profiled(desk)) - before


def test_a_row_that_names_what_no_other_table_describes_is_counted(open_quality):
    desk = open_quality("linked")
    (links,) = [one.value for one in desk.dataframe if "orphans" in one.value]
    assert dict(zip(links["field"], links["orphans"], strict=True)) == {"Product": 1, "Customer": 2}
    assert "2 rows name a “Customer” (66.7%) that is not in “Customer list”" in texts(desk)
    assert "Some rows name something" in texts(desk)
    assert "Some rows name something" not in texts(open_quality("sample"))


def test_the_line_for_the_data_page_says_the_same_and_leads_here(workspace, monkeypatch):
    monkeypatch.setenv("PROMODESK_WORKSPACE", str(workspace.folder))

    def script() -> None:
        from promo.ui import gate_view, shell, state

        state.start()
        shell.navigation()
        gate_view.gate_line()

    desk = AppTest.from_function(script, default_timeout=120)
    desk.session_state["dataset"] = "morning"
    desk.session_state["lang"] = "en"
    desk.run()
    assert not desk.exception
    assert "Your data is enough for 1 of 5 parts of the desk" in texts(desk)
    assert [link.label for link in desk.get("page_link")] == ["See what is missing and why"]
