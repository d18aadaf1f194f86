"""Personal data and free text, beside the log and never in it.

A key per owner (a person, or a case that has no person) is wrapped by the service's master key and
encrypts that owner's texts with AES-256-GCM. An event holds a reference and a commitment, SHA-256
over salt ‖ text; the salt is derived from the owner's key, so that destroying the key erases text
and salt together while every proof over the events stays valid.

Erasing is destroying the key. A destroyed owner never gets a new key under the same name: a late
write has to name another owner, by an explicit act of the caller.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, delete, select

from chassis.store.rows import add, upsert
from chassis.store.tables import vault_items, vault_keys

__all__ = ["Entropy", "KeyDestroyed", "Vault", "load_master_key"]

Entropy = Callable[[int], bytes]
"""Gives n unpredictable bytes: `os.urandom`, or a seeded stand-in in tests."""

_KEY_BYTES = 32
_NONCE_BYTES = 12
_SALT_BYTES = 16

_ITEM = select(vault_items.c.owner, vault_items.c.ciphertext).where(
    vault_items.c.ref == bindparam("ref")
)
_WRAPPED = select(vault_keys.c.wrapped).where(vault_keys.c.owner == bindparam("owner"))


class KeyDestroyed(Exception):  # an answer that callers branch on
    """Every owner that was offered has had its key destroyed."""


def load_master_key(path: Path) -> bytes:
    """Read the 32-byte master key, making it (readable by its owner alone) on first use.

    Raises: ValueError when the file does not hold 32 bytes.
    """
    if not path.exists():
        _make_master_key(path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        message = f"{path.name} does not hold a key of {_KEY_BYTES} bytes; restore it from backup"
        raise ValueError(message)
    return key


def _make_master_key(path: Path) -> None:
    """Write a new key beside its place and move it there whole: half a key opens nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # without its name the key is lost, and with it every text
    finally:
        os.close(folder)


class Vault:
    """Seals and opens texts within a transaction that the caller owns."""

    def __init__(self, master: bytes, entropy: Entropy = os.urandom) -> None:
        self._master = AESGCM(master)
        self._digest_key = hmac.digest(master, b"digest", "sha256")
        self._entropy = entropy

    def digest(self, content: bytes) -> bytes:
        """Give a keyed digest: equal contents can be recognised, contents cannot be guessed."""
        return hmac.digest(self._digest_key, content, "sha256")

    def seal(self, connection: Connection, ref: UUID, text: str, *owners: str) -> str:
        """Keep a text for the first owner whose key was not destroyed; give its commitment.

        An owner without a key gets one. Raises: KeyDestroyed when no offered owner may be
        written for.
        """
        for owner in owners:
            key = self._key(connection, owner, make=True)
            if key is not None:
                nonce, plain = self._entropy(_NONCE_BYTES), text.encode()
                ciphertext = nonce + AESGCM(key).encrypt(nonce, plain, ref.bytes)
                add(
                    connection,
                    vault_items,
                    [{"ref": str(ref), "owner": owner, "ciphertext": ciphertext}],
                )
                return hashlib.sha256(_salt(key, ref) + plain).hexdigest()
        raise KeyDestroyed(*owners)

    def open(self, connection: Connection, ref: UUID) -> str | None:
        """Give the text of a reference, or None when it was erased."""
        row = connection.execute(_ITEM, {"ref": str(ref)}).first()
        if row is None:
            return None
        key = self._key(connection, row.owner, make=False)
        if key is None:
            return None
        nonce, body = row.ciphertext[:_NONCE_BYTES], row.ciphertext[_NONCE_BYTES:]
        return AESGCM(key).decrypt(nonce, body, ref.bytes).decode()

    def destroy(self, connection: Connection, owner: str) -> None:
        """Destroy an owner's key and texts, also for an owner that never had any."""
        upsert(connection, vault_keys, [{"owner": owner, "wrapped": None}])
        connection.execute(delete(vault_items).where(vault_items.c.owner == owner))

    def is_destroyed(self, connection: Connection, owner: str) -> bool:
        """Say whether an owner's key was destroyed."""
        row = connection.execute(_WRAPPED, {"owner": owner}).first()
        return row is not None and row.wrapped is None

    def _key(self, connection: Connection, owner: str, *, make: bool) -> bytes | None:
        row = connection.execute(_WRAPPED, {"owner": owner}).first()
        if row is not None:
            return None if row.wrapped is None else self._unwrap(owner, row.wrapped)
        if not make:
            return None
        key, nonce = self._entropy(_KEY_BYTES), self._entropy(_NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, key, owner.encode())
        add(connection, vault_keys, [{"owner": owner, "wrapped": wrapped}])
        return key

    def _unwrap(self, owner: str, wrapped: bytes) -> bytes:
        return self._master.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], owner.encode())


def _salt(key: bytes, ref: UUID) -> bytes:
    return hmac.digest(key, b"salt" + ref.bytes, "sha256")[:_SALT_BYTES]
