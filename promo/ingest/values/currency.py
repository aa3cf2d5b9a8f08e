# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Amounts that carry their currency in every row: one sign in all of them says nothing new."""

from dataclasses import replace

import duckdb

from promo.domain import Finding
from promo.ingest.engine import text
from promo.ingest.refusal import refuse
from promo.ingest.values.evidence import Case

_SIGNS = (
    "€", "$", "£", "¥", "￥", "元", "₽", "₹", "₩", "zł", "kr", "US$", "EUR", "USD", "GBP", "CNY",
    "RMB", "JPY", "CHF",
)  # fmt: skip
_GLANCE = 1_000  # records in which a column shows what it is; a later row is judged by itself
_NUMBER = r"[+-]?[0-9][0-9.,'\x{00a0}\x{202f}\x{2009}]*"


def without_sign(connection: duckdb.DuckDBPyConnection, case: Case) -> tuple[Case, list[Finding]]:
    """The case with the currency signs of whole columns taken off, and what is said of them.

    A column that carries a sign in some of its rows keeps it: such a row may be of another money.

    Raises:
        Unreadable: two columns are in two currencies.
    """
    fields = case.of_kind("number")
    if not fields:
        return case, []
    row = ", ".join(
        f"count(*) FILTER (WHERE {case.raw(field)} IS NOT NULL), "
        f"min({_sign(case.raw(field))}), max({_sign(case.raw(field))}), "
        f"count({_sign(case.raw(field))})"
        for field in fields
    )
    limited = f"(SELECT * FROM {case.relation} LIMIT {_GLANCE})"
    (seen,) = connection.execute(f"SELECT {row} FROM {limited}").fetchall()
    signs, notes = {}, []
    for field, (filled, least, most, signed) in zip(
        fields, zip(*[iter(seen)] * 4, strict=True), strict=True
    ):
        if filled and signed == filled:
            _agree(case, field, {least, most})
            signs[field] = least
            facts = {"sign": least}
            notes.append(Finding("currency_sign", "info", column=case.header(field), facts=facts))
            _agree(case, field, set(signs.values()))
    return replace(case, signs=signs), notes


def _agree(case: Case, field: str, signs: set[str]) -> None:
    if len(signs) > 1:
        facts = {"currencies": ", ".join(sorted(signs))}
        refuse(case.staged.path.name, "signs_differ", column=case.header(field), facts=facts)


def _sign(raw: str) -> str:
    """SQL of the sign before or after an amount, NULL where there is none."""
    signs = "|".join(one.replace("$", r"\$") for one in _SIGNS)
    before = rf"^({signs})\s*{_NUMBER}$"
    after = rf"^{_NUMBER}\s*({signs})$"
    first = f"regexp_extract({raw}, {text(before)}, 1)"
    return f"nullif(coalesce(nullif({first}, ''), regexp_extract({raw}, {text(after)}, 1)), '')"
