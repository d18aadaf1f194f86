"""Who may do and see what in feedback, by role alone: no call-back belongs to a unit."""

from typing import Annotated

from fastapi import Depends

from chassis.http.identity import Role, allow
from contracts.envelope import Actor

VISITORS: frozenset[Role] = frozenset({"visitor"})
"""回访员: these ask the callers."""

ReaderOfCallbacks = Annotated[Actor, Depends(allow(*VISITORS, "operator", "auditor", "agent"))]
Staff = Annotated[
    Actor, Depends(allow("auditor", "operator", "leader", "officer", "visitor", "agent"))
]
Anyone = Annotated[
    Actor,
    Depends(allow("auditor", "operator", "leader", "officer", "visitor", "agent", "integrator")),
]
