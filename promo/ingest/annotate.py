# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Staged text becomes typed rows: every row gets its values, or the reason why it is set aside."""

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


def annotated(case: Case, habits: Habits) -> str:
    """SQL of one row per staged record, in order.

    Columns: the source's fields; `reason` (`code|field`, NULL when clean); `digest` and `again`,
    two hashes that are equal for rows that are equal in every column of the file.
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
    checked = [f for f in mapped if readings[f.name].fault or not f.empty_ok]
    wrong = " OR ".join(_wrong(f) for f in checked)
    faults = ", ".join(_fault(f, readings[f.name].fault) for f in checked)
    fault = f"CASE WHEN {wrong} THEN coalesce({faults}) END" if checked else "NULL"
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
        f"SELECT * EXCLUDE (fault), CASE WHEN fault IS NOT NULL THEN fault {rules}END "
        f"AS reason FROM (SELECT {final}, fault, digest, again FROM ("
        f"SELECT {canonical}, {fault} AS fault, "
        f"hash({row}) AS digest, hash('again', {back}) AS again FROM ("
        f"SELECT *, {values} FROM (SELECT *, {parsed} FROM "
        f"(SELECT *, {texts} FROM {case.relation})))))"
    )


def _kind(field: Field, habits: Habits) -> Grammar:
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
