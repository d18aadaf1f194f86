"""`whistle keys`: whether each service's master key fits its database, and rotating one.

Showing works on the data folder itself and reads no text; rotating is a command to the running
service and needs a reason, which is kept with the operator's name.
"""

from pathlib import Path
from typing import Annotated

import typer

from contracts.services import SERVICES
from whistle.call import Call, command
from whistle.connection import read_settings
from whistle.exits import Exit
from whistle.failure import Failure

__all__ = ["rotate", "show"]


@command
def show(
    call: Call,
    data: Annotated[Path | None, typer.Option(help="data folder [WHISTLE_DATA]")] = None,
    service: Annotated[str, typer.Option(help=f"one of {', '.join(SERVICES)}; all if empty")] = "",
    database: Annotated[
        str, typer.Option(metavar="URL", help="of that service on PostgreSQL [WHISTLE_DATABASE]")
    ] = "",
) -> None:
    """Show whether each service's master key fits: fits, wrong, missing, new, unchecked or absent.

    Example: whistle keys show --data /srv/whistle

    A database whose service has not run on this release since 0.1.0 is `unchecked`; `new` will get
    a key at its first start. The exit code is 3 when a key is wrong or missing.
    """
    from whistle.output import Column, print_table

    settings = read_settings()
    folder, url = data or settings.data, database or settings.database
    if service:
        _check(service)
    elif url:
        why = "An address of PostgreSQL is of one service."
        raise Failure("no key was checked", why, "name it with --service", Exit.USAGE)
    names = [service] if service else SERVICES
    items = [{"service": name, "key": _state(folder, name, url)} for name in names]
    columns = (Column("service", "service", "服务"), Column("key", "key", "主密钥"))
    print_table(call, columns, items, {"items": items, "total": len(items)})
    if any(item["key"] in {"wrong", "missing"} for item in items):
        raise typer.Exit(Exit.DIFFERENCES)


@command
def rotate(
    call: Call,
    service: Annotated[str, typer.Argument(help=f"one of {', '.join(SERVICES)}")],
    reason: Annotated[str, typer.Option(help="why; it is kept with your name")],
) -> None:
    """Give a running service a new master key; its texts stay readable.

    Example: whistle keys rotate intake --reason "the yearly change"

    Back up keys/ afterwards: a backup of the database from now on needs the new key, and one from
    before needs the old.
    """
    from whistle.output import print_one
    from whistle.signing_in import connect

    _check(service)
    with connect(call, "operator") as client:
        client.post(f"/{service}/v1/keys/rotate", {"reason": reason})
    print_one(call, {"service": service, "done": "rotated"})


def _state(folder: Path, name: str, url: str) -> str:
    from chassis.hosting.key_state import key_state
    from chassis.key_files import KeyRefused

    try:
        return key_state(folder, name, url)
    except KeyRefused as refused:
        hint = "run it as the user of the service, and see that its database can be reached"
        raise Failure("no key was checked", str(refused), hint, Exit.USAGE) from None


def _check(service: str) -> None:
    if service not in SERVICES:
        why = f"There is no service {service!r}."
        raise Failure("no such service", why, f"choose {', '.join(SERVICES)}", Exit.USAGE)
