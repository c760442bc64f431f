"""The notebooks run from top to bottom and are kept without their outputs."""

from __future__ import annotations

import os
import re
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from territory_planner.reporting.offline import check_self_contained

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LEFT = {"01_first_plan": {"out"}, "02_what_if": set[str](), "03_to_the_crm": set[str]()}
"""What each leaves where it runs."""
WITHOUT_MAP = ("03_to_the_crm",)
FRAMED = re.compile(r'srcdoc="([^"]*)"')


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path: Path) -> None:
    """A notebook under version control holds what a person wrote."""
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell runs, in order, in a fresh kernel, and what it draws opens without a network."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    notebook = read(path)
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where).execute()
    assert {place.name for place in tmp_path.iterdir()} == LEFT[path.stem]
    pages = [page.read_text(encoding="utf-8") for page in tmp_path.glob("out/*.html")]
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            framed = FRAMED.search(output.get("data", {}).get("text/html", ""))
            pages += [unescape(framed[1])] if framed else []
    assert any("leaflet" in page for page in pages) != (path.stem in WITHOUT_MAP)
    for page in pages:
        check_self_contained(page)
