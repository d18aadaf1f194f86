"""`whistle seed`: invented cases in any number, to measure an installation at the size of years."""

import json
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from chassis.clock import DEMO_START, SystemClock
from chassis.hosting.data_folder import DataFolder, FolderRefused
from chassis.settings import Settings
from chassis.store.bulk import NotEmpty
from chassis.store.postgres.connections import DatabaseRefused
from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.seeding.filling import seed as fill_databases
from whistle.seeding.pen import SERVICES
from whistle.seeding.plan import CASES_MAX

__all__ = ["seed"]

_TELL_EVERY_S = 5.0


@command
def seed(
    call: Call,
    cases: Annotated[int, typer.Option(min=1, max=CASES_MAX, help="how many")],
    data: Annotated[Path, typer.Option(help="an empty or new data folder")] = Path("data/seeded"),
    invented: Annotated[
        bool, typer.Option("--invented", help="no mark of a demonstration; for measuring only")
    ] = False,
    service_databases: Annotated[
        str,
        typer.Option(metavar="JSON", help="addresses of PostgreSQL by service, with --invented"),
    ] = "",
) -> None:
    """Fill empty databases with invented cases: about ten events each, most of them closed.

    Example: whistle seed --cases 10000 --data data/seeded

    The folder is marked as a demonstration's for ever, as `whistle run --demo` would, unless
    --invented is given. Their texts read as erased. Interrupted, it leaves databases that are of no
    use: delete them and seed again. On PostgreSQL the databases have to be ready (`whistle database
    apply`); there are four of them, as {"intake": "postgresql://…", …}.
    """
    from whistle.output import print_one

    if Settings().production:
        why = "WHISTLE_PRODUCTION is set, and invented cases are for measuring."
        raise Failure("nothing was seeded", why, "unset it on a machine for tests", Exit.USAGE)
    began = time.monotonic()
    until = SystemClock().now() if invented else DEMO_START
    with ExitStack() as stack:
        if service_databases:
            databases = _addresses(service_databases, invented=invented)
        else:
            _take(data, stack, invented=invented)
            databases = {name: str(data / f"{name}.db") for name in SERVICES}
        telling = _Telling(call)
        try:
            heads = fill_databases(databases, cases, until, telling)
        except DatabaseRefused as refused:
            raise Failure("nothing was seeded", str(refused), "see above", Exit.REFUSED) from None
        except NotEmpty as full:
            raise Failure(
                "nothing was seeded",
                f"These databases are not empty: {full}.",
                "name others; what was seeded by half has to be deleted",
                Exit.REFUSED,
            ) from None
    took_s = round(time.monotonic() - began, 1)
    print_one(call, {"cases": cases, "events": sum(heads.values()), **heads, "seconds": took_s})


def _take(data: Path, stack: ExitStack, *, invented: bool) -> None:
    """Keep everybody else off the folder. Raises: Failure."""
    try:
        folder = DataFolder(data, demo=not invented)
        stack.callback(folder.release)
        for name in SERVICES:
            folder.lock(name)
    except FolderRefused as refused:
        hint = "name another folder with --data, and never one of real data"
        raise Failure("nothing was seeded", f"{refused}.", hint, Exit.USAGE) from None


def _addresses(said: str, *, invented: bool) -> dict[str, str]:
    """Read the addresses of all four databases. Raises: Failure."""
    try:
        found = json.loads(said)
    except ValueError:
        found = None
    is_whole = isinstance(found, dict) and set(found) == set(SERVICES)
    if not is_whole or not all("://" in str(one) for one in found.values()):
        why = f"--service-databases has to name {', '.join(SERVICES)}, each with its address."
        raise Failure("nothing was seeded", why, "see `whistle seed --help`", Exit.USAGE)
    if not invented:
        why = "A database has no mark of a demonstration, and holds invented cases for ever."
        raise Failure("nothing was seeded", why, "add --invented if that is meant", Exit.USAGE)
    return {name: str(found[name]) for name in SERVICES}


class _Telling:
    """Says on standard error how far it is, every few seconds."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._what = ""
        self._count = 0
        self._told_at = self._began_at = time.monotonic()

    def __call__(self, what: str, count: int) -> None:
        now = time.monotonic()
        if what != self._what:
            self._finish(now)
            self._what, self._count, self._began_at = what, 0, now
        self._count += count
        if now - self._told_at >= _TELL_EVERY_S:
            self._say(now)

    def _finish(self, now: float) -> None:
        if self._count:
            self._say(now)

    def _say(self, now: float) -> None:
        rate = self._count / max(now - self._began_at, 0.001)
        self._call.note(f"{self._count:,} {self._what} ({rate:,.0f}/s)")
        self._told_at = now
