"""How a service's master key stands to its database, seen from outside and without a change."""

from pathlib import Path

from sqlalchemy import NullPool, create_engine, inspect
from sqlalchemy.exc import DBAPIError

from chassis.key_files import KeyFile, KeyRefused
from chassis.store.postgres.connections import DatabaseRefused, address
from chassis.vault import fits

__all__ = ["key_state"]


def key_state(folder: Path, name: str, url: str = "") -> str:
    """Give fits, wrong, missing, new, unchecked, or absent (there is no database).

    Raises: KeyRefused when the database or the key cannot be read.
    """
    path = (folder / f"{name}.db").resolve()
    if not url and not path.exists():
        return "absent"
    try:
        where = address(url) if url else f"sqlite:///file:{path}?mode=ro&uri=true"
        with create_engine(where, poolclass=NullPool).connect() as connection:
            found = inspect(connection)
            columns = found.get_columns("vault_keys") if found.has_table("vault_keys") else []
            if all(column["name"] != "cipher" for column in columns):
                return "unchecked"
            return fits(connection, KeyFile(folder / "keys" / f"{name}.key"))
    except (DBAPIError, DatabaseRefused, OSError) as error:
        raise KeyRefused(f"{name} or its key cannot be read ({type(error).__name__}).") from None
