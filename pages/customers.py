"""Customers: who buys, in segments."""

from promo.ui import formats, people, shell, state
from promo.ui.state import t
from promo.ui.widgets import card, empty, explained

shell.header(t("customers.title"), t("customers.lead"))

with explained():
    customers = state.customers()
    if customers is None:
        empty("no_customers", t("customers.none"), t("customers.none_button"), "data")
    else:
        segments = people.summary(customers)
        people.figures(customers, segments)
        spends = segments["spend_share"].notna().any()
        said = t("customers.sizes_said" if spends else "customers.sizes_said_no_spend")
        with card("sizes", t("customers.sizes"), said):
            people.sizes(segments)
        day = formats.day(state.language(), customers.as_of.date())
        with card("apart", t("customers.apart"), t("customers.apart_said", as_of=day)):
            people.apart(segments)
