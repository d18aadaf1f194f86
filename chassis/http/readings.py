"""Routes that show texts or contacts: every reading and every refusal of one is noted.

    async def asked(case_no: CaseInPath) -> Reading:
        return Reading(what="account", about=case_stream(case_no), cases=(case_no,))

    def locate(session: Session, asked: Reading) -> Reading:
        return asked.of(persons_of(session.state(asked.about)))

    @routes.get("/cases/{case_no}/account")
    async def read_account(reads: Annotated[Reads, reading(asked, locate, "officer", "leader")]):
        def account(session: Session) -> tuple[Reading, AccountList]:
            ...
            return reads.found(session, "account"), accounts
        return await reads.answer(account)

`answer` notes what the question says it has read, in the same transaction. A refusal (`Forbidden`)
undoes its transaction, so it is noted in one of its own, and raised again.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

import structlog
from fastapi import Depends, Request

from chassis.errors import Forbidden
from chassis.http.identity import Role, RoleMissing, signed_in
from chassis.readings.noting import note, note_refusal
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from contracts.envelope import Actor

__all__ = ["Reads", "as_asked", "reading"]

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

Locate = Callable[[Session, Reading], Reading]
"""Adds the cases and persons that a reading concerns; what does not exist concerns nobody."""


@dataclass(frozen=True, slots=True)
class Reads:
    """How one HTTP request reads what is noted."""

    service: Service
    actor: Actor
    asked: Reading
    """What is asked for, as far as the address tells."""
    locate: Locate

    def found(self, session: Session, *fields: str, reason: str = "") -> Reading:
        """Give what is read, with the cases and persons that it concerns."""
        located = self.locate(session, self.asked)
        return replace(located, fields=fields, reason=reason)

    async def answer(self, run: Callable[[Session], tuple[Reading, Answer]]) -> Answer:
        """Give the answer of a question, and note the reading that it gives with it.

        Raises: Refusal, or the error that broke it.
        """

        def noted(session: Session) -> Answer:
            found, answer = run(session)
            note(session, found)
            return answer

        async with self.noting_refusals():
            return await self.service.ask(self.actor, noted)

    @asynccontextmanager
    async def noting_refusals(self) -> AsyncIterator[None]:
        """Note what is forbidden within the block, and raise it again."""
        try:
            yield
        except Forbidden as refusal:
            await self.note_refusal(refusal)
            raise

    async def note_refusal(self, refusal: Forbidden) -> None:
        """Note a refusal of what was asked for."""
        is_first = await self.service.ask(
            self.actor, lambda session: note_refusal(session, self.found(session), refusal.code)
        )
        if is_first:
            actor, service = self.actor, self.service.name
            who = {"person": actor.person, "unit": actor.unit, "role": actor.role}
            log.warning("reading_budget_used", service=service, what=self.asked.what, **who)


def as_asked(_session: Session, asked: Reading) -> Reading:
    """Locate nothing: the address says it all, or the question itself does."""
    return asked


def reading(asked: Callable[..., Awaitable[Reading]], locate: Locate, *roles: Role) -> object:
    """Give the annotation of a parameter by which the named roles read, and nobody else.

    `asked` is a coroutine function of the path's parameters.
    """
    needed = frozenset(roles)

    # Who it is comes first: without a token nothing else is looked at.
    async def _reads(
        request: Request,
        actor: Annotated[Actor, Depends(_somebody)],
        what: Annotated[Reading, Depends(asked)],
    ) -> Reads:
        reads = Reads(request.app.state.service, actor, what, locate)
        if actor.role not in needed:
            missing = RoleMissing(role=actor.role, needed=", ".join(sorted(needed)))
            await reads.note_refusal(missing)
            raise missing
        return reads

    _reads.roles = needed  # type: ignore[attr-defined]  # as of `allow`
    return Depends(_reads)


async def _somebody(request: Request) -> Actor:
    return signed_in(request)
