"""Where the server is and who asks: options, settings, or the tokens of a demonstration.

A token comes from the environment or a file, never from an option: command lines are visible to
everybody on the machine. Only a server that says it is a demonstration gets a demo token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.topics import TOPICS
from whistle.call import Call
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from chassis.settings import Settings

__all__ = ["SERVICES", "Address", "find_address", "is_loopback", "read_settings", "sign_in"]

SERVICES = tuple(TOPICS)
"""Every service that writes a log."""

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_PERSON = "command-line"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an installation is; single services may be found elsewhere."""

    server: str
    services: Mapping[str, str] = field(default_factory=dict)

    def of(self, path: str) -> str:
        """Give the base URL for a path such as `/intake/v1/appeals`."""
        return self.services.get(path.split("/", 2)[1], self.server).rstrip("/")

    @property
    def urls(self) -> tuple[str, ...]:
        """Every base URL."""
        return (self.server, *self.services.values())

    @property
    def is_encrypted(self) -> bool:
        """Say whether any of it is reached by https."""
        return any(urlsplit(url).scheme == "https" for url in self.urls)


def is_loopback(url: str) -> bool:
    """Say whether a URL is of this machine; no proxy is ever asked for that."""
    return urlsplit(url).hostname in _LOOPBACK


def read_settings() -> "Settings":
    """Read the `WHISTLE_…` variables. Raises: Failure, naming what is wrong but not its value."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from chassis.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        names = sorted({f"WHISTLE_{one['loc'][0]}".upper() for one in error.errors()})
        raise _unusable(", ".join(names)) from None
    except SettingsError:
        raise _unusable("WHISTLE_PEERS") from None


def _unusable(names: str) -> Failure:
    return Failure(
        "the settings cannot be used",
        f"{names} has a value that is not allowed.",
        "correct or unset it in the environment",
        Exit.USAGE,
    )


def find_address(call: Call) -> Address:
    """Find the server: `--server`, else what the settings say. Raises: Failure."""
    if not call.server:
        settings = read_settings()
        address = Address(settings.server, settings.peers)
    else:
        address = Address(call.server)
    for url in address.urls:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Failure(
                "the server's address cannot be used",
                f"{url!r} is no address that begins with http:// or https://.",
                "write it like --server http://127.0.0.1:8012",
                Exit.USAGE,
            )
    return address


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
    from whistle.client import Client

    with Client(address, "") as client:
        return client.answers("/demo/v1/clock")
