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
    path = settings.file(name)
    why = refusal(path, name)
    if why is not None:
        faults.add(name, why)
        return None
    try:
        table = _read(path, name, settings, sheet)
    except UnreadableError as error:
        faults.add(name, str(error))
        return None
    if len(table) == 0:
        faults.add(name, "the file has a header but no rows. Export it again.")
        return None
    return replace(table, decimal=settings.data.decimal, thousands=settings.data.thousands)


def _read(path: Path, name: str, settings: Settings, sheet: str | None) -> Table:
    kind = KINDS[path.suffix.lower()]
    if kind == "delimited text":
        return read_delimited(path, name, settings.data.encoding)
    if kind == "an Excel workbook":
        return read_workbook(path, name, sheet, settings.data.decimal)
    if kind == "a Parquet file":
        return read_parquet(path, name)
    return read_layer(path, name, sheet)
