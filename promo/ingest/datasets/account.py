"""The report of one file: every line accounted for, every reason counted, the verdict."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import duckdb

from promo.domain import FileReport, Finding, Verdict
from promo.ingest.datasets.periods import repeated_periods
from promo.ingest.datasets.remarks import remarks
from promo.ingest.datasets.settle import Annotated, look_alikes, noted, quarantined, tallies
from promo.ingest.limits import KILOBYTE, LIMITS
from promo.ingest.records.reader import QUARANTINE_HEADER
from promo.ingest.records.texts import Texts
from promo.ingest.refusal import Unreadable
from promo.ingest.values.mapping import unused_columns

_HARMLESS = {"duplicate"}  # a repeat costs nothing, so it does not spoil the verdict


def report(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    index: int,
    file: Annotated,
    notes: Sequence[Finding],
) -> FileReport:
    """The account of one settled file; `refused` when not one row of it can be used."""
    staged = file.case.staged
    reasons = list(_reasons(connection, table, index, file))
    aside = sum(finding.rows for finding in reasons)
    clean = staged.rows + staged.bad - aside
    told = repeated_periods(connection, table, index, file) if file.wide else ()
    seen = (*told, *remarks(connection, table, index, file, clean))
    findings = (
        *reasons, *notes, *_warnings(connection, table, index, file), *_layout(file), *seen
    )  # fmt: skip
    # A file whose rows were all seen before is not broken: it was uploaded twice.
    unusable = sum(finding.rows for finding in reasons if finding.code not in _HARMLESS)
    if unusable == staged.rows + staged.bad:
        findings = (Finding("no_usable_rows", "error", rows=aside), *findings)
    return FileReport(
        path=str(staged.path),
        source=file.case.source.name,
        verdict=_verdict(reasons, findings),
        lines=staged.lines,
        header=staged.header,
        blank=staged.blank,
        continued=staged.continued,
        rows_clean=clean,
        rows_quarantined=aside,
        findings=findings,
    )


def refused(path: Path, source: str, error: Unreadable) -> FileReport:
    """The account of a file that was given up: no line of it was used."""
    return FileReport(str(path), source, "refused", 0, 0, 0, 0, 0, 0, (error.finding,))


def _verdict(reasons: Sequence[Finding], findings: Sequence[Finding]) -> Verdict:
    if any(finding.level == "error" for finding in findings):
        return "refused"
    if any(finding.code not in _HARMLESS for finding in reasons):
        return "quarantined"
    warned = any(finding.level == "warning" for finding in findings)
    return "accepted_with_warnings" if warned else "accepted"


def _reasons(
    connection: duckdb.DuckDBPyConnection, table: str, index: int, file: Annotated
) -> Iterator[Finding]:
    staged = file.case.staged
    for reason, rows, first in tallies(connection, table, index):
        code, _, field = reason.partition("|")
        header = file.case.header(field) if field else None
        yield Finding(code, "warning", rows=rows, column=header, **staged.origins.at(first))
    for code, rows in staged.codes.most_common():
        limit = {"limit": LIMITS.record_bytes // KILOBYTE} if code == "record_too_large" else {}
        at = staged.origins.named(staged.first_lines[code], **limit)
        yield Finding(code, "warning", rows=rows, **at)


def _warnings(
    connection: duckdb.DuckDBPyConnection, table: str, index: int, file: Annotated
) -> Iterator[Finding]:
    columns, source = file.case.mapping.columns, file.case.source
    options = file.case.mapping.options
    for field, code in (source.absent or {}).items():
        if field not in columns and not (field == "event_type" and "event" in options):
            yield Finding(code, "warning", file.count)
    for rule in file.case.source.warnings:
        if rule.field in columns:
            rows, first = noted(connection, table, index, rule.condition)
            if first is not None:
                at = file.case.staged.origins.at(first)
                yield Finding(rule.code, "warning", rows, column=columns[rule.field], **at)
    if source.identity:
        rows, first = look_alikes(connection, table, index, source.identity)
        if first is not None:
            at = file.case.staged.origins.at(first)
            yield Finding("look_alikes", "warning", rows, **at)


def _layout(file: Annotated) -> Iterator[Finding]:
    staged = file.case.staged
    yield from staged.layout.notes
    if staged.blank:
        yield Finding("blank_lines", "warning", rows=staged.blank)
    if unnamed := sum(not column for column in staged.layout.columns):
        yield Finding("header_unnamed", "warning", facts={"columns": unnamed})
    if unused := unused_columns(staged.layout.columns, file.case.mapping, file.case.source):
        yield Finding("columns_unused", "info", facts={"columns": ", ".join(unused)})


def write_quarantine(
    connection: duckdb.DuckDBPyConnection, table: str, index: int, file: Annotated, out: IO[str]
) -> None:
    """Append the rows of one file that were set aside: file, line, reason, column, text."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(QUARANTINE_HEADER)
    staged = file.case.staged
    with staged.aside.open(encoding="utf-8", newline="") as unread:
        writer.writerows(csv.reader(unread))
    # The connection itself and no cursor of it, so that a cancelled import interrupts this query.
    found = connection.execute(f"{quarantined(table, index)} ORDER BY record")
    with staged.csv.open("rb") as records:
        texts = Texts(records, staged.layout.delimiter)
        while batch := found.fetchmany(10_000):
            for record, reason in batch:
                code, _, field = reason.partition("|")
                label, line = staged.origins.locate(record)
                header = file.case.header(field) if field else ""
                writer.writerow((label, line, code, header, texts.line(record)))
