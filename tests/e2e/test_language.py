"""Another language changes the words on the screen and nothing that she has chosen."""

import pytest
from playwright.sync_api import expect

from promo.words import LANGUAGES, translate
from tests.e2e.looking import settled

pytestmark = pytest.mark.browser
CHOSEN = {
    # how often the key is pressed, and what then stands there in each language
    "caution": (2, "plan.caution_stop.very"),
    "longest": (1, "plan.offer.up_to"),
}


def test_what_was_chosen_stays_chosen_in_the_other_language_and_back(page):
    page.goto("/plan?lang=en")
    settled(page)
    page.locator(".st-key-aim input").click()
    page.get_by_role("option", name=translate("en", "plan.aim.revenue")).click()
    figure, revenue = page.locator(".st-key-kpi_aim"), "rule.measure.revenue"
    expect(figure).to_contain_text(translate("en", revenue))
    page.locator(".st-key-assumptions summary").click()
    for key in reversed(CHOSEN):  # another length of promotions begins with fresh sliders
        presses, word = CHOSEN[key]
        slider = page.locator(f".st-key-{key}").get_by_role("slider")
        for _ in range(presses):
            slider.press("ArrowRight")
        expect(slider).to_have_attribute("aria-valuetext", translate("en", word, weeks=1))
        settled(page)
    for language in ("zh", "en"):
        page.locator(".st-key-lang").get_by_text(LANGUAGES[language]).click()
        title = translate(language, "plan.title")
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        settled(page)
        for key, (_, word) in CHOSEN.items():
            slider = page.locator(f".st-key-{key}").get_by_role("slider")
            expect(slider).to_have_attribute("aria-valuetext", translate(language, word, weeks=1))
        expect(figure).to_contain_text(translate(language, revenue))
