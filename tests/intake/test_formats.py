"""Every format and way of writing gives the same problem as the plain CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

from territory_planner.domain.problem import Problem
from territory_planner.intake import read_problem
from tests.intake.projects import ACCOUNTS, PLAN, REPS, refused, write_project


def frame(text: str = ACCOUNTS) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), keep_default_na=False)


def layer() -> gpd.GeoDataFrame:
    rows = frame()
    points = gpd.points_from_xy(rows.pop("longitude"), rows.pop("latitude"))
    return gpd.GeoDataFrame(rows, geometry=points, crs=4326)


def _tsv(path: Path) -> None:
    frame().to_csv(path, sep="\t", index=False)


def _excel(path: Path) -> None:
    frame().to_excel(path, index=False)


def _parquet(path: Path) -> None:
    frame().to_parquet(path)


def _geoparquet(path: Path) -> None:
    layer().to_parquet(path)


def _geopackage(path: Path) -> None:
    layer().to_crs(3035).to_file(path)


def _geojson(path: Path) -> None:
    layer().to_file(path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("accounts.tsv", _tsv),
        ("accounts.xlsx", _excel),
        ("accounts.parquet", _parquet),
        ("points.parquet", _geoparquet),
        ("accounts.gpkg", _geopackage),
        ("accounts.geojson", _geojson),
    ],
)
def test_format(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    """The accounts in another format give the same problem; points replace coordinate columns."""
    plain = read_problem(write_project(tmp_path / "plain"))
    folder = write_project(tmp_path / "other", plan=PLAN.replace("accounts.csv", name))
    write(folder / name)
    other = read_problem(folder)
    assert np.allclose(other.accounts.xy, plain.accounts.xy, atol=0.01)
    assert other.accounts.ids.tolist() == plain.accounts.ids.tolist()
    assert other.accounts.current.tolist() == plain.accounts.current.tolist()
    assert other.accounts.activity.tolist() == plain.accounts.activity.tolist()


def rewritten(folder: Path, separator: str = ",", decimal: str = ".", **writing: str) -> Problem:
    """Return the problem whose files are written in another way."""
    encoding = writing.get("encoding", "utf-8")
    for name, text in (("accounts", ACCOUNTS), ("reps", REPS)):
        rows = [
            [c.replace(".", decimal) if c[:1].isdigit() else c for c in row]
            for row in csv.reader(io.StringIO(text))
        ]
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator=writing.get("newline", "\n")).writerows(
            rows
        )
        (folder / f"{name}.csv").write_bytes(
            (writing.get("before", "") + out.getvalue()).encode(encoding)
        )
    return read_problem(folder)


@pytest.mark.parametrize(
    "writing",
    [
        {"encoding": "utf-8-sig"},
        {"newline": "\r\n"},
        {"newline": "\r"},
        {"separator": ";"},
        {"separator": "|"},
        {"separator": "\t"},
        {"separator": ";", "before": "sep=;\n"},
        {"before": "\n\n ,,\n"},
        {"separator": ";", "before": "\nsep=;\n"},
    ],
)
def test_writing(tmp_path: Path, writing: dict[str, str]) -> None:
    """Byte order mark, line ends and separator make no difference."""
    plain = read_problem(write_project(tmp_path / "plain"))
    assert rewritten(write_project(tmp_path / "other"), **writing) == plain


def test_decimal_comma(tmp_path: Path) -> None:
    """A decimal comma, said in the settings, makes no difference."""
    plain = read_problem(write_project(tmp_path / "plain"))
    folder = write_project(
        tmp_path / "other", plan=PLAN.replace("[data]", '[data]\ndecimal = ","\nthousands = "."')
    )
    assert rewritten(folder, separator=";", decimal=",") == plain


def test_latin_1(tmp_path: Path) -> None:
    """Latin-1 is read when the settings say so."""
    folder = write_project(tmp_path, plan=PLAN.replace("[data]", '[data]\nencoding = "latin-1"'))
    (folder / "accounts.csv").write_bytes(ACCOUNTS.replace("Cedar", "Zürich AG").encode("latin-1"))
    assert read_problem(folder).accounts.names[2] == "Zürich AG"


def test_marked_utf_8_said_latin_1(tmp_path: Path) -> None:
    """A file with UTF-8's own mark is UTF-8, whatever the settings say."""
    folder = write_project(tmp_path, plan=PLAN.replace("[data]", '[data]\nencoding = "latin-1"'))
    text = ACCOUNTS.replace("Cedar", "Zürich AG")
    (folder / "accounts.csv").write_text(text, encoding="utf-8-sig")
    assert read_problem(folder).accounts.names[2] == "Zürich AG"


def test_quotes(tmp_path: Path) -> None:
    """Quoted separators, quotes and line breaks belong to the value, also in the header."""
    text = ACCOUNTS.replace("Cedar", '"Cedar, ""Inc.""\nBerlin"').replace(
        "revenue", '"last\nrevenue"'
    )
    problem = read_problem(write_project(tmp_path, text))
    assert problem.accounts.names[2] == 'Cedar, "Inc."\nBerlin'


def workbook(path: Path, rows: list[list[object]], sheet: str = "Accounts") -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Read me"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)


HEAD: list[object] = ["id", "latitude", "longitude", "hours", "current"]


def test_sheet(tmp_path: Path) -> None:
    """A named sheet is read, mixed cells and blank rows included; lines are the sheet's own."""
    plan = PLAN.replace("accounts.csv", "a.xlsx").replace(
        "[data]", '[data]\nsheet = "Accounts"\ndecimal = ","'
    )
    folder = write_project(tmp_path, plan=plan, reps=REPS.replace(",", ";").replace(".", ","))
    rows: list[list[object]] = [
        HEAD,
        [1001, 50.5, 8.5, 2.5, "T1"],
        [None, None, None, None, None],
        [1002.0, 50.6, 8.6, "3,5", "T2"],
    ]
    workbook(folder / "a.xlsx", rows)
    problem = read_problem(folder)
    assert problem.accounts.ids.tolist() == ["1001", "1002"]
    assert problem.activity[:, 0].tolist() == [2.5, 3.5]
    rows[3][3] = -3
    workbook(folder / "a.xlsx", rows)
    assert "must not be negative: 1 line is, e.g. line 4 (1002: '-3')" in refused(folder)


def test_no_such_sheet(tmp_path: Path) -> None:
    """A sheet that is not there is told with the nearest name."""
    plan = PLAN.replace("accounts.csv", "a.xlsx").replace("[data]", '[data]\nsheet = "Acounts"')
    folder = write_project(tmp_path, plan=plan)
    workbook(folder / "a.xlsx", [HEAD])
    assert "there is no sheet 'Acounts'. Did you mean 'Accounts'?" in refused(folder)


def test_rows_of_other_formats(tmp_path: Path) -> None:
    """Parquet counts rows and layers count features, so faults say that."""
    folder = write_project(tmp_path, plan=PLAN.replace("accounts.csv", "a.parquet"))
    frame().assign(hours=[1, 2, -3, 4, 5, 6]).to_parquet(folder / "a.parquet")
    assert "must not be negative: 1 row is, e.g. row 3 (A3: '-3')" in refused(folder)


def test_leading_zeros_lost_in_excel(tmp_path: Path) -> None:
    """A postal code that Excel made a number is found in the gazetteer all the same."""
    plan = PLAN.replace("accounts.csv", "a.xlsx").replace("[data]", '[data]\ncountry = "US"')
    reps = "rep_id,rep,postal_code\nR1,Ann,02134\n"
    folder = write_project(tmp_path, plan=plan, reps=reps)
    book = openpyxl.Workbook()
    book.worksheets[0].append(["id", "zip", "hours"])
    book.worksheets[0].append(["A1", 2134, 5])
    book.save(folder / "a.xlsx")
    problem = read_problem(folder)
    assert problem.accounts.placed_by.tolist() == ["postal code"]
    assert np.allclose(problem.accounts.xy[0], problem.home[0])
