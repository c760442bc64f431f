"""What a file really is, told by its first bytes, beside what its name says."""

from __future__ import annotations

import re
from pathlib import Path

from territory_planner.config import did_you_mean

# Suffix to the kind of content its name promises.
KINDS = {
    ".csv": "delimited text",
    ".txt": "delimited text",
    ".tsv": "delimited text",
    ".tab": "delimited text",
    ".xlsx": "an Excel workbook",
    ".xlsm": "an Excel workbook",
    ".parquet": "a Parquet file",
    ".geoparquet": "a Parquet file",
    ".gpkg": "a GeoPackage",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
}
# A page may begin with any of its parts, after comments.
_WEB_PAGE = re.compile(
    rb"(?:<!--.*?-->|\s)*<(?:!doctype\s+html|(?:html|head|title|meta|body|script|style|table|div)\b)",
    re.IGNORECASE | re.DOTALL,
)
_SUFFIX = {
    "an Excel workbook": "xlsx",
    "a Parquet file": "parquet",
    "a GeoPackage": "gpkg",
    "GeoJSON": "geojson",
    "delimited text": "csv",
}


class UnreadableError(Exception):
    """Why a file cannot be read, as a sentence with a remedy; told as a fault."""


def refusal(path: Path, name: str) -> str | None:
    """Return why a file cannot be read as what its name says, None when it can.

    Parameters
    ----------
    path
        Where the file lies.
    name
        The name as the user wrote it.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        folder = "this folder" if path.parent == Path() else path.parent
        return f"there is no such file in {folder}.{_similar(path)}"
    except IsADirectoryError:
        return "this is a folder. Give the name of a file in it."
    except OSError as error:
        return f"the file cannot be read: {error.strerror}."
    except ValueError:
        return "no file can have a name with a NUL character. Write the name without it."
    promised = KINDS.get(path.suffix.lower())
    if path.suffix.lower() == ".xls":
        return "Excel's old .xls format is not read. Save the file as .xlsx or CSV."
    if promised is None:
        known = ", ".join(sorted(set(_SUFFIX.values())))
        return f"the name says no format that is read ({known}). Save the file as one of them."
    if not head.strip():
        return "the file is empty. Export it again."
    actual = actual_kind(head)
    if actual == promised:
        return None
    if actual in _SUFFIX:
        better = (
            f"Rename it to {Path(name).stem}.{_SUFFIX[actual]}, or save it as what it is called."
        )
    else:
        better = f"Save it again as {promised}."
    return f"the name says {promised}, but the content is {actual}. {better}"


def actual_kind(head: bytes) -> str:
    """Return in words what content begins with these bytes."""
    if head.startswith(b"PK\x03\x04"):
        # A workbook's first entries name its parts; other archives are met too.
        return "an Excel workbook" if b"xl/" in head or b"[Content_Types]" in head else "a zip file"
    for start, kind in (
        (b"PAR1", "a Parquet file"),
        (b"SQLite format 3\x00", "a GeoPackage"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "a gzip file"),
        (b"\xff\xfe", "UTF-16 text, not UTF-8"),
        (b"\xfe\xff", "UTF-16 text, not UTF-8"),
    ):
        if head.startswith(start):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] in (b"{", b"["):
        return "GeoJSON"
    if _WEB_PAGE.match(text):
        return "a web page (HTML)"
    if text.startswith(b"<?xml"):
        return "XML"
    return "binary data" if b"\x00" in head else "delimited text"


def _similar(path: Path) -> str:
    """Return the file of nearly that name as a hint."""
    try:
        names = sorted(p.name for p in path.parent.iterdir() if p.suffix.lower() in KINDS)
    except OSError:
        return " The folder does not exist either."
    return f" {did_you_mean(path.name, names)}" if names else " The folder holds no table."
