"""A command within a batch: answered from memory, or decided."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from chassis.clock import Clock
from chassis.errors import Refusal
from chassis.store.faults import is_fault
from chassis.unit_of_work.batch import Batch
from chassis.unit_of_work.outcomes import Done, Failed, KeyReused, Outcome, Refused
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.work import Origin

__all__ = ["Commanding", "Verdict"]

log = structlog.get_logger(__name__)

Verdict = Refusal | None
"""Why a command would be refused now; None for one that would be accepted."""


@dataclass(frozen=True, slots=True)
class Commanding:
    """Executes the commands of one service."""

    service: str
    clock: Clock

    def outcome(self, batch: Batch, request: CommandRequest) -> Outcome:
        """Decide a command on what those before it in the batch will append.

        Raises: RollbackNeeded, and faults, which are the whole batch's.
        """
        known = batch.answers.get(str(request.origin.command_id)) if request.digest else None
        if known is not None:
            digest, done = known
            return done if digest == request.digest else Refused(KeyReused())
        session = batch.session(request.origin, self.clock.now())
        try:
            if request.expected is not None:
                session.expect(*request.expected)
            value = request.run(session)
        except Refusal as refusal:
            session.transaction.roll_back()
            return Refused(refusal)
        except Exception as error:
            if is_fault(error):
                raise
            session.transaction.roll_back()
            log.exception("command_failed", service=self.service)
            return Failed(error)
        batch.merge(session)
        stream = session.answer
        version = session.load(stream).version if stream else 0
        done = Done(stream, version, appended=bool(session.pending), value=value)
        if request.digest is not None:
            batch.remember(request, request.digest, done)
        return done

    def verdict(self, batch: Batch, origin: Origin, run: Callable[[Session], object]) -> Verdict:
        """Decide a command as `outcome` would, and undo it whatever comes of it.

        The batch has to have savepoints. Raises: what is no refusal; then all of it is undone.
        """
        session = batch.session(origin, self.clock.now())
        try:
            run(session)
        except Refusal as refusal:
            return refusal
        finally:
            session.transaction.roll_back()
        return None
