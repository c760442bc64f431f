"""What a person must know to load a plan into Salesforce by hand."""

from __future__ import annotations

from collections.abc import Mapping

from territory_planner.crm.file_format import Guide
from territory_planner.crm.salesforce_ids import QUERIES

NEEDS_IDS = "needs_ids"
METADATA = "metadata"


def guide(files: Mapping[str, int]) -> Guide:
    """Return the steps for the files that were written."""
    has_frame = any(name.startswith(f"{METADATA}/") for name in files)
    return Guide(
        steps=[
            *(_frame(files) if has_frame else ()),
            *_data(files),
            "Fetch the failed and the unprocessed rows of every job, correct them and load them "
            "again. A job that is complete may have failed rows; join results by Id, never by "
            "position.",
        ],
        triggers=[
            "An owner change through the API moves the account alone: contacts, opportunities and "
            "cases stay, unless their own file is loaded.",
            "An owner change deletes the account team, unless the client sets KeepAccountTeam "
            "(OwnerChangeOptions, SOAP API). Bulk API 2.0 has no such option: export "
            "AccountTeamMember first.",
            "Flows, triggers and validation rules run for every row. Nobody is mailed by the load "
            "itself; a flow may.",
            *(
                [
                    "Memberships grant access to records, and change no owner. Opportunities get "
                    "their territory from their account's at the next run, unless they are "
                    "excluded from it.",
                    "Memberships in territories that the plan does not have, such as overlays or "
                    "closed ones, stay as they are.",
                ]
                if has_frame
                else []
            ),
        ],
        undo=[
            "Load the files of undo/ in the order of their numbers.",
            *(
                [
                    "Rows of 40 and 50 are undone by deleting the ids in the success files of "
                    "their jobs (column sf__Id): Salesforce updates no membership, and a deleted "
                    "one does not reach the recycle bin. Keep these files.",
                    "A model that was activated never returns to Planning; archiving it deletes "
                    "its forecasts and quotas.",
                ]
                if has_frame
                else []
            ),
            "Deleted account teams do not come back with the owner. The territory of an "
            "opportunity is not put back, since it is not known here.",
        ],
        unproven=[
            "The metadata project is converted by Salesforce's own library in the tests; no live "
            "org was at hand. Validation rules, row locks, runs of assignment rules, roles of "
            "members (RoleInTerritory2 is left empty) and activation are not proven.",
            "That a rule takes 10 items of 1,000 characters is read from documentation, not tried.",
        ],
    )


def _frame(files: Mapping[str, int]) -> list[str]:
    needs = sorted(name for name in files if name.startswith(f"{NEEDS_IDS}/"))
    rules = any(name.endswith("territory2Rule-meta.xml") for name in files)
    is_new = any(name.split("/")[-1][:2] in ("10", "20", "30") for name in files)
    steps = [
        "Switch Sales Territories on (Setup, Territory Settings).",
        f"Deploy the hierarchy: cd {METADATA}; sf project deploy start --source-dir force-app. "
        "Or load 10, 20 and 30 in their order instead, each level after the one above it. The "
        "model stays in Planning. Developer names of territories are unique in the whole org: "
        "where another model has them, rename first.",
    ]
    if not is_new:
        steps = [
            f"The territories are in the org already. {METADATA}/ is for another one, such as a "
            "sandbox, and for rules."
        ]
    if needs:
        queries = "; ".join(f"{name}.csv: {query}" for name, query in QUERIES.items())
        steps.append(
            f"The files in {NEEDS_IDS}/ hold developer names where Salesforce wants ids, so they "
            "are refused as they are. Save the results of these queries beside accounts.csv and "
            f"users.csv in one folder, and export again with --records FOLDER: {queries}."
        )
    if rules:
        steps.append(
            "Rules are active, and run when the model is activated or rules are run by hand. "
            "Accounts of areas have no row in 50: their rule assigns them, by the value of the "
            "field alone. Named accounts have one."
        )
    return steps


def _data(files: Mapping[str, int]) -> list[str]:
    told = {
        "40": "insert members",
        "41": "delete the members who left, after 40",
        "50": "insert memberships of accounts",
        "51": "delete the memberships that these replace, after 50",
        "60": "update the owners of accounts",
        "61": "update opportunities",
        "62": "update contacts",
        "63": "update cases",
    }
    steps = []
    for number, what in told.items():
        mine = sorted(n for n in files if n.startswith(f"{number}_"))
        if mine:
            steps.append(f"{what[0].upper()}{what[1:]}: {', '.join(mine)}.")
        if number == "51" and any(METADATA in name for name in files):
            steps.append(
                "Where the model is still in Planning: preview the assignments in Salesforce, and "
                "activate it there by hand. There is no way back to Planning."
            )
    head = (
        "Load the files below in this order with Data Loader, sf data import bulk or Bulk API "
        "2.0: UTF-8, comma, line ends LF."
    )
    return [head, *steps] if steps else []
