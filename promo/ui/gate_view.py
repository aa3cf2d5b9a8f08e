"""Which pages the data carry, and what helps where they carry too little."""

import streamlit as st

from promo.domain import Need
from promo.ui import formats, sentences, shell, state
from promo.ui.state import t
from promo.ui.widgets import Kpi, kpis
from promo.workflow import Gate

_MET, _SHORT = ":green[:material/check_circle:]", ":orange[:material/cancel:]"

_OPENS = {"segments": "plan"}
"""The page behind an entry of the gate that is no page of its own."""


def headline(gates: tuple[Gate, ...]) -> str:
    """How many pages the data carry, in one sentence."""
    met = sum(gate.met for gate in gates)
    said = "all" if met == len(gates) else "some" if met else "none"
    return t(f"quality.headline.{said}", met=met, all=len(gates))


def gate_line() -> None:
    """What the data carry in one line, with the way to what is missing, for the data page."""
    gates = state.gates()
    whole = all(one.met for one in gates)
    st.markdown(f"{_MET if whole else _SHORT} {headline(gates)}")
    st.page_link(shell.page_of("quality"), label=None if whole else t("quality.open"))


def gate(gates: tuple[Gate, ...]) -> None:
    """Each page with a check or a cross, what it gives or lacks, and the way there."""
    with st.container(key="gate"):
        st.markdown("## " + headline(gates), anchors=False)
    for column, one in zip(st.columns(len(gates), gap="small"), gates, strict=True):
        with column, st.container(border=True, height="stretch", key=f"gate_{one.page}"):
            name = t(f"quality.page.{one.page}")
            st.markdown(f"{_MET if one.met else _SHORT} **{name}**")
            if one.short is None:
                st.caption(t(f"quality.gives.{one.page}"))
                page = shell.page_of(_OPENS.get(one.page, one.page))
                st.page_link(page, label=t("quality.go"))
            else:
                name = t(f"quality.need.{one.short.what}")
                st.caption(t("quality.lacks", name=name, **_counts(one.short)))
    mends(gates)


def mends(gates: tuple[Gate, ...]) -> None:
    """Once for everything that is missing: how much of it is needed, and the file that helps."""
    short = dict.fromkeys(one.short for one in gates if one.short is not None)
    if not short:
        return
    with st.container(border=True, key="mends"):
        for need in short:
            said = t("quality.short", what=t(f"need.{need.what}"), **_counts(need))
            st.markdown(f"{said} **{t(f'quality.help.{need.what}')}**")
        st.page_link(shell.page_of("data"), label=t("app.bring_data"))


def _counts(need: Need) -> dict[str, str]:
    return {"need": formats.count(need.need), "have": formats.count(need.have)}


def needs(gates: tuple[Gate, ...]) -> None:
    """The figures behind the gate: of each thing what is there and how much is needed by whom."""
    asked: dict[Need, list[str]] = {}
    for one in gates:
        for need in one.needs:
            asked.setdefault(need, []).append(t(f"quality.page.{one.page}"))
    kpis(
        Kpi(
            f"need_{need.what}", t(f"quality.need.{need.what}"),
            formats.count(need.have),
            t(
                "quality.needed", need=formats.count(need.need),
                pages=sentences.listed(pages),
            ),
            ":material/check:" if need.met else ":material/close:",
        )
        for need, pages in asked.items()
    )  # fmt: skip
