"""Scenarios: the plans she kept, up to six of them side by side."""

from promo.ui import saving, scenario_view, shell
from promo.ui.state import t
from promo.ui.widgets import card, empty, explained

shell.header(t("scenarios.title"), t("scenarios.lead"))

with explained():
    kept = saving.kept()
    if not kept:
        empty("no_scenarios", t("scenarios.empty"), t("scenarios.empty_button"), "plan")
    else:
        with card("list", t("scenarios.list")):
            saving.overview(kept)
    if len(kept) == 1:
        empty("one_scenario", t("scenarios.one"), t("scenarios.empty_button"), "plan")
    if len(kept) > 1:
        with card("compare", t("scenarios.compare")):
            chosen = scenario_view.choose(kept)
            if chosen:
                scenario_view.side_by_side(chosen)
                scenario_view.thumbnails(chosen)
        if chosen:
            with card("rules", t("scenarios.rules"), t("scenarios.rules_said")):
                scenario_view.rules(chosen)
        if len(chosen) > 1:
            with card("differ", t("scenarios.differ")):
                scenario_view.apart(chosen)
    scenario_view.manage(kept)
