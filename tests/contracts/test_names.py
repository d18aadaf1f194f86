"""Names that several streams have, and digests that are forgotten: alike on each database."""

from pathlib import Path

import pytest
from sqlalchemy import select

from chassis.store.rows import add
from chassis.store.tables import claims, commands
from chassis.unit_of_work.names import Claim, Names
from chassis.unit_of_work.transaction import Transaction
from tests.contracts.stores import STORES, Substrate, substrate_on

MINE, OTHERS = "subject-1", "subject-2"


@pytest.fixture(params=STORES)
def substrate(request: pytest.FixtureRequest, tmp_path: Path) -> Substrate:
    return substrate_on(request.param, request, tmp_path)


def test_a_name_may_be_that_of_several_streams(substrate: Substrate) -> None:
    store = substrate.open()
    with store.writing() as connection:
        names = Names(Transaction(connection))
        for stream in (OTHERS, MINE, MINE):
            names.tag("phone", "digest", stream)
        names.tag("phone", "another", MINE)
        assert names.tagged("phone", "digest") == [MINE, OTHERS]
        assert names.tagged("fax", "digest") == []
        names.untag(MINE)
        assert names.tagged("phone", "digest") == [OTHERS]
        assert names.tagged("phone", "another") == []
    store.close()


def test_what_was_asked_of_a_stream_is_forgotten_and_nothing_else(substrate: Substrate) -> None:
    store = substrate.open()
    with store.writing() as connection:
        names = Names(Transaction(connection))
        for stream in (MINE, OTHERS):
            names.claim("number", stream, Claim(stream, b"digest"))
            row = {"command_id": stream, "digest": b"digest", "stream": stream, "version": 1}
            add(connection, commands, [{**row, "first_position": 1, "last_position": 1}])
        names.forget(MINE, "subject-3")
        assert names.claimed("number", MINE) == Claim(MINE, b"")
        assert names.claimed("number", OTHERS) == Claim(OTHERS, b"digest")
        for table in (claims, commands):
            found = select(table.c.stream, table.c.digest).order_by(table.c.stream)
            rows = [tuple(row) for row in connection.execute(found)]
            assert rows == [(MINE, b""), (OTHERS, b"digest")]
    store.close()
