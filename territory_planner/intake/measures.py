"""Activity of every account in every measure, and the targets that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import MeasureTable, did_you_mean
from territory_planner.intake.columns import check_once
from territory_planner.intake.faults import Faults
from territory_planner.intake.numbers import LARGEST, parse_numbers, read_numbers
from territory_planner.intake.tables import Table

FloatArray = NDArray[np.float64]

MARKS = ((".", ","), (",", "."), (",", ""), (".", " "), (",", " "), (".", "'"))
"""Decimal marks and thousands separators that people use, the likelier first."""


def read_activity(
    table: Table, measures: Sequence[MeasureTable], id_of: Callable[[int], str], faults: Faults
) -> FloatArray:
    """Return ``(n_accounts, n_measures)``: a column, a product of columns, or one per account.

    Parameters
    ----------
    id_of
        From a row to the account's id, for messages.
    """
    factors: dict[str, FloatArray] = {}
    for measure in measures:
        for name in measure.columns:
            if name not in factors:
                factors[name] = _factor(table, name, measure.name, id_of, faults)
    activity = np.ones((len(table), len(measures)))
    for q, measure in enumerate(measures):
        # Factors may be so large that their product is infinite, which is refused below.
        with np.errstate(over="ignore"):
            for name in measure.columns:
                activity[:, q] *= factors[name]
            activity[:, q] /= measure.divide_by
        faults.add_rows(
            table,
            f"measure '{measure.name}' must be at most {LARGEST:g}",
            activity[:, q] > LARGEST,
            lambda i, q=q: f"{id_of(i)}: {activity[i, q]:g}",  # type: ignore[misc]
            "Correct the numbers, or count in a larger unit with divide_by.",
        )
    return np.minimum(activity, LARGEST)


def check_totals(
    table: Table, activity: FloatArray, measures: Sequence[MeasureTable], faults: Faults
) -> None:
    """Note measures that are to be balanced and have nothing to balance."""
    for q, measure in enumerate(measures):
        if measure.limits is not None and len(activity) and activity[:, q].sum() == 0:
            faults.add(
                table.file,
                f"measure '{measure.name}' sums to 0 over all accounts, so there is nothing to "
                "balance. Fill its columns, or remove its band.",
            )


def _other_marks(table: Table, header: str) -> str:
    """Return the marks in which all of a column reads as numbers, as a hint; "" when none does."""
    import pyarrow as pa

    if not pa.types.is_string(table.columns[header].type):
        return ""
    for decimal, thousands in MARKS:
        if not parse_numbers(table.text(header), decimal, thousands).bad.any():
            return f'Set decimal = "{decimal}" and thousands = "{thousands}" if it is written so. '
    return ""


def _factor(
    table: Table, name: str, measure: str, id_of: Callable[[int], str], faults: Faults
) -> FloatArray:
    """Return one column as activity: numbers, none missing, none negative."""
    header = table.header_of(name)
    if header is None:
        faults.add(
            table.file,
            f"column '{name}' (measure '{measure}') is missing. "
            f"{did_you_mean(name, table.headers)}",
        )
        return np.zeros(len(table))
    check_once(table, header, faults)
    numbers = read_numbers(table, header)

    def told(i: int) -> str:
        return f"{id_of(i)}: '{table.said(header, i)}'"

    faults.add_rows(
        table,
        f"column '{header}' must be a number",
        numbers.bad,
        told,
        f"{_other_marks(table, header)}Correct it; [data] says "
        f'decimal = "{table.decimal}" and thousands = "{table.thousands}".',
    )
    faults.add_rows(
        table,
        f"column '{header}' must be filled",
        numbers.blank,
        id_of,
        f"Measure '{measure}' needs a number for every account; write 0 where there is none.",
    )
    faults.add_rows(
        table,
        f"column '{header}' must not be negative",
        numbers.value < 0,
        told,
        "Activity is 0 or more; correct it.",
        ("is", "are"),
    )
    return np.where(numbers.value >= 0, numbers.value, 0.0)
