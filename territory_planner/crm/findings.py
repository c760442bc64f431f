"""`Finding`: what a look at plan and CRM found, all of it at once, each with its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from territory_planner.errors import Fault, InputError

EXAMPLES = 5


@dataclass(frozen=True)
class Finding:
    """Something that a push must not, or need not, pass over.

    Parameters
    ----------
    kind
        One or two words: "unknown record".
    told
        What they are: "accounts that are not in the CRM".
    remedy
        What to do, as a sentence.
    cases
        One text a case; all are kept, the first few are shown.
    is_fault
        Whether the rows that it is about are left out of the changes, and a push is refused unless
        it is told to go on without them.
    """

    kind: str
    told: str
    remedy: str
    cases: tuple[str, ...]
    is_fault: bool = True

    @property
    def sentence(self) -> str:
        """The finding as one line: kind, count, examples and remedy."""
        shown = ", ".join(self.cases[:EXAMPLES])
        more = len(self.cases) - EXAMPLES
        tail = f" and {more:,} more" if more > 0 else ""
        return f"{self.kind} ({len(self.cases):,}): {self.told}: {shown}{tail}. {self.remedy}"


def refuse_faults(findings: Sequence[Finding], where: str) -> None:
    """Raise one error that tells every fault among the findings.

    Raises
    ------
    InputError
        When there is a fault.
    """
    faults = [Fault(where, finding.sentence) for finding in findings if finding.is_fault]
    if faults:
        raise InputError(faults)
