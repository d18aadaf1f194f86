"""Personal data and free text, beside the log and never in it.

A key per owner (a person, or a case that has no person) is wrapped by the service's master key and
encrypts that owner's texts (`chassis.ciphers`). An event holds a reference and a commitment:
SHA-256 over salt ‖ text; the salt is derived from the owner's key, so that destroying the key
erases text and salt together while every proof over the events stays valid.

Erasing is destroying the key. A destroyed owner never gets a new key under the same name: a late
write has to name another owner, by an explicit act of the caller. A renewed owner loses key and
texts as well, and gets a fresh key with its next text.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, bindparam, delete, select, update

from chassis.ciphers import NONCE_BYTES, cipher_named
from chassis.key_files import KEY_BYTES, KeyFile, KeyRefused, load_master_key
from chassis.store.port import Store
from chassis.store.rows import add, upsert
from chassis.store.tables import vault_items, vault_keys

__all__ = ["DIGEST_OWNER", "Entropy", "KeyDestroyed", "Vault", "fits", "open_vault"]

Entropy = Callable[[int], bytes]
"""Gives n unpredictable bytes: `os.urandom`, or a seeded stand-in in tests."""

DIGEST_OWNER = ":digest"
"""Under which the digest key is wrapped. Streams and persons have no colon in their names.

That it unwraps is what shows that a master key fits the database.
"""

_SALT_BYTES = 16
_PAGE = 1_000

_ITEM = select(vault_items.c.owner, vault_items.c.ciphertext, vault_items.c.cipher).where(
    vault_items.c.ref == bindparam("ref")
)
_WRAPPED = select(vault_keys.c.wrapped, vault_keys.c.cipher).where(
    vault_keys.c.owner == bindparam("owner")
)
_NEXT = (
    select(vault_keys.c.owner, vault_keys.c.wrapped, vault_keys.c.cipher)
    .where(vault_keys.c.owner > bindparam("after"), vault_keys.c.wrapped.is_not(None))
    .order_by(vault_keys.c.owner)
    .limit(_PAGE)
)
_REWRAP = (
    update(vault_keys)
    .where(vault_keys.c.owner == bindparam("one"))
    .values(wrapped=bindparam("by_new"), cipher=bindparam("mark"))
)
_FORGET = delete(vault_keys).where(
    vault_keys.c.owner == bindparam("one"), vault_keys.c.wrapped.is_not(None)
)


class KeyDestroyed(Exception):  # an answer that callers branch on
    """Every owner that was offered has had its key destroyed."""


class Vault:
    """Seals and opens texts within a transaction that the caller owns."""

    def __init__(
        self,
        master: bytes,
        entropy: Entropy = os.urandom,
        *,
        cipher: str = "aes",
        key_file: KeyFile | None = None,
    ) -> None:
        self._masters = [master]
        self._digest_key = _first_digest_key(master)
        self._entropy = entropy
        self._cipher = cipher
        self._key_file = key_file

    def digest(self, content: bytes) -> bytes:
        """Give a keyed digest: equal contents can be recognised, contents cannot be guessed."""
        return hmac.digest(self._digest_key, content, "sha256")

    def identify(self, *parts: str) -> UUID:
        """Give the id of what these parts say: always the same, and no function without the key.

        A UUID of version 8 (RFC 9562 section 5.8).
        """
        raw = bytearray(self.digest(json.dumps(("identity", *parts)).encode())[:16])
        raw[6] = raw[6] & 0x0F | 0x80
        raw[8] = raw[8] & 0x3F | 0x80
        return UUID(bytes=bytes(raw))

    def seal(
        self,
        connection: Connection,
        ref: UUID,
        text: str,
        *owners: str,
        keys: dict[str, bytes] | None = None,
    ) -> str:
        """Keep a text for the first owner whose key was not destroyed; give its commitment.

        An owner without a key gets one. `keys` are those that the caller's command has used so far,
        and take the new one. Raises: KeyDestroyed when no offered owner may be written for.
        """
        used = {} if keys is None else keys
        for owner in owners:
            key = used.get(owner) or self._key(connection, owner, make=True)
            if key is not None:
                used[owner] = key
                nonce, plain = self._entropy(NONCE_BYTES), text.encode()
                sealed = cipher_named(self._cipher).seal(key, nonce, plain, ref.bytes)
                row = {"ref": str(ref), "owner": owner, "ciphertext": sealed}
                add(connection, vault_items, [{**row, "cipher": self._mark}])
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
        return cipher_named(row.cipher).open(key, row.ciphertext, ref.bytes).decode()

    def destroy(self, connection: Connection, owner: str) -> None:
        """Destroy an owner's key and texts, also for an owner that never had any."""
        upsert(connection, vault_keys, [{"owner": owner, "wrapped": None, "cipher": None}])
        connection.execute(delete(vault_items).where(vault_items.c.owner == owner))

    def renew(self, connection: Connection, owner: str) -> None:
        """Drop an owner's key and texts; its next text makes a fresh key.

        For a case, which goes on when its callers are erased. A destroyed owner stays destroyed.
        """
        connection.execute(_FORGET, {"one": owner})
        connection.execute(delete(vault_items).where(vault_items.c.owner == owner))

    def is_destroyed(self, connection: Connection, owner: str) -> bool:
        """Say whether an owner's key was destroyed."""
        row = connection.execute(_WRAPPED, {"owner": owner}).first()
        return row is not None and row.wrapped is None

    def establish(self, connection: Connection) -> None:
        """Take the digest key from the database; keep it there first if there is none.

        Raises: KeyRefused when the master key does not fit.
        """
        row = connection.execute(_WRAPPED, {"owner": DIGEST_OWNER}).first()
        if row is not None:
            self._digest_key = self._unwrap(DIGEST_OWNER, row.wrapped, row.cipher)
            return
        one = connection.execute(_NEXT, {"after": ""}).first()
        if one is not None:  # of a vault from before digest keys were kept
            self._unwrap(one.owner, one.wrapped, one.cipher)
        self._keep(connection, DIGEST_OWNER, self._digest_key, self._masters[0])

    def rotate(self, connection: Connection) -> int:
        """Wrap every key under a new master key, in this transaction; give how many there are.

        The new key stands in its file before anything changes. It takes the place of the old one
        in `settle`, after the commit; until then either opens what is in the database.
        """
        if self._key_file is None:
            raise KeyRefused("This vault has no key file, so its master key cannot be rotated.")
        self.settle(connection)
        new = self._key_file.offer()
        self._masters = [new, *self._masters]
        count, after = 0, ""
        while rows := connection.execute(_NEXT, {"after": after}).all():
            connection.execute(_REWRAP, [self._rewrapped(new, *row) for row in rows])
            count, after = count + len(rows), rows[-1].owner
        return count

    def settle(self, connection: Connection) -> None:
        """Let the key that the database is wrapped under be the only one in the files."""
        if self._key_file is not None:
            self._key_file.settle(self._master(connection))

    @property
    def _mark(self) -> str | None:
        return None if self._cipher == "aes" else self._cipher

    def _rewrapped(
        self, new: bytes, owner: str, wrapped: bytes, mark: str | None
    ) -> dict[str, object]:
        key, nonce = self._unwrap(owner, wrapped, mark), self._entropy(NONCE_BYTES)
        by_new = cipher_named(self._cipher).seal(new, nonce, key, owner.encode())
        return {"one": owner, "by_new": by_new, "mark": self._mark}

    def _key(self, connection: Connection, owner: str, *, make: bool) -> bytes | None:
        row = connection.execute(_WRAPPED, {"owner": owner}).first()
        if row is not None:
            return None if row.wrapped is None else self._unwrap(owner, row.wrapped, row.cipher)
        if not make:
            return None
        key = self._entropy(KEY_BYTES)
        self._keep(connection, owner, key, self._master(connection))
        return key

    def _keep(self, connection: Connection, owner: str, key: bytes, master: bytes) -> None:
        nonce = self._entropy(NONCE_BYTES)
        wrapped = cipher_named(self._cipher).seal(master, nonce, key, owner.encode())
        add(connection, vault_keys, [{"owner": owner, "wrapped": wrapped, "cipher": self._mark}])

    def _master(self, connection: Connection) -> bytes:
        """Give the key that this transaction sees the database wrapped under.

        A rotation may have been rolled back, or another process may have made one.
        """
        row = connection.execute(_WRAPPED, {"owner": DIGEST_OWNER}).first()
        if row is None:
            return self._masters[0]
        return self._fitting(DIGEST_OWNER, row.wrapped, row.cipher)[0]

    def _unwrap(self, owner: str, wrapped: bytes, mark: str | None) -> bytes:
        return self._fitting(owner, wrapped, mark)[1]

    def _fitting(self, owner: str, wrapped: bytes, mark: str | None) -> tuple[bytes, bytes]:
        """Give the master key of a wrapped key, and that key. Raises: InvalidTag.

        A reader whose snapshot is older than a rotation still needs the key of before.
        """
        for master in self._masters:
            if (key := _opened(master, owner, wrapped, mark)) is not None:
                return master, key
        for master in self._key_file.candidates() if self._key_file else ():
            if (key := _opened(master, owner, wrapped, mark)) is not None:
                self._masters = [master, *self._masters]  # another process has rotated it
                return master, key
        raise InvalidTag


def open_vault(store: Store, key_file: KeyFile, cipher: str = "aes") -> Vault:
    """Open a service's vault; a master key is made only beside an empty one.

    Raises: KeyRefused when the key is missing or is another one.
    """
    with store.writing() as connection:
        masters = key_file.candidates()
        if not masters:
            masters = [_made(connection, key_file)]
        for master in masters:
            vault = Vault(master, cipher=cipher, key_file=key_file)
            try:
                vault.establish(connection)
            except InvalidTag:
                continue
            break
        else:
            raise KeyRefused(
                f"{key_file.path} is not the key that this service's texts are sealed with; put"
                " the right one back from your backup of keys/. Nothing was changed."
            )
    with store.reading() as connection:
        vault.settle(connection)
    return vault


def fits(connection: Connection, key_file: KeyFile) -> str:
    """Say how a key file stands to a database: fits, wrong, missing, new or unchecked."""
    row = connection.execute(
        select(vault_keys.c.wrapped, vault_keys.c.cipher).where(vault_keys.c.owner == DIGEST_OWNER)
    ).first()
    masters = key_file.candidates()
    if not masters:
        return "new" if row is None and _is_empty(connection) else "missing"
    if row is None:
        return "unchecked"
    opened = (_opened(one, DIGEST_OWNER, row.wrapped, row.cipher) for one in masters)
    return "fits" if any(key is not None for key in opened) else "wrong"


def _made(connection: Connection, key_file: KeyFile) -> bytes:
    if key_file.path.exists():
        raise KeyRefused(
            f"{key_file.path} does not hold a key of {KEY_BYTES} bytes; put the right one back"
            " from your backup of keys/. Nothing was changed."
        )
    if not _is_empty(connection):
        raise KeyRefused(
            f"{key_file.path} is missing, and this service holds texts that only it opens; put it"
            " back from your backup of keys/. No other key was made."
        )
    return load_master_key(key_file.path)


def _is_empty(connection: Connection) -> bool:
    tables = (vault_keys.c.owner, vault_items.c.ref)
    return all(connection.execute(select(one).limit(1)).first() is None for one in tables)


def _opened(master: bytes, owner: str, wrapped: bytes, mark: str | None) -> bytes | None:
    try:
        return cipher_named(mark).open(master, wrapped, owner.encode())
    except InvalidTag:
        return None


def _first_digest_key(master: bytes) -> bytes:
    """Give the digest key as it was before it was kept: made from the master key."""
    return hmac.digest(master, b"digest", "sha256")


def _salt(key: bytes, ref: UUID) -> bytes:
    return hmac.digest(key, b"salt" + ref.bytes, "sha256")[:_SALT_BYTES]
