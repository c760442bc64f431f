"""Bulk API 2.0: a job takes one CSV file, works on it by itself, and is asked what became of it.

The file is ours: columns in order, LF, ``#N/A`` where a field is to be empty, and nothing where it
is to stay as it is. Results come in any order and are found by the row's own cells.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from territory_planner.crm.change import UNSET
from territory_planner.crm.connector import CrmError, LostError
from territory_planner.crm.salesforce_csv import bulk_csv
from territory_planner.crm.salesforce_load import (
    MAX_BYTES,
    OK,
    Load,
    Outcome,
    RowKey,
    outcome,
)

if TYPE_CHECKING:
    from simple_salesforce.bulk2 import _Bulk2Client

    from territory_planner.crm.salesforce_wire import Wire

AT_WORK = ("UploadComplete", "InProgress")
ENDED = ("JobComplete", "Failed", "Aborted")
PATIENCE_S, OTHERS_S = 3600.0, 600.0
"""How long a job of this push is waited for, and one of an earlier push or of somebody else."""
FIRST_S, LONGEST_S = 0.25, 10.0


def bulk_loaded(wire: Wire, load: Load) -> dict[RowKey, Outcome]:
    """Let jobs take rows, and return what became of each.

    Raises
    ------
    CrmError
        When Salesforce cannot be reached, or takes no job.
    """
    found: dict[RowKey, Outcome] = {}
    for text in parts(load):
        found.update(_one(wire, load, text))
    return found


def parts(load: Load, max_bytes: int = MAX_BYTES) -> Iterator[str]:
    """Yield the CSV files of a load, each with the header and no larger than a job takes."""
    if load.rows:
        rows = ([row.get(name, UNSET) for name in load.columns] for row in load.rows)
        for file in bulk_csv(load.columns, rows, max_bytes):
            yield file.decode()


def wait_for_jobs(
    wire: Wire,
    kinds: Sequence[str],
    user: str,
    sleep: Callable[[float], object] = time.sleep,
) -> int:
    """Wait until no job of this user is at work on these objects, and return how many were.

    A push that was killed may have left one, and what it has yet to write would be written twice.
    A job whose upload was not closed never begins, and is no matter.

    Raises
    ------
    LostError
        When one is at work for longer than ten minutes.
    """
    jobs = [
        job["id"]
        for job in _jobs(wire)
        if job.get("state") in AT_WORK and job.get("object") in kinds
        and (not user or str(job.get("createdById"))[:15] == user[:15])
    ]  # fmt: skip
    for job_id in jobs:
        _ended(wire, job_id, OTHERS_S, sleep)
    return len(jobs)


def _jobs(wire: Wire) -> Iterator[dict[str, Any]]:
    parameters = {"jobType": "V2Ingest"}
    while True:
        page = wire.ask("jobs/ingest", **parameters)
        yield from page["records"]
        if page.get("done", True) or not page.get("nextRecordsUrl"):
            return
        locator = str(page["nextRecordsUrl"]).partition("queryLocator=")[2].partition("&")[0]
        parameters["queryLocator"] = locator


def _one(wire: Wire, load: Load, text: str) -> dict[RowKey, Outcome]:
    from simple_salesforce.bulk2 import LineEnding, Operation, ResultsType

    job_id = str(
        wire.bulk(
            load.object,
            lambda c: c.create_job(Operation(load.operation), line_ending=LineEnding.LF),
        )["id"]
    )
    try:
        wire.bulk(load.object, lambda c: c.upload_job_data(job_id, text))
        wire.bulk(load.object, lambda c: c.close_job(job_id))
    except CrmError:
        # One that was closed all the same is left to end, and waited for before rows are read.
        with suppress(CrmError):
            if wire.bulk(load.object, lambda c: c.get_job(job_id, False))["state"] == "Open":
                wire.bulk(load.object, lambda c: c.abort_job(job_id, False))
        raise
    job = _ended(wire, job_id, PATIENCE_S)

    def results(kind: ResultsType) -> Iterator[Mapping[str, str]]:
        def act(client: _Bulk2Client) -> str:
            return client.get_ingest_results(job_id, kind.value)

        yield from csv.DictReader(io.StringIO(wire.bulk(load.object, act), newline=""))

    found = {load.key_of(row): OK for row in results(ResultsType.successful)}
    for row in results(ResultsType.failed):
        found[load.key_of(row)] = _failure(row.get("sf__Error") or "")
    why = str(job.get("errorMessage") or f"the job ended as {job['state']}")
    code = next((word for word in why.replace(":", " ").split()[:1]), "")
    for row in results(ResultsType.unprocessed):
        told = outcome(code, why)
        found[load.key_of(row)] = Outcome(told.status, "UNPROCESSED", told.message)
    return found


def _ended(
    wire: Wire, job_id: str, patience_s: float, sleep: Callable[[float], object] = time.sleep
) -> Mapping[str, Any]:
    """Return a job when it has ended."""
    waited, pause = 0.0, FIRST_S
    while True:
        job: Mapping[str, Any] = wire.ask(f"jobs/ingest/{job_id}")
        if job["state"] in ENDED:
            return job
        if waited > patience_s:
            raise LostError(
                f"the job {job_id} of this user is at work on {job.get('object')} for "
                f"{patience_s / 60:.0f} minutes, and what it writes is not to be written twice. "
                "Wait for it, or stop it in Setup, Bulk Data Load Jobs"
            )
        sleep(pause)
        waited += pause
        pause = min(LONGEST_S, 1.5 * pause)


def _failure(said: str) -> Outcome:
    """Return a refusal of a row: ``CODE:message:fields --``."""
    code, _, rest = said.partition(":")
    message, _, fields = rest.rpartition(":")
    named = fields.removesuffix("--").strip()
    return outcome(code, f"{message or rest} ({named})" if message and named else message or rest)
