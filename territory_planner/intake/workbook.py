"""Excel workbooks: one sheet as a table."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from territory_planner.config import did_you_mean
from territory_planner.intake.content import UnreadableError
from territory_planner.intake.delimited import distinct_headers, without_blank_rows
from territory_planner.intake.tables import Table


def read_workbook(path: Path, name: str, sheet: str | None, decimal: str) -> Table:
    """Return one sheet of a workbook; its first row is the header.

    Parameters
    ----------
    sheet
        The sheet's name; None takes the first.
    decimal
        How to write a number in a column that also holds texts, so that it is read alike.

    Raises
    ------
    UnreadableError
        When there is no such sheet, or the workbook is damaged or protected.
    """
    import openpyxl

    with warnings.catch_warnings():
        # Drop-downs and charts that openpyxl does not know matter to nobody here.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except Exception as error:
            raise UnreadableError(
                f"the workbook cannot be opened ({type(error).__name__}). "
                "Save it again without a password."
            ) from error
        try:
            if sheet is not None and sheet not in book.sheetnames:
                raise UnreadableError(
                    f"there is no sheet '{sheet}'. {did_you_mean(sheet, book.sheetnames)}"
                )
            page = book[sheet] if sheet is not None else book.worksheets[0]
            page.reset_dimensions()
            rows = [tuple(row) for row in page.iter_rows(values_only=True)]
        finally:
            book.close()
    if not rows or not any(cell is not None for cell in rows[0]):
        raise UnreadableError(
            f"the first row of sheet '{page.title}' is blank. Put the header there."
        )
    headers = ["" if cell is None else str(cell).strip() for cell in rows[0]]
    kept, repeated = distinct_headers(headers)
    columns = {
        header: _column([row[i] if i < len(row) else None for row in rows[1:]], decimal)
        for header, i in kept.items()
    }
    line = np.arange(2, len(rows) + 1, dtype=np.int64)
    columns, line = without_blank_rows(columns, line)
    return Table(name, columns, line, "line", repeated)


def _column(cells: list[Any], decimal: str) -> Any:
    """Return cells as an Arrow array: numbers when all are, otherwise texts."""
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds and kinds <= {int, float}:
        return pa.chunked_array([pa.array([c if c is None else float(c) for c in cells])])
    texts = [c if c is None else _text(c, decimal) for c in cells]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _text(cell: Any, decimal: str) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", decimal)
    return str(cell)
