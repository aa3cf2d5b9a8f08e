"""Why each product is in or out, what each rule takes, and what its price holds for."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from promo.domain import Plan
from promo.errors import BadRequest
from promo.ui import calendar_view, formats, rule_words, state
from promo.ui.live import Hand
from promo.ui.plan_view import names, segment_words
from promo.ui.rule_words import WORTH, segment_name, worth
from promo.ui.sentences import together
from promo.ui.state import Bench, t
from promo.ui.widgets import discounts, explained
from promo.workflow import PlanRequest, PriceRange, Relaxation, Rule, WayOut, relaxed


def money_column(label: str) -> Any:
    """A column of money."""
    return st.column_config.NumberColumn(label, format="localized")


def short_reason(code: str) -> str:
    """A reason in a few words: the rule that holds it out, where one does."""
    known = f"reason.short.{code}"
    if state.said(known):
        return t(known)
    return t("reason.short.rule", rule=t(f"rule.name.{code.removeprefix('out_')}"))


def why(place: Bench, hand: Hand, *, only_promoted: bool) -> None:
    """Every product and segment with its discount; a click on a row says all about it."""
    called, plan = names(place), hand.good
    if plan is None:
        return
    rows = plan.rows[plan.rows["discount"] > 0] if only_promoted else plan.rows
    rows = rows.sort_values("gain", ascending=False, kind="stable")
    depths, look = discounts(t("plan.column.discount"), rows["discount"], 66)
    shown = pd.DataFrame(
        {
            "product": rows["product_id"].map(called),
            "segment": rows["segment"].map(segment_words(plan.rows)),
            **_when(place, rows),
            "discount": depths,
            "gain": rows["gain"].round(0),
            "why": rows["reason"].map({code: short_reason(code) for code in set(rows["reason"])}),
            "cost": rows["cost"].round(0),
            "units": rows["units"].round(0),
            "price": rows["price"].round(2),
        }
    )
    st.markdown(_reasons(rows["reason"]))
    said = "plan.rows_in_time_said" if place.desk.has_calendar else "plan.rows_said"
    st.caption(t(said, shown=formats.number(state.language(), len(shown))))
    event = st.dataframe(
        shown, hide_index=True, height=440, key="why", alt=t("plan.why"), on_select="rerun",
        selection_mode="single-row", column_config=_columns(look),
    )  # fmt: skip
    chosen = [at for at in event["selection"]["rows"] if at < len(rows)] or [0]
    if len(rows):
        with st.container(border=True, key="because"):
            st.markdown(because(place, rows.iloc[chosen[0]], hand.good_for.counted_in))


def _when(place: Bench, rows: pd.DataFrame) -> dict[str, "pd.Series[Any]"]:
    """Weeks and kind of offer of each row, where a plan has several; empty for no promotion."""
    on, found = rows["discount"] > 0, {}
    if place.desk.has_calendar:
        spans = [calendar_view.days(row, place) for row in rows.to_dict("records")]
        found["weeks"] = pd.Series(spans, rows.index, dtype="str").where(on, "")
    if set(rows.loc[on, "mechanic"]) - {"percent"}:
        found["mechanic"] = rows["mechanic"].map(calendar_view.mechanic_name).where(on, "")
    return found


def _columns(discount: Any) -> dict[str, Any]:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    return {
        "product": text(t("plan.column.product"), pinned=True, width=185),
        "segment": text(t("plan.column.segment"), width=82),
        "weeks": text(t("plan.column.weeks"), width=104),
        "mechanic": text(t("plan.column.mechanic"), width=100),
        "discount": discount,
        "gain": number(t("plan.column.gain"), format="localized", width=58),
        "why": text(t("plan.column.why"), width=140),
        "cost": number(t("plan.column.cost"), format="localized", width=80),
        "units": number(t("plan.column.units"), format="localized", width=60),
        "price": number(t("plan.column.price"), format="localized", width=110),
    }


def because(place: Bench, row: "pd.Series[Any]", aim: str) -> str:
    """All about one row of a plan for `aim`: its reason, the next best, what would change it."""
    segment, reason = str(row["segment"]), str(row["reason"])
    product = rule_words.product_name(place, str(row["product_id"]))
    whose = [product, *([segment_name(segment)] if segment != "all" else [])]
    when = [str(said.iloc[0]) for said in _when(place, row.to_frame().T).values()]
    depth = formats.discount(state.language(), float(row["discount"]))
    title = " · ".join(map(formats.plain, filter(None, [*whose, *when, depth])))
    return f"**{title}**\n\n" + together([t(f"reason.{reason}"), _beside(row, reason, aim)])


SAME_DEPTH = 5e-4
"""Discounts that are nearer to each other than this are told as the same."""


def _beside(row: "pd.Series[Any]", reason: str, aim: str) -> str:
    """The next best discount of a row that is in, and what is missing of one that is out."""
    inside, missed = reason.startswith("in_"), float(row["missed"])
    if reason == "in_fixed":
        return ""
    if pd.isna(row["rival"]):
        rule = reason.removeprefix("out_")
        named = not inside and state.said(f"rule.name.{rule}")
        known = t("reason.more.out_shut", rule=t(f"rule.name.{rule}")) if named else ""
        return t("reason.more.in_only") if inside else known
    rival = formats.discount(state.language(), float(row["rival"]))
    alike = inside and abs(float(row["rival"]) - float(row["discount"])) < SAME_DEPTH
    facts = {
        # The plan tells its depth only: it runs in other weeks, or is another kind of offer.
        "rival": t("reason.more.another", depth=rival) if alike else rival,
        "missed": worth(aim, missed),
    }
    near = "same" if missed <= WORTH else "rival" if inside else "short"
    side = "in" if inside else "out"
    return t(f"reason.more.{side}_{near}", **facts)


def _reasons(codes: "pd.Series[str]") -> str:
    """How many products and segments each reason decides, the most frequent first."""
    lang = state.language()
    return "\n".join(
        f"- **{formats.number(lang, count)}** · {t(f'reason.{code}')}"
        for code, count in codes.value_counts().items()
    )


# --- rules ----------------------------------------------------------------------------------

SCOPES = 12
"""Places named at which one rule holds the plan back; a shop has a stock for every product."""

_AS_SHARE = ("margin_floor", "segment_least", "segment_most", "product_margin")


def rule_use(place: Bench, hand: Hand) -> None:
    """Each rule as a sentence, where it holds the plan back, and what one more unit brings."""
    with st.expander(t("plan.use"), key="use", on_change="rerun") as part:
        if part.open and hand.good is not None:
            _used_up(place, hand.good, hand.good_for)
            _ask(place, hand)


def _used_up(place: Bench, plan: Plan, request: PlanRequest) -> None:
    use = plan.rules.assign(price=plan.rules["shadow_price"].abs()).sort_values(
        ["binds", "price"], ascending=False, kind="stable"
    )
    shown = pd.DataFrame(
        [
            row
            for number, part in use.groupby("number", sort=False)
            for row in _rule_rows(place, request.rules[int(str(number))], part, request.counted_in)
        ],
        columns=["rule", "where", "used", "more"],
    )
    shown.columns = [t(f"plan.column.{name}") for name in shown.columns]
    st.table(shown, border="horizontal", hide_index=True, alt=t("plan.use"))


def _rule_rows(place: Bench, rule: Rule, use: pd.DataFrame, aim: str) -> list[dict[str, str]]:
    """One line for each place where a rule holds the plan back, and one for all where it does not.

    A rule without amounts of its own, such as days between promotions, has one line.
    """
    said = rule_words.sentence(place, rule)
    binding, rest = use[use["binds"]], use[~use["binds"]]
    rows = [
        {
            "where": rule_words.scope(place, str(one["scope"])),
            "used": _used(rule.code, float(one["used"]), float(one["limit"])),
            "more": rule_words.standing(pd.DataFrame([one]), aim),
        }
        for one in binding.head(SCOPES).to_dict("records")
    ]
    if left := len(binding) - SCOPES:
        rows += [{"where": t("plan.more_places", count=left), "used": "", "more": ""}] * (left > 0)
    if len(rest):
        one = rest.iloc[0]
        where = t("plan.more_places", count=formats.count(len(rest)))
        alone = len(use) == 1
        rows.append(
            {
                "where": rule_words.scope(place, str(one["scope"])) if alone else where,
                "used": _used(rule.code, float(one["used"]), float(one["limit"])) if alone else "",
                "more": rule_words.standing(rest, aim),
            }
        )
    return [{"rule": said if at == 0 else "", **row} for at, row in enumerate(rows)]


def _used(code: str, used: float, limit: float) -> str:
    """How much of a limit is used; empty where a rule counts nothing."""
    if not np.isfinite(used):
        return ""
    return t("plan.used_of", used=_written(code, used), limit=_written(code, limit))


def _unmarked(text: str) -> str:
    """A sentence as a table shows it, which formats nothing."""
    return text.replace("\\", "")


def _written(code: str, value: float) -> str:
    if code in rule_words.DEPTHS:
        return rule_words.depth(value)
    if code in _AS_SHARE:
        return rule_words.share(value)
    return formats.typed(round(value, 2))


# --- one rule ---------------------------------------------------------------------------------

TEN = 10.0
"""Gains below this are told with two decimals, lest a small one be told as nothing."""


@st.fragment
def _ask(place: Bench, hand: Hand) -> None:
    """What the price of one rule holds for, and what the plan would gain without it."""
    plan, request = hand.good, hand.good_for
    if plan is None or not plan.exact:
        return
    numbers = sorted(set(plan.rules["number"].tolist()))
    words = {at: _unmarked(rule_words.sentence(place, request.rules[at])) for at in numbers}
    number = st.selectbox(
        t("plan.ask_rule"), numbers, key="ask_rule", index=None, placeholder=t("plan.ask_none"),
        format_func=words.__getitem__,
    )  # fmt: skip
    if number is not None:
        ask_cost(request, request.rules[number])
    asked = costs_asked(request)
    with explained(), st.spinner(t("plan.working_out"), show_time=True):
        for at in numbers:
            if request.rules[at] in asked:
                said = rule_words.sentence(place, request.rules[at])
                st.markdown(f"{said}\n\n{cost(place, request, plan, at)}")


def ask_cost(request: PlanRequest, rule: Rule) -> None:
    """Say what a rule costs, for as long as the plan of this request stands."""
    asked = costs_asked(request)
    if rule not in asked:
        state.keep("_costs", (request, (*asked, rule)))


def costs_asked(request: PlanRequest | None) -> tuple[Rule, ...]:
    """The rules whose costs were asked of the plan of this request."""
    made_for, asked = state.recall("_costs", (None, ()))
    return asked if made_for is not None and made_for == request else ()


def cost(place: Bench, request: PlanRequest, plan: Plan, number: int) -> str:
    """What the plan would gain without one of its rules, and what a small change of it does."""
    said = (_without(place, request, plan, number), _range(place, request, plan, number))
    return "\n\n".join(filter(None, said))


def _range(place: Bench, request: PlanRequest, plan: Plan, number: int) -> str:
    """The price of a rule and the amounts between which it holds; empty where it has none."""
    rule = request.rules[number]
    prices = plan.rules.loc[plan.rules["number"] == number, "shadow_price"]
    if not rule.amount or (prices.isna().all() and not rule.counted()):
        return ""
    try:
        found: PriceRange = state.made("price_range", place, request, number)
    except BadRequest:
        return ""
    kind = "share" if rule.code == "stock" else rule.kinds()[rule.amount]
    per = 0.01 if kind == "share" else 1.0
    low, high = (rule_words.measured(kind, rule.code, one) for one in (found.low, found.high))
    more = _slope(found.above * per, request.counted_in, brings=rule.up)
    less = _slope(found.below * per, request.counted_in, brings=not rule.up)
    unit = "share" if kind == "share" else "unit"
    return t(f"plan.range.{unit}", more=more, less=less, low=low, high=high)


def _slope(price: float, aim: str, *, brings: bool) -> str:
    """What a step to one side does, in what the plan is for."""
    if not np.isfinite(price):
        return t("plan.range.no_plan")
    if abs(price) <= WORTH:
        return t("plan.range.nothing")
    return t("plan.range.brings" if brings else "plan.range.costs", amount=worth(aim, abs(price)))


def _without(place: Bench, request: PlanRequest, plan: Plan, number: int) -> str:
    """What the plan would gain if the rule were left out."""
    rule: Rule = request.rules[number]
    if rule.code == "stock" and getattr(rule, "share", 1.0) >= 1:
        return ""
    way = WayOut((Relaxation(number, rule.code, None, None),), 0.0)
    now: Plan = state.made("quick_plan", place, request)
    other: Plan = state.made("quick_plan", place, relaxed(request, way))
    gains = other.objective - now.objective
    if gains <= WORTH:
        held = bool(plan.rules.loc[plan.rules["number"] == number, "binds"].any())
        return t("plan.without_equal" if held else "plan.without_same")
    digits = 0 if gains >= TEN else 2
    return t("plan.without_gains", gain=worth(request.counted_in, gains, digits))
