"""What may be offered: how long a promotion runs, in which way, at what prices, at whose cost."""

import pandas as pd
import streamlit as st

from promo import workflow
from promo.ui import formats, state
from promo.ui.offering import ENDINGS, ending
from promo.ui.rule_words import category_name
from promo.ui.sentences import listed, together
from promo.ui.state import t
from promo.workflow import Mechanic, Offering, Part

SHARES = ("funding", "salvage")
"""What is said as shares, of all products, of a category or of a product."""


def controls() -> None:
    """The choices, each in a column, and what is only assumed."""
    longest, mechanics, ends = st.columns(3)
    spans = {weeks: _span(weeks) for weeks in workflow.LONGEST}
    longest.select_slider(
        t("plan.offer.longest"), list(spans), key="longest", format_func=spans.__getitem__,
        help=t("plan.offer.longest_help"), persist_state="session",
    )  # fmt: skip
    ways = {name: t(f"rule.mechanic.{name}") for name in workflow.MECHANICS}
    mechanics.multiselect(
        t("plan.offer.mechanics"), list(ways), key="mechanics", format_func=ways.__getitem__,
        help=t("plan.offer.mechanics_help"), persist_state="session",
    )  # fmt: skip
    prices = {price: _ending(price) for price in ENDINGS}
    ends.selectbox(
        t("plan.offer.ending"), ENDINGS, key="ending", format_func=prices.__getitem__,
        help=t("plan.offer.ending_help"), persist_state="session",
    )  # fmt: skip
    _assumed(ways)
    products = state.study().panel.products
    for column, kind in zip(st.columns(2, gap="medium"), SHARES, strict=True):
        with column:
            _shares(kind, products if kind == "funding" else products.dropna(subset="stock"))


def _span(weeks: int) -> str:
    return t("plan.offer.up_to", weeks=weeks) if weeks else t("plan.offer.campaign")


def _ending(price: str) -> str:
    return t("plan.offer.ends", end=price) if price else t("plan.offer.any")


def _assumed(ways: dict[str, str]) -> None:
    """What is assumed of the mechanics that no data told about, and where she says it better."""
    here = state.offering()
    assumed = [one for one in map(here.mechanic, here.mechanics) if one.assumed]
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
        with st.container(horizontal=True, gap="small"):
            for one in assumed:
                _reach(one, ways[one.name])


TOLD = 5e-4
"""Share of the items that a field of one digit of a per cent tells from another one."""


def _reach(mechanic: Mechanic, called: str) -> None:
    """How many items a mechanic reaches; the field shows what holds, also after undo."""
    key = f"reach_{mechanic.name}"
    state.keep(key, round(100 * mechanic.reach, 1))
    st.number_input(
        t("plan.offer.reach", mechanic=called), 0.0, 100.0, step=1.0, key=key, width=230,
        help=t("plan.offer.reach_help"), on_change=_reached, args=(mechanic.name,), format="%g",
    )  # fmt: skip


def _reached(name: str) -> None:
    share = state.recall(f"reach_{name}") / 100
    kept = [one for one in state.recall("reach") if one[0] != name]
    if abs(share - workflow.MECHANICS[name].reach) > TOLD:
        kept.append((name, share))
    state.keep("reach", tuple(sorted(kept)))


# --- who pays, and what is left over --------------------------------------------------------


def _shares(kind: str, products: pd.DataFrame) -> None:
    """The shares that were said of one kind, and the way to another one."""
    st.markdown(t(f"plan.offer.{kind}"), help=t(f"plan.offer.{kind}_help"))
    if products.empty:
        st.caption(t("plan.stock_unknown"))
        return
    for at, part in enumerate(state.recall(kind)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            about = formats.plain(_about(part))
            st.markdown(t(f"plan.offer.{kind}_said", about=about, share=_share(part)))
            st.button(
                ":material/delete:", key=f"{kind}_drop_{at}", type="tertiary",
                help=t("plan.rule_remove"), on_click=_drop, args=(kind, part),
            )  # fmt: skip
    known = [("everything", "")]
    known += [("category", one) for one in sorted(products["category"].unique())]
    known += [("product", one) for one in products.sort_values("name")["product_id"]]
    called = dict(zip(products["product_id"], products["name"], strict=True))
    words = {one: called[one[1]] if one[0] == "product" else _about((*one, 0.0)) for one in known}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            t("plan.offer.about"), known, key=f"{kind}_about", format_func=words.__getitem__,
        )  # fmt: skip
        st.number_input(
            t(f"plan.offer.{kind}_share"), 0, 100, 20, step=5, key=f"{kind}_share", width=160
        )
        st.button(
            t("plan.offer.add"), key=f"{kind}_add", icon=":material/add:", on_click=_add,
            args=(kind,),
        )  # fmt: skip


def _about(part: Part) -> str:
    scope, name, _ = part
    if scope == "product":
        products = state.study().panel.products
        found = products.loc[products["product_id"] == name, "name"]
        return str(found.iloc[0]) if len(found) else name
    return t(f"plan.offer.of.{scope}", name=category_name(name))


def _share(part: Part) -> str:
    return formats.typed(100 * part[2]) + "%"


def _add(kind: str) -> None:
    """Say a share, instead of what was said of the same products before."""
    scope, name = state.recall(f"{kind}_about")
    kept = [part for part in state.recall(kind) if part[:2] != (scope, name)]
    state.keep(kind, (*kept, (scope, name, state.recall(f"{kind}_share") / 100)))


def _drop(kind: str, part: Part) -> None:
    state.keep(kind, tuple(one for one in state.recall(kind) if one != part))


# --- in words -------------------------------------------------------------------------------


def said(offering: Offering) -> dict[str, str]:
    """How a desk was opened: what was chosen, by the name of the choice."""
    found = {
        t("plan.weeks"): formats.typed(offering.weeks),
        t("plan.step"): formats.percent(offering.step),
        t("plan.assumed_margin"): formats.percent(offering.assumed_margin),
        t("plan.offer.longest"): _span(offering.longest),
        t("plan.offer.mechanics"): listed(t(f"rule.mechanic.{one}") for one in offering.mechanics),
        t("plan.offer.ending"): _ending(ending(offering.ending)),
    }
    for name, share in offering.reach:
        called = t(f"rule.mechanic.{name}")
        found[t("plan.offer.reach", mechanic=called)] = formats.typed(100 * share)
    for kind, parts in (("funding", offering.funding), ("salvage", offering.salvage)):
        if parts:
            found[t(f"plan.offer.{kind}")] = listed(
                formats.plain(f"{_about(part)} {_share(part)}") for part in parts
            )
    return found
