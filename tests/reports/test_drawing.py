"""A process that waits to draw the figures: the same bytes, matplotlib nowhere else, and nothing left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.small import Small
from pdc_reports import drawing
from pdc_reports.figures.files import shown_alone
from pdc_reports.figures.plots import plots
from pdc_reports.folder.lone_specialists import lone_colleagues

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


def fresh(code: str, **environment: str) -> str:
    """What a Python says that has loaded nothing yet."""
    paths = [str(ROOT / name) for name in ("model", "reports")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}\n{code}"],
        check=False, capture_output=True, text=True, timeout=240, env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@LINUX
def test_the_figures_are_those_drawn_here_and_matplotlib_is_loaded_there_alone(plan_dir, reports, tmp_path):
    fresh(f"""
import os
from pathlib import Path
from pdc_reports.drawing import drawing
from pdc_reports.folder.lone_specialists import lone_colleagues
from pdc_reports.folder.plan import PlanTables
with drawing(True) as waiting:
    tables = PlanTables.read(Path({str(plan_dir)!r}))
    child = waiting.draw(tables, lone_colleagues(tables), Path({str(tmp_path)!r}), "tr")
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert "matplotlib" not in sys.modules
""")
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {path.name: path.read_bytes() for path in (reports / "figures").iterdir()}


@LINUX
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_plan_loads_matplotlib_only_where_it_draws(tmp_path, jobs):
    country = Small().province(1).district("D1", 1, 60_000, central=1)
    country.unit("H1", "D1", "devlet_hastanesi", beds=200).filled("hemsire", 300).write(tmp_path / "data")
    said = fresh(f"""
sys.argv = ["pdc", "plan", "--no-cache", "--data", {str(tmp_path / "data")!r}, "--jobs", {jobs!r}, "--out", {str(tmp_path / "out")!r}]
from pdc.cli import main
try:
    main()
except SystemExit as end:
    print(end.code, "matplotlib" in sys.modules)
""")
    assert said.splitlines()[-1] == f"0 {jobs == '1'}"
    assert (tmp_path / "out" / "figures" / "lorenz.svg").is_file()


@LINUX
def test_where_reading_fails_nothing_is_left_and_nothing_said(tmp_path):
    (tmp_path / "data").mkdir()
    said = fresh(f"""
import os
sys.argv = ["pdc", "plan", "--no-cache", "--data", {str(tmp_path / "data")!r}, "--jobs", "2", "--out", {str(tmp_path / "out")!r}]
from pdc.cli import main
try:
    main()
except SystemExit as end:
    code = end.code
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print(code, "no child")
""")
    assert said.splitlines()[-1] == "2 no child"
    assert not (tmp_path / "out").exists()


@LINUX
def test_no_process_is_begun_where_none_is_wanted_or_can_be(monkeypatch):
    monkeypatch.setattr(drawing, "forking", lambda: True)
    with drawing.drawing(False) as waiting:
        assert waiting is None
    monkeypatch.setattr(drawing, "forking", lambda: False)
    with drawing.drawing(True) as waiting:
        assert waiting is None


@LINUX
def test_a_process_that_has_died_draws_nothing(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "forking", lambda: True)
    with drawing.drawing(True) as waiting:
        child = waiting._child
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert waiting.draw(plan, lone_colleagues(plan), tmp_path, "tr") is None
    with pytest.raises(ChildProcessError):
        os.waitpid(child, 0)  # ended, and asked after


@LINUX
def test_a_caller_that_is_gone_ends_it(tmp_path):
    said = fresh("""
import os, time
from pdc_reports import drawing
between = os.pipe()
middle = os.fork()
if not middle:
    with drawing.drawing(True) as waiting:
        os.write(between[1], str(waiting._child).encode())
        os._exit(0)
os.waitpid(middle, 0)
child = int(os.read(between[0], 20))
for _ in range(600):
    try:
        state = open(f"/proc/{child}/stat").read().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        state = "X"
    if state in "ZX":
        break
    time.sleep(0.1)
print(state)
""")
    assert said.strip() in {"Z", "X"}


def test_it_gets_what_figures_read_and_nothing_else(plan):
    tables, lone = shown_alone(plan, lone_colleagues(plan))
    assert [plot.name for plot in plots(tables, lone, "tr")] == [
        plot.name for plot in plots(plan, lone_colleagues(plan), "tr")
    ]
    assert {"plan_units", "rules", "changes", "units", "plan_districts"}.isdisjoint(vars(tables))
    with pytest.raises(AttributeError):
        _ = tables.rules


def test_the_help_of_a_caller_s_matplotlib_stays():
    fresh("""
from matplotlib.figure import Figure
from pdc_reports.figures.early import load
load()
from matplotlib.axes import Axes
from matplotlib.artist import kwdoc
assert "xlim" in str(Axes.set.__signature__) and "figwidth" in Figure.set.__doc__ and "xlim" in kwdoc(Axes)
""")


def test_new_matplotlib_writes_no_help_and_leaves_nothing(tmp_path):
    fresh(
        """
import os
from pdc_reports.figures.early import load
load()
from matplotlib.lines import Line2D
line = Line2D([0], [1])
line.set(linewidth=3)
assert line.get_linewidth() == 3 and "antialiased" not in (Line2D.__init__.__doc__ or "")
sys.stdout.flush()
os._exit(0)
""",
        HOME=os.devnull, XDG_CACHE_HOME="", XDG_CONFIG_HOME="", TMPDIR=str(tmp_path),
    )  # fmt: skip
    assert not list(tmp_path.iterdir())
