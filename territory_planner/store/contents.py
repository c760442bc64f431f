"""Plans taken apart into arrays, each kept once under the SHA-256 of its bytes.

A plan becomes a document (JSON) that names its arrays by their SHA-256, and is itself kept so.
Whatever two plans have in common (outlines, accounts, targets) is there once.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError
from territory_planner.store.document import pack, unpack
from territory_planner.store.plan_file import COMPRESSION_LEVEL, DAMAGE, plain
from territory_planner.store.schema import CONTENT

FORMAT_VERSION = 1
AT_ONCE = 500
"""Databases limit how many values one statement may hold."""


def parts_of(plan: Plan) -> tuple[str, dict[str, bytes]]:
    """Return the SHA-256 of a plan's document, and all its parts by theirs."""
    document, arrays = pack(plan)
    parts: dict[str, bytes] = {}
    names = {name: _add(parts, _as_bytes(array)) for name, array in arrays.items()}
    whole = {"format_version": FORMAT_VERSION, "plan": document, "arrays": names}
    # Keys stay in their order: bands in another one lead the search another way.
    told = json.dumps(whole, ensure_ascii=False, default=plain)
    return _add(parts, told.encode()), parts


def keep(connection: Connection, parts: Mapping[str, bytes]) -> None:
    """Write the parts that are not there yet."""
    names = sorted(parts)
    there: set[str] = set()
    for i in range(0, len(names), AT_ONCE):
        asked = select(CONTENT.c.sha256).where(CONTENT.c.sha256.in_(names[i : i + AT_ONCE]))
        there |= set(connection.execute(asked).scalars())
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    # In one order always, or two that write the same parts might wait for each other.
    for name in names:
        if name not in there:
            data = zlib.compress(parts[name], COMPRESSION_LEVEL)
            row = insert(CONTENT).values(sha256=name, data=data)
            connection.execute(row.on_conflict_do_nothing())


def read_plan(connection: Connection, name: str, where: str) -> Plan:
    """Return the plan whose document has that SHA-256.

    Raises
    ------
    InputError
        When a part is missing or damaged, or a newer version wrote it.
    """
    try:
        whole = json.loads(_read(connection, name))
        version = whole["format_version"]
        if version > FORMAT_VERSION:
            message = f"a newer version of this tool kept this plan (format {version}). Update it."
            raise InputError([Fault(where, message)])
        arrays = {key: _as_array(_read(connection, sha)) for key, sha in whole["arrays"].items()}
        return unpack(whole["plan"], arrays)
    except DAMAGE as error:
        _damaged(where, error)


def _read(connection: Connection, name: str) -> bytes:
    data = connection.execute(select(CONTENT.c.data).where(CONTENT.c.sha256 == name)).scalar()
    if data is None:
        raise ValueError("a part is missing")
    whole = zlib.decompress(data)
    if hashlib.sha256(whole).hexdigest() != name:
        raise ValueError("a part is not what it was")
    return whole


def _add(parts: dict[str, bytes], data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()
    parts[name] = data
    return name


def _as_bytes(array: NDArray[Any]) -> bytes:
    file = BytesIO()
    np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    return file.getvalue()


def _as_array(data: bytes) -> NDArray[Any]:
    array: NDArray[Any] = np.lib.format.read_array(BytesIO(data), allow_pickle=False)
    return array


def _damaged(where: str, error: Exception) -> NoReturn:
    message = f"the plan kept here is damaged ({error}). Bring the store back from a backup."
    raise InputError([Fault(where, message)]) from error
