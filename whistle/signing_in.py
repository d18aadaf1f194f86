"""Signing in: with a token of the environment or a file, on a demonstration with a demo token.

A token is never an option: command lines are visible to everybody on the machine. Only a server
that says it is a demonstration gets a demo token.
"""

from pathlib import Path

from chassis.http.address import Address
from whistle.call import Call
from whistle.client import Client
from whistle.connection import find_address, read_settings
from whistle.exits import Exit
from whistle.failure import Failure

__all__ = ["connect", "sign_in"]

_PERSON = "command-line"


def connect(call: Call, role: str, unit: str = "hotline") -> Client:
    """Connect as the settings say, or on a demonstration in the role that a command needs.

    Raises: Failure.
    """
    address = find_address(call)
    return Client(address, sign_in(call, address, role, unit))


def sign_in(call: Call, address: Address, role: str, unit: str) -> str:
    """Give the token to ask with; on a demonstration one of the role and unit that is needed.

    Raises: Failure when there is none.
    """
    if token := _own_token():
        return token
    if not _is_demonstration(address):
        raise Failure(
            "nobody is signed in",
            f"There is no token, and {address.server} is not a demonstration.",
            "set WHISTLE_TOKEN_FILE or WHISTLE_TOKEN; "
            f"`whistle token add --role {role} --unit {unit} --person NAME` makes one",
            Exit.NOT_AUTHORISED,
        )
    call.note(f"demonstration: acting as {role} of {unit}")
    return f"demo.{role}.{unit}.{_PERSON}"


def _own_token() -> str:
    settings = read_settings()
    try:
        token = settings.bearer()
    except (OSError, UnicodeDecodeError) as error:
        raise _no_token(settings.token_file, type(error).__name__) from None
    if settings.token_file is not None and not token:
        raise _no_token(settings.token_file, "it is empty")
    if not token.isascii() or not token.isprintable():
        raise Failure(
            "the token cannot be used",
            "It holds characters that no token has.",
            "copy it again, as `whistle token add` printed it",
            Exit.USAGE,
        )
    return token


def _no_token(path: Path | None, why: str) -> Failure:
    return Failure(
        "the token cannot be read",
        f"WHISTLE_TOKEN_FILE names {path}: {why}.",
        "correct the path, or write the token into that file",
        Exit.USAGE,
    )


def _is_demonstration(address: Address) -> bool:
    with Client(address, "") as client:
        return client.answers("/demo/v1/clock")
