"""The tables of a store, as SQLAlchemy sees them; `migrations` makes them.

A run is one row of ``run``, with its input files, tags and notes beside it. Who serves which
account is in ``assignment``, for whoever asks in SQL. The plan itself, problem and outlines
included, is in ``content``: each array once under the SHA-256 of its bytes, so that fifty scenarios
of one problem hold its outlines once; ``run.plan`` names the document that lists the arrays.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

SHA256 = Text


class Moment(TypeDecorator[datetime]):
    """A time in UTC, also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:  # noqa: ARG002
        """Return what was read as a time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = MetaData()

RUN = Table(
    "run",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("project", Text, nullable=False),
    Column("scenario", Text),
    Column("key", Text, index=True),
    Column("parent", Text, index=True),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("who", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("process", Text, nullable=False),
    Column("begun", Moment, nullable=False),
    Column("ended", Moment),
    Column("settings", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("inputs", SHA256, nullable=False),
    Column("problem", SHA256),
    Column("start", SHA256),
    Column("fingerprint", SHA256, index=True),
    Column("objective", Float),
    Column("bound", Float),
    Column("gap", Float),
    Column("stopped", Text),
    Column("seconds", Float),
    Column("moved_accounts", Integer),
    Column("scorecard", JSON),
    Column("prices", JSON),
    Column("plan", SHA256),
    Column("request", JSON(none_as_null=True)),
    Column("answer", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)

INPUT_FILE = Table(
    "input_file",
    METADATA,
    Column("run", Integer, ForeignKey("run.number"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("sha256", SHA256, nullable=False),
)

ASSIGNMENT = Table(
    "assignment",
    METADATA,
    Column("run", Integer, ForeignKey("run.number"), primary_key=True),
    Column("account", Text, primary_key=True),
    Column("territory", Text, nullable=False),
    sqlite_with_rowid=False,
)

CONTENT = Table(
    "content",
    METADATA,
    Column("sha256", SHA256, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

TAG = Table(
    "tag",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("run", Integer, ForeignKey("run.number"), nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

NOTE = Table(
    "note",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("run", Integer, ForeignKey("run.number"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
