"""What the plan to run does otherwise than the one before it, and what she had changed."""

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from promo.ui import answering, derived, formats, offer_view, rule_words, state
from promo.ui.live import Hand, Settled
from promo.ui.plan_view import names
from promo.ui.rule_words import WORTH, segment_name
from promo.ui.sentences import together
from promo.ui.state import Bench, t
from promo.ui.why_view import money_column
from promo.ui.widgets import discounts
from promo.workflow import Changes


@st.fragment
def card(place: Bench, hand: Hand) -> None:
    """What has changed since the last plan to run; worked out when it is asked for."""
    with st.expander(t("change.title"), key="changed", on_change="rerun") as part:
        if not part.open:
            return
        now, before, why = hand.settled, hand.before, answering.later(hand)
        if why or now is None:
            st.caption(why)
        elif before is None:
            st.caption(t("change.first"))
        else:
            _told(place, before, now)


def _told(place: Bench, before: Settled, now: Settled) -> None:
    found = derived.changes(before.plan, now.plan)
    st.markdown(asked(place, before, now))
    st.markdown(sentence(found, before.plan.gain.estimate))
    if found.longer:
        st.caption(t("scenarios.other_weeks"))
    if len(found.rows):
        _table(place, found.rows)
        if place.desk.has_calendar or before.desk[-1].longest:
            st.caption(t("scenarios.mean_said"))


def asked(place: Bench, before: Settled, now: Settled) -> str:
    """Which assumptions and rules she has set, left out or changed."""
    then, since = (
        dict.fromkeys([*_assumed(one), *(rule_words.sentence(place, r) for r in one.asked.rules)])
        for one in (before, now)
    )
    gone = [f"- ~~{said}~~" for said in then if said not in since]
    fresh = [f"- {said}" for said in since if said not in then]
    if before.asked.objective != now.asked.objective:
        fresh.append(f"- {t('change.aim')}")
    if before.asked.caution != now.asked.caution:
        fresh.append(f"- {t('change.caution')}")
    if before.desk[2].left_out != now.desk[2].left_out:
        fresh.append(f"- {t('change.left_out')}")
    return "\n".join([t("change.asked"), "", *gone, *fresh])


def _assumed(settled: Settled) -> Iterator[str]:
    """What a plan takes for granted, a line for each."""
    for what, value in offer_view.said(settled.desk[-1]).items():
        yield t("scenarios.setting", what=what, value=value)


def sentence(found: Changes, before: float) -> str:
    """How many discounts are others now, in which way, and what that brings."""
    if not len(found.rows) and abs(found.gain) <= WORTH:
        return t("change.nothing")
    lang = state.language()
    parts = [t(f"change.move.{kind}", count=count) for kind, count in found.moves.items() if count]
    way = "more" if found.gain >= 0 else "less"
    gain = t(
        f"change.gain_{way}", before=formats.money(lang, before),
        now=formats.money(lang, before + found.gain), apart=formats.money(lang, abs(found.gain)),
    )  # fmt: skip
    total = t("change.total", count=len(found.rows))
    return together([total, gain]) + "\n" + "".join(f"\n- {part}" for part in parts)


def _table(place: Bench, rows: pd.DataFrame) -> None:
    """Every discount that is another one now; the largest differences in gain first."""
    called = names(place)
    before, before_look = discounts(t("change.before"), rows["discount_left"].fillna(0.0))
    now, now_look = discounts(t("change.now"), rows["discount_right"].fillna(0.0))
    shown = pd.DataFrame(
        {
            "product": rows["product_id"].map(called).fillna(rows["product_id"]),
            "who": rows["segment"].map(segment_name),
            "before": before,
            "now": now,
            "apart": (rows["gain_right"].fillna(0.0) - rows["gain_left"].fillna(0.0)).round(2),
        }
    )
    text = st.column_config.TextColumn
    st.dataframe(
        shown, hide_index=True, key="changed_rows", alt=t("change.title"),
        height=min(330, 38 + 36 * len(shown)),
        column_config={
            "product": text(t("plan.column.product"), pinned=True),
            "who": text(t("plan.column.segment")),
            "before": before_look,
            "now": now_look,
            "apart": money_column(t("change.apart")),
        },
    )  # fmt: skip
