"""The corpus: over two hundred files as shops have them, each with the verdict it must get."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from promo.domain import Finding
from promo.errors import FileRefused
from promo.ingest import build, inspect
from promo.words import LANGUAGES, translate
from tests.corpus import encodings, formats, hostile, keys, privacy, structure, times, values
from tests.corpus.case import VERDICTS, Case

GROUPS = (structure, encodings, values, times, keys, hostile, privacy, formats)
CASES: dict[str, Case] = {case.name: case for group in GROUPS for case in group.CASES}


def laid_down(case, folder):
    """The paths to import: one file, or several of one import, or one folder."""
    path, content = folder / case.file, case.content
    if not isinstance(content, Mapping):
        path.write_bytes(content() if callable(content) else content)
        return [path]
    for name, data in content.items():
        inner = path / name if case.file == "days" else folder / name
        inner.parent.mkdir(parents=True, exist_ok=True)
        inner.write_bytes(data)
    return [path] if case.file == "days" else [folder / name for name in content]


def mapping_of(case, path):
    found = inspect(path, case.source).suggestion
    return replace(found, options={**found.options, **case.options})


def has(findings, case):
    return any(
        finding.code == case.code
        and case.line in (None, finding.line)
        and case.column in (None, finding.column)
        for finding in findings
    )


def speaks(findings: tuple[Finding, ...]):
    for finding in findings:
        for language in LANGUAGES:
            sentence = translate(
                language, f"finding.{finding.code}", rows=finding.rows, line=finding.line,
                column=finding.column, **finding.facts,
            )  # fmt: skip
            assert "None" not in sentence, sentence


def test_the_corpus_is_as_large_as_it_is_meant_to_be():
    assert len(CASES) == sum(len(group.CASES) for group in GROUPS) >= 200


@pytest.mark.parametrize("name", CASES)
def test_every_file_gets_its_verdict_its_reason_and_a_place_for_every_line(name, tmp_path):
    case = CASES[name]
    files = [(path, mapping_of(case, path)) for path in laid_down(case, tmp_path)]
    if case.verdict == "R":
        with pytest.raises(FileRefused) as refusal:
            build(files, tmp_path / "dataset", "mine")
        found = (refusal.value.finding,)
        assert has(found, case), found
        speaks(found)
        return
    dataset = build(files, tmp_path / "dataset", "mine")
    reports = dataset.reports
    findings = tuple(finding for report in reports for finding in report.findings)
    worst = max((report.verdict for report in reports), key=list(VERDICTS.values())[::-1].index)
    assert worst == VERDICTS[case.verdict], findings
    assert case.code is None or has(findings, case), findings
    speaks(findings)
    for report in reports:
        told = report.header + report.blank + report.continued
        assert report.lines == told + report.rows_clean + report.rows_quarantined
    rows = [
        line
        for path in (tmp_path / "dataset").glob("quarantine-*.csv")
        for line in csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""))
    ]
    (table,) = dataset.tables.values()
    assert (pq.read_metadata(table).num_rows, len(rows)) == (case.clean, case.aside)
    assert all(line["line"] and line["reason"] and line["file"] for line in rows)
    assert max(Counter((line["file"], line["line"]) for line in rows).values(), default=1) == 1
