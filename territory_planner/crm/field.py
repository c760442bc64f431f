"""What a CRM's accounts say now, for `drift`: who owns them and which territory they are in."""

from __future__ import annotations

from collections import defaultdict

from territory_planner.crm.connector import Connector
from territory_planner.crm.people import territories_of as found_there
from territory_planner.crm.people import users_of
from territory_planner.domain.plan import Plan
from territory_planner.intake.owners import long_id
from territory_planner.scenarios.drift import Drift, Held, drift, territories_of


def drift_in(plan: Plan, connector: Connector) -> Drift:
    """Return what the field has changed in a CRM.

    Raises
    ------
    CrmError
        When the CRM cannot be read.
    """
    territories = plan.problem.territories
    users = list(connector.users())
    reps, _ = users_of(territories, users)
    owners: dict[str, list[int]] = defaultdict(list)
    for k, territory in enumerate(territories):
        user = reps.get(territory.rep_id or "")
        if user is not None:
            owners[long_id(user.id).casefold()].append(k)
    words = territories_of(territories)
    there, _ = found_there(territories, list(connector.territories()))
    index = {territory.id: k for k, territory in enumerate(territories)}
    words |= {crm_id.casefold(): index[id_] for id_, crm_id in there.items()}
    held = [Held(a.id, a.name, a.owner_id, a.territory) for a in connector.accounts()]
    people = {u.id: (u.name or u.email or u.id) + ("" if u.active else " (inactive)")
              for u in users}  # fmt: skip
    return drift(plan, held, owners, words, people)
