"""`whistle case show`: one case now, or as it was at a version."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["show_case"]


@command
def show_case(
    call: Call,
    no: Annotated[str, typer.Argument(help="number of the case, 12 digits")],
    as_of: Annotated[int | None, typer.Option(min=1, help="as it was at this version")] = None,
) -> None:
    """Show one case: its stage, what is due, and why it is due then.

    Example: whistle case show 260928000012 --as-of 3
    """
    from whistle.output import print_one
    from whistle.signing_in import connect

    if not (len(no) == 12 and no.isascii() and no.isdigit()):  # noqa: PLR2004  # YYMMDD and six digits
        raise Failure(
            "that is no number of a case",
            f"{no!r} is not 12 digits.",
            "`whistle queue --unit UNIT` lists numbers",
            Exit.USAGE,
        )
    with connect(call, "auditor") as client:
        try:
            found = client.get(f"/dispatch/v1/cases/{no}", as_of=as_of)
        except Failure as failure:
            raise _failure_of_complaint(client, no, failure) from None
    print_one(call, found)


def _failure_of_complaint(client: "Client", no: str, failure: Failure) -> Failure:
    """Give a failure that names the status of a complaint that is no case of its own."""
    if failure.code is not Exit.REFUSED:
        return failure
    try:
        appeal: dict[str, Any] = client.get(f"/intake/v1/appeals/{no}")
    except Failure:
        return failure
    why = f"{no} is a complaint, and {appeal['status']}."
    hint = "it becomes a case when an agent files it"
    if appeal["case_no"] and appeal["case_no"] != no:
        hint = f"whistle case show {appeal['case_no']}"
    return Failure("there is no case of that number", why, hint, Exit.REFUSED)
