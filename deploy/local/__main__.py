"""`python -m deploy.local up|down|status`: an installation on this machine, without containers."""

import argparse
import shutil
import sys
from pathlib import Path

from deploy.local.layout import BASE_PORT, PORT, ROOT, Layout
from deploy.local.processes import NotStarted
from deploy.local.records import Process, Records
from deploy.local.up import Started, start_all

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> int:
    """Do what the command line says; give the exit code."""
    given = _parser().parse_args()
    try:
        return int(given.do(given))
    except NotStarted as why:
        print(f"not started: {why}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; nothing was left running", file=sys.stderr)
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    up = verbs.add_parser("up", help="start everything, and wait until it answers")
    up.set_defaults(do=_up)
    up.add_argument("--port", type=int, default=PORT, help="of the one address")
    up.add_argument("--base-port", type=int, default=BASE_PORT, help="of everything behind it")
    up.add_argument(
        "--demo", action="store_true", help="demo tokens, and a clock that only commands move"
    )
    down = verbs.add_parser("down", help="end everything that was started")
    down.set_defaults(do=_down)
    down.add_argument("--delete-data", action="store_true", help="delete its data too")
    status = verbs.add_parser("status", help="show what runs")
    status.set_defaults(do=_status)
    for verb in (up, down, status):
        folder = verb.add_argument("--folder", type=Path, help="the folder of its data and logs")
        folder.default = ROOT / ".local"
    return parser


def _up(given: argparse.Namespace) -> int:
    layout = Layout(given.folder, given.port, given.base_port, given.demo)
    print(f"Starting an installation in {layout.folder} ...", flush=True)
    _print_next_steps(start_all(layout, lambda line: print(line, flush=True)))
    return 0


def _print_next_steps(started: Started) -> None:
    layout, whistle = started.layout, Path(sys.executable).with_name("whistle")
    print(f"{started.seconds:6.1f} s  in all\n")
    print(f"listening on {layout.address} through {started.gateway}")
    print(f"logs in {layout.log('NAME').parent}; `make down` ends it and keeps its data")
    print(f"Kafka: export WHISTLE_KAFKA=127.0.0.1:{layout.kafka_port}")
    if layout.demo:
        print(
            "DEMONSTRATION: anybody may act as anybody. Try it: \n"
            f"  {whistle} import whistle/sample/complaints.csv --mapping "
            f"whistle/sample/mapping.toml --server {layout.address}\n"
            f"  {whistle} simulate --server {layout.address}\n"
            f"  {whistle} reconcile --server {layout.address}"
        )
    else:
        print(
            "only the services can sign in yet; make tokens for people, for example:\n"
            f"  {whistle} token add --role operator --unit hotline --person o-1 "
            f"--data {layout.data} > operator\n"
            f"  WHISTLE_TOKEN_FILE=operator {whistle} lag --server {layout.address}"
        )


def _down(given: argparse.Namespace) -> int:
    ended = Records(Layout(given.folder).run).end_all()
    print(f"ended {', '.join(ended)}" if ended else "nothing was running")
    if given.delete_data:
        for demo in (False, True):
            layout = Layout(given.folder, demo=demo)
            for folder in (layout.postgres, layout.kept):
                shutil.rmtree(folder, ignore_errors=True)
        print("its data is deleted")
    return 0


def _status(given: argparse.Namespace) -> int:
    processes = Records(Layout(given.folder).run).read()
    for one in processes:
        print(_line(one))
    running = [one for one in processes if one.runs]
    print(f"{len(running)} of {len(processes)} processes run")
    return 0 if running and len(running) == len(processes) else 1


def _line(one: Process) -> str:
    if not one.runs:
        return f"{one.name:<20} pid {one.pid:<8} has ended"
    return f"{one.name:<20} pid {one.pid:<8} {one.resident_mb:>5} MB"


if __name__ == "__main__":
    sys.exit(main())
