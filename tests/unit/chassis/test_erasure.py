"""Planted texts are found in no file of the data folder, neither while they live nor after.

The search itself is shown to work: what stands in the clear is found, before and after.
"""

from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.errors import Fault
from chassis.store.sqlite.store import SqliteStore
from chassis.store.tables import vault_items, vault_keys
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.unit_of_work import Done
from tests.house import House
from tests.lamps import START, HangLamp, LampLit, LightLamp

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
def written(house: House) -> House:
    """A house whose lamp was lit with notes about a person, one of them refused."""

    def light(session: Session) -> None:
        notes = [session.seal(text, PERSON) for text in PLANTED]
        session.execute(LightLamp(START, note=notes[-1]), "lamp-1")

    def light_again(session: Session) -> None:
        session.seal(PLANTED[0], PERSON)
        session.execute(LightLamp(START), "lamp-1")

    body = "".join(PLANTED).encode()
    house.given(house.hang("1"), house.work(light, body=body))
    house.do(house.work(light_again, body=body))
    return house


def keys_and_ciphertexts(house: House) -> list[bytes]:
    with house.service.store.reading() as connection:
        keys = list(connection.execute(select(vault_keys.c.wrapped)).scalars())
        return keys + list(connection.execute(select(vault_items.c.ciphertext)).scalars())


def note_of(house: House) -> UUID:
    lit = house.events("lamp-1")[-1]
    assert isinstance(lit, LampLit)
    assert lit.note is not None
    return lit.note.ref


def erase(house: House) -> None:
    house.given(house.work(lambda session: session.vault.destroy(session.connection, PERSON)))


def test_the_search_finds_what_stands_in_the_clear(written: House) -> None:
    assert found(written.folder, "lamp-1") == {"lamps.db-wal"}
    written.service.store.scrub()
    assert found(written.folder, "lamp-1") == {"lamps.db"}
    assert found(written.folder, *keys_and_ciphertexts(written)) == {"lamps.db"}


def test_what_lives_is_found_nowhere(written: House) -> None:
    assert found(written.folder, *PLANTED) == set()
    written.service.store.scrub()
    assert found(written.folder, *PLANTED) == set()


def test_after_an_erasure_not_even_the_ciphertext_is_left(written: House) -> None:
    secrets = keys_and_ciphertexts(written)
    assert len(secrets) == 4
    ref = note_of(written)
    erase(written)
    written.service.store.scrub()
    assert found(written.folder, *PLANTED, *secrets) == set()
    with written.service.store.reading() as connection:
        assert written.service.vault.open(connection, ref) is None


def test_the_log_is_as_it_was_and_life_goes_on(written: House) -> None:
    before = written.recorded()
    erase(written)
    written.service.store.scrub()
    assert written.recorded() == before
    assert written.do(written.dim("1")) == [Done("lamp-1", 3)]


def test_what_was_rolled_back_is_found_nowhere(house: House) -> None:
    needle = b"rolled-back-" + b"r" * 64

    def claim_then_fail(session: Session) -> None:
        session.reply_with("lamp-1")
        session.seal(needle.decode(), PERSON)
        session.execute(LightLamp(START), "lamp-1")

    house.do(house.work(claim_then_fail), house.hang("2"))
    assert house.log() == [("lamp-2", 1, "lamp_hung")]
    house.service.store.scrub()
    assert found(house.folder, needle) == set()


def test_a_scrub_that_a_reader_prevents_says_so(written: House) -> None:
    store = cast("SqliteStore", written.service.store)
    with store._writer.connect() as connection:
        connection.connection.cursor().execute("PRAGMA busy_timeout=50")
    with store.reading() as reader:
        reader.execute(select(vault_keys)).all()
        erase(written)
        written.given(
            written.work(lambda session: session.execute(HangLamp("hall", START), "lamp-9"))
        )
        with pytest.raises(Fault):
            store.scrub()
    store.scrub()
    assert (written.folder / "lamps.db-wal").stat().st_size == 0
