"""`whistle token add`: makes a token for a person and prints it once.

Works on the data folder itself, so it needs write access; the folder keeps only the digest.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whistle.call import ending
from whistle.connection import read_settings
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from contracts.catalogue import CatalogueVersion

__all__ = ["add_token"]

_NAME = re.compile(r"[\w.-]{1,64}")
_OF_UNITS = frozenset({"officer", "leader", "director"})
"""Roles of people who act for a unit of the catalogue; all others name a body of their own."""


def add_token(
    role: Annotated[
        str, typer.Option(help="such as officer, leader, director, agent or dispatcher")
    ],
    unit: Annotated[str, typer.Option(help="code of the unit; of the catalogue for its people")],
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
    if role in _OF_UNITS:
        _must_be_known(unit, role)
    try:
        return FileTokens(data / "tokens.json").issue(Actor(person=person, unit=unit, role=role))
    except OSError as error:
        why = f"{error.filename}: {error.strerror}."
        raise _unusable(why, "name a folder you may write to with --data") from error


def _must_be_known(unit: str, role: str) -> None:
    """Let a person act for a unit of the catalogue alone. Raises: Failure."""
    from difflib import get_close_matches

    from contracts.catalogue import FileCatalogue

    catalogue = FileCatalogue()
    versions: list[CatalogueVersion] = [catalogue.at(name) for name in catalogue.versions()]
    codes = {row.code for version in versions for row in version.units()}
    if unit not in codes:
        near = get_close_matches(unit, sorted(codes), n=3, cutoff=0.5)
        hint = f"name one of {', '.join(near)}" if near else "name the code of a unit of it"
        why = f"The catalogue has no unit {unit!r}, and a person of role {role} acts for one."
        raise _unusable(why, hint)


def _unusable(why: str, hint: str) -> Failure:
    return Failure("no token was made", why, hint, Exit.USAGE)
