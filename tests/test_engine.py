"""The engine of data keeps to its memory, and says so in a sentence where it cannot."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.errors import OutOfMemory
from promo.ingest import engine as engines
from promo.ingest.engine import among, engine, held
from promo.ingest.limits import LIMITS
from promo.words import LANGUAGES, explain


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_task_that_cannot_keep_to_its_memory_ends_in_a_sentence(language, monkeypatch):
    monkeypatch.setitem(engines._SHUT, "memory_limit", "50MB")
    with pytest.raises(OutOfMemory) as error, engine() as connection:
        connection.execute("SELECT list(repeat('long', 1_000_000 + i)) FROM range(60) t(i)")
    assert f"{LIMITS.engine_megabytes} MB" in explain(language, error.value)


@given(st.integers(0, 10**9), st.integers(0, 10**12))
def test_rows_that_wait_to_be_written_together_never_hold_much_memory(rows, size):
    count = int(held(rows, size).removeprefix("ROW_GROUP_SIZE "))
    assert 2_048 <= count <= 122_880
    assert count == 2_048 or count * size <= 64_000_000 * max(rows, 1)


def test_words_are_known_in_any_case_and_nothing_is_none_of_them():
    asked = among("word", ("paid", "it's"))
    found = duckdb.sql(f"SELECT {asked} FROM (VALUES ('PAID'), ('It''s'), ('due'), (NULL)) t(word)")  # noqa: S608
    assert [bool(one) for (one,) in found.fetchall()] == [True, True, False, False]
