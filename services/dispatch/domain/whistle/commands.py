"""What a whistle may be asked, by who asks it."""

from services.dispatch.domain.whistle import (
    adding,
    approval,
    call,
    cancelling,
    emergency,
    escalation,
    proposing,
    settlement,
)

BeginningCommand = proposing.ProposeWhistle | emergency.BlowEmergencyWhistle
StreetCommand = (
    approval.ApproveWhistle
    | approval.RefuseWhistle
    | call.BlowWhistle
    | emergency.ConfirmWhistle
    | adding.AddUnit
    | cancelling.CancelWhistle
    | escalation.AskDistrict
    | escalation.AnswerEscalation
    | settlement.SettleWhistle
)
"""Given by a person of the street; one of them by the district."""
FollowingCommand = (
    escalation.EscalateWhistle
    | adding.ExcuseUnit
    | settlement.ConcludeWhistle
    | cancelling.CancelWithCase
)
"""What follows for a whistle from what happened elsewhere; never refused."""
WhistleCommand = BeginningCommand | StreetCommand | FollowingCommand
