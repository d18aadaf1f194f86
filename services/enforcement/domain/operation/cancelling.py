"""The whistle of an operation is cancelled (撤哨): nobody has to come any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.enforcement import OperationCancelled
from contracts.ids import OperationNo
from services.enforcement.domain.operation.state import OperationState, Underway


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOperation:
    """联合执法取消 (our default): the street took the whistle back, or its case ended."""

    operation_no: OperationNo
    meta: Meta


def cancel(command: CancelOperation, state: OperationState) -> Sequence[OperationCancelled]:
    """Cancel an operation that is underway; a whistle that was never blown has none."""
    if not isinstance(state, Underway):
        return []
    return [
        OperationCancelled(
            operation_no=state.fact.operation_no,
            case_no=state.fact.case_no,
            round=state.fact.round,
            cancelled_at=command.meta.at,
        )
    ]
