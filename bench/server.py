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
from chassis.commit_signal import CommitSignal
from chassis.hosting.assembly import assemble, open_ground
from chassis.hosting.listening import bind, listen
from chassis.http.application import build_app
from chassis.http.identity import DemoTokens
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.unit_of_work.writer import BATCH_MAX, Writer
from contracts.catalogue import FileCatalogue
from services.intake.app import definition as intake
from whistle.run import run


def serve_intake(data: Path, batch_max: int) -> None:
    """Run intake alone."""
    definition = intake(FileCatalogue())
    ground = open_ground(definition.name, data, SystemClock(), CommitSignal())

    def make_writer(name: str, unit_of_work: UnitOfWork, commit_signal: CommitSignal) -> Writer:
        return Writer(name, unit_of_work, commit_signal, batch_max)

    service = assemble(definition.model, ground, {}, make_writer)
    service.start()
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
