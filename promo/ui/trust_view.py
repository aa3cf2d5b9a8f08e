"""How far forecasts can be trusted: by the way products sell, and for one of them."""

from math import isnan

import pandas as pd
import streamlit as st

from promo import workflow
from promo.ui import derived, formats, state
from promo.ui.sentences import listed, together
from promo.ui.state import t
from promo.workflow import Study, Trust

SLIGHT = 0.02
"""A bias, share of sales, that is not worth a word."""
SPOKEN = 3
"""Methods that are named; the rest speak for a product or two."""


def by_kind(study: Study) -> None:
    """One sentence for the shop, one for each way in which products sell."""
    whole = workflow.forecast_trust(study.panel, study.forecast)
    if isnan(whole.wape):
        st.markdown(t("demand.backtest_none"))
        return
    if whole.better is not None:
        word = "demand.trust.better" if whole.better else "forecast.no_better"
        naive = formats.percent(whole.wape_naive)
        st.markdown(t(word, wape=formats.percent(whole.wape), wape_naive=naive))
    found = derived.by_kind(study)
    st.markdown("\n".join(f"- {_kind(kind, *trust)}" for kind, trust in found.items()))
    _no_better(study)


def _kind(kind: str, products: int, trust: Trust) -> str:
    """How products of one kind sell, which methods speak for them, and how these did."""
    lang = state.language()
    title = t(f"demand.trust.{kind}", products=formats.number(lang, products))
    methods = listed(t(f"forecast.method.{name}") for name in trust.methods[:SPOKEN])
    said = [title, t("demand.trust.method", methods=methods)]
    if isnan(trust.wape):
        return together([*said, t("demand.trust.untested")])
    facts = {"wape": formats.percent(trust.wape), "wape_naive": formats.percent(trust.wape_naive)}
    alone = isnan(trust.wape_naive)
    said.append(t("demand.trust.wape_alone" if alone else "demand.trust.wape", **facts))
    if not isnan(trust.mase):
        said.append(t("demand.trust.mase", mase=formats.number(lang, trust.mase, 2)))
    return together([*said, _bias(trust.bias), _inside(trust)])


def _bias(bias: float) -> str:
    if isnan(bias) or abs(bias) < SLIGHT:
        return t("demand.trust.no_bias")
    word = "demand.bias_high" if bias > 0 else "demand.bias_low"
    return t(word, bias=formats.percent(abs(bias)))


def _inside(trust: Trust) -> str:
    if isnan(trust.coverage_80):
        return ""
    inside = {"in_80": formats.percent(trust.coverage_80),
              "in_95": formats.percent(trust.coverage_95)}  # fmt: skip
    return t("demand.trust.inside", **inside)


def _no_better(study: Study) -> None:
    """The products whose forecast is no better than the simplest rule, by name."""
    poor = workflow.no_better_than_naive(study.forecast)
    if not poor:
        st.markdown(t("demand.trust.all_better"))
        return
    lang, names = state.language(), derived.products(study)["name"]
    said = t("forecast.no_better_some", products=formats.number(lang, len(poor)))
    with st.expander(said, key="no_better"):
        st.caption(t("demand.trust.no_better_said"))
        table = study.forecast.backtest.set_index("product_id").loc[poor]
        percent = st.column_config.NumberColumn
        st.dataframe(
            pd.DataFrame({
                "product": names.reindex(table.index).fillna("").to_numpy(),
                "wape": table["wape"].to_numpy(), "wape_naive": table["wape_naive"].to_numpy(),
                "method": [t(f"forecast.method.{name}") for name in table["method"]],
            }),
            hide_index=True, key="no_better_list", alt=said,
            column_config={
                "product": st.column_config.TextColumn(t("demand.product"), pinned=True),
                "wape": percent(t("demand.trust.column_wape"), format="percent"),
                "wape_naive": percent(t("demand.trust.column_naive"), format="percent"),
                "method": t("demand.trust.column_method"),
            },
        )  # fmt: skip


def of_product(study: Study, product: str) -> None:
    """How far the forecast of one product can be trusted, in sentences."""
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
    if not pd.isna(first["bias"]) and abs(first["bias"]) >= SLIGHT:
        said.append(_bias(float(first["bias"])))
    if product in workflow.no_better_than_naive(study.forecast):
        said.append(t("demand.trust.product_no_better"))
    method = t(f"forecast.method.{first['method']}")
    said.insert(0, t("demand.trust.method", methods=method))
    st.markdown(together(said))
