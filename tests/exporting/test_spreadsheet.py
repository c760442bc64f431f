"""CSV files: what a spreadsheet would run is made harmless, everything else comes back."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.exporting.spreadsheet import write_csv

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "+1+1",
        "-1-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "=1",
        "-",
        "+49 30",
        "-2+3",
        "＝1",
    ],
)
def test_a_formula_is_neutralised(text: str, tmp_path: Path) -> None:
    """An apostrophe stands before a cell that a spreadsheet would run."""
    write_csv(tmp_path / "a.csv", {"name": [text]})
    assert cells(tmp_path / "a.csv")[1] == [f"'{text}"]


@pytest.mark.parametrize("text", ["-12", "+3.5", "-0.25", "1=1", "a-b", "é", "'=1", ""])
def test_a_harmless_text_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    """Keys and names that start no formula are written as they are."""
    write_csv(tmp_path / "a.csv", {"name": [text], "other": ["x"]})
    assert cells(tmp_path / "a.csv")[1][0] == text


def test_a_negative_number_stays_a_number(tmp_path: Path) -> None:
    """Numbers are not texts: a deviation of -0.25 can still be summed."""
    write_csv(tmp_path / "a.csv", {"deviation": np.array([-0.25, 1.5])})
    assert cells(tmp_path / "a.csv")[1:] == [["-0.25"], ["1.5"]]


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_every_cell_comes_back(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Quotes, separators and line ends inside cells survive; no row is lost or split."""
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    first, second = [row[0] for row in rows], [row[1] for row in rows]
    assert write_csv(path, {"first": first, "second": second}) == len(rows)
    read = cells(path)
    assert read[0] == ["first", "second"]
    assert [[c.removeprefix("'") for c in row] for row in read[1:]] == [
        [c.removeprefix("'") for c in row] for row in rows
    ]


@settings(max_examples=80, deadline=None)
@given(texts=st.lists(st.text(st.sampled_from("=+-@\t\r\n'1.aｅ＝ "), min_size=1), min_size=1))
def test_no_cell_starts_a_formula(
    texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the texts, a cell that starts like a formula is a plain number."""
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(path, {"text": texts})
    for (cell,) in cells(path)[1:]:
        if cell[0] in "=+-@\t\r\n＝":
            assert float(cell) is not None
