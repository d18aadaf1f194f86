"""The servers that are measured, each in a process of its own: `python -m bench.server KIND DIR`.

`city` is `whistle run --demo`. `intake` is the service of that name alone, with a chosen number of
commands per transaction. With `--profile` the stacks of all threads are sampled while it runs.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from bench.sampling import sampled
from chassis.clock import SystemClock
from chassis.hosting.process import bind, listen
from chassis.http.application import build_app
from chassis.http.identity import DemoTokens
from chassis.service import open_service
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.unit_of_work.writer import BATCH_MAX, CommitSignal, Writer
from contracts.catalogue import FileCatalogue
from services.intake.app import definition as intake
from whistle.run import run


def serve_intake(data: Path, batch_max: int) -> None:
    """Run intake alone."""
    definition, commit_signal, clock = intake(FileCatalogue()), CommitSignal(), SystemClock()
    service = open_service(definition.model, data, clock, commit_signal)
    unit_of_work = UnitOfWork(definition.model, service.store, clock, service.vault)
    service.writer = Writer(definition.name, unit_of_work, commit_signal, batch_max)
    service.start({})
    app = build_app(service, DemoTokens(), definition.routers(service), definition.title)
    with bind("127.0.0.1", 0) as bound:
        print(f"listening on http://127.0.0.1:{bound.getsockname()[1]}", file=sys.stderr)
        listen(app, bound)
    service.stop()
    service.store.close()


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("city", "intake"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--batch-max", type=int, default=BATCH_MAX)
    parser.add_argument("--profile", type=Path)
    asked = parser.parse_args()
    with ExitStack() as stack:
        if asked.profile:
            stack.enter_context(sampled(asked.profile))
        if asked.kind == "intake":
            serve_intake(asked.data, asked.batch_max)
        else:
            run(data=asked.data, port=0, host=None, demo=True)


if __name__ == "__main__":
    main()
