"""A real Spark master and worker on this machine make the same features from the same files."""

import os
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from promo import workflow
from promo.errors import NotUsable
from promo.ingest.features import FEATURES
from tests import feature_oracle as oracle

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("default")]  # they are Spark's own

DEPLOY = "org.apache.spark.deploy"


@contextmanager
def started(main, log, *arguments):
    """A process of Spark's own, from the jars that pyspark brings."""
    pyspark = pytest.importorskip("pyspark", reason="python3 dev.py spark installs pyspark")
    command = [Path(pyspark.__file__).parent / "bin" / "spark-class", f"{DEPLOY}.{main}"]
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, *arguments], stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(text, log, process):
    for _ in range(600):
        if text in log.read_text():
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    pytest.fail(log.read_text())


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    place = tmp_path_factory.mktemp("spark")
    # Small tables need no 200 parts; this is how a team would set up its own Spark as well.
    (place / "spark-defaults.conf").write_text(
        "spark.sql.shuffle.partitions 2\nspark.default.parallelism 2\n"
    )
    os.environ["SPARK_CONF_DIR"] = str(place)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, log = f"spark://127.0.0.1:{port}", place / "master.log"
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    with started("master.Master", log, *here, "--port", str(port)) as first:
        wait_for("I have been elected leader", log, first)
        log = place / "worker.log"
        size = ("--cores", "2", "--memory", "1g", "--work-dir", str(place / "work"))
        with started("worker.Worker", log, *here, *size, url) as second:
            wait_for("Successfully registered with master", log, second)
            yield url


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """One shop with everything at the edge of what is allowed, one with every kind of table."""
    places = {}
    for name, shop in {
        "edges": {"events": oracle.edge_events()},
        "all": oracle.random_shop(3),
    }.items():
        places[name] = tmp_path_factory.mktemp(name)
        oracle.write(shop, places[name])
    return places


@pytest.fixture(scope="module", params=["edges", "all"])
def results(request, tables, master, tmp_path_factory):
    out, source = tmp_path_factory.mktemp("out"), tables[request.param]
    workflow.make_features(source, out / "spark", "spark", master)
    workflow.make_features(source, out / "duckdb")
    return oracle.read(out / "spark"), oracle.read(out / "duckdb")


@pytest.mark.parametrize("name", FEATURES)
def test_a_cluster_and_this_process_make_the_same_table(results, name):
    on_spark, on_duckdb = results
    assert list(on_spark[name].columns) == list(on_duckdb[name].columns)
    oracle.assert_same(name, on_spark[name], on_duckdb[name])


def test_an_address_where_no_spark_can_be_is_said(tables, tmp_path):
    with pytest.raises(NotUsable):
        workflow.make_features(tables["edges"], tmp_path / "out", "spark", "nonsense://x")
