"""Bulk API 2.0 of the stand-in: jobs that are made, filled, closed, and worked on by a thread."""

from __future__ import annotations

import csv
import io
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.salesforce.org import LINK, PREFIX, UPDATABLE, Org, RowError

ENDS = {"LF": "\n", "CRLF": "\r\n"}
COLUMNS = {"insert": {"ObjectId", "Territory2Id", "AssociationCause"}, "delete": {"Id"}}
LOT = 200


class JobError(Exception):
    """A call about a job that Salesforce would refuse."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass
class Job:
    """One ingest job."""

    id: str
    user: str
    operation: str
    object: str
    line_ending: str
    state: str = "Open"
    content: bytes | None = None
    error: str = ""
    header: list[str] = field(default_factory=list)
    done: list[tuple[list[str], str, str]] = field(default_factory=list)
    left: list[list[str]] = field(default_factory=list)

    @property
    def info(self) -> dict[str, Any]:
        """What Salesforce says of it."""
        return {
            "id": self.id,
            "operation": self.operation,
            "object": self.object,
            "createdById": self.user,
            "state": self.state,
            "jobType": "V2Ingest",
            "contentType": "CSV",
            "lineEnding": self.line_ending,
            "columnDelimiter": "COMMA",
            "contentUrl": f"services/data/v62.0/jobs/ingest/{self.id}/batches",
            "numberRecordsProcessed": len(self.done),
            "numberRecordsFailed": sum(bool(error) for _, _, error in self.done),
            **({"errorMessage": self.error} if self.error else {}),
        }


class Jobs:
    """The jobs of an org.

    `go` holds them up while it is not set; `lot_s` is how long two hundred rows take at least.
    """

    def __init__(self, org: Org) -> None:
        self.org, self.all = org, dict[str, Job]()
        self.go = threading.Event()
        self.go.set()
        self.lot_s = 0.0

    def create(self, user: str, said: dict[str, Any]) -> Job:
        """Make a job, as Salesforce checks what it is told."""
        operation, kind = said.get("operation"), said.get("object")
        line_ending = said.get("lineEnding", "LF")
        if operation not in ("insert", "update", "delete") or kind not in PREFIX:
            raise JobError("INVALIDENTITY", f"Unable to {operation} {kind}")
        if said.get("contentType", "CSV") != "CSV" or line_ending not in ENDS:
            raise JobError("INVALIDJOB", "contentType or lineEnding is not supported")
        if said.get("columnDelimiter", "COMMA") != "COMMA":
            raise JobError("INVALIDJOB", "this stand-in reads commas")
        if operation == "update" and kind not in UPDATABLE:
            raise JobError("INVALIDENTITY", f"Entity '{kind}' is not supported by update")
        job = Job(f"750Hs{len(self.all):010d}AAA", user, operation, kind, line_ending)
        self.all[job.id] = job
        return job

    def fill(self, job: Job, content: bytes) -> None:
        """Take the one file of a job."""
        if job.state != "Open" or job.content is not None:
            raise JobError("INVALIDJOBSTATE", "Found multiple contents for job")
        job.content = content

    def set_state(self, job: Job, state: str) -> None:
        """Close or abort a job."""
        if state == "Aborted" and job.state not in ("JobComplete", "Failed"):
            job.state = state
            return
        if state != "UploadComplete" or job.state != "Open":
            raise JobError("INVALIDJOBSTATE", f"cannot go from {job.state} to {state}")
        job.state = state
        threading.Thread(target=self._work, args=(job,), daemon=True).start()

    def results(self, job: Job, kind: str) -> str:
        """Return the rows that were taken, refused or left, in no order to rely on."""
        if job.state not in ("JobComplete", "Failed", "Aborted"):
            raise JobError("INVALIDJOBSTATE", "the job has not ended")
        done = random.Random(len(job.done)).sample(job.done, len(job.done))
        text = io.StringIO()
        table = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=ENDS[job.line_ending])
        if kind == "successfulresults":
            created = str(job.operation == "insert").lower()
            table.writerow(["sf__Id", "sf__Created", *job.header])
            table.writerows([i, created, *row] for row, i, error in done if not error)
        elif kind == "failedresults":
            table.writerow(["sf__Id", "sf__Error", *job.header])
            table.writerows([i, error, *row] for row, i, error in done if error)
        elif kind == "unprocessedrecords":
            table.writerow(job.header)
            table.writerows(job.left)
        else:
            raise JobError("NOT_FOUND", f"there is no {kind}")
        return text.getvalue()

    def _work(self, job: Job) -> None:
        self.go.wait()
        job.state = "InProgress" if job.state == "UploadComplete" else job.state
        rows = self._read(job)
        for at in range(0, len(rows), LOT):
            self.go.wait()
            if job.state == "Aborted":
                job.left = rows[at:]
                return
            for row in rows[at : at + LOT]:
                job.done.append(self._row(job, row))
            time.sleep(self.lot_s)
        job.state = job.state if job.state in ("Failed", "Aborted") else "JobComplete"

    def _read(self, job: Job) -> list[list[str]]:
        """Return the rows of a job's file; a wrong file fails the job."""
        text = (job.content or b"").decode("utf-8")
        end = ENDS[job.line_ending]
        first = text.partition("\n")[0] + "\n"
        if first.endswith("\r\n") != (end == "\r\n"):
            job.error = ("InvalidBatch : ClientInputError : LineEnding is invalid on user data. "
                         f"Current LineEnding setting is {job.line_ending}")  # fmt: skip
        job.header, *rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
        known = COLUMNS.get(job.operation) or {"Id", *UPDATABLE[job.object]}
        strange = [name for name in job.header if name not in known]
        if strange and not job.error:
            job.error = f"InvalidBatch : Field name not found : {strange[0]}"
        if any(len(row) != len(job.header) for row in rows) and not job.error:
            job.error = "InvalidBatch : a row has more or fewer cells than the header"
        if job.error:
            job.state, job.left = "Failed", rows
            return []
        return rows

    def _row(self, job: Job, row: list[str]) -> tuple[list[str], str, str]:
        """Take one row: an empty cell says nothing, and ``#N/A`` empties the field."""
        fields = {
            name: None if cell == "#N/A" else cell
            for name, cell in zip(job.header, row, strict=True)
            if cell != ""
        }
        try:
            return row, self.org.change(job.operation, job.object, fields), ""
        except RowError as error:
            named = " ".join(error.fields)
            record_id = "" if job.object == LINK and job.operation == "insert" else row[0]
            return row, record_id, f"{error.code}:{error.message}:{named} --"
