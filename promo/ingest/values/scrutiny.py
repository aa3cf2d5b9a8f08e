# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""What a file should not hold: card numbers, addresses, several currencies, turned texts."""

import re
from collections.abc import Callable, Iterator, Sequence

import duckdb

from promo.domain import Finding
from promo.ingest.engine import text
from promo.ingest.records.columns import TURNING
from promo.ingest.refusal import refuse
from promo.ingest.sources.source import plain
from promo.ingest.values.evidence import Case

_GLANCE = 1_000  # records in which a column shows what it is
_MOST = 0.9
_FEWEST = 3  # one number in ten passes the check of a card number by chance
_MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")
_CARD = re.compile(r"[3-6](?:[ -]?[0-9]){12,18}")
_CURRENCY = {plain(name) for name in ("currency", "currency code", "ccy", "币种", "货币")}


def scrutinise(connection: duckdb.DuckDBPyConnection, case: Case) -> list[Finding]:
    """Warn of what a file had better not hold.

    Raises:
        Unreadable: card numbers, or amounts in several currencies.
    """
    _refuse_currencies(connection, case)
    _refuse_cards(connection, case)
    rows = connection.execute(f"SELECT * FROM {case.relation} LIMIT {_GLANCE}").fetchall()
    ids = {case.mapping.columns[field] for field in case.of_kind("id")}
    found = list(_turned(connection, case))
    for column, cells in zip(case.staged.layout.columns, zip(*rows, strict=True), strict=False):
        if (first := _first(cells, _is_mail)) is not None:
            code = "email_as_id" if column in ids else "email_column"
            found.append(Finding(code, "warning", column=column, **case.staged.origins.at(first)))
    return found


def _first(cells: Sequence[str | None], test: Callable[[str], bool]) -> int | None:
    """The first cell that passes the test, in a column where nearly all of them do."""
    filled = [at for at, cell in enumerate(cells) if cell]
    passing = [at for at in filled if test(str(cells[at]).strip())]
    return passing[0] if len(passing) >= max(_FEWEST, _MOST * len(filled)) else None


def _is_mail(value: str) -> bool:
    return _MAIL.fullmatch(value) is not None


def _is_card(value: str) -> bool:
    """Whether the digits are those of a card, by the check digit of Luhn.

    >>> _is_card("4111 1111 1111 1111"), _is_card("4111 1111 1111 1112")
    (True, False)
    """
    if not _CARD.fullmatch(value):
        return False
    digits = [int(char) for char in reversed(value) if char.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _refuse_cards(connection: duckdb.DuckDBPyConnection, case: Case) -> None:
    """Numbers that look like those of cards, wherever in a column they begin."""
    figures = set(map(case.position, case.of_kind("number", "count", "share", "time", "week")))
    shaped = {
        at: f"CASE WHEN length(c{at}) >= 13 "
        f"THEN regexp_full_match(trim(c{at}), {text(_CARD.pattern)}) ELSE false END"
        for at in range(len(case.staged.layout.columns))
        if at not in figures
    }
    counts = ", ".join(["0", *(f"count(*) FILTER (WHERE {shape})" for shape in shaped.values())])
    ((_, *seen),) = connection.execute(f"SELECT {counts} FROM {case.relation}").fetchall()
    for (at, shape), count in zip(shaped.items(), seen, strict=True):
        if count >= _FEWEST:
            column = case.staged.layout.columns[at]
            found = connection.execute(
                f"SELECT record, trim(cell) FROM (SELECT file_row_number AS record, "
                f"c{at} AS cell, {shape} AS shaped FROM {case.columns.numbered}) WHERE shaped "
                f"LIMIT {_GLANCE}"
            ).fetchall()
            first = _first([cell for _, cell in found], _is_card)
            if first is not None:
                place = case.staged.origins.at(found[first][0])
                refuse(case.staged.path.name, "card_numbers", column=column, **place)


def _refuse_currencies(connection: duckdb.DuckDBPyConnection, case: Case) -> None:
    for at, column in enumerate(case.staged.layout.columns):
        if plain(column) in _CURRENCY:
            named = connection.execute(
                "SELECT code, min(record) AS first FROM (SELECT file_row_number AS record,"
                f" upper(trim(c{at})) AS code FROM {case.columns.numbered}) WHERE code <> '' "
                "GROUP BY code ORDER BY first LIMIT 5"
            ).fetchall()
            if len(named) > 1:
                currencies = ", ".join(code for code, _ in named)
                place = case.staged.origins.at(named[1][1], currencies=currencies)
                refuse(case.staged.path.name, "two_currencies", column=column, **place)


def _turned(connection: duckdb.DuckDBPyConnection, case: Case) -> Iterator[Finding]:
    if case.columns.turning:
        row = ", ".join(f"c{at}" for at in case.columns.turning)
        ((rows, first),) = connection.execute(
            "SELECT count(*), min(record) FROM (SELECT file_row_number AS record, "
            f"concat_ws(' ', {row}) AS line FROM {case.columns.numbered}) "
            f"WHERE regexp_matches(line, {TURNING})"
        ).fetchall()
        yield Finding("direction_marks", "warning", rows, **case.staged.origins.at(first))
