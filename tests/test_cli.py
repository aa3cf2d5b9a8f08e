"""The command line does what the screen does: JSON out, sentences to stderr, honest exit codes."""

import itertools
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from promo import workflow
from promo.cli import main
from promo.cli.main import MODULES

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data"


@pytest.fixture
def promo(capsys):
    """Run one verb; gives exit code, JSON from stdout and the text of stderr."""

    def run(*words: object) -> tuple[int, dict, str]:
        code = main([*map(str, words), "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out), err

    return run


@pytest.fixture
def workspace(sample_workspace):
    """The folder of a workspace with the sample dataset in it, shared by tests that only read."""
    return sample_workspace.folder


def test_every_verb_has_help_and_a_name_of_its_own():
    names = [verb.name for module in MODULES for verb in module.VERBS]
    assert len(names) == len(set(names))
    for name in names:
        done = (
            subprocess.run(
                [sys.executable, "-m", "promo", name, "--help"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if name == names[0]
            else None
        )  # one process proves the module; the rest is in-process
        assert done is None or (done.returncode == 0 and "--json" in done.stdout)
        with pytest.raises(SystemExit) as leaving:
            main([name, "--help"])
        assert leaving.value.code == 0


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("plan", "--budget"),
        ("check", "name at least one FILE"),
        ("import --name spring", "name at least one FILE"),
        ("check --sql sqlite:///shop.sqlite", "--sql and --select go together"),
        ("import shop.csv --select SELECT", "--sql and --select go together"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_names_what_is_missing(capsys, words, named):
    with pytest.raises(SystemExit) as leaving:
        main(words.split())
    assert leaving.value.code == 2
    said = capsys.readouterr().err
    assert named in said
    assert f"usage: promo {words.split()[0]}" in said


def test_no_verb_spins_on_a_core_that_others_could_use(promo, tmp_path):
    with threadpool_limits(2, user_api="blas"):  # as many as a machine of two cores would take
        promo("simulate", "--out", tmp_path, "--products", 5, "--weeks", 20)
        threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert threads
    assert set(threads) == {1}


def test_check_recognises_each_sample_file_and_accounts_for_its_lines(promo):
    for path in sorted(SAMPLE.glob("*.csv")):
        code, result, _ = promo("check", path)
        (file,) = result["files"]
        assert (code, file["source"]) == (0, path.stem)
        lines = len(path.read_bytes().splitlines())
        assert file["lines"] == lines
        parts = ("header", "blank", "continued", "rows_clean", "rows_quarantined")
        assert sum(file[part] for part in parts) == lines
        assert file["verdict"] in ("accepted", "accepted_with_warnings")


def test_a_refused_file_is_a_sentence_and_exit_code_1(promo, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    code, result, _ = promo("check", empty)
    assert code == 1
    assert result["files"][0]["verdict"] == "refused"
    assert str(result["files"][0]["findings"][0]["message"])


def test_import_keeps_a_dataset_that_the_other_verbs_open(promo, tmp_path):
    code, result, _ = promo(
        "import", SAMPLE / "panel.csv", "--workspace", tmp_path, "--name", "mine"
    )
    assert (code, result["dataset"]) == (0, "mine")
    code, curves, _ = promo("response", "--workspace", tmp_path, "--dataset", "mine")
    assert code == 0
    assert {"elasticity", "low", "high", "evidence", "trust"} <= set(curves["curves"][0])
    assert {"excess", "excess_se", "random_weeks"} <= set(curves["timing"])


def test_import_under_a_name_that_is_taken_asks_and_replaces_when_told(promo, tmp_path):
    question = ("import", SAMPLE / "panel.csv", "--workspace", tmp_path, "--name", "mine")
    assert promo(*question)[0] == 0
    code, result, err = promo(*question)
    assert (code, result["error"]) == (1, "name_taken")
    assert "--replace" in err
    code, result, _ = promo(*question, "--replace")
    assert (code, result["dataset"]) == (0, "mine")


def test_import_without_a_name_never_replaces(promo, tmp_path):
    for name in ("panel", "panel 2"):
        code, result, _ = promo("import", SAMPLE / "panel.csv", "--workspace", tmp_path)
        assert (code, result["dataset"]) == (0, name)


def test_an_unknown_dataset_is_named(promo, tmp_path):
    code, result, err = promo("forecast", "--workspace", tmp_path, "--dataset", "nowhere")
    assert (code, result["error"]) == (1, "not_found")
    assert "nowhere" in err


def test_plan_keeps_its_budget_and_says_what_it_proved(promo, workspace, tmp_path):
    out = tmp_path / "plan.csv"
    code, result, _ = promo("plan", "--budget", 800, "--workspace", workspace, "--out", out)
    assert (code, result["status"]) == (0, "optimal")
    rows = pd.read_csv(out)
    assert rows["cost"].sum() <= 800 + 0.01
    assert result["cost"] == pytest.approx(rows["cost"].sum())
    assert not rows.duplicated(["product_id", "segment"]).any()
    gain = result["expected_gain"]
    assert gain["low"] <= gain["estimate"] <= gain["high"]
    assert {row["name"] for row in result["baseline"]} >= {"no_promotion", "uniform"}


def test_more_caution_promises_no_more_and_says_its_price(promo, workspace):
    question = ("plan", "--budget", 800, "--workspace", workspace)
    _, usual, _ = promo(*question)
    code, careful, _ = promo(*question, "--caution", 0.9)
    assert code == 0
    assert usual["caution"] == {"probability": 0.6, "gives_up": 0.0, "bad_fifth_brings": 0.0}
    price = careful["caution"]["gives_up"]
    assert price > 0
    apart = usual["expected_gain"]["estimate"] - careful["expected_gain"]["estimate"]
    # Plans as good by her caution may promise a little more or less.
    assert apart == pytest.approx(price, rel=0.25)
    code, _, err = promo(*question, "--caution", 1.2)
    assert code == 1
    assert "caution cannot be 1.2" in err


def test_price_tests_come_with_a_calendar_for_the_shop(promo, workspace, tmp_path):
    out = tmp_path / "calendar.csv"
    question = ("tests", "--budget", 800, "--workspace", workspace, "--test-weeks", 6)
    code, result, _ = promo(*question, "--out", out)
    assert code == 0
    assert result["campaigns_a_year"] == pytest.approx(13)
    assert all(test["net"] > 0 for test in result["tests"])
    calendar = pd.read_csv(out)
    assert len(calendar) == 6 * len(result["tests"]) > 0
    assert pd.to_datetime(calendar["week"]).dt.day_of_week.eq(0).all()


def test_rules_of_a_file_reach_the_plan_and_a_misspelt_one_is_refused(promo, workspace, tmp_path):
    rules, out = tmp_path / "rules.toml", tmp_path / "plan.csv"
    rules.write_text("max_discount = 0.2\n", encoding="utf-8")
    question = ("plan", "--budget", 800, "--workspace", workspace, "--rules", rules)
    code, _, _ = promo(*question, "--out", out)
    assert code == 0
    assert pd.read_csv(out)["discount"].max() <= 0.2 + 1e-9
    rules.write_text("max_discuont = 0.2\n", encoding="utf-8")
    code, _, err = promo(*question)
    assert code == 1
    assert "max_discuont" in err


def test_choose_finds_what_trying_everything_finds(promo, tmp_path):
    options = pd.DataFrame(
        [(p, d, 5 * d + 3 * p * d - 2 * d * d * p, 2.0 * d) for p in range(4) for d in range(4)],
        columns=["product", "level", "profit", "cost"],
    )
    path, out = tmp_path / "options.csv", tmp_path / "chosen.csv"
    options.to_csv(path, index=False)
    groups = [group for _, group in options.groupby("product")]
    best = max(
        sum(options.loc[i, "profit"] for i in pick)
        for pick in itertools.product(*(group.index for group in groups))
        if sum(options.loc[i, "cost"] for i in pick) <= 9
    )
    code, result, _ = promo(
        "choose", path, "--one-per", "product", "--maximise", "profit", "--limit", "cost=9",
        "--out", out,
    )  # fmt: skip
    assert (code, result["status"], result["chosen"]) == (0, "optimal", 4)
    assert result["objective"] == pytest.approx(best)
    assert [row["level"] for row in result["first_chosen"]] == pd.read_csv(out)["level"].tolist()
    assert pd.read_csv(out)["cost"].sum() <= 9
    least = min(
        sum(options.loc[i, "cost"] for i in pick)
        for pick in itertools.product(*(group.index for group in groups))
        if sum(options.loc[i, "profit"] for i in pick) >= 30
    )
    code, result, _ = promo(
        "choose", path, "--one-per", "product", "--minimise", "cost", "--at-least", "profit=30",
    )  # fmt: skip
    assert (code, result["objective"], result["bound"]) == (0, least, least)
    assert set(result["shadow_prices"]) == {"profit>="}


def test_a_choice_prints_its_first_rows_for_a_person(capsys, tmp_path):
    path = tmp_path / "options.csv"
    pd.DataFrame({"shelf": range(30), "sort": range(100, 130), "gain": 1.0}).to_csv(path)
    assert main(["choose", str(path), "--one-per", "shelf", "--maximise", "gain"]) == 0
    said = capsys.readouterr().out
    assert "chosen: 30" in said
    assert all(str(number) in said for number in range(100, 120))
    assert "120" not in said


def test_limits_that_no_choice_keeps_are_told_as_they_were_asked(promo, tmp_path):
    path = tmp_path / "options.csv"
    pd.DataFrame({"shelf": [1, 2], "profit": [3.0, 4.0]}).to_csv(path)
    code, result, _ = promo(
        "choose", path, "--one-per", "shelf", "--maximise", "profit", "--at-least", "profit=500",
    )  # fmt: skip
    assert code == 1
    assert result["message"].endswith("Loosen one of these: profit >= 500.")


def test_the_rules_of_the_document_plan_the_sample(promo, workspace, tmp_path):
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    said = text.split("```toml\n")[1].split("```")[0]
    rules = tmp_path / "rules.toml"
    rules.write_text(said)
    asked = ("plan", "--budget", 500, "--workspace", workspace, "--rules", rules)
    code, result, _ = promo(*asked)
    assert (code, result["status"]) == (0, "optimal")
    rules.write_text(said.replace("BIS-002", "P021"))
    code, result, _ = promo(*asked)
    assert code == 1
    start = f"{rules}: rule 1, never_together: product cannot be P021. Choose from: BIS-001, "
    assert result["message"].startswith(start)
    assert result["message"].endswith(" and 26 more.")


def test_a_dataset_that_is_not_there_is_answered_with_those_that_are(promo, workspace):
    code, result, _ = promo("forecast", "--workspace", workspace, "--dataset", "Sample shop")
    assert code == 1
    assert "Choose from: " in result["message"]
    assert workflow.SAMPLE in result["message"]


def test_segments_and_forecast_answer_on_the_sample(promo, workspace):
    code, segments, _ = promo("segments", "--workspace", workspace)
    assert code == 0
    assert sum(row["customers"] for row in segments["segments"]) == segments["rows"]
    code, forecast, _ = promo("forecast", "--workspace", workspace, "--horizon", 3)
    assert code == 0
    assert {"series", "wape", "mase", "coverage_80", "coverage_95"} <= set(forecast)
    assert forecast["methods"]
    assert forecast["no_better_than_naive"] < forecast["series"] / 2


def test_one_product_is_looked_at_closely(promo, workspace, tmp_path):
    rows = tmp_path / "rows.csv"
    promo("forecast", "--workspace", workspace, "--horizon", 2, "--out", rows)
    product = pd.read_csv(rows)["product_id"].iloc[0]
    words = ("forecast", "--workspace", workspace, "--product", product, "--model")
    code, found, _ = promo(*words, "sarimax")
    assert code == 0
    assert {"model", "coefficients", "aic", "folds", "wape", "notes"} <= set(found)
    assert all(note["message"] for note in found["notes"])
    code, refused, _ = promo(*words, "oracle")
    assert (code, refused["error"]) == (1, "bad_request")


def test_simulate_writes_the_files_it_names(promo, tmp_path):
    code, result, _ = promo(
        "simulate",
        "--seed",
        3,
        "--products",
        8,
        "--weeks",
        30,
        "--customers",
        60,
        "--out",
        tmp_path,
    )
    assert code == 0
    assert all(Path(path).is_file() for path in result["files"].values())


@pytest.mark.parametrize("name", ["nothing_like_it", "../dev", "plan_data", "plan.run"])
def test_a_benchmark_that_is_none_is_named(promo, name):
    code, said, err = promo("bench", name)
    assert (code, said["error"]) == (1, "not_found")
    assert name in err


@pytest.fixture
def bad(tmp_path):
    """Files that a hurried person passes: options that are no table, rules of the wrong kind."""
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe\x00")
    (tmp_path / "options.csv").write_text("group,profit,cost\na,1,1\na,0,0\n", encoding="utf-8")
    (tmp_path / "percent.toml").write_text('min_discount = "10%"\n', encoding="utf-8")
    (tmp_path / "category.toml").write_text("category_budget = 5\n", encoding="utf-8")
    (tmp_path / "misspelt.toml").write_text("margin_flor = 0.3\n", encoding="utf-8")
    (tmp_path / "broken" / "promodesk.sqlite").mkdir(parents=True)
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "promodesk.sqlite").write_bytes(b"no database" * 100)
    (tmp_path / "half.toml").write_text("max_promoted = 1.5\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("choose {bad}/picture.csv --one-per group --maximise profit", "picture.csv"),
        ("choose {bad}/nowhere.csv --one-per group --maximise profit", "nowhere.csv"),
        ("choose {bad}/options.csv --one-per group --maximise profit --limit cost=abc", "abc"),
        ("choose {bad}/options.csv --one-per group --minimise cost --at-least profit=x", "profit"),
        ("choose {bad}/options.csv --one-per group --maximise gain", "gain"),
        ("choose {bad}/options.csv --one-per group --maximise cost --out {bad}/no/x.csv", "x.csv"),
        ("plan --budget 10 --rules {bad}/percent.toml", "min_discount"),
        ("plan --budget 10 --rules {bad}/category.toml", "category_budget"),
        ("plan --budget 10 --rules {bad}/half.toml", "max_promoted"),
        ("plan --budget -5 --workspace {good}", "budget"),
        ("plan --budget 10 --rules {bad}/misspelt.toml", "Choose from: "),
        ("plan --budget 10 --weeks 0 --workspace {good}", "it must be 1 or more"),
        ("plan --budget 10 --workspace {bad}/options.csv", "options.csv cannot be used"),
        ("plan --budget 10 --workspace {bad}/broken", "promodesk.sqlite cannot be used"),
        ("plan --budget 10 --workspace {bad}/torn", "promodesk.sqlite cannot be used"),
        ("check {bad}/nowhere.csv", "nowhere.csv"),
        ("import {bad}/options.csv --map cost --workspace {bad}", "cost"),
        ("check {bad}/options.csv {bad}/picture.csv --quarantine {bad}/q.csv", "--quarantine"),
    ],
)
def test_a_bad_request_is_a_sentence_that_names_it_and_exit_code_1(
    promo, bad, workspace, words, named
):
    code, result, err = promo(*words.format(bad=bad, good=workspace).split())
    assert code == 1
    assert named in err
    assert result["message"] in err


def test_quality_says_which_pages_a_file_carries_and_what_is_missing(promo, tmp_path):
    path = tmp_path / "morning.csv"
    rows = [f"2026-03-02 0{hour}:00:00,purchase,TEA,{hour}.5,c{hour % 3}" for hour in range(1, 9)]
    header = "event_time,event_type,product_id,price,user_id"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    code, told, _ = promo("quality", "--csv", path)
    assert code == 0
    met = {row["page"]: (row["met"], row["short"]) for row in told["gate"]}
    assert met["customers"] == (True, "")
    assert met["demand"] == met["plan"] == (False, "weeks")
    assert {"page": "customers", "what": "customers", "need": 1, "have": 3} in told["needs"]
    (days,) = told["coverage"]
    assert (days["first"], days["last"], days["whole_weeks"]) == ("2026-03-02", "2026-03-02", 0)
    columns = {row["column"]: row for row in told["profiles"]}
    assert columns["event_time"]["least"] == "2026-03-02T01:00:00"
    assert (columns["price"]["least"], columns["price"]["middle"]) == (1.5, 5)
    assert (columns["product_id"]["commonest"], columns["product_id"]["commonest_rows"]) == (
        "TEA", 8,
    )  # fmt: skip


def test_quality_of_the_sample_carries_every_page(promo, workspace):
    code, told, _ = promo("quality", "--workspace", workspace)
    assert code == 0
    assert not told["undated"]
    assert all(row["met"] for row in told["gate"])


def test_quality_says_numbered_weeks_by_their_numbers(promo, tmp_path):
    path = tmp_path / "numbered.csv"
    rows = [f"{week},TEA,{week},2.5" for week in (3, 4, 7, 8)]
    path.write_text("\n".join(["week,product_id,units,price", *rows]) + "\n", encoding="utf-8")
    code, told, _ = promo("quality", "--csv", path)
    assert (code, told["undated"]) == (0, ["panel"])
    (weeks,) = told["coverage"]
    assert (weeks["first"], weeks["last"], weeks["gaps"]) == (3, 8, ["5..6"])
    (column,) = [row for row in told["profiles"] if row["column"] == "week"]
    assert (column["least"], column["most"]) == (3, 8)


def keys(value: object) -> set[str]:
    """Every key of a JSON object and of the objects in it."""
    if isinstance(value, dict):
        return set(value) | keys(list(value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_every_key_of_the_answers_about_data_is_in_the_document(promo, tmp_path):
    asked = [
        ("check", SAMPLE / "products.csv", SAMPLE / "panel.csv"),
        ("import", SAMPLE / "products.csv", SAMPLE / "panel.csv", "--name", "mine",
         "--workspace", tmp_path),
        ("quality", "--workspace", tmp_path, "--dataset", "mine"),
        ("clean", "--workspace", tmp_path, "--dataset", "mine"),
        ("clean", "--workspace", tmp_path, "--dataset", "mine", "--outliers", "panel.price=flag"),
        ("features", "--in", tmp_path / "datasets", "--out", tmp_path / "features"),
        ("forecast", "--dataset", "nowhere", "--workspace", tmp_path),
    ]  # fmt: skip
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    answers = []
    for words in asked:
        if words[0] == "features":
            (folder,) = [one for one in words[2].iterdir() if one.is_dir()]
            words = (*words[:2], folder, *words[3:])
        answers.append(promo(*words)[1])
    missing = {key for answer in answers for key in keys(answer) if f"`{key}`" not in text}
    assert not missing


def test_ctrl_c_stops_an_import_and_leaves_nothing(capsys, tmp_path, monkeypatch):
    waited = workflow.Job.wait
    pressed = []

    def wait(job, seconds=None):
        if seconds is not None:
            pressed.append(seconds)
            raise KeyboardInterrupt
        return waited(job)

    rows = (SAMPLE / "panel.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "prices.csv"
    path.write_text("\n".join([rows[0], *rows[1:] * 60]) + "\n", encoding="utf-8")
    monkeypatch.setattr(workflow.Job, "wait", wait)
    assert main(["import", str(path), "--workspace", str(tmp_path / "w")]) == 130
    assert pressed
    assert "Stopped. Nothing of it was kept" in capsys.readouterr().err
    assert not [one for one in (tmp_path / "w" / "datasets").iterdir() if one.is_dir()]


def test_a_database_is_checked_and_imported_like_a_file(promo, tmp_path):
    place = tmp_path / "shop.sqlite"
    with sqlite3.connect(place) as connection:
        pd.read_csv(SAMPLE / "panel.csv").to_sql("prices", connection, index=False)
    connection.close()
    asked = ("--sql", f"sqlite:///{place}", "--select", "SELECT * FROM prices")
    _, whole, _ = promo("check", SAMPLE / "panel.csv")
    code, found, _ = promo("check", *asked)
    assert code == 0
    assert found["files"][0]["rows_clean"] == whole["files"][0]["rows_clean"]
    code, made, _ = promo("import", *asked, "--workspace", tmp_path / "w")
    assert (code, made["dataset"]) == (0, "shop")
    for kept in (tmp_path / "w").rglob("*"):
        assert kept.is_dir() or str(place).encode() not in kept.read_bytes()


def test_the_address_of_a_database_need_not_be_seen_by_other_users(promo, tmp_path, monkeypatch):
    place = tmp_path / "shop.sqlite"
    with sqlite3.connect(place) as connection:
        pd.read_csv(SAMPLE / "panel.csv").to_sql("prices", connection, index=False)
    connection.close()
    asked = ("check", "--select", "SELECT * FROM prices", "--sql")
    code, said, _ = promo(*asked)
    assert (code, "PROMODESK_DATABASE" in said["message"]) == (1, True)
    monkeypatch.setenv("PROMODESK_DATABASE", f"sqlite:///{place}")
    code, _, warned = promo(*asked)
    assert (code, "list of programs" in warned) == (0, False)
    *_, warned = promo(*asked, "mysql://anna:s3cret@127.0.0.1:1/shop")
    assert "list of programs" in warned
    assert "s3cret" not in warned


def test_a_statement_that_is_no_select_is_refused_with_the_mend(promo, tmp_path):
    sqlite3.connect(tmp_path / "shop.sqlite").close()
    url = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    code, said, _ = promo("import", "--sql", url, "--select", "DROP TABLE orders")
    assert (code, said["error"]) == (1, "file_refused")
    assert "begins with SELECT or WITH" in said["message"]


def test_ctrl_c_before_anything_has_begun_is_no_traceback(capsys, monkeypatch):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "inspect_file", pressed)
    assert main(["check", str(SAMPLE / "panel.csv")]) == 130
    assert "Stopped." in capsys.readouterr().err
