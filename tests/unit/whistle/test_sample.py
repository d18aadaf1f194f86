"""The shipped sample: invented, complete in its branches, and fitting the shipped catalogue."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import whistle.export
from contracts.catalogue import CatalogueVersion, FileCatalogue
from whistle.export import FIELDS, KINDS, Complaint, Row, load_mapping, read_export

SAMPLE = Path(whistle.export.__file__).parents[1] / "sample"
EXPORT = SAMPLE / "complaints.csv"


@pytest.fixture(scope="module")
def complaints() -> list[Complaint]:
    found = list(read_export(EXPORT, load_mapping(SAMPLE / "mapping.toml")))
    rows = [row for row in found if isinstance(row, Row)]
    assert len(rows) == len(found), "the sample has rejects"
    return [row.complaint for row in rows]


@pytest.fixture(scope="module")
def catalogue() -> CatalogueVersion:
    return FileCatalogue().at("2026-01-01")


def test_it_is_small_and_every_number_is_its_own(complaints: list[Complaint]) -> None:
    assert 60 <= len(complaints) <= 75
    assert len({complaint.external_no for complaint in complaints}) == len(complaints)


def test_its_headers_are_usual_ones(complaints: list[Complaint]) -> None:
    found = [row.complaint for row in read_export(EXPORT) if isinstance(row, Row)]
    assert found == complaints


def test_its_streets_are_in_the_catalogue(
    complaints: list[Complaint], catalogue: CatalogueVersion
) -> None:
    codes = {street.code for street in catalogue.streets()}
    names = {street.name_zh for street in catalogue.streets()}
    written = {complaint.street for complaint in complaints} - {None}
    assert written <= codes | names
    assert written & codes
    assert names <= written


def test_its_matters_are_in_the_catalogue(
    complaints: list[Complaint], catalogue: CatalogueVersion
) -> None:
    codes = {matter.code for matter in catalogue.matters()}
    names = {matter.minor for matter in catalogue.matters()}
    written = {complaint.matter for complaint in complaints} - {None}
    assert written <= codes | names
    assert written & codes
    assert len(written & names) >= 40


def test_its_people_are_invented(complaints: list[Complaint]) -> None:
    phones = {complaint.reporter_phone for complaint in complaints} - {None}
    assert [phone for phone in phones if not re.fullmatch("199 ?0000 ?[0-9]{4}", phone or "")] == []


def test_its_times_lie_in_the_autumn_of_2026_in_both_writings(complaints: list[Complaint]) -> None:
    times = [complaint.received_at for complaint in complaints if complaint.received_at]
    assert len(times) == len(complaints)
    assert min(times) >= datetime(2026, 8, 31, 16, tzinfo=UTC)
    assert max(times) < datetime(2026, 11, 22, 16, tzinfo=UTC)
    written = EXPORT.read_text(encoding="utf-8")
    assert re.search(r",2026/9/\d", written)
    assert re.search(r",2026-09-\d\d", written)


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "confidential"])
def test_it_fills_every_field_and_leaves_the_optional_ones_out(
    complaints: list[Complaint], name: str
) -> None:
    filled = [getattr(complaint, name) for complaint in complaints if getattr(complaint, name)]
    always = {"external_no", "received_at", "text", "channel", "kind"}
    assert filled
    assert (len(filled) == len(complaints)) == (name in always)


def test_it_holds_every_branch_of_intake(complaints: list[Complaint]) -> None:
    kinds = {complaint.kind for complaint in complaints}
    assert kinds == set(KINDS)
    assert sum(complaint.confidential for complaint in complaints) >= 3
    assert sum(len(complaint.text) > 500 for complaint in complaints) >= 4
    storm = [c for c in complaints if c.received_at and f"{c.received_at:%d%H%M}" == "021303"]
    assert len(storm) >= 5
    collapsed = [c for c in complaints if c.external_no.startswith("SL-260910")]
    assert len(collapsed) == 3
    callers = [complaint.reporter_phone for complaint in complaints]
    assert callers.count("19900000037") == 3
