"""`whistle database`: a service's PostgreSQL, made ready for this release and looked at."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from whistle.call import Call, command
from whistle.connection import read_settings
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from chassis.store.postgres.provisioning import State

__all__ = ["apply", "status"]

_Owner = Annotated[
    str, typer.Option(metavar="URL", help="as who owns its tables [WHISTLE_DATABASE_OWNER]")
]
_Database = Annotated[
    str, typer.Option(metavar="URL", help="as the service logs in [WHISTLE_DATABASE]")
]


@command
def apply(call: Call, owner: _Owner = "", database: _Database = "") -> None:
    """Make the tables what this release needs, and let the service do no more than it must.

    Example: whistle database apply --owner postgresql://owner@127.0.0.1/intake

    Once per service, before its first start and before a new release. As often as wanted: what is
    so already stays. The service's role is made if there is none.
    """
    from chassis.store.postgres.connections import DatabaseRefused
    from chassis.store.postgres.provisioning import apply as make_ready

    settings = read_settings()
    app = _named(database or settings.database, "--database", "WHISTLE_DATABASE")
    url = _named(owner or settings.database_owner, "--owner", "WHISTLE_DATABASE_OWNER")
    try:
        state = make_ready(url, app)
    except DatabaseRefused as refused:
        raise _refused("the database was not changed", refused) from None
    _show(call, state)


@command
def status(call: Call, owner: _Owner = "", database: _Database = "") -> None:
    """Say at which change the tables are, and how far the log goes.

    Example: whistle database status --json

    The exit code is 3 when a service of this release could not use it: run `apply` then.
    """
    from chassis.store.postgres.connections import DatabaseRefused
    from chassis.store.postgres.provisioning import look

    settings = read_settings()
    urls = (database or owner, settings.database or settings.database_owner)
    url = _named(next(filter(None, urls), ""), "--database", "WHISTLE_DATABASE")
    try:
        state = look(url)
    except DatabaseRefused as refused:
        raise _refused("the database cannot be looked at", refused) from None
    _show(call, state)
    if not state.is_ready:
        raise typer.Exit(Exit.DIFFERENCES)


def _named(url: str, option: str, variable: str) -> str:
    if not url:
        raise Failure(
            "no database is named",
            f"Neither {option} nor {variable} gives its address.",
            f"set {variable} to postgresql://user:password@host:port/name",
            Exit.USAGE,
        )
    return url


def _refused(what: str, why: Exception) -> Failure:
    hint = "correct that and run the command again; `whistle database status` says how it stands"
    return Failure(what, str(why), hint, Exit.REFUSED)


def _show(call: Call, state: "State") -> None:
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
