"""A rebuild that is killed (SIGKILL) at the n-th event it projects.

python -m tests.faults.killed_rebuild FOLDER N
"""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from chassis.unit_of_work.definition import Projector
from chassis.views.versions import rebuild
from contracts.event import Event
from tests.counters.counter import LABELS
from tests.counters.services import Counters


def killed_at(at: int) -> Mapping[type[Event], Projector]:
    """Give the projectors of the view, of which the n-th call kills the process."""
    calls = count()

    def killing(project: Projector) -> Projector:
        def project_or_die(connection: Connection, event: Event) -> None:
            if next(calls) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            project(connection, event)

        return project_or_die

    return {event: killing(project) for event, project in LABELS.on.items()}


def main(folder: str, at: str) -> None:
    """Rebuild, and be killed on the way."""
    counters = Counters(Path(folder))
    rebuild(counters.service.store, replace(LABELS, on=killed_at(int(at))), {})


if __name__ == "__main__":
    main(*sys.argv[1:])
