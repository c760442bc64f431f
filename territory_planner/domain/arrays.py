"""Array types and the one way to freeze and fingerprint them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.signedinteger[Any]]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.str_]

ASCII = 128


def frozen(array: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """Return the array as that type and read-only, copied only when it must be."""
    given = np.asarray(array)
    kept = given is array and given.base is None and not given.flags.writeable
    if kept and given.dtype == np.dtype(dtype) and given.flags.c_contiguous:
        return given
    result = np.array(given, dtype=dtype, order="C")
    result.flags.writeable = False
    return result


def set_frozen(owner: object, name: str, dtype: type, shape: tuple[int | None, ...]) -> None:
    """Set one array field of a frozen dataclass to a read-only array of that type and shape."""
    array = frozen(getattr(owner, name), dtype)
    if array.ndim != len(shape) or any(
        want is not None and have != want for have, want in zip(array.shape, shape, strict=True)
    ):
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
    object.__setattr__(owner, name, array)


def as_utf8(array: NDArray[Any]) -> NDArray[Any]:
    """Return text as UTF-8 bytes, no wider than need be; any other array as it is."""
    if array.dtype.kind != "U":
        return array
    if array.size == 0:
        return np.char.encode(array, "utf-8")
    codes = np.ascontiguousarray(array).view(np.uint32).reshape(array.size, -1)
    # NumPy calls Python's codec for each text, which takes ten times as long.
    if codes.max(initial=0) >= ASCII:
        return np.char.encode(array, "utf-8")
    width = int(np.flatnonzero(codes.any(axis=0)).max(initial=0)) + 1
    return codes[:, :width].astype(np.uint8).view(f"S{width}").reshape(array.shape)


def as_text(array: NDArray[Any]) -> NDArray[Any]:
    """Return UTF-8 bytes as text; any other array as it is."""
    if array.dtype.kind != "S":
        return array
    if array.size == 0 or array.itemsize == 0:
        return np.char.decode(array, "utf-8")
    codes = np.ascontiguousarray(array).view(np.uint8).reshape(array.size, -1)
    if codes.max(initial=0) >= ASCII:
        return np.char.decode(array, "utf-8")
    return codes.astype(np.uint32).view(f"U{codes.shape[1]}").reshape(array.shape)


def fingerprint(value: object) -> str:
    """Return the SHA-256 of a value built from dataclasses, arrays and plain types."""
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: Any, value: object) -> None:
    if isinstance(value, np.ndarray) and value.dtype != object:
        digest.update(f"array {value.dtype.kind} {value.shape}".encode())
        digest.update(np.ascontiguousarray(as_utf8(value)).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        digest.update(type(value).__name__.encode())
        for field in fields(value):
            # What was added to a noun later is silent while it is empty: older fingerprints hold.
            silent = field.metadata.get("silent_when_empty") and not getattr(value, field.name)
            if field.compare and not silent:
                digest.update(field.name.encode())
                _feed(digest, getattr(value, field.name))
    elif isinstance(value, Mapping):
        digest.update(f"mapping {len(value)}".encode())
        for key in sorted(value):
            _feed(digest, key)
            _feed(digest, value[key])
    elif isinstance(value, frozenset):
        _feed(digest, sorted(value))
    elif isinstance(value, tuple | list | np.ndarray):
        digest.update(f"sequence {len(value)}".encode())
        for item in value:
            _feed(digest, item)
    elif isinstance(value, str):
        digest.update(f"text {value!s}".encode() + b"\0")
    elif isinstance(value, int | float | np.number) and not isinstance(value, bool):
        digest.update(f"number {float(value)!r}".encode() + b"\0")
    else:
        digest.update(repr(value).encode() + b"\0")
