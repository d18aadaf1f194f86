"""The end of a batch: one append, the own views, the command records, deadlines and the inbox."""

from dataclasses import dataclass
from uuid import UUID

from chassis.clock import Clock
from chassis.store.port import Store
from chassis.store.rows import add
from chassis.store.tables import commands
from chassis.unit_of_work.batch import Batch
from chassis.unit_of_work.deadline_index import reindex
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.requests import CommandRequest

__all__ = ["Appending"]


@dataclass(frozen=True, slots=True)
class Appending:
    """Writes what the requests of a batch decided."""

    model: ServiceModel
    store: Store
    clock: Clock

    def flush(self, batch: Batch) -> None:
        """Write everything that the batch will commit."""
        positions = self._append(batch) if batch.pending else {}
        rows = [
            _command_row(request, done, *positions.get(request.origin.command_id, (0, 0)))
            for request, done in batch.answered
        ]
        add(batch.connection, commands, rows)
        reindex(batch, self.model.aggregates)
        batch.inbox.flush()

    def _append(self, batch: Batch) -> dict[UUID, tuple[int, int]]:
        """Append and update the own views; give the first and last position of each command."""
        now = self.clock.now()
        unplaced = [
            (pending.envelope(self.store.log_id, now), pending.event.to_bytes())
            for pending in batch.pending
        ]
        first = batch.first_position = self.store.append(batch.connection, unplaced)
        positions: dict[UUID, tuple[int, int]] = {}
        for position, pending in enumerate(batch.pending, start=first):
            for view in self.model.views_of(type(pending.event)):
                view.project(batch.connection, pending.event)
            command_id = pending.origin.command_id
            begin, _end = positions.get(command_id, (position, position))
            positions[command_id] = (begin, position)
        return positions


def _command_row(request: CommandRequest, done: Done, first: int, last: int) -> dict[str, object]:
    return {
        "command_id": str(request.origin.command_id),
        "digest": request.digest,
        "stream": done.stream,
        "version": done.version,
        "first_position": first,
        "last_position": last,
    }
