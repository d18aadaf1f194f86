"""The vault as one command uses it: texts sealed, opened and erased."""

from dataclasses import dataclass, field
from uuid import UUID, uuid5

from chassis.unit_of_work.transaction import Transaction
from chassis.unit_of_work.work import Origin
from chassis.vault import Vault
from contracts.ids import SubjectId, subject_stream
from contracts.sealed import Sealed

__all__ = ["Texts"]


@dataclass(slots=True)
class Texts:
    """The texts of a service as one command sees them."""

    _transaction: Transaction
    _vault: Vault
    _origin: Origin
    _sealed_count: int = 0
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False)
    """Of the owners that this command wrote for: each is read and unwrapped once."""
    has_erased: bool = False
    """Whether a key was destroyed: its bytes have to leave the disk after the commit."""

    def seal(self, text: str, *owners: str) -> Sealed:
        """Keep a text under the key of the first owner that was not erased.

        Raises: KeyDestroyed when all were.
        """
        ref = uuid5(self._origin.command_id, f"text/{self._sealed_count}")
        self._sealed_count += 1
        writing = self._transaction.writing
        commitment = self._vault.seal(writing, ref, text, *owners, keys=self._keys)
        return Sealed(ref=ref, commitment=commitment)

    def seal_for(self, subject: SubjectId | None, fallback: str, text: str) -> Sealed:
        """Keep a text under the key of a person, and under `fallback` for nobody or the erased.

        `fallback` is the stream that the text belongs to.
        """
        person = (subject_stream(subject),) if subject else ()
        return self.seal(text, *person, fallback)

    def open(self, sealed: Sealed | None) -> str | None:
        """Give a text back; None when it was erased or never given."""
        return None if sealed is None else self._vault.open(self._transaction.reading, sealed.ref)

    def destroy_key(self, owner: str) -> None:
        """Erase an owner: key and texts are gone when this commits, on the disk as well."""
        self._keys.pop(owner, None)
        self._vault.destroy(self._transaction.writing, owner)
        self.has_erased = True

    def renew_key(self, owner: str) -> None:
        """Erase what was kept for an owner, and let later texts have a fresh key."""
        self._keys.pop(owner, None)
        self._vault.renew(self._transaction.writing, owner)
        self.has_erased = True

    def rotate_master_key(self) -> int:
        """Wrap every key under a new master key; what was wrapped by the old leaves the disk."""
        self.has_erased = True
        return self._vault.rotate(self._transaction.writing)

    def is_erased(self, owner: str) -> bool:
        """Say whether an owner was erased."""
        return self._vault.is_destroyed(self._transaction.reading, owner)

    def identify(self, *parts: str) -> UUID:
        """Give the id of what these parts say: always the same, and not to be guessed back."""
        return self._vault.identify(*parts)

    def digest(self, content: bytes) -> bytes:
        """Give a keyed digest: equal contents can be recognised, contents cannot be guessed."""
        return self._vault.digest(content)
