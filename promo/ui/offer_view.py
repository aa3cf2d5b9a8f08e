"""What may be offered: how long a promotion runs, in which way, and what its prices end in."""

import streamlit as st

from promo import workflow
from promo.ui import formats, state
from promo.ui.sentences import listed, together
from promo.ui.state import t

LONGEST = range(5)
ENDINGS = ("", "0.99", "0.95", "0.9", "0.5", "9")


def controls() -> None:
    """The three choices, each in a column, and what is only assumed."""
    longest, mechanics, ending = st.columns(3)
    spans = {weeks: t("plan.offer.up_to", weeks=weeks) for weeks in LONGEST}
    spans[0] = t("plan.offer.campaign")
    longest.select_slider(
        t("plan.offer.longest"), list(spans), key="longest", format_func=spans.__getitem__,
        help=t("plan.offer.longest_help"), persist_state="session",
    )  # fmt: skip
    ways = {name: t(f"rule.mechanic.{name}") for name in workflow.MECHANICS}
    mechanics.multiselect(
        t("plan.offer.mechanics"), list(ways), key="mechanics", format_func=ways.__getitem__,
        help=t("plan.offer.mechanics_help"), persist_state="session",
    )  # fmt: skip
    ends = {end: t("plan.offer.ends", end=end) for end in ENDINGS} | {"": t("plan.offer.any")}
    ending.selectbox(
        t("plan.offer.ending"), list(ends), key="ending", format_func=ends.__getitem__,
        help=t("plan.offer.ending_help"), persist_state="session",
    )  # fmt: skip
    assumed = [
        workflow.MECHANICS[name] for name in state.recall("mechanics")
        if workflow.MECHANICS[name].assumed
    ]  # fmt: skip
    if assumed:
        said = (
            t(
                "plan.offer.assumed_one", mechanic=ways[one.name], reach=formats.percent(one.reach),
                felt=formats.percent(one.felt), paid=formats.percent(one.paid),
            )
            for one in assumed
        )  # fmt: skip
        st.caption(
            together(
                [t("plan.offer.assumed", mechanics=listed(ways[m.name] for m in assumed)), *said]
            )
        )
