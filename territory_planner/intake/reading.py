"""From a file's name in the settings to its `Table`, whatever the format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from territory_planner.config import Settings
from territory_planner.intake.content import KINDS, UnreadableError, refusal
from territory_planner.intake.delimited import read_delimited
from territory_planner.intake.faults import Faults
from territory_planner.intake.layers import read_layer, read_parquet
from territory_planner.intake.tables import Table
from territory_planner.intake.workbook import read_workbook


def read_table(
    settings: Settings, name: str, faults: Faults, *, sheet: str | None = None
) -> Table | None:
    """Return a file of the project as a table, None after its fault was noted.

    Parameters
    ----------
    name
        The file's name as the settings write it.
    sheet
        The Excel sheet or GeoPackage layer; None takes the first.
    """
    data = settings.data
    table = read_file(settings.file(name), name, faults, data.encoding, data.decimal, sheet)
    if table is None:
        return None
    return replace(table, decimal=data.decimal, thousands=data.thousands)


def read_file(
    path: Path,
    name: str,
    faults: Faults,
    encoding: str = "utf-8",
    decimal: str = ".",
    sheet: str | None = None,
) -> Table | None:
    """Return any file as a table, None after its fault was noted.

    Parameters
    ----------
    name
        The file's name as the user wrote it.
    """
    why = refusal(path, name)
    if why is not None:
        faults.add(name, why)
        return None
    try:
        table = _read(path, name, encoding, decimal, sheet)
    except UnreadableError as error:
        faults.add(name, str(error))
        return None
    if len(table) == 0:
        faults.add(name, "the file has a header but no rows. Export it again.")
        return None
    return table


def _read(path: Path, name: str, encoding: str, decimal: str, sheet: str | None) -> Table:
    kind = KINDS[path.suffix.lower()]
    if kind == "delimited text":
        return read_delimited(path, name, encoding)
    if kind == "an Excel workbook":
        return read_workbook(path, name, sheet, decimal)
    if kind == "a Parquet file":
        return read_parquet(path, name)
    return read_layer(path, name, sheet)
