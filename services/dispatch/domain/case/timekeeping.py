"""The steps that move or meet the clocks of a case, and who of the unit has it on the desk."""

from typing import assert_never

from services.dispatch.domain.case.claiming import (
    ClaimCase,
    HandOver,
    ReleaseClaim,
    claim,
    hand_over,
    release,
)
from services.dispatch.domain.case.contacting import NoteContact, contact
from services.dispatch.domain.case.extending import (
    DenyExtension,
    GrantExtension,
    RequestExtension,
    deny_extension,
    grant_extension,
    request_extension,
)
from services.dispatch.domain.case.staging import ReachStage, reach
from services.dispatch.domain.case.state import OpenCase
from services.dispatch.domain.case.suspending import (
    ApproveSuspension,
    DenySuspension,
    RequestSuspension,
    ResumeCase,
    approve_suspension,
    deny_suspension,
    request_suspension,
    resume_case,
)
from services.dispatch.domain.case.timing import TimingEvent

TimingCommand = (
    NoteContact
    | ReachStage
    | RequestExtension
    | GrantExtension
    | DenyExtension
    | RequestSuspension
    | ApproveSuspension
    | DenySuspension
    | ResumeCase
    | ClaimCase
    | ReleaseClaim
    | HandOver
)


def keep_time(command: TimingCommand, state: OpenCase) -> TimingEvent:  # noqa: PLR0912  # one case per command
    """Decide on one. Raises: the refusals of the steps."""
    match command:
        case NoteContact():
            return contact(command, state)
        case ReachStage():
            return reach(command, state)
        case RequestExtension():
            return request_extension(command, state)
        case GrantExtension():
            return grant_extension(command, state)
        case DenyExtension():
            return deny_extension(command, state)
        case RequestSuspension():
            return request_suspension(command, state)
        case ApproveSuspension():
            return approve_suspension(command, state)
        case DenySuspension():
            return deny_suspension(command, state)
        case ResumeCase():
            return resume_case(command, state)
        case ClaimCase():
            return claim(command, state)
        case ReleaseClaim():
            return release(command, state)
        case HandOver():
            return hand_over(command, state)
        case _:
            assert_never(command)
