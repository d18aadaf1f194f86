"""`whistle import`: sends every row of a hotline's export; run again, it creates nothing twice."""

import codecs
import re
import shlex
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client
    from whistle.export import Mapping, Reject
    from whistle.importing.job import Job
    from whistle.importing.sending import Result
    from whistle.importing.tally import Tally

__all__ = ["import_export"]

_SOURCE = re.compile(r"[\w.-]{1,64}")
_DEMO_UNIT = re.compile(r"[A-Za-z0-9_-]+")
_RESUME = "run the same command to continue, nothing is created twice: "

KindOption = Annotated[
    str, typer.Option(help="of rows without one: 咨询, 求助, 投诉, 举报 or 建议")
]
AnonymousOption = Annotated[
    bool,
    typer.Option(
        "--anonymous-without-contact",
        help="declare callers anonymous who left neither name nor contact",
    ),
]


@command
def import_export(  # noqa: PLR0913  # one parameter per option
    call: Call,
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, GB18030 or UTF-16 with a mark")],
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that pairs headers with fields")
    ] = None,
    source: Annotated[str, typer.Option(help="the system that gave out the numbers")] = "",
    kind: KindOption = "",
    anonymous_without_contact: AnonymousOption = False,
    rejects: Annotated[
        Path | None, typer.Option(help="where to list the rows that were not accepted")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="read only this many rows")] = None,
) -> None:
    """Send every row of a hotline's export as a complaint.

    Example: whistle import complaints.csv --mapping mapping.toml

    Nothing is created twice: run it again when it was interrupted, or with old and new rows. Rows
    that are not accepted are listed beside the file, and the exit code is then 3.
    """
    from whistle.output import print_one

    job = _prepare(file, mapping, source)
    job.limit = limit
    job.mapping = _declaring(job.mapping, kind, is_anonymous=anonymous_without_contact)
    reject_file = _reject_file(file, rejects)
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
            _write_rejects(call, reject_file, job.rejects)
    if job.tally.phone_unreadable:
        call.note(_unreadable_phones(job.tally.phone_unreadable))
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


def _declaring(mapping: "Mapping", kind: str, *, is_anonymous: bool) -> "Mapping":
    """Let what the command says about its rows stand over the mapping file."""
    from whistle.export import KINDS, read_kind

    if kind and read_kind(kind) is None:
        raise _unreadable(f"--kind {kind!r} is none of {', '.join(KINDS)}")
    return replace(
        mapping,
        kind=kind or mapping.kind,
        anonymous_without_contact=is_anonymous or mapping.anonymous_without_contact,
    )


def _unreadable(why: str) -> Failure:
    return Failure(
        "the export cannot be read",
        why,
        "correct that; `whistle import --help` and docs/guides/import.md describe the format",
        Exit.USAGE,
    )


def _run(call: Call, job: "Job") -> None:
    import asyncio

    from whistle.client import Client
    from whistle.connection import find_address
    from whistle.importing.requests import codes_of
    from whistle.importing.sending import Batch, Target, send_all
    from whistle.progress import progress
    from whistle.signing_in import sign_in

    address = find_address(call)
    # On a demonstration a hotline files under its own name, if a demo token can hold it.
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

        def note(result: "Result") -> None:
            job.note(result)
            advance()

        target = Target(address.of(path) + path, token)
        asyncio.run(send_all(target, Batch(job.read(codes), note)))
        if job.tally.unsure:
            job.tally.settle(_count(client, path, job.source) - before)


def _count(client: "Client", path: str, source: str) -> int:
    return int(client.get(path, source=source, limit=1)["total"])


def _total(call: Call, job: "Job") -> int | None:
    """Count the rows beforehand where a progress bar needs it."""
    from whistle.export import count_rows
    from whistle.progress import is_shown

    if not is_shown(call):
        return None
    count = count_rows(job.file)
    return count if job.limit is None else min(count, job.limit)


def _reject_file(file: Path, rejects: Path | None) -> Path:
    """Choose where to list rejects; a file that is not such a list is never replaced."""
    from whistle.export import RejectFile

    path = rejects or RejectFile.beside(file).path
    if not path.parent.is_dir() or (path.exists() and not _is_reject_list(path)):
        raise Failure(
            "the list of rejected rows cannot be written",
            f"{path} is another kind of file, or its folder does not exist.",
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


def _write_rejects(call: Call, path: Path, rejects: "list[Reject]") -> None:
    from whistle.export import RejectFile

    with RejectFile(path) as file:
        for reject in sorted(rejects, key=lambda one: one.line):
            file.write(reject)
    if rejects:
        call.note(f"{len(rejects)} rows were not accepted; {path} lists them with the reasons")
    without = sum(reject.reason_code == "contact_or_anonymous" for reject in rejects)
    if without:
        call.note(_without_contact(without))


def _without_contact(count: int) -> str:
    from whistle.language import language

    if language() == "zh":
        return (
            f"没有联系方式 {count} 件：请补填电话；来电人确为匿名（姓名也为空）的，"
            "加 --anonymous-without-contact 后重新导入"
        )
    return (
        f"{count} rows have no contact: fill it in; if callers without name and contact are "
        "anonymous, import again with --anonymous-without-contact"
    )


def _unreadable_phones(count: int) -> str:
    from whistle.language import language

    if language() == "zh":
        return f"电话无法识别 {count} 件：按文字保留，不用于识别当事人"
    return f"{count} phones could not be read: kept as text, and nobody is recognised by them"


def _stopped(why: str, tally: "Tally", code: Exit) -> Failure:
    so_far = ", ".join(f"{name} {count}" for name, count in tally.summary().items())
    return Failure("the import stopped", f"{why}; {so_far}.", _RESUME + shlex.join(sys.argv), code)
