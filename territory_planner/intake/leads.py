"""New accounts and leads, read as accounts are: where they lie and what they say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import ACCOUNT_COLUMNS, MeasureTable, Settings
from territory_planner.domain.territory import Measure
from territory_planner.geography.gazetteer import Gazetteer
from territory_planner.intake.columns import Columns, match_columns
from territory_planner.intake.coordinates import read_coordinates
from territory_planner.intake.faults import Faults
from territory_planner.intake.headers import LEAD_HEADERS, USUAL_LEAD_HEADERS
from territory_planner.intake.measures import read_activity
from territory_planner.intake.placement import Placement, place
from territory_planner.intake.reading import read_file
from territory_planner.intake.skills import split_skills
from territory_planner.intake.tables import Table


@dataclass(frozen=True, eq=False)
class Leads:
    """The rows of a table of new accounts or leads.

    Parameters
    ----------
    columns
        The table seen through our names.
    placement
        Where they lie.
    keys, families, skills
        ``(n_leads,)`` the area that each names, its parent or family, and what it requires.
    load
        ``(n_leads, n_measures)`` what each adds to a territory; 0 where the table does not say.
    unsaid
        The measures that the table says nothing about.
    """

    columns: Columns
    placement: Placement
    keys: Sequence[str]
    families: Sequence[str]
    skills: Sequence[frozenset[str]]
    load: NDArray[np.float64]
    unsaid: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.columns.table)

    @property
    def table(self) -> Table:
        """The table as it came."""
        return self.columns.table


def read_leads(
    source: Path | str | Any,
    measures: Sequence[Measure],
    counts: NDArray[np.bool_],
    settings: Settings | None,
    key: str | None,
    gazetteer: Gazetteer,
    faults: Faults,
) -> Leads | None:
    """Return the leads, None after a fault was noted that nothing can be read behind.

    Parameters
    ----------
    source
        A file of any format, or a pandas DataFrame.
    measures, counts
        The plan's measures, and which of them count accounts.
    settings
        Those of the plan's project, None without.
    key
        The column that names an area; None takes the postal code.
    """
    table = _table(source, settings, faults)
    if table is None:
        return None
    mapped = settings.columns.accounts if settings else {}
    columns = match_columns(
        table,
        ACCOUNT_COLUMNS,
        {ours: h for ours, h in mapped.items() if table.header_of(h) is not None},
        LEAD_HEADERS,
        USUAL_LEAD_HEADERS,
        "[columns.accounts]",
        faults,
    )
    header = None
    if key is not None:
        header = columns.header(key) if key in ACCOUNT_COLUMNS else table.header_of(key)
        if header is None and settings is None:
            faults.add(
                table.file,
                f"column '{key}', which --key gives, is missing. The file has: "
                f"{', '.join(table.headers)}.",
            )
    keys = columns.text("postal_code") if key is None else None
    if header is not None:
        keys = table.text(header)
    load, unsaid = _load(table, measures, counts, settings, columns, faults)
    return Leads(
        columns=columns,
        placement=place(columns, read_coordinates(columns, "id", gazetteer, faults), gazetteer),
        keys=[""] * len(table) if keys is None else keys.to_pylist(),
        families=columns.text("family").to_pylist(),
        skills=[split_skills(cell) for cell in columns.text("skills").to_pylist()],
        load=load,
        unsaid=unsaid,
    )


def _table(source: Path | str | Any, settings: Settings | None, faults: Faults) -> Table | None:
    if isinstance(source, (str, Path)):
        data = settings.data if settings else None
        how = (data.encoding, data.decimal) if data else ("utf-8", ".")
        table = read_file(Path(source), str(source), faults, *how)
        if table is None or data is None:
            return table
        return replace(table, decimal=data.decimal, thousands=data.thousands)
    import pyarrow as pa

    columns = pa.Table.from_pandas(source, preserve_index=False)
    line = np.arange(1, columns.num_rows + 1, dtype=np.int64)
    named = {str(h): columns.column(i) for i, h in enumerate(columns.column_names)}
    return Table("the leads", named, line, "row")


def _load(
    table: Table,
    measures: Sequence[Measure],
    counts: NDArray[np.bool_],
    settings: Settings | None,
    columns: Columns,
    faults: Faults,
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return what the table says of each measure: by the project's columns, or by its name."""
    known = {m.name: m for m in settings.measure} if settings else {}
    load = np.zeros((len(table), len(measures)))
    unsaid = []
    for q, measure in enumerate(measures):
        told = known.get(measure.name, MeasureTable(measure.name, column=measure.name))
        if counts[q]:
            load[:, q] = 1.0
        elif told.columns and all(name in table.columns for name in told.columns):
            load[:, q] = read_activity(table, [told], lambda i: columns.said("id", i), faults)[:, 0]
        else:
            unsaid.append(measure.name)
    return load, tuple(unsaid)
