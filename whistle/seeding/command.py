"""`whistle seed`: invented cases in any number, to measure an installation with years of data."""

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
from contracts.services import SERVICES
from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.seeding.filling import seed as fill_databases
from whistle.seeding.plan import CASES_MAX

__all__ = ["seed"]

_REPORT_EVERY_S = 5.0


@command
def seed(
    call: Call,
    cases: Annotated[int, typer.Option(min=1, max=CASES_MAX, help="how many cases")],
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

    Without --invented the folder is marked as a demonstration's for ever, as `whistle run --demo`
    does. The texts of the cases read as erased. After an interruption the databases are unusable:
    delete them and seed again. On PostgreSQL the four databases must be prepared (`whistle database
    apply`); name them as {"intake": "postgresql://…", …}.
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
            _lock(data, stack, invented=invented)
            databases = {name: str(data / f"{name}.db") for name in SERVICES}
        report = _ProgressNotes(call)
        try:
            heads = fill_databases(databases, cases, until, report)
        except DatabaseRefused as refused:
            raise Failure("nothing was seeded", str(refused), "see above", Exit.REFUSED) from None
        except NotEmpty as full:
            raise Failure(
                "nothing was seeded",
                f"These databases are not empty: {full}.",
                "name others; delete those of an interrupted seed",
                Exit.REFUSED,
            ) from None
    took_s = round(time.monotonic() - began, 1)
    print_one(call, {"cases": cases, "events": sum(heads.values()), **heads, "seconds": took_s})


def _lock(data: Path, stack: ExitStack, *, invented: bool) -> None:
    """Keep other processes off the folder. Raises: Failure."""
    try:
        folder = DataFolder(data, demo=not invented)
        stack.callback(folder.release)
        for name in SERVICES:
            folder.lock(name)
    except FolderRefused as refused:
        hint = "name another folder with --data, and never one of real data"
        raise Failure("nothing was seeded", f"{refused}.", hint, Exit.USAGE) from None


def _addresses(text: str, *, invented: bool) -> dict[str, str]:
    """Read the addresses of all databases. Raises: Failure."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    is_complete = isinstance(found, dict) and set(found) == set(SERVICES)
    if not is_complete or not all("://" in str(one) for one in found.values()):
        why = f"--service-databases must name {', '.join(SERVICES)}, each with its address."
        raise Failure("nothing was seeded", why, "see `whistle seed --help`", Exit.USAGE)
    if not invented:
        why = "A database has no mark of a demonstration, and would keep invented cases for ever."
        raise Failure("nothing was seeded", why, "add --invented if you mean that", Exit.USAGE)
    return {name: str(found[name]) for name in SERVICES}


class _ProgressNotes:
    """Notes the progress on standard error every few seconds."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._what = ""
        self._count = 0
        self._noted_at = self._began_at = time.monotonic()

    def __call__(self, what: str, count: int) -> None:
        now = time.monotonic()
        if what != self._what:
            self._finish(now)
            self._what, self._count, self._began_at = what, 0, now
        self._count += count
        if now - self._noted_at >= _REPORT_EVERY_S:
            self._note(now)

    def _finish(self, now: float) -> None:
        if self._count:
            self._note(now)

    def _note(self, now: float) -> None:
        rate = self._count / max(now - self._began_at, 0.001)
        self._call.note(f"{self._count:,} {self._what} ({rate:,.0f}/s)")
        self._noted_at = now
