"""Whatever the bytes: a refusal of our own, or an account in which every line has its place."""

import csv
import importlib.util
import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.ingest import FileMapping, check, inspect
from tests.conftest import ROOT
from tests.corpus.case import HEADER, PLAIN
from tests.test_corpus import CASES

SECONDS = 60

cells = st.one_of(
    st.sampled_from([
        "", " ", "1", "-1", "1,5", "1.5", "1,234", "1.234,50", "NaN", "1e999", "20%", "5 EUR", "是",
        "2026-01-05", "03/04/2026", "25/12/2025", "2026-02-30", "2026-01-05T10:00:00+08:00",
        "1767600000", "1767600000000", "Jan 5, 2026", "Total", "=1+1", "tea", "a@b.com", '"', "\0",
        "\u200b", "\u202e", "\ufeff", "\r", "\n", "C1", "c1", "1.2E+17", "17850.0",
    ]),
    st.text(max_size=6),
)  # fmt: skip
tables = st.lists(st.lists(cells, min_size=6, max_size=8), min_size=1, max_size=8)


def written(rows, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return HEADER.replace(",", delimiter).encode() + out.getvalue().encode("utf-8", "replace")


@given(
    tables,
    st.sampled_from(",;\t|"),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4)), max_size=3),
    st.sampled_from(["orders", "events", "panel", "products", "users"]),
)
def test_every_table_is_accounted_for_or_refused(tmp_path_factory, rows, delimiter, hits, source):
    data = written(rows, delimiter)
    for at, noise in hits:
        data = data[:at] + noise + data[at:]
    path = tmp_path_factory.mktemp("fuzz") / "file.csv"
    path.write_bytes(data)
    report = check(path, inspect(path, source).suggestion)
    assert "lines_unaccounted" not in [finding.code for finding in report.findings]
    told = report.header + report.blank + report.continued
    assert report.lines == told + report.rows_clean + report.rows_quarantined
    options = {"zone": "Europe/Berlin", "epoch": "seconds", "decimal": "comma", "day_first": "true"}
    mapping = inspect(path, source).suggestion
    again = check(path, FileMapping(mapping.source, mapping.columns, options))
    told = again.header + again.blank + again.continued
    assert again.lines == told + again.rows_clean + again.rows_quarantined


@pytest.mark.slow
def test_a_minute_of_random_bytes_finds_no_crash_and_no_lost_line(tmp_path):
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("the fuzzer has no wheel for this machine")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "plain").write_bytes(PLAIN.encode())
    for number, case in enumerate(CASES.values()):
        if isinstance(case.content, bytes) and len(case.content) < 4096:
            (seeds / str(number)).write_bytes(case.content)
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz_reader", str(seeds), str(SECONDS)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "", "TMPDIR": str(tmp_path)},
        capture_output=True, text=True, timeout=10 * SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done " in done.stderr, done.stderr[-3000:]
