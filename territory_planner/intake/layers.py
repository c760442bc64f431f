"""GeoPackage, GeoJSON and Parquet: typed columns, and geometry in longitude and latitude."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import did_you_mean
from territory_planner.intake.content import UnreadableError
from territory_planner.intake.delimited import distinct_headers
from territory_planner.intake.tables import Table


def read_layer(path: Path, name: str, layer: str | None) -> Table:
    """Return one layer of a GeoPackage, or a GeoJSON file.

    Raises
    ------
    UnreadableError
        When there is no such layer or the file is damaged.
    """
    import pyogrio

    try:
        with warnings.catch_warnings():
            # GDAL remarks on files that other programs wrote; what matters is what can be read.
            warnings.simplefilter("ignore")
            return _read_layer(path, name, layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise UnreadableError(f"the file cannot be read: {error}. Export it again.") from None


def _read_layer(path: Path, name: str, layer: str | None) -> Table:
    import pyogrio

    layers = [str(row[0]) for row in pyogrio.list_layers(path)]
    if not layers:
        raise UnreadableError("the file holds no layer. Export it again.")
    if layer is not None and layer not in layers:
        raise UnreadableError(f"there is no layer '{layer}'. {did_you_mean(layer, layers)}")
    meta, table = pyogrio.read_arrow(path, layer=layer or layers[0])
    geometry = meta.get("geometry_name") or "wkb_geometry"
    shapes = None
    if geometry in table.column_names:
        shapes = _degrees(table.column(geometry).to_pylist(), meta.get("crs"))
    hidden = {geometry, meta.get("fid_column") or "OGC_FID"}
    columns = {c: table.column(c) for c in table.column_names if c not in hidden}
    return Table(name, columns, _numbers(table.num_rows), "feature", shapes=shapes)


def read_parquet(path: Path, name: str) -> Table:
    """Return a Parquet file, with its geometry when it is a GeoParquet file.

    Raises
    ------
    UnreadableError
        When the file is damaged.
    """
    import json

    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Unlike pq.read_table this also reads two columns of one name, which are told later.
        with pq.ParquetFile(path) as file:
            table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(f"the file is damaged: {error}. Export it again.") from None
    told = (table.schema.metadata or {}).get(b"geo")
    shapes, geometry = None, None
    if told is not None:
        try:
            geo = json.loads(told)
            geometry = geo["primary_column"]
            crs = geo["columns"][geometry].get("crs", "OGC:CRS84")
            wkb = table.column(geometry).to_pylist()
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnreadableError(
                f"what the file says of its geometry is damaged ({error}). Export it again."
            ) from None
        shapes = _degrees(wkb, json.dumps(crs) if crs else None)
    kept, repeated = distinct_headers(
        [
            "" if header == geometry or header.startswith("__index_level_") else header
            for header in table.column_names
        ]
    )
    columns = {header: table.column(i) for header, i in kept.items()}
    return Table(name, columns, _numbers(table.num_rows), "row", repeated, shapes)


def _degrees(wkb: list[bytes | None], crs: Any) -> NDArray[np.object_]:
    """Return geometries in longitude and latitude from WKB in any coordinate system.

    Raises
    ------
    UnreadableError
        When they, or the coordinate system, are not what they should be.
    """
    import shapely
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    try:
        shapes: NDArray[np.object_] = shapely.force_2d(shapely.from_wkb(wkb))
        source = CRS.from_user_input(crs.strip('"')) if crs else CRS.from_epsg(4326)
    except (shapely.errors.ShapelyError, ProjError, TypeError) as error:
        raise UnreadableError(f"the geometry cannot be read ({error}). Export it again.") from None
    if source.is_geographic:
        return shapes
    to_degrees = Transformer.from_crs(source, "EPSG:4326", always_xy=True)
    moved: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))
    )
    return moved


def _numbers(n: int) -> NDArray[np.int64]:
    return np.arange(1, n + 1, dtype=np.int64)
