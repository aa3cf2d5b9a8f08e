"""The command of the project says what it does and ends in a clear sentence when it cannot."""

import importlib.util
import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def dev(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    (tmp_path / "a.lock").write_text("one==1 --hash=sha256:0\n", encoding="utf-8")
    return module


def test_a_taken_port_is_named_with_the_way_out(dev):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(dev.Stop, match=rf"port {port} is taken.*--port {port + 1}"):
            dev.free_port(port)


def test_an_old_python_without_a_newer_one_ends_in_a_sentence(dev, monkeypatch):
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 1, "final", 0))
    monkeypatch.setattr(dev.shutil, "which", lambda _: None)
    with pytest.raises(dev.Stop, match=r"Python 3.11 to 3.13 is needed and this is 3.9.1"):
        dev.find_python()


def test_an_old_python_finds_a_newer_one_that_starts(dev, monkeypatch):
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 1, "final", 0))
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(dev, "works", lambda path: "3.12" in path)
    assert dev.find_python() == "/bin/python3.12"


def test_no_registry_is_said_with_what_to_check(dev, monkeypatch):
    def unreachable(command, quiet=False):
        if "install" in [str(word) for word in command]:
            raise dev.Stop("could not resolve host")

    monkeypatch.setattr(dev, "call", unreachable)
    with pytest.raises(dev.Stop, match="Is a package registry reachable"):
        dev.install("a.lock")
    assert not list(dev.VENV.glob("*.installed"))


def test_the_second_set_up_installs_nothing_and_a_changed_lock_does(dev, monkeypatch):
    calls = []

    def pretend(command, quiet=False):
        calls.append(command)
        python = dev.VENV / ("Scripts/python.exe" if dev.WINDOWS else "bin/python")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    monkeypatch.setattr(dev, "call", pretend)
    dev.install("a.lock")
    first = len(calls)
    dev.install("a.lock")
    assert len(calls) == first > 0
    (dev.ROOT / "a.lock").write_text("one==2 --hash=sha256:0\n", encoding="utf-8")
    dev.install("a.lock")
    assert len(calls) > first


def test_a_failing_step_ends_the_verb_with_exit_code_1(dev, monkeypatch, capsys):
    def fail(arguments, rest):
        raise dev.Stop("because")

    monkeypatch.setattr(dev, "test", fail)
    monkeypatch.setattr(dev.sys, "argv", ["dev.py", "test"])
    assert dev.main() == 1
    assert "promodesk: because" in capsys.readouterr().out


def test_a_browser_named_by_hand_is_the_only_one_asked(dev, monkeypatch, tmp_path):
    mine = tmp_path / "browser"
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert dev.find_browser() is None
    mine.touch()
    assert dev.find_browser() == str(mine)


@pytest.mark.parametrize("text", ["99999", "80", "http", "-1"])
def test_a_port_that_is_none_is_a_sentence(dev, monkeypatch, capsys, text):
    monkeypatch.setattr(dev.sys, "argv", ["dev.py", "run", "--port", text])
    with pytest.raises(SystemExit) as end:
        dev.main()
    assert end.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_the_environment_of_spark_is_its_own(dev, monkeypatch):
    monkeypatch.setattr(
        dev, "call", lambda command, quiet=False: python.parent.mkdir(parents=True, exist_ok=True)
    )
    python = dev.ROOT / ".venv-spark" / "bin" / "python"
    assert dev.install("a.lock", dev.ROOT / ".venv-spark").parts[-3] == ".venv-spark"
    assert dev.is_installed("a.lock", dev.ROOT / ".venv-spark")
    assert not dev.VENV.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows is told to install Java")
def test_a_machine_without_java_starts_the_one_from_the_lock_without_vectors(dev, monkeypatch):
    fake = dev.ROOT / "java"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    fake.chmod(0o755)
    python = dev.ROOT / ".venv-spark" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho {fake}\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(dev.shutil, "which", lambda _: None)
    monkeypatch.setattr(dev.os, "environ", dict(os.environ))
    dev.provide_java(python)
    java = Path(dev.os.environ["JAVA_HOME"]) / "bin" / "java"
    words = [java, "--add-modules=jdk.incubator.vector", "-Dname=two words", "Main"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["-Dname=two words", "Main"]


def test_a_java_that_is_there_is_used_as_it_is(dev, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "/mine")
    dev.provide_java(dev.ROOT / "python")
    assert dev.os.environ["JAVA_HOME"] == "/mine"
