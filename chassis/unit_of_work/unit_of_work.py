"""The unit of work: commands, reactions and ticks, a batch of them in one transaction.

Every request is decided in order on what the ones before it will append. Then one append, the
command and inbox records, the service's own views and the deadline index commit together. A refused
command leaves nothing behind and harms no other; a batch that cannot commit is executed again one
by one, so that only the request that breaks it fails.

A dry run decides commands in the same way, each by itself, and rolls all of it back.

    batch.py       what the requests of a transaction share
    commanding.py  one command          reacting.py  one event of another service
    appending.py   what is written at the end
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from time import time_ns

import structlog

from chassis.clock import Clock
from chassis.errors import Fault
from chassis.failpoints import failpoint
from chassis.inbox.inbound_event import InboundEvent
from chassis.inbox.inbox import Inbox
from chassis.listeners import notify
from chassis.logs import working_on
from chassis.store.faults import is_fault
from chassis.store.port import Store
from chassis.unit_of_work.appending import Appending
from chassis.unit_of_work.batch import Batch
from chassis.unit_of_work.commanding import Commanding, Verdict
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done, ExecutedBatch, Failed, Outcome
from chassis.unit_of_work.reacting import Reacting
from chassis.unit_of_work.requests import CommandRequest, DryRun, ExclusiveTask, Request
from chassis.unit_of_work.transaction import RollbackNeeded
from chassis.vault import Vault

__all__ = ["UnitOfWork"]

log = structlog.get_logger(__name__)

_Batched = CommandRequest | InboundEvent


class _Undone(Exception):
    """Raised to roll a transaction back that has done what it was for."""


class UnitOfWork:
    """Executes batches for one service. Used by one thread at a time."""

    def __init__(self, model: ServiceModel, store: Store, clock: Clock, vault: Vault) -> None:
        self._model = model
        self._store = store
        self._clock = clock
        self._vault = vault
        self._commanding = Commanding(model.name, clock)
        self._reacting = Reacting(model, clock)
        self._appending = Appending(model, store, clock)
        self._scrub_is_due = False
        self.on_commit: list[Callable[[ExecutedBatch], None]] = []
        """Called with every batch that has committed, in its thread."""

    def handle(self, requests: Sequence[Request]) -> list[Outcome]:
        """Execute in order, in one transaction if possible; an outcome for each."""
        outcomes: list[Outcome] = []
        for is_batched, group in groupby(requests, lambda one: isinstance(one, _Batched)):
            some = list(group)
            outcomes += self._together(some) if is_batched else map(self._alone, some)  # type: ignore[arg-type]  # by the grouping
        working_on.set(None)
        return outcomes

    def _alone(self, request: ExclusiveTask | DryRun) -> Outcome:
        try:
            if isinstance(request, DryRun):
                return Done(value=self._tried(request))
            with self._store.writing() as connection:
                request.run(connection)
        except Exception as error:  # noqa: BLE001  # it is the outcome
            return Failed(error)
        return Done()

    def _tried(self, request: DryRun) -> list[Verdict]:
        verdicts: list[Verdict] = []
        with suppress(_Undone), self._store.writing() as connection:
            inbox = Inbox(connection, self._clock.now())
            aggregates = self._model.aggregates
            batch = Batch(connection, inbox, aggregates, self._vault, has_savepoints=True)
            verdicts.extend(
                self._commanding.verdict(batch, request.origin, run) for run in request.runs
            )
            raise _Undone
        return verdicts

    def _together(self, requests: Sequence[_Batched]) -> list[Outcome]:
        try:
            return self._transact(requests)
        except Exception as error:  # noqa: BLE001  # sorted out below, nothing is swallowed
            if len(requests) > 1:
                return self.one_by_one(requests)
            return [self.broken(requests[0], error)]

    def one_by_one(self, requests: Sequence[_Batched]) -> list[Outcome]:
        """Execute each in a transaction of its own.

        What comes behind a failed event of its key fails with it: versions keep the order within a
        stream, and nothing else would keep it between the streams of one key.
        """
        outcomes: list[Outcome] = []
        failed: dict[tuple[str, str], Outcome] = {}
        for request in requests:
            key = request.key if isinstance(request, InboundEvent) else None
            ahead = failed.get(key) if key else None
            outcome = ahead or self._together([request])[0]
            if key and isinstance(outcome, Failed):
                failed[key] = outcome
            outcomes.append(outcome)
        return outcomes

    def broken(self, request: _Batched, error: Exception) -> Outcome:
        """Give the outcome of what cannot commit: faults are tried again, a poison event parks."""
        if isinstance(request, CommandRequest) or is_fault(error):
            log.warning("work_failed", service=self._model.name, error=type(error).__name__)
            return Failed(error)
        with self._store.writing() as connection:
            inbox = Inbox(connection, self._clock.now())
            inbox.load([request])
            self._reacting.park(inbox, request, error)
            inbox.flush()
        return Done()

    def _transact(self, requests: Sequence[_Batched]) -> list[Outcome]:
        """Execute in one transaction; savepoints are set only once a refusal has needed one.

        A refusal after a write is rare, and savepoints cost two round trips a request.
        """
        try:
            return self._attempt(requests, has_savepoints=False)
        except RollbackNeeded:
            return self._attempt(requests, has_savepoints=True)

    def _attempt(self, requests: Sequence[_Batched], *, has_savepoints: bool) -> list[Outcome]:
        began_ns = time_ns()
        with self._store.writing() as connection:
            inbox = Inbox(connection, self._clock.now())
            aggregates = self._model.aggregates
            batch = Batch(connection, inbox, aggregates, self._vault, has_savepoints)
            batch.load(requests)
            outcomes = [self._outcome(batch, request) for request in requests]
            decided_ns = time_ns()
            self._appending.flush(batch)
            failpoint("after_effect_before_commit")
        stages_ns = (began_ns, decided_ns, time_ns())
        executed = ExecutedBatch(
            requests, outcomes, batch.times_ns, batch.pending, batch.first_position, stages_ns
        )
        notify(self.on_commit, executed)
        self._scrub_is_due = self._scrub_is_due or batch.has_erased
        if self._scrub_is_due:
            self._scrub()
        return outcomes

    def _outcome(self, batch: Batch, request: _Batched) -> Outcome:
        began_ns = time_ns()
        outcome: Outcome
        if isinstance(request, CommandRequest):
            working_on.set(request.origin.correlation_id)
            outcome = self._commanding.outcome(batch, request)
        else:
            working_on.set(request.envelope.correlation_id)
            outcome = self._reacting.outcome(batch, request)
        batch.times_ns.append((began_ns, time_ns()))
        return outcome

    def _scrub(self) -> None:
        """Make erased bytes unreadable; while a reader is in the way, after the next batch."""
        try:
            self._store.scrub()
        except Fault:
            log.warning("scrub_put_off", service=self._model.name)
        else:
            self._scrub_is_due = False
