"""An event of another service within a batch: admitted, reacted to, recorded."""

from dataclasses import dataclass

import structlog

from chassis.clock import Clock
from chassis.errors import Refusal, Unknown
from chassis.inbox.inbound_event import InboundEvent, reaction_id
from chassis.inbox.inbox import Inbox
from chassis.inbox.verdict import (
    Admission,
    NotUnderstood,
    Parked,
    Reacted,
    RefusedBy,
    Verdict,
    WaitsBehind,
    WaitsFor,
)
from chassis.store.faults import is_fault
from chassis.unit_of_work.batch import Batch
from chassis.unit_of_work.definition import Reaction, ServiceModel
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.transaction import Transaction
from chassis.unit_of_work.work import Origin, system_actor
from contracts.event import Event, parse_event

__all__ = ["Reacting"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reacting:
    """Lets one service react to the events of others."""

    model: ServiceModel
    clock: Clock

    def outcome(self, batch: Batch, inbound: InboundEvent) -> Done:
        """Deal with one event. Raises: RollbackNeeded, and faults, which are the whole batch's."""
        admission = batch.inbox.admit(inbound)
        if admission is Admission.SEEN:
            batch.inbox.mark_seen(inbound)
            return Done(replayed=True)
        if admission is Admission.BLOCKED:
            if inbound.held_id is None:
                batch.inbox.record(inbound, WaitsBehind())
            return Done()
        wire = inbound.envelope.type
        if wire not in self.model.receives:
            is_later = self.model.is_later_version(wire)
            batch.inbox.record(inbound, NotUnderstood(wire) if is_later else Reacted())
            return Done()
        session = batch.session(self._origin(inbound), self.clock.now())
        verdict = self._react(batch, session, inbound)
        if isinstance(verdict, Parked):
            self._log_parked(inbound, verdict)
        batch.inbox.record(inbound, verdict)
        return Done(appended=isinstance(verdict, Reacted) and bool(session.pending))

    def park(self, inbox: Inbox, inbound: InboundEvent, error: Exception) -> None:
        """Park an event whose effect could not be committed."""
        verdict = Parked(_code(error))
        self._log_parked(inbound, verdict)
        inbox.record(inbound, verdict)

    def _react(self, batch: Batch, session: Session, inbound: InboundEvent) -> Verdict:
        try:
            event = parse_event(inbound.envelope.type, inbound.recorded.data)
        except ValueError as error:
            return Parked(_code(error))
        reaction = self.model.reactions.get(type(event))
        try:
            self._project(session.transaction, event)
            if reaction is not None:
                reaction.run(session, event, inbound.envelope)
        except Exception as error:
            if is_fault(error):
                raise
            session.transaction.roll_back()
            verdict = _judge(session, reaction, error)
            if isinstance(verdict, RefusedBy):
                # The event stays a fact for the views: only the reaction to it was undone.
                self._project(session.transaction, event)
            return verdict
        batch.merge(session)
        return Reacted()

    def _project(self, transaction: Transaction, event: Event) -> None:
        for view in self.model.views_of(type(event)):
            view.project(transaction.writing, event)

    def _log_parked(self, inbound: InboundEvent, verdict: Parked) -> None:
        log.error(
            "event_parked",
            service=self.model.name,
            source=inbound.source,
            stream=inbound.envelope.stream,
            version=inbound.envelope.version,
            reason=verdict.reason,
        )

    def _origin(self, inbound: InboundEvent) -> Origin:
        envelope = inbound.envelope
        return Origin(
            command_id=reaction_id(envelope, self.model.name),
            actor=system_actor(self.model.name),
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
        )


def _judge(session: Session, reaction: Reaction | None, error: Exception) -> Verdict:
    # A stream that is there will not appear again: waiting for it would be for ever.
    if isinstance(error, Unknown) and error.stream and not session.load(error.stream).version:
        return WaitsFor(error.stream, error.code)
    if isinstance(error, Refusal) and reaction and isinstance(error, reaction.refusals):
        return RefusedBy(error)
    return Parked(_code(error))


def _code(error: Exception) -> str:
    return error.code if isinstance(error, Refusal) else type(error).__name__
