"""The tutorial runs from the first cell to the last, and the outputs stored in it are those of today.

``python tests/test_notebook.py`` runs it and stores its outputs anew.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "tutorial.ipynb"
SECONDS = 240


def execute(target: Path) -> None:
    """Run the notebook in a kernel that finds pdc in its source roots, and write it with its outputs."""
    import nbformat  # noqa: PLC0415 - a development tool
    from nbclient import NotebookClient  # noqa: PLC0415

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    roots = [str(ROOT / "model"), str(ROOT / "reports"), os.environ.get("PYTHONPATH", "")]
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    client.execute(env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, roots))})
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, target)


@pytest.fixture(scope="module")
def stored():
    return json.loads(NOTEBOOK.read_text("utf-8"))


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    # In a process of its own: the warnings of a kernel's sockets are not this project's.
    for name in ("nbformat", "nbclient", "ipykernel"):
        pytest.importorskip(name)
    target = tmp_path_factory.mktemp("notebook") / "tutorial.ipynb"
    done = subprocess.run(
        [sys.executable, __file__, str(target)], capture_output=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-3000:]
    return json.loads(target.read_text("utf-8"))


def cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def numbers(cell):
    """Numbers in the text that a cell shows; how a table is laid out is a matter of the version of pandas."""
    texts = []
    for output in cell["outputs"]:
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        texts.append("".join(text))
    return re.findall(r"\d+(?:\.\d+)?", re.sub(r"<Figure.*?>", "", "".join(texts)))


def test_it_runs_and_stores_what_it_shows_today(stored, today):
    assert [numbers(cell) for cell in cells(stored)] == [numbers(cell) for cell in cells(today)]


def test_nothing_is_written_to_standard_error(stored, today):
    for notebook in (stored, today):
        for cell in cells(notebook):
            assert not [
                o for o in cell["outputs"] if o["output_type"] == "error" or o.get("name") == "stderr"
            ]


def test_it_has_its_outputs_and_small_pictures(stored):
    assert [cell["execution_count"] for cell in cells(stored)] == list(range(1, len(cells(stored)) + 1))
    pictures = [
        o["data"]["image/png"]
        for c in cells(stored)
        for o in c["outputs"]
        if "image/png" in o.get("data", {})
    ]
    assert len(pictures) == 2
    assert all(len("".join(picture)) < 200_000 for picture in pictures)
    assert NOTEBOOK.stat().st_size < 400_000


if __name__ == "__main__":
    execute(Path(sys.argv[1]) if len(sys.argv) > 1 else NOTEBOOK)
