"""A folder of CSV files as a CRM: for loading by hand, and for trying a push without a CRM.

``accounts.csv`` is an export with a column for the owner, ``users.csv`` who may own; what is
changed goes to ``accounts.new.csv`` beside it, which holds everything that the export does and is
read from then on. ``opportunities.csv`` and ``territories.csv`` may be there as well. The usual
headers of CRM exports are recognised. A batch is written whole or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from territory_planner.crm.batches import batches_of, rows_of
from territory_planner.crm.before_image import write_private
from territory_planner.crm.cells import as_csv, read_csv
from territory_planner.crm.change import CLEAR, Change, Mark, value_of
from territory_planner.crm.connect import Address
from territory_planner.crm.connector import (
    Capabilities,
    Consequences,
    CrmAccount,
    CrmTerritory,
    Opportunity,
    Record,
    RefusedError,
    RowResult,
    User,
)
from territory_planner.errors import Fault, InputError
from territory_planner.intake.headers import ACCOUNT_HEADERS, USUAL_ACCOUNT_HEADERS
from territory_planner.intake.owners import long_id

ACCOUNT, OPPORTUNITY = "account", "opportunity"
FILES = {ACCOUNT: "accounts.csv", OPPORTUNITY: "opportunities.csv"}
TERRITORY = "territory"
_OWNER = ("owner_id", "owner", "rep_id")
_TERRITORY = (TERRITORY, "territory_id", "current_territory", "territory_in_crm")
_ACTIVE = ("", "1", "true", "yes", "y", "x", "active")


class Sheet:
    """A CSV file by record id, with its headers and everything that we do not know in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = path.with_name(f"{path.stem}.new{path.suffix}")
        source = self.written if self.written.exists() else path
        self.rows: dict[str, dict[str, str]] = {}
        lines = read_csv(source) if source.exists() else []
        self.headers = lines[0] if lines else []
        if not self.headers:
            return
        key = self._key() or self.headers[0]
        for line in filter(any, lines[1:]):
            row = dict(zip(self.headers, line, strict=False))
            record_id = long_id(row.get(key, "").strip())
            if not record_id:
                message = f"a row has no {key}: {', '.join(filter(None, line))}. Give it one."
                raise InputError([Fault(str(source), message)])
            if record_id in self.rows:
                # Of two rows one would be lost when the file is written.
                message = f"{record_id!r} stands in two rows. Leave one of them."
                raise InputError([Fault(str(source), message)])
            self.rows[record_id] = row

    def _key(self) -> str | None:
        """Return the header of the record's own id: account_id is another's but in accounts."""
        if self.path.stem == FILES[ACCOUNT].removesuffix(".csv"):
            return self.header("id")
        kind = {"opportunities": "opportunity"}.get(self.path.stem, self.path.stem.rstrip("s"))
        there = {header.casefold(): header for header in reversed(self.headers)}
        words = ("id", f"{kind}_id", f"{kind} id", f"{kind}id", "record id", "external id", ".id")
        return next((there[word] for word in words if word in there), None)

    def header(self, ours: str, *more: str) -> str | None:
        """Return the header of one of our columns, None when the file has none."""
        words = [ours, *more, *USUAL_ACCOUNT_HEADERS.get(ours, ())]
        words += [w for crm in ACCOUNT_HEADERS.values() for w in crm.get(ours, ())]
        there = {header.casefold(): header for header in reversed(self.headers)}
        return next((there[w.casefold()] for w in words if w.casefold() in there), None)

    def cell(self, row: Mapping[str, str], *ours: str) -> str:
        """Return a cell of one of our columns, "" when there is none."""
        header = self.header(*ours)
        return row.get(header, "").strip() if header else ""

    def save(self) -> None:
        """Write everything beside the export, synced to the disk, whole or not at all."""
        rows = [[row.get(h, "") for h in self.headers] for row in self.rows.values()]
        write_private(self.written, as_csv([self.headers, *rows]))


class Directory:
    """A folder of CSV files that accounts are read from and written to.

    Parameters
    ----------
    folder
        Where ``accounts.csv`` and ``users.csv`` are.
    max_batch
        The most records in one call.
    """

    def __init__(self, folder: Path, max_batch: int = 1000) -> None:
        self.folder, self._max_batch = folder, max_batch
        faults = [
            Fault(str(folder / name), "it is missing. Put an export of your CRM there.")
            for name in ("accounts.csv", "users.csv")
            if not (folder / name).is_file()
        ]
        if faults:
            raise InputError(faults)

    def capabilities(self) -> Capabilities:
        """Return the headers that the files use."""
        accounts, opportunities = self.sheet(ACCOUNT), self.sheet(OPPORTUNITY)
        owner = _owner(accounts)
        if owner is None:
            message = "it has no column for the owner. Name one of them owner_id."
            raise InputError([Fault(str(accounts.path), message)])
        return Capabilities(
            name=str(self.folder),
            account=ACCOUNT,
            owner_field=owner,
            territory_field=accounts.header(*_TERRITORY) or TERRITORY,
            name_field=accounts.header("name"),
            opportunity=OPPORTUNITY if opportunities.rows else None,
            opportunity_owner_field=_owner(opportunities),
            watched={ACCOUNT: tuple(accounts.headers)},
            max_batch=self._max_batch,
            atomicity="batch",
            server_dry_run=True,
            territories_are_listed=(self.folder / "territories.csv").is_file(),
        )

    def sheet(self, object: str) -> Sheet:
        """Return one of the files as it is now."""
        return Sheet(self.folder / FILES[object])

    def users(self) -> Iterator[User]:
        """Yield the rows of ``users.csv``."""
        sheet = Sheet(self.folder / "users.csv")
        for user_id, row in sheet.rows.items():
            active = sheet.cell(row, "active", "is_active", "IsActive").casefold() in _ACTIVE
            login, email = sheet.cell(row, "login", "username"), sheet.cell(row, "email")
            yield User(user_id, sheet.cell(row, "name"), email, login, active)

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the rows of ``territories.csv``."""
        sheet = Sheet(self.folder / "territories.csv")
        for territory_id, row in sheet.rows.items():
            key = sheet.cell(row, "key", "developer_name")
            yield CrmTerritory(territory_id, sheet.cell(row, "name"), key)

    def accounts(self) -> Iterator[CrmAccount]:
        """Yield the rows of ``accounts.csv``."""
        sheet, owner = self.sheet(ACCOUNT), self.capabilities().owner_field
        for record_id, row in sheet.rows.items():
            yield CrmAccount(
                id=record_id,
                name=sheet.cell(row, "name"),
                latitude=_number(sheet.cell(row, "latitude")),
                longitude=_number(sheet.cell(row, "longitude")),
                postal_code=sheet.cell(row, "postal_code"),
                city=sheet.cell(row, "city"),
                state=sheet.cell(row, "state"),
                country=sheet.cell(row, "country"),
                owner_id=long_id(row.get(owner or "", "")),
                territory=sheet.cell(row, *_TERRITORY),
                parent_id=sheet.cell(row, "family"),
            )

    def opportunities(self) -> Iterator[Opportunity]:
        """Yield the rows of ``opportunities.csv``."""
        sheet = self.sheet(OPPORTUNITY)
        owner = _owner(sheet) or ""
        for record_id, row in sheet.rows.items():
            yield Opportunity(
                id=record_id,
                name=sheet.cell(row, "name"),
                account_id=long_id(sheet.cell(row, "account_id", "AccountId")),
                owner_id=long_id(row.get(owner, "").strip()),
                amount=amount(sheet.cell(row, "amount")),
                stage=sheet.cell(row, "stage", "StageName"),
                close_date=sheet.cell(row, "close_date", "CloseDate"),
            )

    def read(
        self, object: str, ids: Iterable[str] | None, fields: Sequence[str]
    ) -> Iterator[Record]:
        """Yield the rows with these ids, or all."""
        sheet = self.sheet(object)
        owner = _owner(sheet)
        for record_id in sheet.rows if ids is None else ids:
            if record_id in sheet.rows:
                row = {name: sheet.rows[record_id].get(name, "") for name in fields}
                if owner in row:
                    # A report writes a user's id with 15 characters, we with 18: the same user.
                    row[owner] = long_id(row[owner])
                yield Record(record_id, {name: value_of(text) for name, text in row.items()})

    def lacks(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Return the territories and the column that are missing."""
        known = {name for there in self.territories() for name in (there.key, there.name)}
        listed = (self.folder / "territories.csv").is_file()
        missing = [t for t in territories if t.key not in known and t.name not in known]
        column = [] if self.sheet(ACCOUNT).header(*_TERRITORY) else [f"column {TERRITORY!r}"]
        return (*column, *(f"territory {t.name}" for t in missing if listed))

    def create(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Add the column where it is missing; territories are added by hand."""
        made = tuple(told for told in self.lacks(territories) if told.startswith("column"))
        if made:
            sheet = self.sheet(ACCOUNT)
            sheet.headers.append(TERRITORY)
            sheet.save()
        return made

    def consequences(
        self,
        changes: Sequence[Change],
        *,
        notify: bool = False,  # noqa: ARG002
    ) -> Consequences:
        """Return that files tell nobody and run nothing."""
        return Consequences(api_calls=len(batches_of(rows_of(changes), self.capabilities())))

    def dry_run(self, changes: Sequence[Change]) -> Iterator[RowResult]:
        """Yield what `apply` would say to each change on its own."""
        sheets = {name: self.sheet(name) for name in FILES}
        for change in changes:
            why = self._wrong(sheets[change.object], change)
            yield RowResult(change.key, "failed" if why else "ok", "not_there" if why else "", why)

    def apply(
        self,
        changes: Sequence[Change],
        *,
        notify: bool = False,  # noqa: ARG002
    ) -> Iterator[RowResult]:
        """Write the changes of one file in one go.

        Raises
        ------
        RefusedError
            When a record or a column is missing; nothing is written then.
        """
        sheet = self.sheet(changes[0].object)
        for change in changes:
            why = self._wrong(sheet, change)
            if why:
                raise RefusedError("not_there", why)
            self.set(sheet.rows[change.record_id], change)
        sheet.save()
        yield from (RowResult(change.key, "ok") for change in changes)

    def set(self, row: dict[str, str], change: Change) -> None:
        """Put a value into its cell."""
        row[change.field] = "" if isinstance(change.new, Mark) else change.new

    def _wrong(self, sheet: Sheet, change: Change) -> str:
        if change.record_id not in sheet.rows:
            return f"there is no row {change.record_id}"
        if change.field not in sheet.headers:
            return f"there is no column {change.field!r}"
        if change.new is CLEAR and change.field == sheet.header("id"):
            return "an id cannot be cleared"
        return ""


def open_directory(where: Address) -> Directory:
    """Return the connector of a folder.

    Raises
    ------
    InputError
        When a file is missing.
    """
    return Directory(Path(where.path))


def _owner(sheet: Sheet) -> str | None:
    """Return the header of the owner, None when there is none."""
    words = [w for crm in ACCOUNT_HEADERS.values() for w in crm["current"]]
    return sheet.header(*_OWNER, *words)


def amount(text: str) -> float:
    """Return an amount of money, whose thousands may be parted by commas; 0 where there is none."""
    return _number(text.replace(",", "")) or 0.0


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
