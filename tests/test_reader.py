"""Nothing is lost: every line of any file is accounted for, and hostile files are named."""

import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.ingest import check, inspect
from promo.ingest.limits import Limits
from promo.ingest.records.reader import stage
from promo.ingest.refusal import Unreadable
from promo.words import LANGUAGES, finding_sentence
from tests.corpus.case import GOOD, HEADER, PLAIN, row


def look(tmp_path, content, name="orders.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return check(path, inspect(path).suggestion, tmp_path / "quarantine.csv")


def test_the_quarantine_names_line_reason_column_and_the_original_text(tmp_path):
    damaged = PLAIN + "\n" + row(price="cheap", description='"a, b"') + "4,tea\n" + GOOD
    look(tmp_path, damaged.encode())
    with (tmp_path / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["line"], r["reason"], r["column"]) for r in rows] == [
        ("7", "row_too_short", ""),
        ("6", "not_a_number", "price"),
        ("8", "duplicate", ""),
        ("9", "duplicate", ""),
        ("10", "duplicate", ""),
    ]
    lines = damaged.splitlines()
    assert all(r["text"] == lines[int(r["line"]) - 1] for r in rows)


def test_checking_writes_nothing_unless_asked(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(PLAIN, encoding="utf-8")
    check(path, inspect(path).suggestion)
    assert [found.name for found in tmp_path.iterdir()] == ["orders.csv"]


cell = st.text(
    st.sampled_from('ab1",;\n\r\t\0 é茶-/\u00a0\udcff'.replace("\udcff", "")), max_size=8
)
number = st.sampled_from(["1", "2.5", "-3", "0", "", "NaN", "x", "1,5", "1e9"])
moment = st.sampled_from(["2026-01-05", "2026-01-06 10:00:00", "2026-02-30", "", "soon"])
record = st.tuples(cell, moment, cell, cell, number, number, cell)


def written(records, line_end, quoting):
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end, quoting=quoting).writerows(records)
    return out.getvalue()


@given(
    st.lists(st.one_of(record.map(list), st.just([]), st.lists(cell, max_size=9)), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.booleans(),
)
def test_no_line_is_ever_lost(tmp_path_factory, records, line_end, quoting, cut):
    folder = tmp_path_factory.mktemp("random")
    text = HEADER.replace("\n", line_end) + written(records, line_end, quoting)
    text = text[: -len(line_end)] if cut else text
    path = folder / "orders.csv"
    path.write_bytes(text.encode())
    report = check(path, inspect(path, "orders").suggestion)
    accounted = report.header + report.blank + report.continued
    assert report.lines == accounted + report.rows_clean + report.rows_quarantined
    if report.lines:
        unified = text.replace("\r\n", "\n")
        assert report.lines == unified.count("\n") + (not unified.endswith("\n"))


@given(
    st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=30),
    st.integers(min_value=1, max_value=64),
)
def test_the_size_of_the_chunks_changes_nothing(tmp_path_factory, records, chunk):
    folder = tmp_path_factory.mktemp("chunks")
    clean = [[field.replace("\r", "").replace("\0", "") for field in one] for one in records]
    path = folder / "file.csv"
    path.write_text("left,middle,right\n" + written(clean, "\n", csv.QUOTE_MINIMAL), "utf-8")
    (folder / "whole").mkdir()
    (folder / "small").mkdir()
    whole = stage(path, folder / "whole")
    small = stage(path, folder / "small", Limits(chunk_bytes=chunk))
    with whole.csv.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == clean
    assert small.csv.read_bytes() == whole.csv.read_bytes()
    assert (small.lines, small.rows, small.continued) == (whole.lines, whole.rows, whole.continued)
    lines = [whole.origins.locate(number) for number in range(whole.rows)]
    assert lines == [small.origins.locate(number) for number in range(small.rows)]


WIDE = b"left,right\n" + b"a,b\n" * 300_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "limits", "code", "named"),
    [
        (b"h" * 3_000 + b",b\n1,2\n", Limits(header_bytes=2_048), "header_too_long", "2 KB"),
        (b"a,b,c\n1,2,3\n", Limits(columns=2), "too_many_columns", "2"),
        (b'a,b\n"1,2\n' + WIDE * 3, Limits(open_quote_bytes=1 << 20), "quote_unclosed", "1 MB"),
        (gzip.compress(WIDE), Limits(free_bytes=9, expansion=7), "archive_swollen", "7"),
        (gzip.compress(WIDE), Limits(expanded_bytes=10**6), "archive_too_large", "0.001 GB"),
    ],
)
def test_a_limit_that_a_file_meets_is_named(tmp_path, language, content, limits, code, named):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        stage(path, tmp_path, limits)
    finding = refused.value.finding
    assert finding.code == code
    assert named in finding_sentence(language, finding)


def test_a_row_too_long_to_be_read_is_set_aside_with_the_limit(tmp_path):
    account = look(tmp_path, (PLAIN + row(description="x" * 1_100_000)).encode())
    (finding,) = (found for found in account.findings if found.code == "record_too_large")
    assert "1024 KB" in finding_sentence("en", finding)
