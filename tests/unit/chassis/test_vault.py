"""The vault: what is sealed can be opened by its key alone, and never again once that is gone."""

import hashlib
import hmac
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import RFC_4122, UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, update

from chassis.key_files import load_master_key
from chassis.store.sqlite.store import SqliteStore
from chassis.store.tables import vault_items, vault_keys
from chassis.unit_of_work.session import Session
from chassis.vault import KeyDestroyed, Vault
from tests.counters.counter import Reset
from tests.counters.services import Counters
from tests.harness.service import START, refused_code

PERSON, CASE = "subject-7", "case-261123000001"
TEXT = "张三丰，手机 13800138000"
MASTER = b"m" * 32


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    store = SqliteStore(path)
    with store.writing() as connection:
        yield connection
    store.close()


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with opened(tmp_path / "vault.db") as transaction:
        yield transaction


@pytest.fixture
def vault() -> Vault:
    return Vault(MASTER)


def key_of(connection: Connection, owner: str) -> bytes | None:
    """Unwrap an owner's key by hand, as the master key wrapped it."""
    wrapped = connection.execute(
        select(vault_keys.c.wrapped).where(vault_keys.c.owner == owner)
    ).scalar_one_or_none()
    return wrapped and AESGCM(MASTER).decrypt(wrapped[:12], wrapped[12:], owner.encode())


class WhenATextIsSealed:
    def test_it_can_be_opened(self, vault: Vault, connection: Connection) -> None:
        ref = uuid4()
        vault.seal(connection, ref, TEXT, PERSON)
        assert vault.open(connection, ref) == TEXT

    def test_an_unknown_reference_opens_nothing(self, vault: Vault, connection: Connection) -> None:
        assert vault.open(connection, uuid4()) is None

    def test_the_same_text_never_looks_the_same(self, vault: Vault, connection: Connection) -> None:
        refs = [uuid4() for _ in range(3)]
        commitments = {vault.seal(connection, ref, TEXT, PERSON) for ref in refs}
        stored = set(connection.execute(select(vault_items.c.ciphertext)).scalars())
        assert len(commitments) == len(stored) == 3
        assert not any(TEXT.encode() in ciphertext for ciphertext in stored)

    def test_the_commitment_is_over_salt_and_text(
        self, vault: Vault, connection: Connection
    ) -> None:
        ref = UUID("0f0e0d0c-0b0a-4908-8706-050403020100")
        commitment = vault.seal(connection, ref, TEXT, PERSON)
        key = key_of(connection, PERSON)
        assert key is not None
        salt = hmac.digest(key, b"salt" + ref.bytes, "sha256")[:16]
        assert commitment == hashlib.sha256(salt + TEXT.encode()).hexdigest()
        assert commitment != hashlib.sha256(TEXT.encode()).hexdigest()

    def test_owners_have_keys_of_their_own(self, vault: Vault, connection: Connection) -> None:
        vault.seal(connection, uuid4(), TEXT, PERSON)
        vault.seal(connection, uuid4(), TEXT, CASE)
        vault.seal(connection, uuid4(), TEXT, CASE)
        assert len(set(connection.execute(select(vault_keys.c.wrapped)).scalars())) == 2
        assert key_of(connection, PERSON) != key_of(connection, CASE)

    def test_a_text_moved_to_another_reference_does_not_open(
        self, vault: Vault, connection: Connection
    ) -> None:
        first, second = uuid4(), uuid4()
        vault.seal(connection, first, "solved", PERSON)
        vault.seal(connection, second, "not solved", PERSON)
        stolen = connection.execute(
            select(vault_items.c.ciphertext).where(vault_items.c.ref == str(first))
        ).scalar_one()
        swap = update(vault_items).where(vault_items.c.ref == str(second))
        connection.execute(swap.values(ciphertext=stolen))
        with pytest.raises(InvalidTag):
            vault.open(connection, second)

    def test_a_key_moved_to_another_owner_does_not_open(
        self, vault: Vault, connection: Connection
    ) -> None:
        ref = uuid4()
        vault.seal(connection, ref, TEXT, PERSON)
        connection.execute(update(vault_items).values(owner=CASE))
        connection.execute(update(vault_keys).values(owner=CASE))
        with pytest.raises(InvalidTag):
            vault.open(connection, ref)


class WhenAnOwnerIsDestroyed:
    def test_its_texts_are_gone_and_others_stay(self, vault: Vault, connection: Connection) -> None:
        refs = [uuid4(), uuid4(), uuid4()]
        for ref, owner in zip(refs, (PERSON, PERSON, CASE), strict=True):
            vault.seal(connection, ref, TEXT, owner)
        assert not vault.is_destroyed(connection, PERSON)
        vault.destroy(connection, PERSON)
        assert vault.is_destroyed(connection, PERSON)
        assert [vault.open(connection, ref) for ref in refs] == [None, None, TEXT]

    def test_a_late_text_goes_to_the_next_owner(self, vault: Vault, connection: Connection) -> None:
        vault.destroy(connection, PERSON)
        ref = uuid4()
        vault.seal(connection, ref, TEXT, PERSON, CASE)
        owner = connection.execute(select(vault_items.c.owner)).scalar_one()
        assert owner == CASE
        assert vault.open(connection, ref) == TEXT

    def test_the_first_owner_is_preferred(self, vault: Vault, connection: Connection) -> None:
        vault.seal(connection, uuid4(), TEXT, PERSON, CASE)
        assert connection.execute(select(vault_items.c.owner)).scalar_one() == PERSON
        assert key_of(connection, CASE) is None

    @pytest.mark.parametrize("known_before", [True, False])
    def test_it_never_gets_a_key_again(
        self, vault: Vault, connection: Connection, *, known_before: bool
    ) -> None:
        if known_before:
            vault.seal(connection, uuid4(), TEXT, PERSON)
        vault.destroy(connection, PERSON)
        vault.destroy(connection, PERSON)
        for _ in range(2):
            with pytest.raises(KeyDestroyed):
                vault.seal(connection, uuid4(), TEXT, PERSON)
        assert vault.is_destroyed(connection, PERSON)
        assert connection.execute(select(vault_items)).all() == []

    def test_an_item_that_came_back_from_a_backup_stays_shut(
        self, vault: Vault, connection: Connection
    ) -> None:
        ref = uuid4()
        vault.seal(connection, ref, TEXT, PERSON)
        row = connection.execute(select(vault_items)).mappings().one()
        vault.destroy(connection, PERSON)
        connection.execute(vault_items.insert().values(**row))
        assert vault.open(connection, ref) is None


class WhenTheMasterKeyIsAnother:
    def test_nothing_opens(self, vault: Vault, connection: Connection) -> None:
        ref = uuid4()
        vault.seal(connection, ref, TEXT, PERSON)
        with pytest.raises(InvalidTag):
            Vault(b"x" * 32).open(connection, ref)

    def test_digests_differ(self, vault: Vault) -> None:
        assert vault.digest(b"body") == Vault(MASTER).digest(b"body")
        assert vault.digest(b"body") != Vault(b"x" * 32).digest(b"body")
        assert vault.digest(b"body") != hashlib.sha256(b"body").digest()


class WhenAnOwnerIsRenewed:
    def test_the_texts_are_gone_with_key_and_salt(
        self, vault: Vault, connection: Connection
    ) -> None:
        ref = uuid4()
        vault.seal(connection, ref, TEXT, CASE)
        before = key_of(connection, CASE)
        vault.renew(connection, CASE)
        assert vault.open(connection, ref) is None
        assert connection.execute(select(vault_items)).all() == []
        vault.seal(connection, uuid4(), TEXT, CASE)
        assert key_of(connection, CASE) not in {None, before}

    def test_later_texts_can_be_sealed(self, vault: Vault, connection: Connection) -> None:
        vault.renew(connection, CASE)
        ref = uuid4()
        vault.seal(connection, ref, "later", CASE)
        vault.renew(connection, PERSON)
        assert vault.open(connection, ref) == "later", "another owner was renewed"

    def test_a_destroyed_one_stays_destroyed(self, vault: Vault, connection: Connection) -> None:
        vault.destroy(connection, PERSON)
        vault.renew(connection, PERSON)
        assert vault.is_destroyed(connection, PERSON)
        with pytest.raises(KeyDestroyed):
            vault.seal(connection, uuid4(), TEXT, PERSON)

    def test_the_bytes_leave_the_disk_as_after_an_erasure(self, counters: Counters) -> None:
        seen: list[bool] = []

        def renew(session: Session) -> None:
            session.texts.seal(TEXT, CASE)
            seen.append(session.texts.has_erased)
            session.texts.renew_key(CASE)
            seen.append(session.texts.has_erased)

        counters.given(counters.command(renew))
        assert seen == [False, True]
        assert counters.rows(vault_items) == []


class WhenAnIdIsMade:
    def test_it_is_the_same_for_the_same_words(self, vault: Vault) -> None:
        assert vault.identify("a", "b") == Vault(MASTER).identify("a", "b")

    def test_nobody_computes_it_without_the_key(self, vault: Vault) -> None:
        assert vault.identify("a", "b") != Vault(b"x" * 32).identify("a", "b")

    def test_it_is_no_digest_of_a_content(self, vault: Vault) -> None:
        raw = vault.identify("a").bytes
        assert raw[:6] != vault.digest(b'["a"]')[:6]
        assert raw[0] == vault.digest(b'["identity", "a"]')[0], "the prefix keeps the two apart"

    @given(one=st.lists(st.text()), other=st.lists(st.text()))
    def test_other_words_or_other_bounds_give_another(
        self, one: list[str], other: list[str]
    ) -> None:
        vault = Vault(MASTER)
        assert (vault.identify(*one) == vault.identify(*other)) == (one == other)

    def test_it_is_a_uuid_of_version_8(self, vault: Vault) -> None:
        assert (vault.identify("a").version, vault.identify("a").variant) == (8, RFC_4122)


class WhenTheMasterKeyIsLoaded:
    def test_it_is_made_once_and_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "keys" / "counters.key"
        key = load_master_key(path)
        assert len(key) == 32
        assert load_master_key(path) == key
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_a_short_one_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "counters.key"
        path.write_bytes(b"short")
        with pytest.raises(ValueError, match=r"counters\.key does not hold a key of 32 bytes"):
            load_master_key(path)

    def test_two_services_do_not_share_one(self, tmp_path: Path) -> None:
        assert load_master_key(tmp_path / "a.key") != load_master_key(tmp_path / "b.key")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back_as_it_was(vault: Vault, connection: Connection, text: str) -> None:
    ref = uuid4()
    vault.seal(connection, ref, text, PERSON)
    assert vault.open(connection, ref) == text


def test_a_refused_command_does_not_spend_its_references(counters: Counters) -> None:
    refs: list[UUID] = []

    def seal_in_vain(session: Session) -> None:
        refs.append(session.texts.seal(TEXT, PERSON).ref)
        session.execute(Reset(START), "counter-1")

    vain = counters.command(seal_in_vain, key="a")
    assert [refused_code(counters.do(vain)[0]) for _ in range(2)] == ["counter_unknown"] * 2
    assert len(set(refs)) == 1
    assert counters.rows(vault_items) == []
