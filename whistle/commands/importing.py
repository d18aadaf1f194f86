"""`whistle import`: files every row of a hotline's export, once however often it is run."""

import codecs
import re
import shlex
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client
    from whistle.export import Reject
    from whistle.importing.job import Job
    from whistle.importing.sending import Ending
    from whistle.importing.tally import Tally

__all__ = ["import_export"]

_SOURCE = re.compile(r"[\w.-]{1,64}")
_DEMO_UNIT = re.compile(r"[A-Za-z0-9_-]+")
_RESUME = "run the same again to go on, nothing is created twice: "


@command
def import_export(  # noqa: PLR0913  # one parameter per option
    call: Call,
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, GB18030 or UTF-16 with a mark")],
    mapping: Annotated[Path | None, typer.Option(help="which header is which field")] = None,
    source: Annotated[str, typer.Option(help="system that gave out the numbers")] = "",
    rejects: Annotated[Path | None, typer.Option(help="where to list rows not taken")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="read this many rows only")] = None,
) -> None:
    """File every row of a hotline's export as a complaint.

    Example: whistle import complaints.csv --mapping mapping.toml

    Nothing is created twice: run it again whenever it stopped, or with old and new rows. Rows that
    are not taken are listed beside the file, and the exit code is then 3.
    """
    from whistle.output import print_one

    job = _prepare(file, mapping, source)
    job.limit = limit
    list_in = _reject_file(file, rejects)
    try:
        _run(call, job)
    except KeyboardInterrupt:
        raise _stopped("Ctrl-C was pressed", job.tally, Exit.INTERRUPTED) from None
    except Failure as failure:
        if failure.code is not Exit.UNAVAILABLE or not job.tally.read:
            raise
        raise _stopped(str(failure), job.tally, failure.code) from failure
    finally:
        if job.tally.read:
            _list_rejects(call, list_in, job.rejects)
    print_one(call, job.tally.summary())
    if job.tally.rejected:
        raise typer.Exit(Exit.DIFFERENCES)


def _prepare(file: Path, mapping: Path | None, source: str) -> "Job":
    from whistle.export import ExportError, Mapping, load_mapping, read_export
    from whistle.importing.job import Job

    try:
        columns = load_mapping(mapping) if mapping else Mapping()
        read_export(file, columns)
    except ExportError as error:
        raise _unreadable(str(error)) from error
    except OSError as error:
        raise _unreadable(f"{error.filename}: {error.strerror}") from error
    source = source or columns.source
    if not _SOURCE.fullmatch(source):
        raise _unreadable("source may hold letters, digits, _ . and - only, at most 64 of them")
    return Job(file, columns, source)


def _unreadable(why: str) -> Failure:
    return Failure(
        "the export cannot be read",
        why,
        "correct that; `whistle import --help` and docs/guides/import.md say what is read",
        Exit.USAGE,
    )


def _run(call: Call, job: "Job") -> None:
    import asyncio

    from whistle.client import Client
    from whistle.connection import find_address, sign_in
    from whistle.importing.requests import codes_of
    from whistle.importing.sending import Line, Target, send_all
    from whistle.progress import progress

    address = find_address(call)
    # On a demonstration a hotline files under its own name; a name that no token can carry cannot.
    role, unit = "integrator", job.source
    if not _DEMO_UNIT.fullmatch(unit):
        role, unit = "agent", "hotline"
    token = sign_in(call, address, role, unit)
    path = "/intake/v1/appeals"
    with ExitStack() as stack:
        client = stack.enter_context(Client(address, token))
        codes = codes_of(client.get("/intake/v1/catalogue"))
        before = _count(client, path, job.source)
        advance = stack.enter_context(progress(call, job.file.name, _total(call, job)))

        def tell(ending: "Ending") -> None:
            job.note(ending)
            advance()

        target = Target(address.of(path) + path, token)
        asyncio.run(send_all(target, Line(job.read(codes), tell)))
        if job.tally.unsure:
            job.tally.settle(_count(client, path, job.source) - before)


def _count(client: "Client", path: str, source: str) -> int:
    return int(client.get(path, source=source, limit=1)["total"])


def _total(call: Call, job: "Job") -> int | None:
    """Count the rows beforehand, where somebody watches."""
    from whistle.export import count_rows
    from whistle.progress import is_shown

    if not is_shown(call):
        return None
    count = count_rows(job.file)
    return count if job.limit is None else min(count, job.limit)


def _reject_file(file: Path, rejects: Path | None) -> Path:
    """Choose where to list rejects; a file that is no such list is never replaced."""
    from whistle.export import RejectFile

    path = rejects or RejectFile.beside(file).path
    if not path.parent.is_dir() or (path.exists() and not _is_reject_list(path)):
        raise Failure(
            "the list of rejected rows cannot be written",
            f"{path} is something else, or in no folder.",
            "name another file with --rejects",
            Exit.USAGE,
        )
    return path


def _is_reject_list(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        begin = file.read(64).removeprefix(codecs.BOM_UTF8)
    return not begin or begin.startswith(b"line,reason_code,")


def _list_rejects(call: Call, path: Path, rejects: "list[Reject]") -> None:
    from whistle.export import RejectFile

    with RejectFile(path) as file:
        for reject in sorted(rejects, key=lambda one: one.line):
            file.write(reject)
    if rejects:
        call.note(f"{len(rejects)} rows were not taken; {path} says which and why")


def _stopped(why: str, tally: "Tally", code: Exit) -> Failure:
    so_far = ", ".join(f"{name} {count}" for name, count in tally.summary().items())
    return Failure("the import stopped", f"{why}; {so_far}.", _RESUME + shlex.join(sys.argv), code)
