"""The manager's way through the desk, in a real browser."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from promo import workflow
from promo.store import Workspace
from promo.ui import formats
from promo.words import translate
from tests.e2e.looking import drawn, number, settled, value

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.browser


def budget(page: Page):
    return page.locator(".st-key-budget").get_by_role("slider")


def test_a_deep_link_on_a_fresh_server_opens_the_page_inside_the_desk(page):
    page.goto("/plan")
    expect(page.get_by_role("heading", name="Plan", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Overview")).to_be_visible()
    settled(page)


def test_the_first_page_is_found_by_its_name(page):
    page.goto("/overview?lang=zh")
    expect(page.get_by_role("heading", name="今日决策台", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture
def shop_file(tmp_path, request):
    """The public weekly meal orders where they are at hand, else the shipped price panel."""
    packed = ROOT.parent / "shared" / "data" / "genpact_meal_demand" / "relational_main.csv.zip"
    if not packed.is_file():
        return ROOT / "sample_data" / "panel.csv"
    path = tmp_path / "relational_main.csv"
    with zipfile.ZipFile(packed) as archive:
        path.write_bytes(archive.read("relational_main.csv"))
    return path


def date_numbered_weeks(page: Page) -> None:
    """Say the first day of the campaign where the data names none."""
    asks = page.get_by_text("Your data numbers its weeks")
    expect(asks.or_(page.locator(".st-key-csv_systems button"))).to_be_visible()
    if asks.is_visible():
        page.locator(".st-key-campaign_start").get_by_role("spinbutton").first.click()
        page.keyboard.type("20270104")
        page.keyboard.press("Escape")


def give_the_real_margin(page: Page) -> None:
    """Meals come without costs, and at the margin assumed for them hardly a discount pays."""
    page.get_by_test_id("stExpander").get_by_text("What this plan assumes").click()
    margin = page.locator(".st-key-assumed_margin").get_by_role("slider")
    for _ in range(5):
        margin.press("ArrowRight")
    expect(page.locator(".st-key-kpi_gain")).to_contain_text("a margin of 70% is assumed")
    settled(page)


def test_files_in_live_plan_campaign_out(page, server, shop_file):
    page.goto("/data")
    page.locator(".st-key-uploader input[type=file]").set_input_files(shop_file)
    expect(page.get_by_text("Recognised as Weekly prices and sales.")).to_be_visible()
    page.locator(".st-key-dataset_name input").fill("Meals")
    page.locator(".st-key-dataset_name input").press("Enter")
    page.locator(".st-key-import button").click()
    expect(page.get_by_text("“Meals” is in use now.")).to_be_visible()

    page.get_by_role("link", name="Plan", exact=True).click()
    settled(page)
    give_the_real_margin(page)
    cost, price = value(page, "cost"), value(page, "price")
    budget(page).focus()
    for _ in range(3):
        budget(page).press("PageDown")
    limit = float(budget(page).evaluate("slider => slider.value"))
    expect(page.locator(".st-key-kpi_cost")).to_contain_text(formats.money("en", limit))
    expect(page.locator(".st-key-kpi_price").get_by_test_id("stMetricValue")).not_to_have_text(
        price
    )
    settled(page)
    assert number(value(page, "cost")) < number(cost)

    page.locator(".st-key-scenario_name input").fill("Lean")
    page.locator(".st-key-scenario_name input").press("Enter")
    page.locator(".st-key-save button").click()
    expect(page.get_by_text("Saved as “Lean”.")).to_be_visible()

    page.get_by_role("link", name="Campaign", exact=True).click()
    date_numbered_weeks(page)
    with page.expect_download() as download:
        page.locator(".st-key-csv_systems button").click()
    rows = pd.read_csv(
        io.BytesIO(Path(download.value.path()).read_bytes()), dtype={"product_id": str}
    )

    workspace = Workspace(server.workspace)
    study = workflow.kept_study(workspace, workflow.open_dataset(workspace, "Meals"))
    assert len(rows)
    assert not rows.duplicated(["product_id", "segment"]).any()
    assert rows["discount"].between(0, 0.5).all()
    assert rows["expected_cost"].sum() <= limit * (1 + 1e-6) + 0.01 * len(rows)
    sold = rows.groupby("product_id")["expected_units"].sum()
    for product, stock in study.stock.items():
        assert sold.get(product, 0.0) <= stock + 0.01 * len(rows)
    assert (rows["promotional_price"] <= rows["list_price"] + 0.005).all()
    assert [kept.name for kept in workflow.list_scenarios(workspace)] == ["Lean"]


def test_the_language_changes_and_the_budget_stays(page):
    page.goto("/plan?lang=en")
    settled(page)
    budget(page).focus()
    budget(page).press("PageDown")
    before = budget(page).evaluate("slider => slider.value")
    page.locator(".st-key-lang").get_by_text("简体中文").click()
    expect(page.get_by_role("heading", name="方案", exact=True)).to_be_visible()
    assert budget(page).evaluate("slider => slider.value") == before
    assert "lang=zh" in page.url


def test_a_click_among_all_products_picks_the_one_to_look_at(page):
    page.goto("/demand?lang=en")
    page.locator(".st-key-demand_part").get_by_text("Answer to discounts").click()
    picked = page.locator(".st-key-product input")
    expect(picked).not_to_have_value("")
    drawn(page)
    first = picked.input_value()
    marks = page.locator(".st-key-portfolio .scatterlayer .trace").nth(1).locator(".point")
    box = marks.last.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(picked).not_to_have_value(first)
    name = picked.input_value()
    page.locator(".st-key-demand_part").get_by_text("Outlook").click()
    page.locator(".st-key-outlook_level").get_by_text("Product").click()
    expect(page.locator(".st-key-product input")).to_have_value(name)


PAGES = ("overview", "data", "quality", "customers", "demand", "plan", "scenarios", "campaign")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_is_wider_than_the_screen(page, tmp_path, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    for name in PAGES:
        page.goto(f"/{name}?lang={language}")
        title = page.get_by_role("heading", name=translate(language, f"{name}.title"), exact=True)
        expect(title).to_be_visible()
        drawn(page)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        assert wide <= width, name
