# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Staged text becomes typed rows: every row gets its values, or the reason why it is set aside."""

from collections.abc import Sequence

from promo.ingest.engine import name, text
from promo.ingest.evidence import Case
from promo.ingest.grammar import Habits, reading
from promo.ingest.presets import EVENT_CODES
from promo.ingest.sources import Field
from promo.ingest.sources.events import EVENT_WORDS
from promo.ingest.sources.source import Grammar

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

    Columns: the source's fields; `reason` (`code|field`, NULL when clean); `raw`, the texts of a
    row with a reason; `digest` and `again`, two hashes that are equal for rows that are equal in
    every column of the file.
    """
    fields = case.source.fields
    mapped = [field for field in fields if field.name in case.mapping.columns]
    width = len(case.staged.layout.columns)
    texts = ", ".join(f"{case.raw(f.name)} AS {name('t_' + f.name)}" for f in mapped)
    readings = {
        f.name: reading(_kind(f, habits), name("t_" + f.name), name("p_" + f.name), habits)
        for f in mapped
    }
    parsed = ", ".join(f"{readings[f.name].parsed} AS {name('p_' + f.name)}" for f in mapped)
    values = ", ".join(f"{readings[f.name].value} AS {name('v_' + f.name)}" for f in mapped)
    faults = [_fault(f, readings[f.name].fault) for f in mapped]
    canonical = ", ".join(f"{_canonical(f, case, habits)} AS {name(f.name)}" for f in fields)
    derived = case.source.derived or {}
    final = ", ".join(
        f"{derived.get(f.name, name(f.name))} AS {name(f.name)}" for f in case.source.columns
    )
    rules = "".join(
        f"WHEN {rule.condition} THEN {text(f'{rule.code}|{rule.field}')} "
        for rule in case.source.rules
    )
    cells = [f"c{index}" for index in range(width)]
    row, back = ", ".join(cells), ", ".join(reversed(cells))
    return (
        f"SELECT * EXCLUDE ({row}, fault), CASE WHEN fault IS NOT NULL THEN fault {rules}END "
        f"AS reason, CASE WHEN reason IS NOT NULL THEN [{row}] END AS raw FROM ("
        f"SELECT {final}, fault, digest, again, {row} FROM ("
        f"SELECT {canonical}, {_total_row(case, faults)} AS fault, "
        f"hash({row}) AS digest, hash('again', {back}) AS again, {row} FROM ("
        f"SELECT *, {values} FROM (SELECT *, {parsed} FROM "
        f"(SELECT *, {texts} FROM {case.relation})))))"
    )


def _kind(field: Field, habits: Habits) -> Grammar:
    if field.name in habits.percent:
        return "percent"
    return "paid" if field.name == "discount" and habits.paid_of is not None else field.kind


def _fault(field: Field, fault: str) -> str:
    raw, value = name("t_" + field.name), name("v_" + field.name)
    missing = "" if field.empty_ok else f"WHEN {raw} IS NULL THEN {text(f'missing|{field.name}')} "
    return (
        f"CASE {missing}WHEN {raw} IS NOT NULL AND {value} IS NULL "
        f"THEN {fault} || {text(f'|{field.name}')} END"
    )


def _total_row(case: Case, faults: Sequence[str]) -> str:
    """A sum that a report wrote below its rows is named as such.

    Where rows have a time, a total has none and is at fault already; elsewhere it reads well.
    """
    fault, words = f"coalesce({', '.join(faults)})", ", ".join(map(text, _TOTALS))
    cells = ["c0", *(f"c{case.position(field)}" for field in case.of_kind("id", "time", "week"))]
    tests = " OR ".join(
        f"lower(trim({cell}, ' :：')) IN ({words})" for cell in dict.fromkeys(cells)
    )
    dated = f"({fault}) IS NOT NULL AND " if case.of_kind("time", "week") else ""
    return f"CASE WHEN {dated}({tests}) THEN 'total_row' ELSE {fault} END"


def _canonical(field: Field, case: Case, habits: Habits) -> str:
    if field.name not in case.mapping.columns:
        if case.source.name == "events" and field.name == "event_type":
            return text(case.mapping.options.get("event", "purchase"))
        return f"CAST(NULL AS {SQL_TYPES[field.kind]})"
    value = name("v_" + field.name)
    if field.name in habits.drop_point_zero:
        return f"regexp_replace({value}, '^([0-9]+)\\.0$', '\\1')"
    if case.source.name == "events" and field.name == "event_type":
        return _event_word(value, case.mapping.options.get("codes"))
    return value


def _event_word(value: str, codes: str | None) -> str:
    numbers = EVENT_CODES[codes] if codes else {}
    coded = " ".join(
        f"WHEN {value} = {text(code)} THEN {text(event)}" for code, event in numbers.items()
    )
    known = " ".join(
        f"WHEN lower({value}) IN ({', '.join(text(word) for word in words)}) THEN {text(event)}"
        for event, words in EVENT_WORDS.items()
    )
    return f"CASE {coded} {known} ELSE lower({value}) END"
