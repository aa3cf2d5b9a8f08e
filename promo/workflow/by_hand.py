"""Use cases about a plan made by hand: what its edits mean as rules, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

import numpy as np
import pandas as pd

from promo import evaluate, optimize
from promo.domain import Plan
from promo.errors import Infeasible
from promo.workflow.choices import depths_of
from promo.workflow.desks import Desk, exact_plan
from promo.workflow.requests import PlanRequest

MINE = ("locked", "forbidden")
"""The rules that edits of a plan become."""

DIGITS = 6
"""In how many a table and a rule say a depth; one that gives a price its ending has many more."""

_WHAT = ["first", "weeks", "mechanic", "discount"]
_KEY = ["product_id", "segment", *_WHAT]
_NOTHING: Mapping[str, Any] = dict.fromkeys(_WHAT)
"""What an added promotion was before."""


@dataclass(frozen=True, eq=False)
class ByHand:
    """A plan made by hand beside the best ones.

    Attributes:
        mine: the plan as these options value it.
        broken: codes of the rules that it breaks; `structure` where two of its promotions overlap.
        around: the best plan that keeps every choice made by hand and all rules; None where they
            contradict each other.
        best: the best plan under the same rules without any of those choices.
        different: rows in which `mine` (left) and `best` (right) differ, with the `reason` of the
            best plan and what the choice of mine has `missed`, money.
    """

    mine: Plan
    broken: tuple[str, ...]
    around: Plan | None
    best: Plan
    different: pd.DataFrame


def edit_table(desk: Desk, plan: Plan) -> pd.DataFrame:
    """A plan as a table to edit: its promotions, then what is at list price in every week.

    Returns:
        `product_id`, `segment`, `discount` (share in six digits, 0 at list price), `first` (Monday
        as text, empty at list price), `weeks`, `mechanic`, `locked`, `forbidden` (flags, all off),
        `gain` (money).
    """
    rows = plan.rows
    on = rows[rows["discount"] > 0].sort_values("gain", ascending=False, kind="stable")
    lines = ["product_id", "segment"]
    promoted = pd.MultiIndex.from_frame(on[lines])
    idle = rows[~pd.MultiIndex.from_frame(rows[lines]).isin(promoted)]
    whole = min(max(desk.scene.offer.lengths or [desk.options.weeks]), desk.options.weeks)
    ways = desk.options.rows["mechanic"]
    way = next(name for name in ways if name != "none")
    idle = idle.assign(mechanic=way, weeks=whole, gain=0.0)
    first = [*on["first"].dt.strftime("%Y-%m-%d"), *[""] * len(idle)]
    found = pd.concat([on, idle])[[*lines, "discount", "weeks", "mechanic", "gain"]]
    found = found.assign(first=first, locked=False, forbidden=False).reset_index(drop=True)
    found["discount"] = found["discount"].round(DIGITS)
    return found[[*lines, "discount", "first", "weeks", "mechanic", "locked", "forbidden", "gain"]]


def rules_by_hand(
    before: pd.DataFrame, after: pd.DataFrame, start: str = ""
) -> tuple[optimize.Rule, ...]:
    """What the edits of a plan mean as rules.

    A row that is locked or was changed is one promotion that runs as it says, or none in its weeks
    where its discount is 0. A row that is forbidden shuts its product out for its segment.

    Args:
        before: the table as `edit_table` gives it.
        after: the same rows as they were edited, and after them promotions that were added.
        start: the Monday on which a promotion begins that names none; any, where it is empty.

    Raises:
        BadRequest: a discount is no share.
    """
    found: list[optimize.Rule] = []
    added = len(after) - len(before)
    rows: list[Mapping[Any, Any]] = [*before.to_dict("records"), *[_NOTHING] * added]
    for was, now in zip(rows, after.to_dict("records"), strict=True):
        about = {"product": now["product_id"], "segment": now["segment"]}
        if now["forbidden"]:
            found.append(optimize.rule_from({"rule": "forbidden", **about}))
        elif was is _NOTHING and now["discount"] == 0:
            continue
        elif now["locked"] or any(was[name] != now[name] for name in _WHAT):
            begins = now | {"first": now["first"] or start}
            found.append(_locked(about, was, begins))
    return tuple(dict.fromkeys(found))


def _locked(about: Mapping[str, Any], was: Any, now: Any) -> optimize.Rule:
    said: dict[str, Any] = {"rule": "locked", **about}
    if now["discount"] > 0:
        said |= {"mechanic": now["mechanic"], "discount": round(float(now["discount"]), DIGITS)}
    else:
        said["discount"] = 0.0
    row = now if now["discount"] > 0 else was
    if row["first"]:
        said |= {"first": row["first"], "weeks": int(row["weeks"])}
    return optimize.rule_from(said)


def first_monday(desk: Desk) -> str:
    """The Monday on which a promotion by hand begins unless it says another one."""
    return desk.options.start.strftime("%Y-%m-%d")


def as_offered(desk: Desk, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """An edited table in which each new discount is the nearest that its product can have.

    Prices with an ending allow each product depths of its own, and no list holds them all. A
    promotion without a first week begins with the plan.
    """
    moved = (after[["discount", "mechanic"]] != before[["discount", "mechanic"]]).any(axis=1)
    found = after.copy()
    for at in after.index[moved.to_numpy() & (after["discount"] > 0).to_numpy()]:
        now = after.loc[at]
        depths = np.array(depths_of(desk, str(now["product_id"]), str(now["mechanic"])))
        if depths.size:
            found.loc[at, "discount"] = depths[np.abs(depths - now["discount"]).argmin()]
    undated = (found["discount"] > 0) & (found["first"] == "")
    found.loc[undated, "first"] = first_monday(desk)
    return found


def promotions_by_hand(desk: Desk, after: pd.DataFrame) -> pd.DataFrame:
    """The promotions that an edited table holds, by the columns of the options' key."""
    lines = pd.MultiIndex.from_frame(after[["product_id", "segment"]])
    shut = lines.isin(lines[after["forbidden"].to_numpy()])
    on = after[(after["discount"] > 0).to_numpy() & ~shut]
    known = desk.options.rows[_KEY]
    first = pd.to_datetime(on["first"].where(on["first"] != "", first_monday(desk)))
    said = on[_KEY].assign(first=first.astype(known["first"].dtype))
    # The table says a depth in six digits, and the option is meant.
    alike = [*_KEY[:-1], "said"]
    found = said.assign(said=said["discount"].round(DIGITS)).merge(
        known.assign(said=known["discount"].round(DIGITS)), on=alike, how="left", suffixes=("_", "")
    )
    return found.assign(discount=found["discount"].fillna(found["discount_"]))[_KEY]


def valued_by_hand(desk: Desk, request: PlanRequest, after: pd.DataFrame) -> Plan:
    """An edited table as a plan, whatever rules it breaks.

    Raises:
        BadRequest: a promotion is none that can be had.
        Infeasible: no plan keeps the rules.
    """
    free = without_mine(request)
    return desk.model_for(free).scored(free, promotions_by_hand(desk, after))[0]


def ways_to_promote(desk: Desk, product: str) -> pd.DataFrame:
    """Every promotion on offer for a product.

    Returns:
        `mechanic`, `first` (Monday as text), `weeks`, `discount` (share in six digits).
    """
    rows = desk.options.rows
    own = rows.loc[(rows["product_id"] == product) & (rows["discount"] > 0), _WHAT]
    own = own.assign(
        first=own["first"].dt.strftime("%Y-%m-%d"), discount=own["discount"].round(DIGITS)
    )
    return own.drop_duplicates().sort_values(_WHAT, ignore_index=True)


def rows_of(table: pd.DataFrame, promotion: Mapping[str, Any]) -> list[int]:
    """Where a promotion of `Calendar.promotions` stands in an edited table."""
    same = table["product_id"] == promotion["product_id"]
    if promotion["segments"]:
        same &= table["segment"].isin(promotion["segments"])
    said = {
        "first": f"{promotion['first']:%Y-%m-%d}", "weeks": promotion["weeks"],
        "mechanic": promotion["mechanic"], "discount": round(promotion["discount"], DIGITS),
    }  # fmt: skip
    for name, value in said.items():
        same &= table[name] == value
    return [int(at) for at in table.index[same]]


def meets(table: pd.DataFrame, rows: Sequence[int], first: str, weeks: int) -> bool:
    """Whether a promotion of the products and segments of these rows runs in these weeks."""
    line = ["product_id", "segment"]
    lines = pd.MultiIndex.from_frame(table.loc[list(rows), line])
    same = pd.MultiIndex.from_frame(table[line]).isin(lines) & (table["discount"] > 0).to_numpy()
    begins = pd.to_datetime(table.loc[same & (table["first"] != "").to_numpy(), "first"])
    ends = begins + pd.to_timedelta(7 * table.loc[begins.index, "weeks"], unit="D")
    start = pd.Timestamp(first)
    return bool(((begins < start + pd.Timedelta(weeks=weeks)) & (ends > start)).any())


def without_mine(request: PlanRequest) -> PlanRequest:
    """The request without what was set by hand."""
    return replace(request, more=tuple(one for one in request.more if one.code not in MINE))


def with_mine(request: PlanRequest, rules: tuple[optimize.Rule, ...]) -> PlanRequest:
    """The request with these choices by hand in the place of all others."""
    kept = without_mine(request)
    return replace(kept, more=(*kept.more, *rules))


def judged_by_hand(
    desk: Desk,
    request: PlanRequest,
    before: pd.DataFrame,
    after: pd.DataFrame,
    made: Plan | None = None,
    *,
    stop: Event | None = None,
) -> ByHand:
    """What a plan made by hand is worth beside the best ones.

    Args:
        desk: where the plan was made.
        request: the rules; choices made by hand among them do not count.
        before: the table as `edit_table` gave it.
        after: the same rows as they were edited, and after them promotions that were added.
        made: the plan to run for `request`, where there is one.
        stop: gives it up when another thread sets it.

    Raises:
        BadRequest: a promotion is none that can be had.
        Infeasible: no plan keeps the rules, whatever is chosen; the facts name them.
        OutOfTime: nothing that keeps the rules was found in time.
        Cancelled: `stop` was set by another thread.
    """
    free, rules = without_mine(request), rules_by_hand(before, after, first_monday(desk))
    model = desk.model_for(free)
    mine, said = model.scored(free, promotions_by_hand(desk, after))
    broken = tuple(dict.fromkeys(one.split()[0].rstrip(":") for one in said))

    def planned(asked: PlanRequest) -> Plan:
        known = made if asked == request else None
        return exact_plan(desk, asked, stop=stop) if known is None else known

    best, around = planned(free), None
    with suppress(Infeasible):
        around = planned(with_mine(free, rules)) if rules else best
    return ByHand(mine, broken, around, best, _different(mine, best))


def _different(mine: Plan, best: Plan) -> pd.DataFrame:
    """Where two plans differ, why the second does so, and what it would miss otherwise."""
    line = ["product_id", "segment"]
    missed = mine.rows.groupby(line, as_index=False)["missed"].sum()
    rows = evaluate.differing_rows(mine.rows, best.rows)
    return rows.merge(_why(best.rows), on=line, how="left").merge(missed, on=line, how="left")


def _why(rows: pd.DataFrame) -> pd.DataFrame:
    """The reason for the deepest discount of each product and segment."""
    order = rows.sort_values("discount", ascending=False, kind="stable")
    return order.drop_duplicates(["product_id", "segment"])[["product_id", "segment", "reason"]]
