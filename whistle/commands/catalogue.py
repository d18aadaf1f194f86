"""`whistle catalogue`: a city's own data, checked, compared, published by two, and looked up."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.catalogue import CatalogueVersion
    from whistle.catalogue.difference import Difference
    from whistle.output import Column

__all__ = ["check", "diff", "matters", "publish", "streets", "units"]

Row = dict[str, Any]
_Word = Annotated[str, typer.Argument(metavar="[WORD]", help="only rows that hold this word")]
_Folder = Annotated[
    Path | None, typer.Option(help="read a folder of versions here, and ask no server")
]


@command
def check(
    call: Call,
    folder: Annotated[
        Path | None, typer.Argument(help="a version, or a folder of them [WHISTLE_CATALOGUE]")
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="check as if it were this day; today by default"),
    ] = None,
) -> None:
    """Check a catalogue; every fault is named with its file and line.

    Example: whistle catalogue check ./drafts/2027-01-01

    A table may be CSV or XLSX. Ends with 3 when there is a fault.
    """
    from contracts.catalogue import InvalidCatalogue
    from whistle.catalogue.drafts import read_draft
    from whistle.output import Column, print_table

    rows, faults, found = list[Row](), list[str](), list["CatalogueVersion"]()
    for draft in _drafts(_folder(folder)):
        try:
            found.append(read_draft(draft))
        except InvalidCatalogue as invalid:
            faults += invalid.faults
    for version in found:
        sizes = {name: len(getattr(version, name)()) for name in ("units", "streets", "matters")}
        header = {"version": version.version, "effective_from": str(version.effective_from)}
        rows.append({**header, **sizes, "years": list(version.calendar.years)})
    columns = (
        Column("version", "version", "版本"),
        Column("effective_from", "in force from", "生效日期"),
        Column("units", "units", "单位"),
        Column("streets", "streets", "街道"),
        Column("matters", "matters", "事项"),
        Column("years", "working days of", "工作日历年份"),
    )
    warning = _calendar_warning(found, _today() if on is None else on)
    data = {"versions": rows, "faults": faults, "warning": warning}
    print_table(call, columns, rows, data)
    if warning:
        call.note(f"warning: {warning}")
    if faults:
        why = "\n  ".join(faults)
        raise Failure(
            "the catalogue has faults", why, "mend them and check again", Exit.DIFFERENCES
        )


@command
def diff(
    call: Call,
    old: Annotated[str, typer.Argument(help="a version, or the folder of one")],
    new: Annotated[str, typer.Argument(help="another")],
) -> None:
    """Show the rows that were added, removed and changed between two versions.

    Example: whistle catalogue diff 2026-01-01 ./drafts/2027-01-01
    """
    from whistle.catalogue.difference import differences

    _print_differences(call, differences(_version(old), _version(new)))


@command
def publish(
    call: Call,
    draft: Annotated[Path, typer.Argument(help="the folder of the new version, or its version")],
    by: Annotated[str, typer.Option(help="your name; it stays with the version")],
    *,
    approve: Annotated[
        bool, typer.Option("--approve", help="approve what another person proposed")
    ] = False,
) -> None:
    """Propose a version of the catalogue, or approve the one that another person proposed.

    Example: whistle catalogue publish ./drafts/2027-01-01 --by li.hua

    Needs WHISTLE_CATALOGUE. Services read a new version when they start again; open cases keep the
    version that they were dispatched by.
    """
    from chassis.clock import SystemClock
    from contracts.catalogue import InvalidCatalogue
    from whistle.catalogue import publishing
    from whistle.catalogue.difference import differences

    folder = _own_folder()
    act = publishing.approve if approve else publishing.propose
    try:
        before = _in_force(folder)
        proposal, version = act(folder, draft, by, SystemClock().now())
    except publishing.PublicationRefused as refused:
        raise Failure("nothing was published", str(refused), refused.do, Exit.REFUSED) from None
    except InvalidCatalogue as invalid:
        raise _faulty(invalid.faults) from None
    changes = differences(before, version) if before else []
    done = "published" if approve else "proposed"
    _print_differences(call, changes, {"done": done, **proposal.model_dump(mode="json")})
    call.note(f"{version.version} is {done}, in force from {version.effective_from}")
    call.note(f"digest {proposal.digest}")
    call.note("it moves 0 open cases: each keeps the version that it was dispatched by")
    if not approve:
        call.note("another person approves it: the same command with --approve and their name")


@command
def units(call: Call, word: _Word = "", folder: _Folder = None) -> None:
    """List the units in force, with names and codes.

    Example: whistle catalogue units 城管
    """
    from whistle.output import Column

    columns = (
        Column("code", "code", "编码"),
        Column("name_en", "name", "英文名称", only="en"),
        Column("name_zh", "Chinese name", "名称"),
        Column("kind", "kind", "类别"),
        Column("parent", "belongs to", "上级"),
        Column("around_the_clock", "around the clock", "全天候"),
    )
    _list(call, "units", word, folder, columns)


@command
def streets(call: Call, word: _Word = "", folder: _Folder = None) -> None:
    """List the streets in force, with names and codes.

    Example: whistle catalogue streets 槐安路
    """
    from whistle.output import Column

    columns = (
        Column("code", "code", "编码"),
        Column("name_en", "name", "英文名称", only="en"),
        Column("name_zh", "Chinese name", "名称"),
        Column("district", "district", "区"),
        Column("names", "known by", "识别词"),
    )
    _list(call, "streets", word, folder, columns)


@command
def matters(call: Call, word: _Word = "", folder: _Folder = None) -> None:
    """List the matters in force: who leads, who assists, and how long handling may take.

    Example: whistle catalogue matters 井盖
    """
    from whistle.output import Column

    columns = (
        Column("code", "code", "编码"),
        Column("minor", "matter", "事项"),
        Column("lead", "lead", "主办"),
        Column("assisting", "assisting", "协办"),
        Column("within", "within", "时限"),
        Column("urgency", "urgency", "紧急程度"),
        Column("duty", "the street's duty", "街道履职"),
    )
    _list(call, "matters", word, folder, columns)


def _list(
    call: Call, what: str, word: str, folder: Path | None, columns: "Sequence[Column]"
) -> None:
    from whistle.output import print_table

    found = _codes(call, folder)
    every: list[Row] = found[what]
    rows = [_with_limit(row) for row in every if word.casefold() in _text_of(row).casefold()]
    print_table(call, columns, rows, {"version": found["version"], what: rows})
    call.note(f"{len(rows)} of {len(every)} {what} of catalogue {found['version']}")


def _codes(call: Call, folder: Path | None) -> Row:
    """Give the codes in force: the server's, or those of a folder here."""
    if folder is None:
        from whistle.signing_in import connect

        with connect(call, "auditor") as client:
            answer: Row = client.get("/intake/v1/catalogue")
        return answer
    version = _in_force(folder)
    if version is None:
        raise Failure(
            "nothing can be listed",
            f"No version in {folder} is in force today.",
            f"see which there are with `whistle catalogue check {folder}`",
            Exit.USAGE,
        )
    names: tuple[str, ...] = ("units", "streets", "matters")
    listed: dict[str, Callable[[], Sequence[Any]]] = {one: getattr(version, one) for one in names}
    rows = {one: [row.model_dump(mode="json") for row in give()] for one, give in listed.items()}
    return {"version": version.version, **rows}


def _with_limit(row: Row) -> Row:
    if "limit" not in row:
        return row
    return {**row, "within": f"{row['limit']['amount']} {row['limit']['unit']}"}


def _text_of(row: Row) -> str:
    """Join what a row says, without where it comes from."""
    return " ".join(str(value) for name, value in row.items() if name != "source")


def _print_differences(
    call: Call, found: "Sequence[Difference]", more: "Row | None" = None
) -> None:
    from whistle.catalogue.difference import totals
    from whistle.output import Column, print_table

    columns = (
        Column("table", "table", "表"),
        Column("change", "change", "变化"),
        Column("key", "row", "行"),
        Column("fields", "from → to", "前 → 后"),
    )
    rows, sums = [one._asdict() for one in found], totals(found)
    print_table(call, columns, rows, {**(more or {}), "items": rows, "totals": sums})
    call.note(f"{sums['added']} added, {sums['removed']} removed, {sums['changed']} changed")


def _version(named: str) -> "CatalogueVersion":
    """Read a version by its name in the catalogue, or by the path of its folder."""
    from contracts.catalogue import InvalidCatalogue
    from whistle.catalogue.drafts import read_draft

    folder = Path(named)
    if not (folder / "version.json").is_file():
        folder = _folder(None) / named
    if not (folder / "version.json").is_file():
        raise Failure(
            "nothing was compared",
            f"There is no version {named!r} in the catalogue, and no folder of that name.",
            "name a version as `whistle catalogue check` lists them, or a folder",
            Exit.USAGE,
        )
    try:
        return read_draft(folder)
    except InvalidCatalogue as invalid:
        raise _faulty(invalid.faults) from None


def _in_force(folder: Path) -> "CatalogueVersion | None":
    """Give the version that is in force today; None before the first."""
    from contracts.catalogue import FileCatalogue, InvalidCatalogue, UnknownVersion

    try:
        return FileCatalogue(folder).current(_today().date())
    except UnknownVersion:
        return None
    except InvalidCatalogue as invalid:
        raise _faulty(invalid.faults) from None


def _drafts(folder: Path) -> list[Path]:
    """Give the versions in a folder, or the folder if it is one."""
    found = [folder] if (folder / "version.json").is_file() else []
    found = found or sorted(path.parent for path in folder.glob("*/version.json"))
    if not found:
        raise Failure(
            "there is nothing to check",
            f"{folder} holds no version.json, nor does a folder in it.",
            "name the folder of a version, or one that holds such folders",
            Exit.USAGE,
        )
    return found


def _folder(named: Path | None) -> Path:
    from contracts.catalogue.files import PACKAGED
    from whistle.connection import read_settings

    return named or Path(read_settings().catalogue or PACKAGED)


def _own_folder() -> Path:
    from whistle.connection import read_settings

    folder = Path(read_settings().catalogue)
    if not read_settings().catalogue or not folder.is_dir():
        raise Failure(
            "nothing was published",
            "WHISTLE_CATALOGUE names no folder, and the packaged catalogue is not changed.",
            "set WHISTLE_CATALOGUE to a folder for this city's versions, and make it",
            Exit.USAGE,
        )
    return folder


def _calendar_warning(found: "Sequence[CatalogueVersion]", on: datetime) -> str:
    """Say when the version in force on a day, or the next one, knows too few working days."""
    day = on.date()
    in_order = sorted(found, key=lambda version: (version.effective_from, version.version))
    in_force = [one for one in in_order if one.effective_from <= day] or in_order[:1]
    if not in_force or (year := in_force[-1].calendar.missing_year(day)) is None:
        return ""
    return (
        f"{in_force[-1].version} has no working days of {year}; deadlines in it are provisional. "
        f"Add the State Council's notice of {year} to workdays.json of a new version"
    )


def _today() -> datetime:
    from chassis.clock import SystemClock
    from contracts.instant import SHANGHAI

    return SystemClock().now().astimezone(SHANGHAI)


def _faulty(faults: "Sequence[str]") -> Failure:
    return Failure(
        "the catalogue has faults",
        "\n  ".join(faults),
        "mend them; `whistle catalogue check DIR` shows whether all are mended",
        Exit.USAGE,
    )
