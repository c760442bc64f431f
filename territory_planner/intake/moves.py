"""Manual edits: which account goes to which territory, from words and from a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from territory_planner.intake.faults import Faults
from territory_planner.intake.reading import read_file

COLUMNS = "account", "territory"


def read_moves(
    words: Sequence[str],
    table: Path | None,
    wrong: Callable[[Mapping[str, str]], Mapping[str, Sequence[str]]] = lambda _: {},
) -> dict[str, str]:
    """Return account id to territory, from ``ACCOUNT=TERRITORY`` words and a table of any format.

    Parameters
    ----------
    wrong
        Tells, by account, why an edit cannot be made.

    Raises
    ------
    InputError
        With every fault of both: no such file, missing columns, empty cells, an account twice, and
        edits that cannot be made.
    """
    faults = Faults()
    rows = [(f"--move {word}", *word.rpartition("=")[::2]) for word in words]
    if table is not None:
        rows += _rows(table, faults)
    moves: dict[str, str] = {}
    places: dict[str, str] = {}
    for place, account, territory in rows:
        if not account or not territory:
            faults.add(place, "an account and a territory are needed, as in A123=T07.")
        elif moves.setdefault(account, territory) != territory:
            told = f"'{account}' goes to '{territory}' here, and to '{moves[account]}' in"
            faults.add(place, f"{told} {places[account]}. Keep one of the two.")
        else:
            places.setdefault(account, place)
    for account, sentences in wrong(moves).items():
        for sentence in sentences:
            faults.add(places[account], sentence)
    if not moves and not len(faults):
        faults.add("repair", "there is no edit. Add --move ACCOUNT=TERRITORY or --moves FILE.")
    faults.raise_if_any()
    return moves


def _rows(path: Path, faults: Faults) -> list[tuple[str, str, str]]:
    table = read_file(path, str(path), faults)
    if table is None:
        return []
    headers = [table.header_of(name) for name in COLUMNS]
    for name, header in zip(COLUMNS, headers, strict=True):
        if header is None:
            has = ", ".join(table.headers)
            faults.add(table.file, f"column '{name}' is missing. The file has: {has}.")
    if None in headers:
        return []
    account, territory = (table.text(str(header)).to_pylist() for header in headers)
    return [(f"{path} {table.where(i)}", account[i], territory[i]) for i in range(len(table))]
