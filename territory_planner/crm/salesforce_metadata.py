"""A territory model as a Salesforce DX project: types, model, hierarchy and rules.

Metadata carries what accounts are assigned by, never the assignments themselves, which are data.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.sax.saxutils import escape

from territory_planner.crm.salesforce_model import Rule, TerritoryModel, kind_of, name_of
from territory_planner.exporting.territories import Place

API_VERSION = "62.0"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
MAIN = "force-app/main/default"
# XML 1.0 has no way to write these, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_metadata(model: TerritoryModel, folder: Path) -> dict[str, int]:
    """Write the project, and return its files, each of which is one component."""
    inside = f"{MAIN}/territory2Models/{model.developer_name}"
    rules = [rule for of in model.rules.values() for rule in of]
    files = {
        f"{MAIN}/territory2Types/{kind.developer_name}.territory2Type-meta.xml": _element(
            "Territory2Type",
            _tag("description", kind.description),
            _tag("name", kind.label),
            _tag("priority", str(kind.priority)),
        )
        for kind in model.kinds
    }
    files[f"{inside}/{model.developer_name}.territory2Model-meta.xml"] = _element(
        "Territory2Model", _tag("description", model.description), _tag("name", model.name)
    )
    files |= {
        f"{inside}/territories/{place.developer_name}.territory2-meta.xml": _territory(place, model)
        for place in model.places
    }
    files |= {
        f"{inside}/rules/{rule.developer_name}.territory2Rule-meta.xml": _rule(rule)
        for rule in rules
    }
    project = {
        "packageDirectories": [{"path": "force-app", "default": True}],
        "sourceApiVersion": API_VERSION,
    }
    files["sfdx-project.json"] = json.dumps(project, indent=2) + "\n"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return dict.fromkeys(files, 1)


def _territory(place: Place, model: TerritoryModel) -> str:
    associations = [
        ["    <ruleAssociations>", "        <inherited>false</inherited>",
         "    " + _tag("ruleName", rule.developer_name), "    </ruleAssociations>"]
        for rule in model.rules.get(place.territory.id, ())
    ]  # fmt: skip
    return _element(
        "Territory2",
        _tag("name", name_of(place)),
        *([_tag("parentTerritory", place.parent.developer_name)] if place.parent else []),
        *(line for lines in associations for line in lines),
        _tag("territory2Type", kind_of(place)),
    )


def _rule(rule: Rule) -> str:
    items = [
        ["    <ruleItems>", "    " + _tag("field", f"Account.{rule.field}"),
         "        <operation>equals</operation>", "    " + _tag("value", value),
         "    </ruleItems>"]
        for value in rule.values
    ]  # fmt: skip
    either = " OR ".join(str(n) for n in range(1, len(items) + 1))
    return _element(
        "Territory2Rule",
        _tag("active", "true"),
        # One item needs no filter, and several would all have to hold without one.
        *([_tag("booleanFilter", either)] if len(items) > 1 else []),
        _tag("name", rule.label),
        _tag("objectType", "Account"),
        *(line for lines in items for line in lines),
    )


def _element(name: str, *lines: str) -> str:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{NAMESPACE}">\n'
    return head + "".join(f"{line}\n" for line in lines) + f"</{name}>\n"


def _tag(name: str, text: str) -> str:
    return f"    <{name}>{escape(_FORBIDDEN.sub('', text), {chr(13): '&#13;'})}</{name}>"
