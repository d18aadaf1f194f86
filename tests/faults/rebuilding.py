"""A rebuild that is killed (SIGKILL) at the n-th event it projects.

python -m tests.faults.rebuilding FOLDER N
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Connection

from chassis.views.versions import rebuild
from contracts.envelope import Envelope
from contracts.event import Event
from tests.house import House
from tests.lamps import Rooms, lamps_blueprint


class Deadly(Rooms):
    """Ends the process at an event."""

    left = 0

    def project(self, connection: Connection, event: Event, envelope: Envelope) -> None:
        """Apply one event, or die."""
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1
        super().project(connection, event, envelope)


def main(folder: str, at: str) -> None:
    """Rebuild, and die in it."""
    house = House(Path(folder), lamps_blueprint())
    view = Deadly()
    view.left = int(at)
    rebuild(house.service.store, view, {})


if __name__ == "__main__":
    main(*sys.argv[1:])
