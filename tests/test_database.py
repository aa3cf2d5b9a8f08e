"""A database is a source like a file: its rows come in, it is never written to, no secret leaks."""

import csv
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from promo.errors import Cancelled
from promo.ingest.limits import Limits
from promo.ingest.records.database import fetch
from promo.ingest.refusal import Unreadable
from promo.ingest.task import Task

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


@pytest.fixture
def shop(tmp_path):
    """The URL of a small SQLite database."""
    path = tmp_path / "my shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (id TEXT, price NUMERIC, note TEXT, at TEXT)")
        rows = [
            ("007", 12.5, None, "2026-03-04 10:00:00"),
            ("008", 3, '50 % off; it\'s, so "good"\nnow', "2026-03-05 10:00:00"),
            ("009", 0.1, "", "2026-03-06 10:00:00"),
        ]
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return f"sqlite:///{path}"


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def reason(call) -> str:
    with pytest.raises(Unreadable) as caught:
        call()
    return caught.value.finding.code


def test_a_select_becomes_a_file_with_every_value_as_it_was(shop, tmp_path):
    path = fetch(shop, "SELECT * FROM orders ORDER BY id;", tmp_path)
    assert path.name == "my-shop.csv"
    assert rows_of(path) == [
        ["id", "price", "note", "at"],
        ["007", "12.5", "", "2026-03-04 10:00:00"],
        # A line break in a cell is a blank, so that a line of the file is a row of the table.
        ["008", "3", '50 % off; it\'s, so "good" now', "2026-03-05 10:00:00"],
        ["009", "0.1", "", "2026-03-06 10:00:00"],
    ]


@pytest.mark.parametrize(
    "select",
    [
        "SELECT id FROM orders WHERE note LIKE '%; drop%' OR id = '008'",
        "select id from orders -- the one; of them\nwhere id = '008'",
        "/* why; */ WITH o AS (SELECT * FROM orders) SELECT id FROM o WHERE id = '008' ;",
        "SELECT \"id\" FROM orders WHERE note LIKE '50 %'",
    ],
)
def test_a_statement_that_only_reads_is_run_as_it_is(shop, tmp_path, select):
    assert rows_of(fetch(shop, select, tmp_path)) == [["id"], ["008"]]


@pytest.mark.parametrize(
    "select",
    [
        "DELETE FROM orders",
        "SELECT 1; DELETE FROM orders",
        "UPDATE orders SET id = 1",
        "WITH o AS (SELECT 1) DELETE FROM orders",
        "SELECT id INTO other FROM orders",
        "PRAGMA user_version = 3",
        "",
        "SELECT E'\\''; DELETE FROM orders; --'",
        "SELECT $a$ ' $a$; DELETE FROM orders; --'",
        "SELECT 1 /* /* */ ' */; DELETE FROM orders; -- '",
        "EXPLAIN SELECT 1",
    ],
)
def test_anything_but_one_select_is_refused_before_it_runs(shop, tmp_path, select):
    code = reason(lambda: fetch(shop, select, tmp_path))
    assert code in ("database_not_select", "database_writes")
    assert len(rows_of(fetch(shop, "SELECT * FROM orders", tmp_path))) == 4


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    absent = tmp_path / "absent.sqlite"
    assert reason(lambda: fetch(f"sqlite:///{absent}", "SELECT 1", tmp_path)) == "database_absent"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("shop", "database_url"),
        ("oracle://a:b@host/x", "database_kind"),
        ("postgresql+psycopg2://a:b@host/x", "database_kind"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(tmp_path, url, code):
    assert reason(lambda: fetch(url, "SELECT 1", tmp_path)) == code


def test_what_the_database_says_is_passed_on_without_a_file_left(shop, tmp_path):
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Unreadable) as caught:
        fetch(shop, "SELECT * FROM order_lines", tmp_path)
    assert caught.value.finding.facts["said"] == "no such table: order_lines"
    assert caught.value.facts["file"] == "my shop.sqlite"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "mysql", "mariadb"])
def test_a_server_that_is_not_there_is_named_without_user_or_password(tmp_path, scheme):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"{scheme}://anna:s3cret@127.0.0.1:{port}/shop"
    with pytest.raises(Unreadable) as caught:
        fetch(url, "SELECT 1", tmp_path)
    assert caught.value.finding.code == "database_unreachable"
    assert caught.value.facts["file"] == "127.0.0.1/shop"
    assert "s3cret" not in str(caught.value) + str(caught.value.finding)
    assert "anna" not in str(caught.value) + str(caught.value.finding)


@pytest.mark.parametrize("mode", ["disable", "require"])
def test_a_server_may_be_asked_for_encryption_as_postgresql_spells_it(tmp_path, mode):
    with socket.create_server(("127.0.0.1", 0)) as server:
        hang_up = threading.Thread(target=lambda: [server.accept()[0].close() for _ in range(2)])
        hang_up.start()
        url = f"mysql://anna:s3cret@127.0.0.1:{server.getsockname()[1]}/shop?sslmode={mode}"
        assert reason(lambda: fetch(url, "SELECT 1", tmp_path)) == "database_said"
        hang_up.join()


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(query_rows=2), "database_rows"),
        (Limits(query_bytes=20), "database_bytes"),
        (Limits(query_seconds=0.3), "database_slow"),
    ],
)
def test_a_query_that_asks_too_much_names_the_limit(shop, tmp_path, limits, code):
    select = ENDLESS if code == "database_slow" else "SELECT * FROM orders"
    assert reason(lambda: fetch(shop, select, tmp_path, limits=limits)) == code
    assert not list(tmp_path.glob("*.csv*"))


def test_a_query_without_end_can_be_stopped(shop, tmp_path):
    task = Task()
    threading.Timer(0.3, task.stop).start()
    with pytest.raises(Cancelled):
        fetch(shop, ENDLESS, tmp_path, task)
    assert not list(tmp_path.glob("*.csv*"))


# --- PostgreSQL -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres():
    """The URL of a PostgreSQL server on a free port of this machine."""
    initdb, server = shutil.which("initdb"), shutil.which("postgres")
    if initdb is None or server is None:
        pytest.skip("no PostgreSQL on this machine (initdb and postgres)")
    # PostgreSQL will not run as root, and another user cannot look into pytest's folders.
    user = "postgres" if os.name == "posix" and os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="promodesk-postgres-"))
    if user:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"user": user, "cwd": folder, "stdout": subprocess.DEVNULL,
             "stderr": subprocess.DEVNULL}  # fmt: skip
    subprocess.run(
        [initdb, "-D", folder / "data", "-U", "anna", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, **quiet,
    )  # fmt: skip
    command = [server, "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder,
               "-c", "fsync=off"]  # fmt: skip
    process = subprocess.Popen(command, **quiet)
    try:
        yield prepared(f"postgresql://anna:s3cret@127.0.0.1:{port}/postgres", process)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def prepared(url: str, process: subprocess.Popen) -> str:
    """The server answers and has a table of orders."""
    engine = create_engine(url.replace("postgresql:", "postgresql+pg8000:"), poolclass=NullPool)
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the server ended early"
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(
                    "CREATE TABLE orders AS SELECT lpad(n::text, 4, '0') AS id, (n * 1.10)::numeric"
                    "(10, 2) AS price, timestamptz '2026-03-04 05:06:07+00' AS at, NULL::text AS "
                    "note, n % 2 = 0 AS paid FROM generate_series(1, 12000) n"
                )
        except DBAPIError:
            assert time.monotonic() < until, "the server did not come up"
            time.sleep(0.2)
        else:
            return url


def test_postgresql_rows_arrive_in_batches_and_exact(postgres, tmp_path):
    told: list[int] = []
    task = Task(lambda progress: told.append(progress.rows))
    path = fetch(postgres, "SELECT * FROM orders WHERE id LIKE '%' ORDER BY id", tmp_path, task)
    header, first, *rest = rows_of(path)
    assert header == ["id", "price", "at", "note", "paid"]
    assert first == ["0001", "1.10", "2026-03-04T05:06:07+00:00", "", "false"]
    assert len(rest) == 11_999
    assert told == [5_000, 10_000, 12_000]


def test_postgresql_is_asked_in_a_transaction_that_cannot_write(postgres, tmp_path):
    def sneaky():
        fetch(postgres, "SELECT setval('counter', 7)", tmp_path)

    engine = create_engine(postgres.replace("postgresql:", "postgresql+pg8000:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE IF NOT EXISTS counter")
    engine.dispose()
    with pytest.raises(Unreadable) as caught:
        sneaky()
    assert "read-only transaction" in str(caught.value.finding.facts["said"])


def test_postgresql_says_what_is_wrong_in_one_line(postgres, tmp_path):
    with pytest.raises(Unreadable) as caught:
        fetch(postgres, "SELECT * FROM order_lines", tmp_path)
    assert caught.value.finding.facts["said"] == 'relation "order_lines" does not exist'


@pytest.mark.parametrize("how", ["stopped", "too slow"])
def test_a_long_query_of_postgresql_ends_on_the_server_too(postgres, tmp_path, how):
    task, limits = Task(), Limits(query_seconds=0.5 if how == "too slow" else 600)
    if how == "stopped":
        threading.Timer(0.5, task.stop).start()
    began = time.monotonic()
    with pytest.raises(Cancelled if how == "stopped" else Unreadable):
        fetch(postgres, "SELECT pg_sleep(300)", tmp_path, task, limits)
    assert time.monotonic() - began < 60
    still = fetch(
        postgres,
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' "
        "AND state = 'active' AND pid <> pg_backend_pid()",
        tmp_path,
    )
    assert rows_of(still)[1] == ["0"]
