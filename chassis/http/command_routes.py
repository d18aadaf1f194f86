"""Routes that command: the command, its roles, its streams and its status, each declared once.

    routes = CommandRoutes("/dispatch/v1", "cases")

    @routes.command("/cases/{case_no}/signature", roles=UNIT_ROLES, on=case)
    def sign_case(session: Session, case_no: CaseNo) -> SignCase:
        return SignCase(case_no=case_no, meta=session.meta)

A refusal that is a fact itself is recorded by a command of its own before it is answered:

    def note(session: Session, refusal: Refusal, case_no: CaseNo, body: Wanted) -> NoteRefusal: ...

    @routes.command(..., noting=(LeadRefused, note))

`on` gives the streams of the path's parameters; the command is executed on them, in their order.
`declared` lists them, for anything that shows a person what may be done.
"""

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter

from chassis.errors import Refusal
from chassis.http.commands import Commands, Noting, Reply, commanding
from chassis.http.identity import Role
from chassis.unit_of_work.session import Session

__all__ = ["CommandRoutes", "DeclaredCommand"]

Handler = TypeVar("Handler", bound=Callable[..., object])
Streams = Callable[..., tuple[str, ...]]


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
    notes: type | None = None
    """The command that records a refusal of this one."""


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
        noting: tuple[type[Refusal], Callable[..., object]] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare the function below it as a command.

        The function gets the session, the path's parameters and the body. It returns the command,
        or, with `gives` naming the command, executes it by itself because its streams follow from a
        state. Refusals are the function's and the aggregate's. `headers` describes those that the
        answer may have. `noting` names the refusals that are recorded, and the function of the
        session, the refusal, the path's parameters and the body that returns the command for it.
        """

        def declare(handler: Handler) -> Handler:
            signature = inspect.signature(handler)
            kind = gives or signature.return_annotation
            notes = inspect.signature(noting[1]).return_annotation if noting else None
            declared = DeclaredCommand(
                handler.__name__, kind, frozenset(roles), path, on, status, notes
            )
            self.declared.append(declared)
            endpoint = _endpoint(handler, signature, declared, noting)
            self.add_api_route(
                path,
                endpoint,
                methods=["POST"],
                status_code=status,
                responses=_described(status, headers) if headers else None,
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


def _endpoint(
    handler: Callable[..., object],
    signature: inspect.Signature,
    declared: DeclaredCommand,
    noting: tuple[type[Refusal], Callable[..., object]] | None,
) -> Callable[..., Any]:
    named = tuple(inspect.signature(declared.on).parameters)

    async def endpoint(commands: Commands, **given: Any) -> Reply:  # noqa: ANN401  # of the handler
        streams = declared.on(**{name: given[name] for name in named})

        def run(session: Session) -> None:
            command = handler(session, **given)
            if command is not None:
                session.execute(command, *streams)

        if noting is None:
            return await commands.execute(run, *streams)
        family, command_of = noting

        def note(session: Session, refusal: Refusal) -> None:
            session.execute(command_of(session, refusal, **given), *streams)

        return await commands.execute(run, *streams, noting=Noting(family, note))

    # FastAPI reads name, description and parameters of an endpoint from these.
    endpoint.__name__ = handler.__name__
    endpoint.__doc__ = handler.__doc__
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
