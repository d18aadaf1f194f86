"""The `whistle` command: its groups and their help; imports nothing that is slow to load.

Each command imports its own modules when it is called, so `whistle --help` answers at once.
"""

from collections.abc import Callable
from importlib import import_module
from inspect import getdoc
from typing import Annotated, Any

import typer

from whistle.commands import (
    case,
    catalogue,
    database,
    events,
    importing,
    keys,
    lag,
    parked,
    person,
    queue,
    readings,
    reconcile,
    scores,
    token,
    topics,
    views,
)
from whistle.exits import Exit

__all__ = ["app"]

_EXITS = ", ".join(f"{code.value} {code.name.lower().replace('_', ' ')}" for code in Exit)

app = typer.Typer(
    name="whistle",
    help="Example: whistle run --demo\n\n"
    "Run Whistle (吹哨报到), import complaints, and operate it.",
    epilog=f"Exit codes: {_EXITS}.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# All words that follow are passed on unchanged, `--help` too.
_PASS_ON: dict[str, Any] = {
    "add_help_option": False,
    "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True},
}


def _print_version(wanted: bool) -> None:  # noqa: FBT001  # as Typer calls it
    if wanted:
        from importlib import metadata

        print(f"whistle {metadata.version('whistle')}")
        raise typer.Exit


@app.callback()
def _about(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None: ...


@app.command("run", help="Run all services in one process.", **_PASS_ON)
def _run(context: typer.Context) -> None:
    _run_deferred(context, "whistle.run", "run")


@app.command("demo", help="Play sample complaints from the first call to the score.", **_PASS_ON)
def _demo(context: typer.Context) -> None:
    _run_deferred(context, "whistle.demo", "demo")


@app.command("simulate", help="Play officers and residents over the HTTP API.", **_PASS_ON)
def _simulate(context: typer.Context) -> None:
    _run_deferred(context, "whistle.simulate.command", "simulate")


@app.command("seed", help="Fill empty databases with invented cases, for measurements.", **_PASS_ON)
def _seed(context: typer.Context) -> None:
    _run_deferred(context, "whistle.seeding.command", "seed")


def _run_deferred(context: typer.Context, module: str, name: str) -> None:
    """Run a command whose module is slow to load."""
    inner = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    _add(inner, name, getattr(import_module(module), name))
    inner(context.args, prog_name=f"whistle {name}")


def _group(name: str, summary: str) -> typer.Typer:
    group = typer.Typer(help=summary, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name=name)
    return group


def _add(group: typer.Typer, name: str, function: Callable[..., None]) -> None:
    """Add a command; its docstring is the help, the example first."""
    summary, *rest = (getdoc(function) or "").split("\n\n")
    parts = sorted([summary, *rest], key=lambda part: not part.startswith("Example"))
    group.command(name, help="\n\n".join(parts), short_help=summary)(function)


_add(app, "import", importing.import_export)
_add(app, "queue", queue.queue)
_add(_group("case", "Show single cases."), "show", case.show_case)
_add(app, "readings", readings.readings)
_add(app, "scores", scores.scores)
_add(app, "reconcile", reconcile.reconcile)
_add(app, "lag", lag.lag)
_add(_group("events", "Read the event logs."), "tail", events.tail)
_add(_group("token", "Make access tokens."), "add", token.add_token)
_catalogue = _group("catalogue", "Check, compare, publish and look up the city's own data.")
_add(_catalogue, "check", catalogue.check)
_add(_catalogue, "diff", catalogue.diff)
_add(_catalogue, "publish", catalogue.publish)
_add(_catalogue, "units", catalogue.units)
_add(_catalogue, "streets", catalogue.streets)
_add(_catalogue, "matters", catalogue.matters)
_parked = _group("parked", "Inspect, release and discard events that a service could not process.")
_add(_parked, "list", parked.list_parked)
_add(_parked, "show", parked.show_parked)
_add(_parked, "release", parked.release)
_add(_parked, "discard", parked.discard)
_database = _group("database", "Prepare a service's PostgreSQL database.")
_add(_database, "apply", database.apply)
_add(_database, "status", database.status)
_keys = _group("keys", "Check and rotate master keys.")
_add(_keys, "show", keys.show)
_add(_keys, "rotate", keys.rotate)
_topics = _group("topics", "Plan and make the Kafka topics.")
_add(_topics, "plan", topics.plan)
_add(_topics, "apply", topics.apply)
_views = _group("views", "Inspect and rebuild views.")
_add(_views, "status", views.status)
_add(_views, "rebuild", views.rebuild)
_person = _group("person", "Look persons up, export what is held on them, erase them by two.")
_add(_person, "lookup", person.look_up)
_add(_person, "export", person.export)
_add(_person, "show", person.show)
_add(_person, "list", person.list_erasures)
_add(_person, "erase-request", person.request)
_add(_person, "approve", person.approve)
_add(_person, "reject", person.reject)
_add(_person, "hold", person.hold)
_add(_person, "lift-hold", person.lift)
