"""A master key is made beside an empty vault alone, fits its database, and can be rotated."""

import hmac
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update

from chassis.ciphers import cipher_named
from chassis.key_files import KeyFile, KeyRefused
from chassis.store.opening import open_store
from chassis.store.port import Store
from chassis.store.tables import operator_log, vault_items, vault_keys
from chassis.vault import Vault, fits, open_vault
from tests.counters.services import Counters

PERSON, TEXT = "subject-7", "张三丰，手机 13800138000"
MASTER = b"m" * 32


class Died(Exception):
    """The process died here."""


@dataclass
class Place:
    """A service's database and its key file."""

    store: Store
    key_file: KeyFile

    def opened(self, cipher: str = "aes") -> Vault:
        """Start, as a service does."""
        return open_vault(self.store, self.key_file, cipher)

    def sealed(self, vault: Vault, owner: str = PERSON) -> UUID:
        """Keep the text for somebody."""
        ref = uuid4()
        with self.store.writing() as connection:
            vault.seal(connection, ref, TEXT, owner)
        return ref

    def text(self, vault: Vault, ref: UUID) -> str | None:
        """Read a text."""
        with self.store.reading() as connection:
            return vault.open(connection, ref)

    def rotated(self, vault: Vault) -> int:
        """Rotate and commit; the files are not put in order yet."""
        with self.store.writing() as connection:
            return vault.rotate(connection)

    def settled(self, vault: Vault) -> None:
        """Put the files in order."""
        with self.store.writing() as connection:
            vault.settle(connection)

    def files(self) -> set[str]:
        """Give the names of the key files."""
        return {path.name for path in self.key_file.path.parent.iterdir()}

    def fit(self) -> str:
        """Say whether the key fits."""
        with self.store.reading() as connection:
            return fits(connection, self.key_file)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place on either database that was never started."""
    is_sqlite = request.param == "sqlite"
    address = "" if is_sqlite else request.getfixturevalue("postgres").ready().app
    store = open_store("counters", tmp_path, address)
    yield Place(store, KeyFile(tmp_path / "keys" / "counters.key"))
    store.close()


class WhenAServiceStarts:
    def test_a_key_is_made_beside_an_empty_vault(self, place: Place) -> None:
        assert place.fit() == "new"
        place.opened()
        assert place.files() == {"counters.key"}
        assert place.fit() == "fits"

    def test_a_missing_key_is_not_replaced_where_texts_are(self, place: Place) -> None:
        vault = place.opened()
        ref = place.sealed(vault)
        kept = place.key_file.path.rename(place.key_file.path.with_name("backup"))
        with pytest.raises(KeyRefused, match=r"counters\.key is missing.*backup of keys/"):
            place.opened()
        assert place.files() == {"backup"}
        assert place.fit() == "missing"
        kept.rename(place.key_file.path)
        assert place.text(place.opened(), ref) == TEXT

    def test_a_missing_key_is_not_replaced_beside_a_vault_of_before(self, place: Place) -> None:
        place.sealed(Vault(MASTER))
        with pytest.raises(KeyRefused, match="is missing"):
            place.opened()

    def test_a_wrong_key_is_refused_and_the_right_one_opens(self, place: Place) -> None:
        ref = place.sealed(place.opened())
        right = place.key_file.path.read_bytes()
        place.key_file.path.write_bytes(os.urandom(32))
        with pytest.raises(KeyRefused, match="is not the key that this service's texts"):
            place.opened()
        assert place.fit() == "wrong"
        place.key_file.path.write_bytes(right)
        assert place.text(place.opened(), ref) == TEXT

    def test_a_wrong_key_is_refused_beside_a_vault_of_before(self, place: Place) -> None:
        place.sealed(Vault(MASTER))
        place.key_file.path.parent.mkdir()
        place.key_file.path.write_bytes(b"x" * 32)
        with pytest.raises(KeyRefused, match="is not the key"):
            place.opened()
        place.key_file.path.write_bytes(MASTER)
        place.opened()

    def test_half_a_key_is_refused(self, place: Place) -> None:
        place.key_file.path.parent.mkdir()
        place.key_file.path.write_bytes(b"half")
        with pytest.raises(KeyRefused, match="does not hold a key of 32 bytes"):
            place.opened()
        assert place.key_file.path.read_bytes() == b"half"

    def test_the_digest_key_begins_with_the_value_it_had(self, place: Place) -> None:
        vault = place.opened()
        master = place.key_file.path.read_bytes()
        before = hmac.digest(hmac.digest(master, b"digest", "sha256"), b"x", "sha256")
        assert vault.digest(b"x") == place.opened().digest(b"x") == before


class WhenTheMasterKeyIsRotated:
    def test_texts_stay_readable_and_digests_stay(self, place: Place) -> None:
        vault = place.opened()
        ref, digest, old = place.sealed(vault), vault.digest(b"x"), place.key_file.path.read_bytes()
        assert place.rotated(vault) == 2
        place.settled(vault)
        assert place.key_file.path.read_bytes() != old
        assert place.files() == {"counters.key"}
        for one in (vault, place.opened()):
            assert place.text(one, ref) == TEXT
            assert one.digest(b"x") == digest
            assert place.text(one, place.sealed(one, "case-1")) == TEXT

    def test_the_old_key_opens_nothing_any_more(self, place: Place) -> None:
        vault = place.opened()
        place.sealed(vault)
        old = place.key_file.path.read_bytes()
        assert self._opened_by(place, old) == 2  # the control: before, it opens everything
        place.rotated(vault)
        place.settled(vault)
        place.sealed(vault, "case-made-later")
        assert self._opened_by(place, old) == 0
        assert self._opened_by(place, place.key_file.path.read_bytes()) == 3

    def _opened_by(self, place: Place, master: bytes) -> int:
        found = 0
        with place.store.reading() as connection:
            for row in connection.execute(select(vault_keys)).all():
                try:
                    cipher_named(row.cipher).open(master, row.wrapped, row.owner.encode())
                except InvalidTag:
                    continue
                found += 1
        return found

    def test_an_erased_person_stays_erased(self, place: Place) -> None:
        vault = place.opened()
        ref = place.sealed(vault)
        with place.store.writing() as connection:
            vault.destroy(connection, PERSON)
        place.rotated(vault)
        with place.store.reading() as connection:
            assert vault.is_destroyed(connection, PERSON)
        assert place.text(vault, ref) is None

    def test_a_crash_before_the_commit_leaves_the_old_key(self, place: Place) -> None:
        vault = place.opened()
        ref, old = place.sealed(vault), place.key_file.path.read_bytes()
        with suppress(Died), place.store.writing() as connection:
            vault.rotate(connection)
            raise Died
        assert place.files() == {"counters.key", "counters.key.new"}
        later = place.sealed(vault, "case-1")  # the process itself may go on, too
        again = place.opened()
        assert [place.text(again, one) for one in (ref, later)] == [TEXT, TEXT]
        assert place.key_file.path.read_bytes() == old
        assert place.files() == {"counters.key"}

    def test_a_crash_after_the_commit_leaves_the_new_key(self, place: Place) -> None:
        vault = place.opened()
        ref = place.sealed(vault)
        place.rotated(vault)
        new = place.key_file.new.read_bytes()
        again = place.opened()
        assert place.text(again, ref) == TEXT
        assert place.key_file.path.read_bytes() == new
        assert place.files() == {"counters.key"}

    def test_a_half_written_new_key_is_in_nobodys_way(self, place: Place) -> None:
        ref = place.sealed(place.opened())
        place.key_file.new.write_bytes(b"half")
        assert place.text(place.opened(), ref) == TEXT
        assert place.files() == {"counters.key"}

    def test_it_may_be_rotated_again_before_the_files_are_in_order(self, place: Place) -> None:
        vault = place.opened()
        ref = place.sealed(vault)
        for _ in range(3):
            place.rotated(vault)
        assert place.text(place.opened(), ref) == TEXT

    def test_a_reader_that_began_before_reads_on(self, place: Place) -> None:
        vault = place.opened()
        ref = place.sealed(vault)
        with place.store.reading() as connection:
            connection.execute(select(vault_items)).all()
            place.rotated(vault)
            place.settled(vault)
            assert vault.open(connection, ref) == TEXT

    def test_another_process_with_the_same_file_goes_on(self, place: Place) -> None:
        vault, other = place.opened(), place.opened()
        ref = place.sealed(vault)
        place.rotated(vault)
        place.settled(vault)
        assert place.text(other, ref) == TEXT
        assert place.text(place.opened(), place.sealed(other, "case-1")) == TEXT


class WhenAnotherCipherIsChosen:
    def test_what_is_sealed_with_sm4_is_opened(self) -> None:
        sealed = cipher_named("sm4").seal(b"k" * 32, b"n" * 12, b"plain", b"ref")
        assert cipher_named("sm4").open(b"k" * 32, sealed, b"ref") == b"plain"
        assert b"plain" not in sealed

    def test_old_and_new_texts_are_both_read(self, place: Place) -> None:
        old = place.sealed(place.opened())
        sm4 = place.opened("sm4")
        new, other = place.sealed(sm4), place.sealed(sm4, "case-1")
        for cipher in ("aes", "sm4"):
            vault = place.opened(cipher)
            assert {place.text(vault, ref) for ref in (old, new, other)} == {TEXT}

    def test_a_row_says_which_and_the_mark_is_needed(self, place: Place) -> None:
        vault = place.opened("sm4")
        ref = place.sealed(vault)
        with place.store.writing() as connection:
            assert connection.execute(select(vault_items.c.cipher)).scalar_one() == "sm4"
            connection.execute(update(vault_items).values(cipher=None))
        with pytest.raises(InvalidTag):
            place.text(vault, ref)

    def test_rotating_moves_every_wrapped_key_to_it(self, place: Place) -> None:
        place.sealed(place.opened())
        place.rotated(place.opened("sm4"))
        with place.store.reading() as connection:
            marks = connection.execute(select(vault_keys.c.cipher)).scalars()
            assert set(marks) == {"sm4"}


def test_an_operator_rotates_it_while_the_service_runs(counters: Counters) -> None:
    key_file, vault = KeyFile(counters.folder / "keys" / "counters.key"), counters.service.vault
    old = key_file.path.read_bytes()
    client = counters.client([])
    path, body = "/counters/v1/keys/rotate", {"reason": "每年更换"}
    assert client.tell("auditor.office.a-1", path, body, "k").status_code == 403
    assert key_file.path.read_bytes() == old
    for _ in range(2):  # the second is a repeat
        assert client.tell("operator.system.p-op", path, body, "k").status_code == 200
    client.close()
    assert key_file.path.read_bytes() != old
    assert [path.name for path in key_file.path.parent.iterdir()] == ["counters.key"]
    (noted,) = counters.rows(operator_log)
    assert noted[1:3] == ("rotate", "keys/counters")
    with counters.service.store.reading() as connection:
        assert vault.open(connection, UUID(noted[3])) == "每年更换"
