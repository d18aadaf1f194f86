"""Planted texts are found in no file of the data folder, neither while they live nor after.

The search itself is shown to work: what stands in the clear is found, before and after.
"""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.errors import Fault
from chassis.store.tables import vault_items, vault_keys
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.session import Session
from chassis.vault import DIGEST_OWNER
from tests.counters.counter import Count, CounterCounted, Open
from tests.counters.services import Counters
from tests.harness.service import START

PERSON = "subject-7"
PLANTED = ("张三丰", "13800138000", "槐安路 7 号院 3 单元，夜里施工，噪音太大")


def files_holding(folder: Path, needle: bytes) -> set[str]:
    """Name the files under a folder in which some bytes stand."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in paths if needle in path.read_bytes()}


def found(folder: Path, *needles: str | bytes) -> set[str]:
    spellings = [
        spelling
        for needle in needles
        for spelling in (
            [needle]
            if isinstance(needle, bytes)
            else [needle.encode(), needle.encode("utf-16-le"), needle.encode("gb18030")]
        )
    ]
    return set().union(*(files_holding(folder, spelling) for spelling in spellings))


@pytest.fixture
def written(counters: Counters) -> Counters:
    """A counter that counted with notes about a person, one of them refused."""

    def count(session: Session) -> None:
        notes = [session.texts.seal(text, PERSON) for text in PLANTED]
        session.execute(Count(START, note=notes[-1]), "counter-1")

    def count_again(session: Session) -> None:
        session.texts.seal(PLANTED[0], PERSON)
        session.execute(Count(START), "counter-1")

    body = "".join(PLANTED).encode()
    counters.given(counters.open("1"), counters.command(count, body=body))
    counters.do(counters.command(count_again, body=body))
    return counters


def keys_and_ciphertexts(counters: Counters) -> list[bytes]:
    with counters.service.store.reading() as connection:
        of_owners = select(vault_keys.c.wrapped).where(vault_keys.c.owner != DIGEST_OWNER)
        keys = list(connection.execute(of_owners).scalars())
        return keys + list(connection.execute(select(vault_items.c.ciphertext)).scalars())


def note_of(counters: Counters) -> UUID:
    lit = counters.events("counter-1")[-1]
    assert isinstance(lit, CounterCounted)
    assert lit.note is not None
    return lit.note.ref


def erase(counters: Counters) -> None:
    counters.given(counters.command(lambda session: session.texts.destroy_key(PERSON)))


def test_the_search_finds_what_stands_in_the_clear(written: Counters) -> None:
    assert found(written.folder, "counter-1") == {"counters.db-wal"}
    written.service.store.scrub()
    assert found(written.folder, "counter-1") == {"counters.db"}
    assert found(written.folder, *keys_and_ciphertexts(written)) == {"counters.db"}


def test_what_lives_is_found_nowhere(written: Counters) -> None:
    assert found(written.folder, *PLANTED) == set()
    written.service.store.scrub()
    assert found(written.folder, *PLANTED) == set()


def test_after_an_erasure_not_even_the_ciphertext_is_left(written: Counters) -> None:
    secrets = keys_and_ciphertexts(written)
    assert len(secrets) == 4
    ref = note_of(written)
    erase(written)
    written.service.store.scrub()
    assert found(written.folder, *PLANTED, *secrets) == set()
    with written.service.store.reading() as connection:
        assert written.service.vault.open(connection, ref) is None


def test_the_log_is_as_it_was_and_life_goes_on(written: Counters) -> None:
    before = written.recorded()
    erase(written)
    written.service.store.scrub()
    assert written.recorded() == before
    assert written.do(written.reset("1")) == [Done("counter-1", 3)]


def test_what_was_rolled_back_is_found_nowhere(counters: Counters) -> None:
    needle = b"rolled-back-" + b"r" * 64

    def claim_then_fail(session: Session) -> None:
        session.reply_with("counter-1")
        session.texts.seal(needle.decode(), PERSON)
        session.execute(Count(START), "counter-1")

    counters.do(counters.command(claim_then_fail), counters.open("2"))
    assert counters.log() == [("counter-2", 1, "counter_opened")]
    counters.service.store.scrub()
    assert found(counters.folder, needle) == set()


def test_a_scrub_that_a_reader_prevents_says_so(written: Counters) -> None:
    store = written.service.store
    with store.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    with store.reading() as reader:
        reader.execute(select(vault_keys)).all()
        erase(written)
        written.given(
            written.command(lambda session: session.execute(Open("9", "hall", START), "counter-9"))
        )
        with pytest.raises(Fault):
            store.scrub()
    store.scrub()
    assert (written.folder / "counters.db-wal").stat().st_size == 0
