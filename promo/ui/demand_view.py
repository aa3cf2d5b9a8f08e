"""The demand page: all products at a glance, then one in detail with the evidence behind it."""

from math import isnan
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import week_number
from promo.ui import formats, state
from promo.ui.charts import demand as charts
from promo.ui.plan_view import history_end
from promo.ui.state import t
from promo.ui.widgets import Kpi, chart, kpis
from promo.workflow import Study

# --- all products ---------------------------------------------------------------------------


def products(study: Study) -> pd.DataFrame:
    """One row per product: name, weekly items, elasticity and evidence of its main segment."""
    curves = study.curves.rows
    main = curves.loc[curves.groupby("product_id")["share"].idxmax()].set_index("product_id")
    history = study.panel.rows
    weeks = history["week"].nunique()
    sold = history.groupby("product_id")["units"].sum() / max(weeks, 1)
    names = study.panel.products.set_index("product_id")["name"]
    return pd.DataFrame(
        {
            "name": names.reindex(main.index),
            "units_per_week": sold.reindex(main.index).fillna(0.0),
            "elasticity": main["elasticity"],
            "evidence": main["evidence"],
        }
    ).sort_values("units_per_week", ascending=False)


def figures(study: Study, rows: pd.DataFrame) -> None:
    """How much is known, and how far the forecast can be trusted."""
    lang = state.language()
    known = int(rows["evidence"].isin(["strong", "fair"]).sum())
    slope = float(rows["elasticity"].median())
    kpis(
        [
            Kpi(
                "products", t("demand.kpi.products"), formats.number(lang, len(rows)),
                _span(study),
            ),
            Kpi(
                "known", t("demand.kpi.strong"), formats.percent(known / max(len(rows), 1)),
                t("demand.kpi.strong_said"),
            ),
            Kpi(
                "elasticity", t("demand.kpi.elasticity"), formats.number(lang, slope, 2),
                t("demand.kpi.elasticity_said", slope=formats.number(lang, -slope, 1)),
            ),
            _forecast_kpi(study),
        ]
    )  # fmt: skip
    if study.panel.tiered:
        st.caption(t("demand.tiered"))
    if gone := len(study.panel.delisted):
        st.caption(t("demand.delisted", products=formats.number(lang, gone)))


def _span(study: Study) -> str:
    weeks = study.panel.rows["week"].nunique()
    if study.undated:
        return t("demand.kpi.products_undated", weeks=weeks)
    return t("demand.kpi.products_said", weeks=weeks, end=history_end(study))


def _forecast_kpi(study: Study) -> Kpi:
    tested = workflow.backtest_summary(study.forecast, study.panel)
    label, wape, naive = t("demand.kpi.wape"), tested["wape"], tested["wape_naive"]
    if isnan(wape):
        return Kpi("wape", label, "–", t("demand.kpi.wape_none"))
    if isnan(naive):
        return Kpi("wape", label, formats.percent(wape), t("demand.kpi.wape_said_alone"))
    said = t("demand.kpi.wape_said", naive=formats.percent(naive))
    return Kpi("wape", label, formats.percent(wape), said)


def portfolio(rows: pd.DataFrame) -> None:
    """Every product by volume, elasticity and evidence."""
    figure = charts.portfolio(rows, state.labels("chart.portfolio"), state.language())
    chart(figure, "portfolio", t("demand.portfolio_alt", products=len(rows)))


# --- one product ----------------------------------------------------------------------------


def picker(rows: pd.DataFrame) -> str:
    """Choose a product, the best-selling first."""
    names = dict(rows["name"])
    if state.recall("product") not in names:
        state.forget("product")
    chosen: str = st.selectbox(
        t("demand.product"), list(names), key="product",
        format_func=names.__getitem__, persist_state="session",
    )  # fmt: skip
    return chosen


def history(study: Study, product: str, name: str) -> None:
    """What it sold and what it will sell."""
    weeks = workflow.product_history(study, product)
    ahead = study.forecast.rows[study.forecast.rows["product_id"] == product]
    if study.undated:
        weeks, ahead = (rows.assign(week=week_number(rows["week"])) for rows in (weeks, ahead))
    figure = charts.history(weeks, ahead, state.labels("chart.history"), state.language())
    chart(figure, "history", t("demand.history_alt", product=name))


def backtest(study: Study, product: str) -> None:
    """How far the forecast of this product can be trusted, in sentences."""
    tested = study.forecast.backtest
    row = tested[tested["product_id"] == product]
    if row.empty or row["folds"].iloc[0] == 0 or pd.isna(row["wape"].iloc[0]):
        st.markdown(t("demand.backtest_none"))
        return
    first = row.iloc[0]
    facts = {"folds": int(first["folds"]), "wape": formats.percent(float(first["wape"]))}
    if pd.isna(first["wape_naive"]):
        said = [t("demand.backtest_short", **facts)]
    else:
        naive = formats.percent(float(first["wape_naive"]))
        said = [t("demand.backtest_said", wape_naive=naive, **facts)]
    if not pd.isna(first["coverage_80"]):
        said.append(t("demand.coverage_said", coverage=formats.percent(first["coverage_80"])))
    if not pd.isna(first["bias"]) and abs(first["bias"]) >= 0.02:
        word = "demand.bias_high" if first["bias"] > 0 else "demand.bias_low"
        said.append(t(word, bias=formats.percent(abs(float(first["bias"])))))
    st.markdown((" " if state.language() == "en" else "").join(said))


_GRADE = {"strong": "blue", "fair": "green", "weak": "orange", "borrowed": "violet"}
TRIED = 0.2
"""The discount that the sentence is about."""


def response(study: Study, product: str, name: str) -> None:
    """How it answers a discount, and why that may be believed."""
    curves = study.curves.rows
    own = curves[curves["product_id"] == product]
    curve = own.iloc[own["share"].argmax()]
    lang, grade = state.language(), str(curve["evidence"])
    st.badge(
        t(f"evidence.{grade}.name"), color=_GRADE[grade], icon=":material/verified:",  # type: ignore[arg-type] # colours are literals above
        help=t(f"evidence.{grade}.why"),
    )  # fmt: skip
    points = workflow.curve_points(study, product)
    st.markdown((" " if lang == "en" else "").join(_sentences(curve, points)))
    figure = charts.response(
        points, workflow.observed_points(study, product), state.labels("chart.response"), lang
    )
    chart(figure, "response", t("demand.response_alt", product=name))


def _sentences(curve: "pd.Series[Any]", points: pd.DataFrame) -> list[str]:
    lang = state.language()
    at = points.iloc[(points["discount"] - TRIED).abs().argmin()]
    said = [
        t(
            "demand.ratio_said", discount=formats.discount(lang, float(at["discount"])),
            **{name: formats.number(lang, float(at[name]), 2) for name in ("ratio", "low", "high")},
        ),
        t(
            "demand.weeks_said", weeks=int(curve["price_weeks"]),
            deepest=formats.discount(lang, float(curve["deepest"])),
        ) if curve["price_weeks"] else t("demand.weeks_none"),
    ]  # fmt: skip
    if points["profit_ratio"].notna().all():
        best = points.iloc[points["profit_ratio"].argmax()]
        gains = best["profit_ratio"] > 1.005
        depth = formats.discount(lang, float(best["discount"]))
        said.append(t("demand.profit_said" if gains else "demand.profit_none", discount=depth))
    said.append(t("demand.caution_said", share=formats.percent(workflow.CAUTION)))
    if bool(curve["cost_assumed"]) and float(curve["list_price"]) > 0:
        margin = 1 - float(curve["unit_cost"]) / float(curve["list_price"])
        said.append(t("demand.cost_assumed", margin=formats.percent(margin)))
    return said
