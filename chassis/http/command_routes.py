"""Routes that command: the command, its roles, its streams and its status, each declared once.

    routes = CommandRoutes("/dispatch/v1", "cases")

    @routes.command("/cases/{case_no}/signature", roles=UNIT_ROLES, on=case)
    def sign_case(session: Session, case_no: CaseNo) -> SignCase:
        return SignCase(case_no=case_no, meta=session.meta)

A refusal that is a fact itself is recorded by a command of its own before it is answered:

    def note(session: Session, refusal: Refusal, case_no: CaseNo, body: Wanted) -> NoteRefusal: ...

    @routes.command(..., noting=(LeadRefused, note))

`on` gives the streams of the path's parameters; the command is executed on them, in their order.
`declared` lists them, for whatever shows a person what may be done (`chassis.http.actions`): a
command with a body declares a `sample` of it, and one whose path names more than its object the
`candidates` for that, both taken from the state as it is where they depend on it.
"""

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.errors import Refusal
from chassis.http.commands import Commands, Noting, Reply, commanding
from chassis.http.identity import Role
from chassis.unit_of_work.session import Session

__all__ = ["Candidates", "CommandRoutes", "DeclaredCommand", "Sample"]

Handler = TypeVar("Handler", bound=Callable[..., object])
Streams = Callable[..., tuple[str, ...]]
Sample = BaseModel | Callable[..., BaseModel]
"""A body that would be accepted if any would: fixed, or made from (session, **parameters)."""
Candidates = Callable[..., Iterable[str]]
"""Gives what the last parameter of the path may be, from (session, **parameters before it)."""

RefusalNote = tuple[type[Refusal], Callable[..., object]]

_NAMED = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class DeclaredCommand:
    """A command that people and systems may give over HTTP."""

    name: str
    """Of the function that makes the command, unique within a service."""
    command: type
    roles: frozenset[Role]
    path: str
    """The template below the service's prefix."""
    on: Streams
    status: int
    handler: Callable[..., object]
    """Makes the command: of (session, **parameters, and the body under its own name)."""
    sample: Sample | None
    """None for a command without a body."""
    candidates: Candidates | None
    """None where the path names the object alone."""
    noting: RefusalNote | None
    """The refusals of it that are recorded, and what makes the command that records one."""

    @property
    def notes(self) -> type | None:
        """The command that records a refusal of this one."""
        return inspect.signature(self.noting[1]).return_annotation if self.noting else None

    def streams(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """Name the streams of a command, of at least the path's parameters."""
        return self.on(**{name: given[name] for name in inspect.signature(self.on).parameters})

    def run(self, session: Session, given: Mapping[str, Any]) -> None:
        """Give the command, of the path's parameters and the body. Raises: Refusal."""
        command = self.handler(session, **given)
        if command is not None:
            session.execute(command, *self.streams(given))

    def note(self, session: Session, refusal: Refusal, given: Mapping[str, Any]) -> None:
        """Record a refusal of it."""
        if self.noting is not None:
            command = self.noting[1](session, refusal, **given)
            session.execute(command, *self.streams(given))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Name the parameters of the path, in their order."""
        return tuple(_NAMED.findall(self.path))

    @property
    def body(self) -> tuple[str, type[BaseModel]] | None:
        """Give the name and the class of a body that is required; None without one."""
        for name, one in inspect.signature(self.handler).parameters.items():
            is_model = isinstance(one.annotation, type) and issubclass(one.annotation, BaseModel)
            if is_model and one.default is inspect.Parameter.empty:
                return name, one.annotation
        return None


class CommandRoutes(APIRouter):
    """A router on which commands are declared beside the reads."""

    def __init__(self, prefix: str, tag: str) -> None:
        super().__init__(prefix=prefix, tags=[tag])
        self.declared: list[DeclaredCommand] = []

    def command(  # noqa: PLR0913  # what a route declares is said here, once
        self,
        path: str,
        *,
        roles: Collection[Role],
        on: Streams,
        status: int = 200,
        gives: type | None = None,
        headers: Mapping[str, str] | None = None,
        sample: Sample | None = None,
        candidates: Candidates | None = None,
        noting: RefusalNote | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare the function below it as a command.

        The function gets the session, the path's parameters and the body. It returns the command,
        or, with `gives` naming the command, executes it by itself because its streams follow from a
        state. Refusals are the function's and the aggregate's. `headers` describes those that the
        answer may have, `sample` and `candidates` what is tried to see whether it may be done.
        `noting` names the refusals that are recorded, and the function of the session, the
        refusal, the path's parameters and the body that returns the command for it.
        """

        def declare(handler: Handler) -> Handler:
            signature = inspect.signature(handler)
            kind = gives or signature.return_annotation
            declared = DeclaredCommand(
                name=handler.__name__,
                command=kind,
                roles=frozenset(roles),
                path=path,
                on=on,
                status=status,
                handler=handler,
                sample=sample,
                candidates=candidates,
                noting=noting,
            )
            self.declared.append(declared)
            endpoint = _endpoint(signature, declared)
            self.add_api_route(
                path,
                endpoint,
                methods=["POST"],
                status_code=status,
                responses=_described(status, headers) if headers else None,
                openapi_extra=_shown(sample) if isinstance(sample, BaseModel) else None,
            )
            return handler

        return declare


def _described(status: int, headers: Mapping[str, str]) -> dict[int | str, dict[str, Any]]:
    texts = {"schema": {"type": "string"}}
    return {
        status: {
            "headers": {name: {"description": text, **texts} for name, text in headers.items()}
        }
    }


def _shown(sample: BaseModel) -> dict[str, Any]:
    example = sample.model_dump(mode="json", exclude_none=True)
    return {"requestBody": {"content": {"application/json": {"example": example}}}}


def _endpoint(signature: inspect.Signature, declared: DeclaredCommand) -> Callable[..., Any]:
    async def endpoint(commands: Commands, **given: Any) -> Reply:  # noqa: ANN401  # of the handler
        run = partial(declared.run, given=given)
        streams = declared.streams(given)
        if declared.noting is None:
            return await commands.execute(run, *streams)
        noting = Noting(declared.noting[0], partial(declared.note, given=given))
        return await commands.execute(run, *streams, noting=noting)

    # FastAPI reads name, description and parameters of an endpoint from these.
    endpoint.__name__ = declared.name
    endpoint.__doc__ = declared.handler.__doc__
    _session, *given = signature.parameters.values()
    commands = inspect.Parameter(
        "commands",
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[Commands, commanding(*sorted(declared.roles))],
    )
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in given]
    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # read by inspect
        [*keywords, commands], return_annotation=Reply
    )
    return endpoint
