"""Where the server is: the option `--server`, otherwise the settings."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chassis.http.address import Address
from whistle.call import Call
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from chassis.settings import Settings

__all__ = ["find_address", "read_settings"]


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
    """Give the server that `--server` names, or that of the settings. Raises: Failure."""
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
