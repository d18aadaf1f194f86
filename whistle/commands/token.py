"""`whistle token add`: makes a token for a person and prints it once.

Works on the data folder itself, so it needs write access; the folder keeps only the digest.
"""

import re
from pathlib import Path
from typing import Annotated

import typer

from whistle.call import ending
from whistle.connection import read_settings
from whistle.exits import Exit
from whistle.failure import Failure

__all__ = ["add_token"]

_NAME = re.compile(r"[\w.-]{1,64}")


def add_token(
    role: Annotated[str, typer.Option(help="such as officer or auditor")],
    unit: Annotated[str, typer.Option(help="code of the unit the person acts for")],
    person: Annotated[str, typer.Option(help="a staff number or pseudonym, never a name")],
    data: Annotated[Path | None, typer.Option(help="data folder [WHISTLE_DATA]")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="show where a failure comes from")
    ] = False,
) -> None:
    """Make a token for a person and print it once.

    Example: whistle token add --role officer --unit fire-rescue --person o-114 > token

    Set WHISTLE_TOKEN_FILE to the file. A running server accepts the token at once.
    """
    with ending(verbose=verbose):
        print(_issued_token(role, unit, person, data or read_settings().data))


def _issued_token(role: str, unit: str, person: str, data: Path) -> str:
    from chassis.http.identity import ROLES, FileTokens
    from contracts.envelope import Actor

    if role not in ROLES:
        raise _unusable(f"There is no role {role!r}.", f"choose {', '.join(sorted(ROLES))}")
    for name, value in (("unit", unit), ("person", person)):
        if not _NAME.fullmatch(value):
            hint = "use letters, digits, _ . and - only, at most 64"
            raise _unusable(f"--{name} {value!r} is not such a code.", hint)
    try:
        return FileTokens(data / "tokens.json").issue(Actor(person=person, unit=unit, role=role))
    except OSError as error:
        why = f"{error.filename}: {error.strerror}."
        raise _unusable(why, "name a folder you may write to with --data") from error


def _unusable(why: str, hint: str) -> Failure:
    return Failure("no token was made", why, hint, Exit.USAGE)
