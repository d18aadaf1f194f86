"""The `whistle` command: its groups and their help; imports nothing that is slow to load.

Each command imports its own modules when it is called, so `whistle --help` answers at once.
"""

from collections.abc import Callable
from importlib import import_module
from inspect import getdoc
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.acting import command_of
from whistle.commands import (
    appeals,
    callbacks,
    case,
    catalogue,
    database,
    events,
    importing,
    keys,
    lag,
    operations,
    parked,
    person,
    queue,
    readings,
    reconcile,
    scores,
    token,
    topics,
    views,
    whistles,
)
from whistle.commands.case_acts import CASE_ACTS
from whistle.exits import Exit
from whistle.language import said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whistle.acting import Act

__all__ = ["app"]

_EXITS = ", ".join(f"{code.value} {code.name.lower().replace('_', ' ')}" for code in Exit)

app = typer.Typer(
    name="whistle",
    help=said(
        "Run Whistle (吹哨报到), act on cases, import complaints, and operate it.",
        "运行吹哨报到，办理工单，导入诉求，维护系统。",
    )
    + "\n\nExample: whistle run --demo",
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
    """Add a command; its docstring is the help."""
    text = getdoc(function) or ""
    group.command(name, help=text, short_help=text.partition("\n\n")[0])(function)


def _add_acts(group: typer.Typer, acts: "Iterable[Act]") -> None:
    for act in acts:
        _add(group, act.name, command_of(act))


_add(app, "import", importing.import_export)
_add(app, "queue", queue.queue)
_case = _group("case", said("Read single cases, and act on them.", "查看和办理工单。"))
_add(_case, "show", case.show_case)
_add(_case, "text", case.case_text)
_add(_case, "caller", case.caller)
_add(_case, "history", case.case_history)
_add_acts(_case, CASE_ACTS)
_whistle = _group("whistle", said("Call other units, and let them go.", "吹哨、催哨、撤哨、销哨。"))
_add(_whistle, "show", whistles.show)
_add(_whistle, "units", whistles.list_units)
_add_acts(_whistle, whistles.WHISTLE_ACTS)
_operation = _group(
    "operation", said("Answer a whistle; release who came.", "签哨、报到、处置、放行。")
)
_add(_operation, "show", operations.show)
_add_acts(_operation, operations.OPERATION_ACTS)
_callback = _group("callback", said("Call the callers back.", "回访来电人。"))
_add(_callback, "list", callbacks.list_callbacks)
_add_acts(_callback, callbacks.CALLBACK_ACTS)
_appeal = _group("appeal", said("Receive and decide appeals.", "受理和处理诉求。"))
_add(_appeal, "list", appeals.list_appeals)
_add_acts(_appeal, appeals.APPEAL_ACTS)
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
