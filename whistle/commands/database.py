"""`whistle database`: prepares a service's PostgreSQL database for this release."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from whistle.call import Call, local_command
from whistle.connection import read_settings
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from chassis.store.postgres.provisioning import State

__all__ = ["apply", "status"]

_AGAIN = "correct that and run the command again; `whistle database status` shows its state"

_Owner = Annotated[
    str,
    typer.Option(metavar="URL", help="by the role that owns its tables [WHISTLE_DATABASE_OWNER]"),
]
_Database = Annotated[
    str, typer.Option(metavar="URL", help="by the role of the service [WHISTLE_DATABASE]")
]


@local_command
def apply(call: Call, owner: _Owner = "", database: _Database = "") -> None:
    """Bring the tables to this release, and give the service the rights it needs and no others.

    Example: whistle database apply --owner postgresql://owner@127.0.0.1/intake

    Run it once per service, before its first start and before a new release. Running it again
    changes nothing. The service's role is made if there is none.
    """
    from chassis.store.postgres.connections import DatabaseRefused
    from chassis.store.postgres.provisioning import apply as make_ready

    settings = read_settings()
    app = _required(database or settings.database, "--database", "WHISTLE_DATABASE")
    url = _required(owner or settings.database_owner, "--owner", "WHISTLE_DATABASE_OWNER")
    try:
        state = make_ready(url, app)
    except DatabaseRefused as refused:
        raise _failure("the database was not changed", refused) from None
    _print_state(call, state)


@local_command
def status(call: Call, owner: _Owner = "", database: _Database = "") -> None:
    """Show at which change the tables are, and the last position of the log.

    Example: whistle database status --json

    The exit code is 3 when a service of this release cannot use it: then run `apply`.
    """
    from chassis.store.postgres.connections import DatabaseRefused
    from chassis.store.postgres.provisioning import look

    settings = read_settings()
    urls = (database or owner, settings.database or settings.database_owner)
    url = _required(next(filter(None, urls), ""), "--database", "WHISTLE_DATABASE")
    try:
        state = look(url)
    except DatabaseRefused as refused:
        raise _failure(
            "the database cannot be read",
            refused,
            "if this is the first time: `whistle database apply`; otherwise correct that",
        ) from None
    _print_state(call, state)
    if not state.is_ready:
        raise typer.Exit(Exit.DIFFERENCES)


def _required(url: str, option: str, variable: str) -> str:
    if not url:
        raise Failure(
            "no database is named",
            f"Neither {option} nor {variable} gives its address.",
            f"set {variable} to postgresql://user:password@host:port/name",
            Exit.USAGE,
        )
    return url


def _failure(what: str, why: Exception, hint: str = _AGAIN) -> Failure:
    return Failure(what, str(why), hint, Exit.REFUSED)


def _print_state(call: Call, state: "State") -> None:
    from whistle.output import Column, print_table

    columns = (
        Column("database", "database", "数据库"),
        Column("version", "at change", "现为变更"),
        Column("newest", "needed", "应为变更"),
        Column("head", "head", "末位置"),
        Column("log_id", "log", "日志"),
    )
    item = asdict(state)
    print_table(call, columns, [item], {**item, "ready": state.is_ready})
