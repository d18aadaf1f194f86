"""`whistle demo`: complaints from the first call to the score, on a server of its own.

Starts `whistle run --demo` on a fresh folder, imports the shipped complaints, plays the people who
act on them, compares the services with each other, and prints the results.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from threading import Thread
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from chassis.hosting.data_folder import DataFolder, FolderRefused
from contracts.services import SERVICES
from whistle.call import Call
from whistle.client import Client
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.signing_in import connect

__all__ = ["demo"]

_READY_WITHIN_S = 30
_OUTCOMES = ("answered", "declined", "withdrawn", "linked", "open", "closed")
_LISTS = {"street": "街道 street", "department": "区直 department"}
Row = dict[str, Any]


def demo(
    data: Annotated[Path, typer.Option(help="made again; never a folder of real data")] = Path(
        "data/demo"
    ),
    seed: Annotated[int, typer.Option(help="the same seed makes the same choices")] = 1,
    keep: Annotated[bool, typer.Option(help="keep what is in the folder")] = False,
) -> None:
    """Play sample complaints from the first call to the score.

    Example: whistle demo --seed 7
    """
    if not keep:
        _clear(data)
    with _server(data) as address, as_file(files("whistle") / "sample") as sample:
        _step("1/3 complaints are imported (whistle import)")
        mapping = ["--mapping", str(sample / "mapping.toml")]
        _whistle("import", str(sample / "complaints.csv"), *mapping, "--server", address)
        _step("2/3 officers and residents act (whistle simulate)")
        _whistle("simulate", "--seed", str(seed), "--server", address)
        _step("3/3 the services are compared (whistle reconcile)")
        found = _whistle("reconcile", "--json", "--server", address, capture=True)
        most_rounds = _report(address, json.loads(found))
    print(
        f"\nEverything reconciles. Start this:\n"
        f"  .venv/bin/whistle run --demo --data {data}   serves these results\n"
        f"then in a second terminal:\n"
        f"  .venv/bin/whistle scores                          rates and ranks\n"
        f"  .venv/bin/whistle case show {most_rounds}          one case and its whistles\n"
        f"  .venv/bin/whistle events tail --service dispatch  events as they are written\n"
        f"  docs/architecture/one-complaint.md                the same, file by file"
    )


def _clear(data: Path) -> None:
    """Remove an earlier demonstration that nobody runs on, and no other folder."""
    if not (data / "DEMO").exists():
        return
    folder = DataFolder(data, demo=True)
    try:
        for name in SERVICES:
            folder.lock(name)
        shutil.rmtree(data)
    except FolderRefused as refused:
        why, _, hint = str(refused).partition("; ")
        failure = Failure("the demonstration was not made again", f"{why}.", hint, Exit.USAGE)
        print(*failure.lines(), sep="\n", file=sys.stderr)
        raise typer.Exit(failure.code) from None
    finally:
        folder.release()


@contextmanager
def _server(data: Path) -> Iterator[str]:
    """Run a server for as long as the demonstration takes; give its address."""
    command = [_program(), "run", "--demo", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own program
        # A process that writes into a pipe that nobody reads is blocked when the pipe is full.
        rest = Thread(target=lambda: sys.stderr.writelines(process.stderr or ()), daemon=True)
        try:
            address = _address(process)
            rest.start()
            yield address
        finally:
            process.terminate()
            if rest.ident is not None:
                rest.join()


def _address(process: "subprocess.Popen[str]") -> str:
    lines = []
    for line in process.stderr or ():
        lines.append(line)
        if line.startswith("listening on "):
            return line.split()[2]
    sys.stderr.writelines(lines)
    raise typer.Exit(Exit.UNAVAILABLE)


def _program() -> str:
    return str(Path(sys.executable).with_name("whistle"))


def _whistle(*words: str, capture: bool = False) -> str:
    """Run another `whistle` command; end with its exit code if it fails."""
    done = subprocess.run(  # noqa: S603  # our own program
        [_program(), *words], stdout=subprocess.PIPE if capture else None, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout or "")
        raise typer.Exit(done.returncode)
    return done.stdout or ""


def _step(line: str) -> None:
    print(line, flush=True)


def _report(address: str, found: Row) -> str:
    """Print the results per channel and per unit; sums other than those of `reconcile` are a fault.

    Gives the number of the case that went round most often.
    """
    with connect(Call(server=address, quiet=True), "auditor") as client:
        appeals = list(client.items("/intake/v1/appeals"))
        cases = list(client.items("/dispatch/v1/cases"))
        scores = client.get("/feedback/v1/scores")
        units = _unit_names(client)
    console = Console()
    channels = _by_channel(appeals)
    console.print(_channel_table(channels))
    for kind in scores["lists"]:
        console.print(_unit_table(kind, cases, scores, units))
    sums = {name: sum(counts[name] for counts in channels.values()) for name in _OUTCOMES}
    differing = [name for name in _OUTCOMES if sums[name] != found[name]]
    if differing or sum(sums.values()) != found["received"]:
        print(f"the tables do not add up to what reconcile found: {differing}", file=sys.stderr)
        raise typer.Exit(Exit.DIFFERENCES)
    whistles = found["whistles"]
    console.print(
        f"received {found['received']} = "
        + " + ".join(f"{found[name]} {name}" for name in _OUTCOMES)
        + f"; whistles blown {whistles['blown']} = {whistles['settled']} settled"
        + f" + {whistles['cancelled']} cancelled + {whistles['open']} open"
    )
    asked, valid = found["callbacks"]["completed"], scores["totals"]["counts"]["valid"]
    withdrawn, ordered = (found["outcomes"].get(name, 0) for name in ("withdrawn", "ordered"))
    console.print(
        f"cases {len(cases)} = {len(cases) - withdrawn - ordered} handled"
        f" + {ordered} ended by order + {withdrawn} withdrawn; "
        f"call-backs completed {asked} = {valid} with answers (valid) + {asked - valid} never "
        f"reached; {found['callbacks']['waived']} waived"
    )
    return str(max(cases, key=lambda row: row["round"])["case_no"])


def _unit_names(client: Client) -> dict[str, str]:
    return {one["code"]: one["name_zh"] for one in client.get("/intake/v1/catalogue")["units"]}


def _by_channel(appeals: Iterable[Row]) -> dict[str, Counter[str]]:
    channels: dict[str, Counter[str]] = {}
    for row in appeals:
        outcome = row["status"]
        if outcome in {"received", "filed"}:
            outcome = "closed" if row["case_status"] == "closed" else "open"
        channels.setdefault(row["channel"], Counter())[outcome] += 1
    return channels


def _table(first: str, *heads: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 0, 0, 1))
    table.add_column(first, no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _channel_table(channels: dict[str, Counter[str]]) -> Table:
    heads = ("直接答复", "不予派单", "撤回", "关联", "在办", "结案")
    table = _table("渠道 channel", *heads, "受理")
    for channel, counts in sorted(channels.items()):
        row = [counts[name] for name in _OUTCOMES]
        table.add_row(channel, *(str(count) for count in (*row, sum(row))))
    sums = [sum(counts[name] for counts in channels.values()) for name in _OUTCOMES]
    table.add_section()
    table.add_row("合计 total", *(str(count) for count in (*sums, sum(sums))))
    return table


def _unit_table(kind: str, cases: list[Row], scores: Row, names: dict[str, str]) -> Table:
    """Give one of the two lists in the order of its ranks, and its total: sums and means."""
    heads = ("名次", "工单", "重办", "超期", "回访", "响应%", "解决%", "满意%", "得分")
    table = _table(_LISTS[kind], *heads)
    listed = [item for item in scores["items"] if item["kind"] == kind]
    of_list: list[Row] = []
    for item in listed:
        own = [row for row in cases if row["unit"] == item["unit"]]
        of_list += own
        if own:
            name = names.get(item["unit"], item["unit"])
            table.add_row(name, str(item["rank"] or "--"), *_unit_cells(own, item))
    table.add_section()
    total = scores["lists"][kind]
    # The rates are the mean of the units that have any, not those of the sums.
    table.add_row(f"合计 mean of {total['mean_of']}", "", *_unit_cells(of_list, total))
    return table


def _unit_cells(cases: list[Row], score: Row) -> list[str]:
    reopened = sum(row["round"] - 1 for row in cases)
    missed = sum(row["missed_count"] for row in cases)
    counts = (len(cases), reopened, missed, score["counts"]["valid"])
    rates = [score[name]["pct"] for name in ("response", "resolution", "satisfaction")]
    return [*map(str, counts), *(rate or "--" for rate in (*rates, score["score"]))]
