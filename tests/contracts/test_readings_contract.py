"""Readings are noted, counted, listed and bounded the same on every store.

A new reading takes six statements more than the line in a table that 0.1.0 wrote for it: the
stream and the counter are read, the counter, the head, the event, the list and its cases written.
The same again within the hour writes nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.stores import STORES
from tests.contracts.test_statement_counts import counting
from tests.unit.chassis.test_noting import MODEL, OFFICER, STRANGER, Notes, about

NEW = {"sqlite": 10, "postgres": 9}
AGAIN = {"sqlite": 4, "postgres": 4}


@pytest.fixture(params=STORES)
def notes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notes]:
    at = "" if request.param == "sqlite" else request.getfixturevalue("postgres").ready().app
    opened = Notes(tmp_path, MODEL, database=at)
    yield opened
    opened.http.close()
    opened.close()


def test_they_are_noted_once_found_and_bounded(notes: Notes) -> None:
    statuses = [notes.read(number).status_code for number in (0, 1, 1, 2, 3, 3)]
    assert statuses == [200, 200, 200, 200, 403, 403]
    assert notes.read(1, STRANGER).status_code == 403
    found = notes.listed(case_no="261123000001")
    assert sorted(found) == [("p-1", about(1), None), ("p-2", about(1), "note_not_yours")]
    assert len(notes.listed(reader="p-1")) == 4
    (told,) = notes.attention()
    assert told.startswith("1 readers have used up the texts")


def test_how_many_statements_one_takes(notes: Notes) -> None:
    notes.read(0)
    store = "postgres" if notes.database else "sqlite"
    for expected in (NEW[store], AGAIN[store]):
        with counting(notes.service.store) as seen:
            assert notes.read(1, OFFICER).status_code == 200
        assert len(seen) == expected, seen
