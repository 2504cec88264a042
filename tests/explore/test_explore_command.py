"""The command: its address on one line, nothing left when it is stopped, faults before a page is opened."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.two_provinces import country
from pdc.cli import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_serves_and_leaves_nothing(tmp_path: Path, stop: signal.Signals) -> None:
    data, room = country().write(tmp_path / "veri"), tmp_path / "room"
    room.mkdir()
    words = [sys.executable, str(ROOT / "solve.py"), "explore", "--data", str(data), "--no-browser", "--lang", "en"]
    environment = {**os.environ, "TMPDIR": str(room), "PDC_CACHE": "off"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        (address,) = (word for word in line.split() if word.startswith("http"))
        assert address.startswith("http://127.0.0.1:")
        assert len(address.split("/")[3]) > 20
        with urllib.request.urlopen(address, timeout=60) as page:
            assert page.status == 200
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address.rsplit("/", 2)[0] + "/", timeout=60)
        assert refused.value.code == 403
        refused.value.close()
        assert any(room.iterdir())
        process.send_signal(stop)
        _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert [path.name for path in room.iterdir() if path.name.startswith("pdc")] == []


def test_a_port_that_is_taken_and_tables_with_faults_are_told(tmp_path: Path) -> None:
    data = country().write(tmp_path / "veri")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(app, ["explore", "--data", str(data), "--no-browser", "--port", port, "--lang", "en"])
    assert (done.exit_code, port in done.output) == (2, True)
    (data / "units.csv").write_text("unit_code\n", "utf-8")
    done = CliRunner().invoke(app, ["explore", "--data", str(data), "--no-browser"])
    assert (done.exit_code, "units.csv" in done.output) == (2, True)


def test_what_is_odd_about_own_tables_is_told_below_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    kept = signal.getsignal(signal.SIGTERM)
    data = country().write(tmp_path / "veri")
    (data / "capacity.csv").write_text("unit_code,title,posts,note\n", "utf-8")
    try:
        done = CliRunner().invoke(app, ["explore", "--data", str(data), "--no-browser", "--lang", "en"])
    finally:
        signal.signal(signal.SIGTERM, kept)
    assert done.exit_code == 0, done.output
    address, odd = done.output.strip().splitlines()
    assert odd == "capacity.csv: note: unknown column, not read."
    assert "http://127.0.0.1:" in address
