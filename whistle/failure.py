"""How a command reports that it cannot do what was asked: what failed, why, and what to do.

A failure is written for the person at the terminal and carries the exit code. Sentences hold no
personal data: terminals are scrolled back and logged.
"""

from whistle.exits import Exit, exit_for_status

__all__ = ["Failure", "refused_by"]

_HINTS = {
    401: "set WHISTLE_TOKEN_FILE or WHISTLE_TOKEN; `whistle token add --help` says how to get one",
    403: "use a token of a role and unit that may do this; `whistle token add` makes one",
    404: "check the number, or list what there is, for example with `whistle queue --unit UNIT`",
    412: "read it again, then decide again",
}
_HINT_REFUSED = "correct that and run the command again"
_HINT_UNAVAILABLE = "try again in a moment; if it fails again, look at the server's log"


class Failure(Exception):
    """Ends a command. `what` names what was not done, `why` the cause, `hint` the next step."""

    def __init__(self, what: str, why: str, hint: str, code: Exit = Exit.FAULT) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why
        self.hint = hint
        self.code = code

    def lines(self) -> tuple[str, str, str]:
        """Give the three lines for standard error."""
        return (f"whistle: {self.what}", f"  {self.why}", f"hint: {self.hint}")


def refused_by(status: int, code: str, detail: str) -> Failure:
    """Give the failure for an answer that is no success.

    `code` and `detail` are those of the problem document, empty when there was none.
    """
    hint = _HINTS.get(status, _HINT_REFUSED)
    exit_code = exit_for_status(status)
    if exit_code is Exit.UNAVAILABLE:
        hint = _HINT_UNAVAILABLE
    named = f"the server answered {status}" + (f" ({code})" if code else "")
    return Failure(named, detail or "It gave no explanation.", hint, exit_code)
