"""What somebody may do with an object now: each command tried, and undone again.

    GET /dispatch/v1/cases/{case_no}/actions

No rule is written twice: the handler of the route decides on a sample of its body, as it would if
that were sent, and all of it is rolled back (`Service.try_out`). So an action is offered exactly
when it would be accepted, until something else happens. Another body may be refused for what it
says.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from chassis.errors import Refusal
from chassis.http.command_routes import DeclaredCommand
from chassis.http.held import EventValue
from chassis.http.identity import RoleMissing
from chassis.service import Service
from chassis.unit_of_work.session import Session
from contracts.envelope import Actor
from contracts.said import Names

__all__ = ["Action", "ActionList", "actions_of"]

NOBODY = "none"
"""Stands for the last parameter of a path when the state has no candidate: it is refused."""


class Action(BaseModel):
    """One command on an object, as it would be answered now."""

    name: str
    method: str
    path: str
    """With its numbers; a parameter stays in braces when there is nothing that it could name."""
    body: dict[str, EventValue] | None
    """A body that was tried; None for a command without one, or of another role."""
    allowed: bool
    code: str | None
    """Of the refusal; None for what is allowed."""
    zh: str | None
    en: str | None


class ActionList(BaseModel):
    """Every command that there is on an object of this kind."""

    items: list[Action]
    total: int


@dataclass(slots=True)
class _Trial:
    """One command on one candidate."""

    declared: DeclaredCommand
    given: dict[str, Any]
    body: BaseModel | None = None

    def run(self, session: Session) -> None:
        """Give the command with its sample. Raises: Refusal."""
        given = dict(self.given)
        if self.declared.body and self.declared.sample:
            self.body = _made(self.declared.sample, session, given)
            given[self.declared.body[0]] = self.body
        self.declared.run(session, given)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a command would be answered; None refuses nothing."""

    refusal: Refusal | None
    names: Names

    def sentence(self, language: str) -> str | None:
        """Say why not; None for what is allowed."""
        return self.refusal.sentence(language, self.names) if self.refusal else None


async def actions_of(
    service: Service,
    actor: Actor,
    commands: Iterable[DeclaredCommand],
    prefix: str,
    given: Mapping[str, str],
) -> ActionList:
    """Say of each command on the object that `given` names whether the actor may give it now."""
    listed = [one for one in commands if one.body is None or one.sample is not None]
    possible = [one for one in listed if actor.role in one.roles]
    trials: list[_Trial] = []

    def search(session: Session) -> None:
        for one in possible:
            trials.extend(_Trial(one, found) for found in _givens(one, session, given))

    def runs() -> Iterator[Callable[[Session], object]]:
        yield search
        yield from (one.run for one in trials)

    searched, *verdicts = await service.try_out(actor, runs())
    if searched is not None:
        raise searched
    names = service.model.names
    told = [
        _action(prefix, one.declared, one.given, one.body, _Answer(verdict, names))
        for one, verdict in zip(trials, verdicts, strict=True)
    ]
    told += [
        _action(prefix, one, given, None, _Answer(_role_missing(actor, one), names))
        for one in listed
        if one not in possible
    ]
    order = {one.name: place for place, one in enumerate(listed)}
    items = sorted(told, key=lambda one: order[one.name])
    return ActionList(items=items, total=len(items))


def _made(sample: Any, session: Session, given: Mapping[str, Any]) -> BaseModel:  # noqa: ANN401
    made: BaseModel = sample if isinstance(sample, BaseModel) else sample(session, **given)
    return made


def _givens(
    declared: DeclaredCommand, session: Session, given: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Give the parameters of each trial: of the object, and of each candidate for the last one."""
    wanted = [name for name in declared.parameters if name not in given]
    if not wanted:
        yield dict(given)
        return
    (last,) = wanted
    candidates = declared.candidates(session, **given) if declared.candidates else ()
    for candidate in list(candidates) or [NOBODY]:
        yield {**given, last: candidate}


def _role_missing(actor: Actor, declared: DeclaredCommand) -> Refusal:
    return RoleMissing(role=actor.role, needed=", ".join(sorted(declared.roles)))


def _action(
    prefix: str,
    declared: DeclaredCommand,
    given: Mapping[str, Any],
    body: BaseModel | None,
    answer: _Answer,
) -> Action:
    named = {name: f"{{{name}}}" for name in declared.parameters}
    named |= {name: value for name, value in given.items() if value != NOBODY}
    return Action(
        name=declared.name,
        method="POST",
        path=prefix + declared.path.format_map(named),
        body=body.model_dump(mode="json", exclude_none=True) if body else None,
        allowed=answer.refusal is None,
        code=answer.refusal.code if answer.refusal else None,
        zh=answer.sentence("zh"),
        en=answer.sentence("en"),
    )
