"""What an import saves time on changes nothing: cutting, texts of single lines, traits."""

import csv
import io
from unittest.mock import patch

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.ingest import build, inspect
from promo.ingest.limits import Limits
from promo.ingest.records import lines
from promo.ingest.records.columns import in_columns
from promo.ingest.records.grammar import fields
from promo.ingest.records.reader import stage
from promo.ingest.records.texts import Texts
from promo.ingest.records.traits import traits
from promo.ingest.refusal import Unreadable
from promo.ingest.sources.events import EVENT_WORDS

cell = st.text(st.sampled_from('ab1 +eE",;\n\té茶\u00a0'), max_size=6)
odd = st.text(st.sampled_from('ab",\n\r\0\x1a \x01é'), max_size=30)


def written(records):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(records)
    return out.getvalue().encode()


def outcome(path, folder, limits):
    """What staging leaves of a file: its cells, what it set aside, its account; or the refusal."""
    folder.mkdir()
    try:
        staged = stage(path, folder, limits)
    except Unreadable as error:
        return error.finding
    with staged.csv.open(encoding="utf-8", newline="") as file:
        cells = list(csv.reader(file))
    where = [staged.origins.locate(number) for number in range(staged.rows)]
    account = (staged.lines, staged.blank, staged.continued, staged.rows, staged.bad)
    return cells, staged.aside.read_text("utf-8"), account, where, staged.first_lines


piece = st.one_of(
    odd.map(lambda text: text.encode() + b"\n"),
    st.lists(cell, min_size=2, max_size=4).map(lambda record: written([record])),
)


@given(st.lists(piece), st.sampled_from([30, 99]), st.sampled_from([16, 1 << 20]))
def test_the_fast_cut_and_the_slow_one_account_alike(tmp_path_factory, pieces, longest, chunk):
    folder = tmp_path_factory.mktemp("cut")
    path = folder / "file.csv"
    path.write_bytes(b"left,middle,right\n" + b"".join(pieces))
    limits = Limits(record_bytes=longest, chunk_bytes=chunk, header_bytes=99)
    fast = outcome(path, folder / "fast", limits)
    with patch.object(lines, "_cut_fast", return_value=None):
        assert outcome(path, folder / "slow", limits) == fast


@given(st.lists(st.lists(cell, min_size=2, max_size=3), min_size=1), st.data())
def test_the_text_of_any_line_is_found_by_its_number(records, data):
    text = written(records)
    asked = data.draw(st.lists(st.integers(0, len(records) - 1), unique=True).map(sorted))
    with patch("promo.ingest.records.texts._BLOCK", data.draw(st.integers(1, 40))):
        texts = Texts(io.BytesIO(text), ",")
        found = [fields(texts.line(number).encode(), ",") for number in asked]
    assert [[one.decode() for one in row] for row in found] == [records[k] for k in asked]


def test_a_line_that_is_not_there_is_not_made_up():
    with pytest.raises(IndexError):
        Texts(io.BytesIO(b"a,b\n"), ",").line(1)


@given(st.lists(st.lists(cell, min_size=2, max_size=3)))
def test_no_padded_or_foreign_value_escapes_the_scan(records):
    found = traits(written(records))
    cells = [one for record in records for one in record]
    assert found.scientific or not any("e+" in one or "E+" in one for one in cells)
    assert found.composed or all(one.isascii() for one in cells)


padded = st.text(st.sampled_from("ab \u00a0\u3000\u200b\u202eé"), max_size=5)


@given(st.lists(st.tuples(padded, padded), min_size=1))
def test_every_column_is_trimmed_of_what_its_texts_are_padded_with(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("columns")
    path = folder / "file.csv"
    path.write_bytes(b"left,right,last\n" + written([(*record, "x") for record in records]))
    blanks = " \u00a0\u3000\u202f\u2009"
    with duckdb.connect() as connection:
        columns = in_columns(connection, stage(path, folder))
        texts = f"SELECT {columns.trimmed(0)}, {columns.trimmed(1)} FROM {columns.relation}"  # noqa: S608
        found = connection.execute(texts).fetchall()
    expected = [
        tuple(one.replace("\u200b", "").strip(blanks) or None for one in record)
        for record in records
    ]
    assert found == expected
    turned = [at for at in (0, 1) if any("\u202e" in record[at] for record in records)]
    assert columns.turning == set(turned)


def test_every_word_of_a_step_means_what_it_stands_for(tmp_path):
    known = [(word, step) for step, words in EVENT_WORDS.items() for word in words]
    said = [*known, *((word.upper(), step) for word, step in known), ("Unboxed", "unboxed")]
    rows = "".join(f"2026-01-05,{word},tea,{k}\n" for k, (word, _) in enumerate(said))
    path = tmp_path / "events.csv"
    path.write_text("event_time,event_type,product_id,session_id\n" + rows, "utf-8")
    dataset = build([(path, inspect(path, "events").suggestion)], tmp_path / "d", "words")
    table = dataset.tables["events"]
    steps = duckdb.sql(f"SELECT event_type FROM '{table}' ORDER BY session_id::INT").fetchall()  # noqa: S608
    assert [step for (step,) in steps] == [step for _, step in said]
