# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Staged text becomes typed rows: every row gets its values, or the reason why it is set aside."""

from collections.abc import Iterable, Mapping, Sequence

from promo.ingest.engine import among, name, text
from promo.ingest.sources import Field
from promo.ingest.sources.events import EVENT_WORDS
from promo.ingest.sources.source import Grammar
from promo.ingest.values.evidence import Case
from promo.ingest.values.grammar import reading
from promo.ingest.values.habits import Habits, Reading
from promo.ingest.values.presets import EVENT_CODES

SQL_TYPES = {
    "id": "VARCHAR", "text": "VARCHAR", "number": "DOUBLE", "count": "DOUBLE",
    "share": "DOUBLE", "flag": "BOOLEAN", "time": "TIMESTAMP", "week": "DATE",
    "tally": "DOUBLE", "list": "VARCHAR[]",
}  # fmt: skip

_TOTALS = (
    "total", "totals", "grand total", "subtotal", "sub total", "sub-total", "sum", "summe",
    "gesamt", "gesamtsumme", "合计", "总计", "小计", "总和",
)  # fmt: skip


def annotated(case: Case, habits: Habits) -> str:
    """SQL of one row per staged record, in order.

    Columns: `record`, its number among the staged ones; the source's fields, hidden ones as they
    were read; `reason` (`code|field`, NULL when clean); `digest` and `again`, two hashes that are
    equal for rows that are equal in every column of the file and were read alike: a click is no
    repeat of the purchase that another file writes in the same words.
    """
    fields = case.source.fields
    mapped = [field for field in fields if field.name in case.mapping.columns]
    width = len(case.staged.layout.columns)
    texts = ", ".join(f"{case.raw(f.name)} AS {name('t_' + f.name)}" for f in mapped)
    readings = {
        f.name: reading(_kind(f, case, habits), name("t_" + f.name), name("p_" + f.name), habits)
        for f in mapped
    }
    parsed = ", ".join(f"{readings[f.name].parsed} AS {name('p_' + f.name)}" for f in mapped)
    values = ", ".join(f"{readings[f.name].value} AS {name('v_' + f.name)}" for f in mapped)
    checked = [f for f in mapped if readings[f.name].fault or not f.empty_ok]
    fault = _first_fault(case, checked, readings)
    canonical = ", ".join(f"{_canonical(f, case, habits)} AS {name(f.name)}" for f in fields)
    meant = ", ".join(name(f.name) for f in fields)
    derived = case.source.derived or {}
    final = ", ".join(f"{derived.get(f.name, name(f.name))} AS {name(f.name)}" for f in fields)
    rules = "".join(
        f"WHEN {rule.condition} THEN {text(f'{rule.code}|{rule.field}')} "
        for rule in case.source.rules
    )
    cells = [f"c{index}" for index in range(width)]
    row, back = ", ".join(cells), ", ".join(reversed(cells))
    judged = (
        f"SELECT file_row_number AS record, {canonical}, {fault} AS fault, "
        f"hash({row}) AS digest, hash('again', {back}) AS again FROM ("
        f"SELECT *, {values} FROM (SELECT *, {parsed} FROM "
        f"(SELECT *, {texts} FROM {case.columns.numbered})))"
    )
    return (
        f"SELECT * EXCLUDE (fault), CASE WHEN fault IS NOT NULL THEN fault {rules}END "
        f"AS reason FROM (SELECT record, {final}, fault, digest, hash(again, {meant}) AS again "
        f"FROM ({_completed(judged, case)}))"
    )


def _completed(rows: str, case: Case) -> str:
    """SQL of the rows, with what they say of each other where the file has such a column."""
    if case.source.across is None or case.source.whole not in case.mapping.columns:
        return rows
    said = ", ".join(f"{value} AS {name(field)}" for field, value in case.source.across.items())
    return f"SELECT * REPLACE ({said}) FROM ({rows}) ORDER BY record"


def _kind(field: Field, case: Case, habits: Habits) -> Grammar:
    if field.name in (case.source.happened, "end_date"):
        return "until" if field.name == "end_date" else "past"
    if field.name in habits.percent:
        return "percent"
    return "paid" if field.name == "discount" and habits.paid_of is not None else field.kind


def _wrong(field: Field) -> str:
    """Whether a row has any fault in this field; said apart, because hardly any row has one."""
    raw, value = name("t_" + field.name), name("v_" + field.name)
    return f"{value} IS NULL AND {raw} IS NOT NULL" if field.empty_ok else f"{value} IS NULL"


def _fault(field: Field, fault: str) -> str:
    raw, value = name("t_" + field.name), name("v_" + field.name)
    missing = "" if field.empty_ok else f"WHEN {raw} IS NULL THEN {text(f'missing|{field.name}')} "
    unread = (
        f"WHEN {raw} IS NOT NULL AND {value} IS NULL THEN {fault} || {text(f'|{field.name}')} "
        if fault
        else ""
    )
    return f"CASE {missing}{unread}END"


def _first_fault(case: Case, checked: Sequence[Field], readings: Mapping[str, Reading]) -> str:
    """The first thing wrong with a row; a sum that a report wrote below its rows is named as such.

    Where rows have a time, a total has none and is at fault already; elsewhere it reads well.
    """
    wrong = " OR ".join(_wrong(f) for f in checked) or "false"
    faults = ", ".join(_fault(f, readings[f.name].fault) for f in checked) or "NULL"

    def total(cells: Iterable[int]) -> str:
        said = (among(f"trim(c{cell}, ' :：')", _TOTALS) for cell in dict.fromkeys(cells))
        return " OR ".join(said) or "false"

    named = map(case.position, case.of_kind("id", "time", "week"))
    cases = f"WHEN ({wrong}) AND ({total([0, *named])}) THEN 'total_row' "
    if not case.of_kind("time", "week"):
        # A brand may be called Total, so that only what a row is about is looked at.
        about = [f for f in case.mapping.columns if f in case.source.key]
        unused = [0] * (case.staged.layout.columns[0] not in case.mapping.columns.values())
        cases += f"WHEN {total([*unused, *map(case.position, about)])} THEN 'total_row' "
    if all(field.empty_ok for field in checked):
        texts = [name("t_" + field) for field in case.mapping.columns]
        first = text(f"missing|{next(iter(case.mapping.columns))}")
        cases += f"WHEN coalesce({', '.join(texts)}) IS NULL THEN {first} "
    return f"CASE {cases}WHEN {wrong} THEN coalesce({faults}) END"


def _canonical(field: Field, case: Case, habits: Habits) -> str:
    if field.name not in case.mapping.columns:
        if case.source.name == "events" and field.name == "event_type":
            return text(case.mapping.options.get("event", "purchase"))
        return f"CAST(NULL AS {SQL_TYPES[field.kind]})"
    value = name("v_" + field.name)
    if field.name in habits.drop_point_zero:
        return f"regexp_replace({value}, '^([0-9]+)\\.0$', '\\1')"
    if field.name == "customer_id" and (guest := case.mapping.options.get("guest")):
        return f"nullif({value}, {text(guest)})"
    if case.source.name == "events" and field.name == "event_type":
        return _event_word(value, case.mapping.options.get("codes"))
    return value


def _event_word(value: str, codes: str | None) -> str:
    """The canonical word first: most shops' logs use it, and then nothing else is looked at."""
    numbers = EVENT_CODES[codes] if codes else {}
    said = {**numbers, **{event: event for event in EVENT_WORDS}}
    same = " ".join(f"WHEN {text(word)} THEN {text(event)}" for word, event in said.items())
    known = " ".join(
        f"WHEN {text(word)} THEN {text(event)}"
        for event, words in EVENT_WORDS.items()
        for word in words
    )
    # Not `IN`: the engine makes a join of it, through which every column of the row is carried.
    low = f"lower({value})"
    return f"CASE {value} {same} ELSE CASE {low} {known} ELSE {low} END END"
