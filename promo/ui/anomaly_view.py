"""The card of odd weeks: what was found, one of them as a picture, and what is learned from."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from promo import words, workflow
from promo.domain import week_number
from promo.errors import PromoError
from promo.ui import formats, sentences, state
from promo.ui.charts.anomalies import odd_weeks
from promo.ui.coverage_view import when
from promo.ui.state import t
from promo.ui.widgets import card as bordered
from promo.ui.widgets import chart
from promo.workflow import Anomalies, LeftOut, Study

MOVED = 5
"""Products that are shown with what a choice did to them."""
FORECAST_MOVED, ELASTICITY_MOVED = 0.05, 0.1
"""Share of the forecast, and log items per log price, from which a product counts as moved."""


def card(study: Study) -> None:
    """What is odd in the sales, and her choice of what the desk learns from."""
    with bordered("anomalies", t("anomaly.title"), t("anomaly.lead")):
        found = state.anomalies(study)
        known = found.rows["kind"].isin(workflow.NO_CHOICE)
        rows = found.rows[~known].reset_index(drop=True)
        if rows.empty:
            st.markdown(t("anomaly.none"))
        else:
            _findings(study, found, rows)
        _in_use(study)
        _known(study, found.rows[known])


def way_back() -> None:
    """The way back where a choice leaves other data too little to learn from, without a card."""
    held = state.settings().left_out
    if held:
        st.markdown(t("anomaly.in_use", count=len(held)))
        _undo_button(state.dataset().name)


def _findings(study: Study, found: Anomalies, rows: pd.DataFrame) -> None:
    spans = [workflow.weeks_of(one, study.panel) for one in rows.itertuples()]
    rows = rows.assign(span=pd.Series(spans, dtype="object"))
    st.markdown(t("anomaly.found", count=len(rows)))
    _by_kind(study, rows)
    out = rows["span"].isin(study.settings.left_out)
    _table(study, rows.assign(left_out=out), "anomaly_list")
    names = _names(study)
    labels = [_label(study, names, one) for _, one in rows.iterrows()]
    picked: int = st.selectbox(
        t("anomaly.look"), range(len(rows)), key="anomaly", format_func=labels.__getitem__
    )
    _one(study, found, rows.iloc[min(picked, len(rows) - 1)])


def _by_kind(study: Study, rows: pd.DataFrame) -> None:
    """One tick for all findings of a kind; what is suggested is said."""
    if rows["suggested"].any():
        st.caption(t("anomaly.suggested"))
    for kind in (one for one in workflow.ANOMALY_KINDS if (rows["kind"] == one).any()):
        spans = list(rows.loc[rows["kind"] == kind, "span"])
        said = t("anomaly.leave_all", count=len(spans), kind=t(f"anomaly.kind.{kind}"))
        _tick(study, f"anomaly_kind_{kind}", said, spans)


def _tick(study: Study, key: str, label: str, spans: list[LeftOut]) -> None:
    """A box that is ticked while all of these weeks are left out."""
    state.keep(key, set(spans) <= set(study.settings.left_out))
    st.checkbox(label, key=key, on_change=_choose, args=(study, key, spans))


def _choose(study: Study, key: str, spans: Iterable[LeftOut]) -> None:
    held = set(study.settings.left_out)
    wanted = held | set(spans) if state.recall(key) else held - set(spans)
    try:
        workflow.leave_out(state.workspace(), study.dataset.name, study.panel, wanted)
    except PromoError as error:  # told above the choices in use, which have not changed
        state.keep("_anomaly_refused", sentences.explain(error))


def _learn_from_all(study: Study) -> None:
    workflow.leave_out(state.workspace(), study.dataset.name, study.panel, ())


def _undo(dataset: str) -> None:
    workflow.undo_left_out(state.workspace(), dataset)


def _names(study: Study) -> dict[str, str]:
    products = study.panel.products
    return dict(zip(products["product_id"], products["name"], strict=True))


def _product(names: dict[str, str], product_id: str) -> str:
    return names.get(product_id, product_id) if product_id else t("anomaly.shop")


def _week(study: Study, monday: date) -> str:
    said = when(monday, undated=study.undated)
    return said if study.undated else t("anomaly.when.of", day=said)


def _label(study: Study, names: dict[str, str], one: "pd.Series[Any]") -> str:
    week = when(one["first"].date(), undated=study.undated)
    kind = t(f"anomaly.kind.{one['kind']}")
    return " · ".join([_product(names, one["product_id"]), kind, week])


def _table(study: Study, rows: pd.DataFrame, key: str) -> None:
    """Findings with what was due and what was sold."""
    names, column = _names(study), st.column_config
    weeks = {
        end: [when(day.date(), undated=study.undated) for day in rows[end]]
        for end in ("first", "last")
    }
    shown = pd.DataFrame({
        "product": [_product(names, one) for one in rows["product_id"]],
        "kind": [t(f"anomaly.kind.{one}") for one in rows["kind"]], **weeks,
        **{name: rows[name].to_numpy() for name in ("sold", "expected", "times")},
        **({"left_out": rows["left_out"].to_numpy()} if "left_out" in rows else {}),
    })  # fmt: skip
    texts = {name: t(f"anomaly.column.{name}") for name in ("product", "kind", "first", "last")}
    numbers = {
        name: column.NumberColumn(t(f"anomaly.column.{name}"), format=form)
        for name, form in (("sold", "%.0f"), ("expected", "%.0f"), ("times", "%.2f"))
    }
    ticks = {"left_out": column.CheckboxColumn(t("anomaly.column.left_out"))}
    st.dataframe(
        shown, hide_index=True, key=key, alt=t("anomaly.list"),
        column_config={**texts, **numbers, **ticks},
    )  # fmt: skip


def _one(study: Study, found: Anomalies, one: "pd.Series[Any]") -> None:
    """One finding in words and as a picture, and whether it is learned from."""
    lang = state.language()
    name = _product(_names(study), one["product_id"])
    said = words.anomaly_sentence(
        lang, dict(one), formats.plain(name), lambda day: _week(study, day.date()),
        lambda value: formats.number(lang, value, int(abs(value) < 10 and value % 1 > 0)),
    )  # fmt: skip
    shift = one["kind"] == "level_shift"
    if not shift and one["chance"] == one["chance"]:  # missing days are counted, not guessed
        share = formats.percent(max(float(one["chance"]), 0.001), 1)
        said = sentences.together([said, t("anomaly.chance", share=share)])
    st.markdown(said)
    figure = odd_weeks(_weeks(study, found, one), state.labels("chart.anomaly"), lang)
    chart(figure, "anomaly_picture", t("anomaly.picture_alt", product=name))
    label = t("anomaly.leave_out_shift" if shift else "anomaly.leave_out")
    span: LeftOut = one["span"]
    key = f"anomaly_out_{span.kind}_{span.product_id}_{one['first']:%Y%m%d}"
    _tick(study, key, label, [span])


def _weeks(study: Study, found: Anomalies, one: "pd.Series[Any]") -> pd.DataFrame:
    """The weeks of the product of a finding, those odd and left out marked."""
    product = one["product_id"]
    weeks = found.weeks[found.weeks["product_id"] == product].reset_index(drop=True)
    same = found.rows[(found.rows["product_id"] == product) & (found.rows["kind"] == one["kind"])]
    ends = same["first"] if one["kind"] == "level_shift" else same["last"]
    flags: dict[str, pd.Series[Any]] = {
        name: pd.Series(data=False, index=weeks.index) for name in ("odd", "left_out")
    }
    for first, last in zip(same["first"], ends, strict=True):
        flags["odd"] |= weeks["week"].between(first, last)
    for span in study.settings.left_out:
        if span.product_id in (product, workflow.SHOP):
            first, last = map(pd.Timestamp, (span.first, span.last))
            flags["left_out"] |= weeks["week"].between(first, last)
    if study.undated:
        flags["week"] = week_number(weeks["week"])
    marked: pd.DataFrame = weeks.assign(**flags)
    return marked


def _in_use(study: Study) -> None:
    """What is left out now, the way back, and what it changed."""
    if refused := state.recall("_anomaly_refused"):
        st.error(refused, icon=":material/error:")
        state.forget("_anomaly_refused")
    name = study.dataset.name
    if held := study.settings.left_out:
        st.markdown(f"**{t('anomaly.in_use', count=len(held))}**")
    if workflow.has_choice(state.workspace(), name):
        with st.container(horizontal=True):
            _undo_button(name)
            if held:
                st.button(
                    t("anomaly.all_weeks"), key="anomaly_all_weeks", on_click=_learn_from_all,
                    args=(study,),
                )  # fmt: skip
    if held:
        _moved(study)


def _undo_button(dataset: str) -> None:
    st.button(
        t("anomaly.undo"), key="anomaly_undo", icon=":material/undo:", on_click=_undo,
        args=(dataset,),
    )  # fmt: skip


def _moved(study: Study) -> None:
    """How forecast and elasticities differ from those learned from all weeks."""
    moved = workflow.what_moved(state.study_of_all(), study)
    share = (moved["forecast_after"] / moved["forecast_before"].clip(lower=1e-9) - 1).abs()
    apart = (moved["elasticity_after"] - moved["elasticity_before"]).abs()
    st.markdown(f"**{t('anomaly.moved')}**")
    if not (share.max() > 0 or apart.max() > 0):
        st.caption(t("anomaly.moved_none"))
        return
    st.caption(
        t(
            "anomaly.moved_said", products=len(moved),
            forecasts=int((share > FORECAST_MOVED).sum()),
            elasticities=int((apart > ELASTICITY_MOVED).sum()),
        )
    )  # fmt: skip
    names, write = _names(study), partial(formats.number, state.language())
    shown = moved.head(MOVED)
    digits = {"elasticity_before": 2, "elasticity_after": 2,
              "forecast_before": 0, "forecast_after": 0}  # fmt: skip
    table = pd.DataFrame(
        {t("anomaly.column.product"): [formats.plain(names[one]) for one in shown["product_id"]]}
        | {
            t(f"anomaly.column.{name}"): [write(value, places) for value in shown[name]]
            for name, places in digits.items()
        }
    )
    st.table(table, border="horizontal", hide_index=True, alt=t("anomaly.moved"))


def _known(study: Study, rows: pd.DataFrame) -> None:
    """Weeks that teach nothing anyhow, apart from those that ask for a choice."""
    if rows.empty:
        return
    with st.expander(t("anomaly.known", count=len(rows)), key="anomaly_known"):
        st.caption(t("anomaly.known_said"))
        _table(study, rows, "anomaly_known_list")
