"""`tag`: names and notes of a run."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from territory_planner.cli.stored import add_store, store_of
from territory_planner.cli.verb import Verb
from territory_planner.errors import Fault, InputError


def _options(verb: ArgumentParser) -> None:
    verb.add_argument("run_id", metavar="RUN", help="an id, its beginning, or a tag")
    verb.add_argument("name", metavar="NAME", nargs="?", help="a name to find it by")
    verb.add_argument("--note", metavar="TEXT", help="write a sentence beside it")
    verb.add_argument("--remove", metavar="NAME", help="take a name away")
    add_store(verb)


def _run(arguments: Namespace) -> str:
    if arguments.name is None and arguments.note is None and arguments.remove is None:
        message = "there is nothing to do. Give a NAME, --note TEXT or --remove NAME."
        raise InputError([Fault("tag", message)])
    store = store_of(arguments)
    run = store.find(arguments.run_id)
    if arguments.remove is not None:
        store.untag(run, arguments.remove)
    if arguments.name is not None:
        store.tag(run, arguments.name)
    if arguments.note is not None:
        store.note(run, arguments.note)
    record = store.record(run)
    told = [f"run    {run}", f"tags   {', '.join(record.tags) or '–'}"]
    return "\n".join([*told, *(f"note   {note.text}" for note in record.notes)])


VERB = Verb("tag", "give a run a name or a note, or take a name away", _options, _run)
