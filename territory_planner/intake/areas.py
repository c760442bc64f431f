"""Areas as basic units: given polygons, or Voronoi cells of points, and their neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import Settings, did_you_mean
from territory_planner.geography.adjacency import touching_polygons
from territory_planner.geography.voronoi import voronoi_cells
from territory_planner.intake.columns import Columns, ColumnUse, match_columns
from territory_planner.intake.coordinates import read_coordinates
from territory_planner.intake.faults import Faults
from territory_planner.intake.headers import USUAL_POINT_HEADERS
from territory_planner.intake.reading import read_table
from territory_planner.intake.tables import Table, numpy_text

# An area beyond the 180th degree may be drawn on either side of the map.
LARGEST_LONGITUDE = 360

# Degrees to which corners are rounded (1 cm), so that those of neighbours are the same number.
DECIMALS = 7


@dataclass(frozen=True, eq=False)
class Areas:
    """The areas that accounts roll up into.

    Parameters
    ----------
    columns
        Their table seen through our names.
    ids
        ``(n_areas,)`` key.
    lonlat
        ``(n_areas, 2)`` a point that stands for the area.
    shapes
        ``(n_areas,)`` shapely polygons in longitude and latitude.
    edges
        ``(n_edges, 2)`` pairs ``i < j`` that share a border.
    """

    columns: Columns
    ids: NDArray[np.str_]
    lonlat: NDArray[np.float64]
    shapes: NDArray[np.object_]
    edges: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def table(self) -> Table:
        """The table the areas were read from."""
        return self.columns.table


def read_areas(settings: Settings, faults: Faults) -> Areas | None:
    """Return the areas that the settings ask for, None when they cannot be read."""
    units = settings.units
    assert units.file is not None
    table = read_table(settings, units.file, faults)
    outline = None
    if units.outline is not None:
        outline = _read_outline(settings, units.outline, faults)
    if table is None or (outline is None and units.outline is not None):
        return None
    columns = _keyed(table, units.id or "id", faults)
    if columns is None:
        return None
    if units.kind == "area":
        return _given_polygons(columns, faults)
    return _cells(columns, outline, settings, faults)


def _keyed(table: Table, key: str, faults: Faults) -> Columns | None:
    """Return the table with its key as our id, after checking that keys are filled and unique."""
    columns = match_columns(
        table, ("latitude", "longitude"), {}, {}, USUAL_POINT_HEADERS, "[units]", faults
    )
    header = table.header_of(key)
    if header is None:
        faults.add(
            table.file,
            f"column '{key}', which [units] gives as id, is missing. "
            f"{did_you_mean(key, table.headers)}",
        )
        return None
    use = ColumnUse(table.file, "id", header, "mapped")
    columns = replace(columns, uses=(use, *columns.uses))
    ids = columns.text("id").to_pylist()
    seen: dict[str, int] = {}
    first = [seen.setdefault(id_, i) for i, id_ in enumerate(ids)]
    faults.add_rows(
        table,
        f"column '{header}' must be filled",
        np.array([id_ == "" for id_ in ids]),
        lambda i: f"row {i + 1}",
        "Give every area its id.",
    )
    faults.add_rows(
        table,
        f"column '{header}' must be unique",
        np.array([id_ != "" and first[i] != i for i, id_ in enumerate(ids)]),
        lambda i: f"{ids[i]}, first in {table.where(first[i])}",
        "Merge the rows of one area, or give each its own id.",
    )
    return columns


def _given_polygons(columns: Columns, faults: Faults) -> Areas | None:
    import shapely

    table, shapes = columns.table, columns.table.shapes
    if shapes is None:
        faults.add(table.file, "the file holds no geometry. Export the areas with their polygons.")
        return None
    is_area = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    faults.add_rows(
        table,
        "every geometry must be a polygon",
        ~is_area,
        lambda i: (
            f"{columns.said('id', i)}: {'nothing' if shapes[i] is None else shapes[i].geom_type}"
        ),
        "Export the areas with their polygons, or remove the row.",
    )
    if not is_area.all():
        return None
    # NaN compares as false, so a corner that is no number is refused as well.
    west, south, east, north = shapely.bounds(shapes).T
    on_globe = (west >= -LARGEST_LONGITUDE) & (east <= LARGEST_LONGITUDE)
    on_globe &= (south >= -90) & (north <= 90)
    faults.add_rows(
        table,
        "every polygon must lie between the latitudes -90 and 90 and the longitudes "
        f"-{LARGEST_LONGITUDE} and {LARGEST_LONGITUDE}",
        ~on_globe,
        lambda i: f"{columns.said('id', i)}: from {south[i]:g}, {west[i]:g}",
        "Correct it, or the coordinate system that the file says it is in.",
        ("does not", "do not"),
    )
    if not on_globe.all():
        return None
    sound = shapely.transform(shapes, lambda corners: np.round(corners, DECIMALS))
    broken = ~shapely.is_valid(sound)
    sound[broken] = shapely.make_valid(sound[broken])
    middle = shapely.centroid(sound)
    outside = ~shapely.contains(sound, middle)
    middle[outside] = shapely.point_on_surface(sound[outside])
    return Areas(
        columns=columns,
        ids=numpy_text(columns.text("id")),
        lonlat=shapely.get_coordinates(middle),
        shapes=sound,
        edges=touching_polygons(sound),
    )


def _cells(columns: Columns, outline: Any, settings: Settings, faults: Faults) -> Areas | None:
    import shapely

    own = read_coordinates(columns, "id", None, faults)
    lonlat = own.lonlat
    placed = np.isfinite(lonlat).all(axis=1)
    if not placed.all():
        faults.add_rows(
            columns.table,
            "every point must have a latitude and a longitude",
            ~placed & ~own.refused,
            lambda i: columns.said("id", i),
            "Fill them, or remove the row.",
            ("has none", "have none"),
        )
        return None
    if outline is None:
        hull = shapely.convex_hull(shapely.multipoints(lonlat))
        outline = shapely.buffer(hull, 0.1)
    cells = voronoi_cells(lonlat, outline)
    if settings.wishes.contiguous:
        faults.add_rows(
            columns.table,
            f"every point's area must reach into the outline {settings.units.outline}",
            shapely.is_empty(cells.shapes),
            lambda i: f"{columns.said('id', i)}: {lonlat[i, 1]:g}, {lonlat[i, 0]:g}",
            "Correct or remove the point, or draw the outline round it.",
            ("does not", "do not"),
        )
    return Areas(columns, numpy_text(columns.text("id")), lonlat, cells.shapes, cells.edges)


def _read_outline(settings: Settings, name: str, faults: Faults) -> Any:
    import shapely

    table = read_table(settings, name, faults)
    if table is None:
        return None
    shapes = table.shapes
    if shapes is None or not np.isin(shapely.get_type_id(shapes), (3, 6)).any():
        faults.add(name, "the file holds no polygon. Export the outline as a polygon.")
        return None
    areas = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    return shapely.union_all(shapely.make_valid(areas))
