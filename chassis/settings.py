"""Settings of a process, from `WHISTLE_…` variables; one place, all with bounds."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings"]


class Settings(BaseSettings):
    """What an operator may set. Every field is `WHISTLE_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="WHISTLE_", extra="ignore")

    data: Path = Path("data")
    """The folder that holds databases, keys and tokens."""
    catalogue: str = ""
    """The folder of the catalogue's versions. Empty: those that come with the release."""
    host: str = "127.0.0.1"
    """Loopback unless told otherwise."""
    port: int = Field(default=8012, ge=1, le=65535)
    server: str = "http://127.0.0.1:8012"
    """Where the other services (and the commands of `whistle`) find this installation."""
    peers: dict[str, str] = {}
    """Other addresses for single services, as JSON: `{"intake": "http://127.0.0.1:8101"}`."""
    token: str = ""
    """Bearer token of this process or of the person at the command line."""
    token_file: Path | None = None
    """A file that holds the token, for those who keep secrets out of the environment."""
    demo: bool = False
    """Of a demonstration's service: demo tokens, and the clock of the folder that stands still."""
    production: bool = False
    """Refuses everything that is for demonstrations."""
    database: str = ""
    """Of a service on PostgreSQL: `postgresql://user:password@host:port/name`. Empty: SQLite."""
    database_owner: str = ""
    """For `whistle database`: the same database, by the role that owns its tables."""
    kafka: str = ""
    """`host:port,…` of the brokers that carry the feeds. Empty: they are read over HTTP."""
    cipher: Literal["aes", "sm4"] = "aes"
    """With what new texts are sealed: AES-256-GCM or SM4-GCM. What is there stays readable."""
    contacts_per_day: int = Field(default=200, ge=1, le=1_000_000)
    """Contacts that one reader may read in a day of Shanghai, in each service."""
    texts_per_day: int = Field(default=2_000, ge=1, le=1_000_000)
    """The same for texts."""
    crash_at: str = ""
    """For tests: the moment at which to die (`chassis.failpoints`)."""
    log_level: str = "warning"

    @model_validator(mode="after")
    def _refuse_to_die_in_production(self) -> Self:
        if self.production and self.crash_at:
            raise ValueError("WHISTLE_CRASH_AT is for tests; unset it, or WHISTLE_PRODUCTION")
        return self

    def bearer(self) -> str:
        """Give the token, from the file if one is named."""
        if self.token_file is not None:
            return self.token_file.read_text(encoding="utf-8").strip()
        return self.token
