"""Every rule is found, set, seen to bind, explained, relaxed and taken away by hand, in a browser.

The shop is small and simulated, its plan a calendar of single weeks with two kinds of offers, so
that every rule means something and every plan is there in a moment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from promo import workflow
from promo.store import Workspace
from promo.ui import rule_forms
from promo.words import LANGUAGES, catalogue, translate
from tests.e2e.conftest import looked_at
from tests.e2e.looking import number, settled, value

pytestmark = pytest.mark.browser
SHOP = "Corner shop"
HALF, PLENTY = "*0.5", "*10"
"""Amounts as multiples of what the form begins with, which is what the plan uses."""


@dataclass(frozen=True)
class Line:
    """How one rule is set so that it binds, and what gives it room.

    `picked` are words of the catalogue or parts of names to choose in its fields, `tight` and
    `loose` its amount; without a loose one it is relaxed by switching it off. `stands` is what its
    card then says: that it holds the plan back, or that only asking tells.
    """

    code: str
    language: str
    tight: str = ""
    loose: str = ""
    picked: Mapping[str, str] = field(default_factory=dict)
    stands: Literal["yes", "uncounted"] = "yes"


FORMS = (
    Line("category_budget", "en", HALF, PLENTY),
    Line("week_budget", "en", HALF, PLENTY),
    Line("channel_budget", "en", HALF, PLENTY, picked={"channel": "rule.channel.shop"}),
    Line("product_margin", "en", "50", "0"),
    Line("target", "en", "*1.08", "0", picked={"measure": "rule.measure.units"}),
    Line("max_discount", "en", "5", "50"),
    Line("min_discount", "en", "40"),
    Line("lowest_price", "en"),
    Line("sell_through", "en", "60", "0"),
    Line("most_promoted", "en", "1", "100"),
    Line("dates", "en"),
    Line("no_touch", "en"),
    Line("length", "zh", "2"),
    Line("gap", "zh", "3", "0", stands="uncounted"),
    Line("most_promotions", "zh", "1", "9"),
    Line("never_together", "zh"),
    Line("only_with", "zh", picked={"other": "Longjing"}),
    Line("price_group", "zh", picked={"products": "Ethiopia|Longjing"}, stands="uncounted"),
    Line("one_price", "zh", stands="uncounted"),
    Line("segment_least", "zh", "30", "0", picked={"segment": "segment.new"}),
    Line("segment_most", "zh", "5", "100", picked={"segment": "segment.new"}),
    Line("contact_limit", "zh", "0", "100"),
    Line("locked", "zh"),
    Line("forbidden", "zh"),
)


@dataclass(frozen=True)
class Slide:
    """How a rule with a slider is moved until it binds, stop by stop, and what gives it room."""

    code: str
    language: str
    key: str
    tight: str
    loose: str


SLIDES = (
    Slide("budget", "en", "budget", "PageDown", "End"),
    Slide("stock", "zh", "stock_share", "PageDown", "End"),
    Slide("margin_floor", "zh", "margin_floor", "ArrowRight", "Home"),
)
STOPS = 12


def test_every_rule_has_its_line():
    lines = [line.code for line in FORMS]
    assert sorted([*lines, *(slide.code for slide in SLIDES)]) == sorted(workflow.RULES)
    for language in LANGUAGES:
        assert 2 * sum(line.language == language for line in FORMS) >= len(FORMS)


# --- the shop and the page ------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop(server, tmp_path_factory):
    """A shop of five products and six segments among the datasets of the desk."""
    folder = tmp_path_factory.mktemp("shop")
    files = workflow.simulate_shop(
        folder, seed=7, products=5, categories=2, weeks=52, customers=150
    )  # fmt: skip
    workspace = Workspace(server.workspace)
    told = [files[name] for name in ("orders", "products")]
    read = [(path, workflow.inspect_file(workspace, path).suggestion) for path in told]
    workflow.import_files(workspace, SHOP, read)
    return SHOP


@pytest.fixture(scope="module")
def planner(browser, server, shop):
    """The Plan page of the shop, its calendar and its offers chosen by hand."""
    with looked_at(browser, server) as page:
        page.goto("/plan?lang=en")
        settled(page)
        choose(page, "dataset", shop)
        expect(page.get_by_text("Sample data", exact=True)).to_have_count(0)
        page.locator(".st-key-assumptions summary").click()
        page.locator(".st-key-step").get_by_role("slider").press("End")
        page.locator(".st-key-longest").get_by_role("slider").press("ArrowRight")
        expect(page.locator(".st-key-card_calendar")).to_be_visible()
        choose(page, "mechanics", "coupon")
        expect(page.get_by_text(told("en", "plan.offer.assumed"))).to_be_visible()
        page.locator(".st-key-assumptions summary").click()
        settled(page)
        yield page


@pytest.fixture
def desk(planner):
    """The same without further rules, whatever became of the test before."""
    planner.keyboard.press("Escape")
    while left := cards(planner).count():
        take_away(planner)
        expect(cards(planner)).to_have_count(left - 1)
    settled(planner)
    return planner


def speak(page: Page, language: str) -> None:
    """Choose the language of the desk, where it speaks another one."""
    title = page.get_by_role("heading", name=translate(language, "plan.title"), exact=True)
    if not title.is_visible():
        page.locator(".st-key-lang").get_by_text(LANGUAGES[language]).click()
        expect(title).to_be_visible()
        settled(page)


def cards(page: Page) -> Locator:
    """The rules without a slider that are in the plan or switched off."""
    return page.locator("[class*='st-key-rule_remove_']")


def take_away(page: Page) -> None:
    """Remove the first of the rules without a slider."""
    cards(page).first.get_by_role("button").first.click()


def choose(page: Page, key: str, *names: str) -> None:
    """Choose what a list offers under these names."""
    for name in names:
        page.locator(f".st-key-{key} input").first.click()
        page.get_by_role("option").filter(has_text=name).first.click()
    page.keyboard.press("Tab")  # a list of several stays open; Escape would close a dialog


# --- one rule ---------------------------------------------------------------------------------


def told(language: str, key: str) -> re.Pattern[str]:
    """A sentence of the catalogue as it shows on the screen, whatever its facts are."""
    parts = re.split(r"\{[^}]*\}", catalogue(language)[key].replace("**", ""))
    return re.compile(".*".join(re.escape(part) for part in parts))


def form_of(page: Page, language: str, code: str) -> Locator:
    """The form of a rule, found among all rules by its group and its name."""
    group = next(name for name, codes in rule_forms.GROUPS.items() if code in codes)
    groups = page.locator(".st-key-rule_group")
    groups.get_by_text(translate(language, f"rule.group.{group}"), exact=True).click()
    page.locator(f".st-key-pick_{code} button").click()
    form = page.locator(f".st-key-rule_form_{code}")
    expect(form.get_by_role("button", name=translate(language, "plan.rule_take"))).to_be_visible()
    return form


def set_amount(box: Locator, amount: str) -> None:
    """Type an amount as she does, or so many times what stands there."""
    if amount.startswith("*"):
        amount = f"{float(box.input_value()) * float(amount[1:]):g}"
    box.click()
    box.press("Control+A")
    box.page.keyboard.type(amount)


def set_rule(page: Page, line: Line) -> None:
    """Add a rule as somebody does who sees the dialog for the first time."""
    page.locator(".st-key-add_rule button").click()
    form = form_of(page, line.language, line.code)
    about = ""
    for name, word in line.picked.items():
        words = [translate(line.language, word)] if word in catalogue("en") else word.split("|")
        choose(page, f"new_{line.code}_{name}", *words)
        about = word.rsplit(".", 1)[-1]
    if line.tight:
        amount = workflow.RULES[line.code].amount or "least"
        key = f"[class*='st-key-new_{line.code}_{amount}_'][class*='_{about}']"
        set_amount(form.locator(f"{key} input"), line.tight)
    take = translate(line.language, "plan.rule_take")
    form.get_by_role("button", name=take).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("line", FORMS, ids=lambda line: f"{line.code}-{line.language}")
def test_a_rule_is_set_binds_is_explained_relaxed_and_taken_away(desk, line):
    speak(desk, line.language)
    set_rule(desk, line)
    number = re.findall(r"st-key-rule_remove_(\d+)", cards(desk).get_attribute("class") or "")[0]
    card = desk.locator(f".st-key-rule_{number}")
    expect(card).to_contain_text(told(line.language, f"rule.binds.{line.stands}"))

    desk.locator(f".st-key-rule_cost_{number}").get_by_role("button").first.click()
    expect(card).to_contain_text(told(line.language, "plan.without_gains"))
    if line.loose:
        set_amount(card.locator(f".st-key-rule_amount_{number} input"), line.loose)
        desk.keyboard.press("Enter")
        eased = "uncounted" if line.stands == "uncounted" else "no"
    else:
        card.locator(f".st-key-rule_on_{number} label").first.click()
        eased = "off"
    expect(card).to_contain_text(told(line.language, f"rule.binds.{eased}"))
    expect(card).not_to_contain_text(told(line.language, "plan.without_gains"))

    take_away(desk)
    expect(cards(desk)).to_have_count(0)


@pytest.mark.parametrize("slide", SLIDES, ids=lambda slide: f"{slide.code}-{slide.language}")
def test_a_slider_binds_is_explained_relaxed_and_taken_back(desk, slide):
    speak(desk, slide.language)
    handle = desk.locator(f".st-key-{slide.key}").get_by_role("slider").first
    name = translate(slide.language, f"rule.name.{slide.code}")
    held = desk.locator(".st-key-held_back")
    began = handle.evaluate("slider => slider.value")
    for _ in range(STOPS):
        handle.press(slide.tight)
        settled(desk)
        if name in held.inner_text():
            break
    expect(held).to_contain_text(re.compile(rf"{re.escape(name)}\s*·\s*\S"))
    handle.press(slide.loose)
    expect(held).not_to_contain_text(name)
    while handle.evaluate("slider => slider.value") != began:
        settled(desk)
        desk.locator(".st-key-undo button").click()
        settled(desk)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_plan_keeps_the_rules_one_click_leads_out_and_one_back(desk, language):
    speak(desk, language)
    set_rule(desk, Line("target", language, "*50", picked={"measure": "rule.measure.units"}))
    gain = value(desk, "gain")
    way = desk.locator("[class*='st-key-way_']").first
    expect(way).to_contain_text(told(language, "plan.way_gain"))
    way.get_by_role("button").click()
    expect(desk.locator("[class*='st-key-way_']")).to_have_count(0)
    settled(desk)
    assert number(value(desk, "gain")) > 0
    desk.locator(".st-key-undo button").click()
    expect(desk.locator("[class*='st-key-way_']").first).to_be_visible()
    assert value(desk, "gain") == gain, "the last plan that kept all rules stays in sight"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_opens_in_the_other_language_too(desk, language):
    speak(desk, language)
    desk.locator(".st-key-add_rule button").click()
    for line in FORMS:
        if line.language != language:
            form = form_of(desk, language, line.code)
            expect(form).to_contain_text(re.compile("[.。]"))
            expect(form.get_by_placeholder("Choose options")).to_have_count(0)
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_a_promotion_is_clicked_in_the_calendar_taken_away_and_put_back(desk):
    speak(desk, "en")
    bars = desk.locator(".st-key-card_calendar .barlayer .trace").first.locator(".point path")
    many = bars.count()
    form = desk.locator(".st-key-promotion")
    expect(form).to_have_count(0)
    click_bar(desk, bars.nth(1))
    expect(form).to_contain_text("off")
    form.locator(".st-key-promotion_away button").click()
    expect(bars).to_have_count(many - 1)
    expect(desk.locator(".st-key-mine_undo button")).to_be_enabled()
    form.locator(".st-key-promotion_undo button").click()
    expect(bars).to_have_count(many)
    chosen = form.get_by_role("paragraph").first.inner_text()
    click_bar(desk, bars.nth(0))
    expect(form.get_by_role("paragraph").first).not_to_have_text(chosen)
    desk.locator(".st-key-mine_leave button").click()
    expect(form).to_have_count(0)


def click_bar(page: Page, bar: Locator) -> None:
    """Click a bar of a picture, which lies under a layer that takes the pointer."""
    settled(page)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settled(page)
