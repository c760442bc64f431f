"""A plan in one file: a zip archive of ``plan.json`` and one ``.npy`` file per array.

The file holds its problem, outlines included, so it needs no other file to be drawn, compared or
exported. Nothing in it is executed on reading: JSON and NumPy arrays without pickled objects.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError, OutputError, writing
from territory_planner.store.document import Arrays, Document, pack, unpack

SUFFIX = ".plan"
FORMAT = "territory-planner plan"
FORMAT_VERSION = 1
DOCUMENT = "plan.json"

COMPRESSION_LEVEL = 1
"""Coordinates and activities hardly shrink: at a million accounts, level 6 takes over twice as long
and saves 7%."""

DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What zipfile, json, NumPy and `unpack` raise over a file with one byte changed (fuzzed)."""


def save_plan(plan: Plan, path: Path | str) -> Path:
    """Write a plan to one file, whole or not at all, and return where.

    Parameters
    ----------
    path
        The file; ``.plan`` is added to a name that does not end so. Folders above it are made.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    path = Path(path)
    if path.is_dir():
        raise OutputError(path, IsADirectoryError(errno.EISDIR, ""))
    if path.suffix != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    with writing(path):
        _replace(path, plan)
    return path


def load_plan(path: Path | str) -> Plan:
    """Return the plan a file holds.

    Raises
    ------
    InputError
        When the file is missing, is not a plan, is damaged, or is from a newer version.
    """
    path = Path(path)
    if path.is_dir():
        _refuse(path, "this is a folder. Give the plan file in it.")
    if not path.exists():
        _refuse(path, "there is no such file. Give the path of a file that a plan was saved to.")
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            _refuse(path, "this is not a plan file. Give a file that a plan was saved to.")
        try:
            with zipfile.ZipFile(file) as archive:
                document = _read_document(path, archive)
                arrays = _read_arrays(archive)
            return unpack(document, arrays)
        except DAMAGE as error:
            _refuse(
                path, f"the plan file is damaged ({error}). Save or make the plan again.", error
            )


def _replace(path: Path, plan: Plan) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    document, arrays = pack(plan)
    head = {"format": FORMAT, "format_version": FORMAT_VERSION}
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            _write(file, head | document, arrays)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write(file: Any, document: Document, arrays: Arrays) -> None:
    with zipfile.ZipFile(
        file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL
    ) as archive:
        archive.writestr(DOCUMENT, json.dumps(document, ensure_ascii=False, default=plain))
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _read_document(path: Path, archive: zipfile.ZipFile) -> Document:
    if DOCUMENT not in archive.namelist():
        _refuse(path, "this is not a plan file. Give a file that a plan was saved to.")
    document = json.loads(archive.read(DOCUMENT))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        _refuse(path, "this is not a plan file. Give a file that a plan was saved to.")
    version = document["format_version"]
    if version > FORMAT_VERSION:
        _refuse(
            path,
            f"a newer version of this tool wrote this plan (format {version}; this one reads up "
            f"to {FORMAT_VERSION}). Update territory-planner.",
        )
    return document


def _read_arrays(archive: zipfile.ZipFile) -> Arrays:
    arrays = {}
    for name in archive.namelist():
        if name.endswith(".npy"):
            # read() checks the member's checksum, which reading an array from it may not.
            content = BytesIO(archive.read(name))
            array = np.lib.format.read_array(content, allow_pickle=False)
            arrays[name.removesuffix(".npy")] = array
    return arrays


def plain(value: object) -> object:
    """Return a NumPy number as one that JSON knows.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a plan file cannot hold a {type(value).__name__}")


def _refuse(path: Path, message: str, cause: Exception | None = None) -> NoReturn:
    raise InputError([Fault(str(path), message)]) from cause
