"""Every version that is shipped fits together, and a faulty one stops the start with its place."""

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from contracts.calendar import Limit
from contracts.catalogue import (
    STREET,
    Catalogue,
    CatalogueVersion,
    FileCatalogue,
    InvalidCatalogue,
    UnknownInCatalogue,
    UnknownLimit,
    UnknownMatter,
    UnknownStreet,
    UnknownUnit,
    UnknownVersion,
    open_catalogue,
)
from contracts.catalogue.files import PACKAGED

CATALOGUE = FileCatalogue()
VERSIONS = [CATALOGUE.at(version) for version in CATALOGUE.versions()]
FIRST = CATALOGUE.at("2026-01-01")
CITY = CATALOGUE.at("2026-09-01")
UTILITIES = {"water-company", "power-company", "gas-company", "heating-company"}

every_version = pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.version)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a folder with a copy of the first version, to be spoilt."""
    shutil.copytree(PACKAGED / "2026-01-01", tmp_path / "2026-01-01")
    return tmp_path


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def add_version(folder: Path, version: str) -> None:
    shutil.copytree(folder / "2026-01-01", folder / version)
    header = json.loads((folder / version / "version.json").read_text(encoding="utf-8"))
    header |= {"version": version, "effective_from": version}
    (folder / version / "version.json").write_text(json.dumps(header), encoding="utf-8")


class TestEveryVersion:
    @every_version
    def test_names_only_units_that_exist(self, version: CatalogueVersion) -> None:
        for matter in version.matters():
            for code in {matter.lead, *matter.assisting} - {STREET}:
                assert version.unit(code)

    @every_version
    def test_lets_no_community_lead(self, version: CatalogueVersion) -> None:
        leads = {matter.lead for matter in version.matters()} - {STREET}
        assert not {"community", "property"} & {version.unit(code).kind for code in leads}
        assisting = {code for matter in version.matters() for code in matter.assisting}
        assert {"property-services", "residents-committee"} <= assisting

    @every_version
    def test_has_each_code_once(self, version: CatalogueVersion) -> None:
        for codes in (
            [unit.code for unit in version.units()],
            [street.code for street in version.streets()],
            [matter.code for matter in version.matters()],
        ):
            assert [code for code, times in Counter(codes).items() if times > 1] == []

    @every_version
    def test_says_where_each_row_comes_from(self, version: CatalogueVersion) -> None:
        folder = PACKAGED / version.version
        for name in ("units.csv", "streets.csv", "matters.csv", "limits.csv"):
            with (folder / name).open(encoding="utf-8", newline="") as file:
                assert all(row["source"].strip() for row in csv.DictReader(file)), name
        assert version.calendar.source
        assert version.scoring.source

    @every_version
    def test_finds_the_limit_of_each_matter_by_its_rule(self, version: CatalogueVersion) -> None:
        for matter in version.matters():
            assert version.limit(matter.rule) is matter.limit
            assert matter.limit.amount >= 1

    @every_version
    @pytest.mark.parametrize("urgency", ["normal", "urgent", "critical"])
    def test_limits_signing_for_each_urgency(self, version: CatalogueVersion, urgency: str) -> None:
        assert version.limit(f"case.sign.{urgency}")

    @every_version
    @pytest.mark.parametrize("kind", ["emergency", "enforcement", "daily", "key"])
    @pytest.mark.parametrize("milestone", ["acknowledge", "report"])
    def test_limits_each_kind_of_whistle(
        self, version: CatalogueVersion, kind: str, milestone: str
    ) -> None:
        assert version.limit(f"whistle.{kind}.{milestone}")

    @every_version
    def test_lets_water_power_gas_and_heat_work_around_the_clock(
        self, version: CatalogueVersion
    ) -> None:
        for matter in version.matters():
            assert matter.around_the_clock is (matter.lead in UTILITIES), matter.code

    @every_version
    def test_has_words_of_one_meaning(self, version: CatalogueVersion) -> None:
        words = Counter(word for matter in version.matters() for word in matter.words)
        assert [word for word, times in words.items() if times > 1] == []

    @every_version
    def test_has_every_unit_but_the_city_in_a_district(self, version: CatalogueVersion) -> None:
        for unit in version.units():
            if unit.kind != "city":
                assert version.district_of(unit.code).kind == "district"
        for street in version.streets():
            unit = version.unit(street.code)
            above = version.district_of(street.code).code
            assert (unit.kind, unit.parent, unit.name_zh) == ("street", above, street.name_zh)


class TestTheCityOfTwoDistricts:
    def test_has_two_districts_with_an_operations_centre_each(self) -> None:
        districts = [unit.code for unit in CITY.units() if unit.kind == "district"]
        assert districts == ["district", "district-east"]
        centres = [unit.parent for unit in CITY.units() if unit.kind == "centre"]
        assert centres == districts
        assert {CITY.unit(code).parent for code in districts} == {"city"}

    def test_has_a_community_in_every_street(self) -> None:
        streets = {unit.parent for unit in CITY.units() if unit.kind == "community"}
        assert {street.code for street in CITY.streets()} <= streets

    def test_finds_who_does_the_work_in_a_street(self) -> None:
        assert CITY.responsible(STREET, "street-clear-moon").code == "street-clear-moon"
        east = CITY.responsible("urban-enforcement", "street-clear-moon")
        assert east.code == "east-urban-enforcement"
        assert CITY.district_of(east.code).code == "district-east"
        named = CITY.responsible("urban-enforcement", "street-locust-peace")
        assert named.code == "urban-enforcement"
        # a company without a counterpart serves both districts
        assert CITY.responsible("gas-company", "street-clear-moon").code == "gas-company"
        # the community of the place stands for the community that the list names
        community = CITY.responsible("residents-committee", "street-clear-moon")
        assert (community.kind, community.parent) == ("community", "street-clear-moon")
        # which of several property companies it is, nobody guesses
        property_company = CITY.responsible("property-services", "street-clear-moon")
        assert property_company.code == "property-services"

    def test_has_those_on_duty_around_the_clock(self) -> None:
        nonstop = {unit.code for unit in CITY.units() if unit.around_the_clock}
        assert UTILITIES | {"public-security", "fire-rescue", "east-public-security"} <= nonstop
        assert "urban-management" not in nonstop
        assert not any(unit.around_the_clock for unit in FIRST.units())

    def test_has_staged_limits_where_a_building_is_unlawful(self) -> None:
        stages = [(stage.code, stage.limit) for stage in CITY.stages_of("200101")]
        assert stages == [
            ("stop", Limit(amount=4, unit="work_hour")),
            ("punish", Limit(amount=7, unit="workday")),
            ("demolish", Limit(amount=20, unit="workday")),
        ]
        assert CITY.stages_of("200510") == FIRST.stages_of("200101") == ()

    def test_admits_what_the_district_allowed_from_that_day_on(self) -> None:
        assert CITY.is_admitted("200505", date(2026, 8, 20))
        assert not CITY.is_admitted("200505", date(2026, 8, 19))
        assert not CITY.is_admitted("200510", date(2026, 11, 23))

    def test_knows_the_duties_of_streets(self) -> None:
        duties = Counter(matter.duty for matter in CITY.matters())
        assert duties["taken_back"] == 5
        assert all(matter.lead != STREET for matter in CITY.matters() if matter.duty != "basic")

    def test_has_policies_of_its_own_and_the_first_version_our_defaults(self) -> None:
        assert "山东省政务服务热线管理办法" in CITY.policies.source
        assert CITY.policies.model_dump(exclude={"source"}) == FIRST.policies.model_dump(
            exclude={"source"}
        )


class TestFirstVersion:
    def test_holds_the_whole_taxonomy(self) -> None:
        kinds = Counter(matter.kind for matter in FIRST.matters())
        assert kinds == {"component": 88, "event": 76, "concern": 64}
        assert len(FIRST.streets()) == 8

    def test_finds_rows_by_code(self) -> None:
        assert FIRST.unit("fire-rescue").name_zh == "区消防救援支队"
        assert FIRST.unit("street-locust-peace").name_zh == "槐安街道"
        assert FIRST.street("street-locust-peace").names[0] == "槐安街道"
        barbecue = FIRST.matter("200510")
        assert (barbecue.minor, barbecue.lead) == ("露天烧烤", STREET)
        assert barbecue.assisting == ("ecology-environment", "market-regulation")
        assert barbecue.limit == Limit(amount=2, unit="work_hour")

    def test_gives_the_first_of_two_leads_and_keeps_the_wording(self) -> None:
        pole = FIRST.matter("100117")
        assert (pole.lead, pole.assisting[0]) == ("power-company", "telecom-operators")
        assert pole.source.endswith("lead as given: 供电公司/通信运营商")

    def test_gives_the_street_what_the_taxonomy_gave_a_community(self) -> None:
        lock = FIRST.matter("901601")
        assert (lock.lead, lock.assisting) == (STREET, ("property-services",))
        assert "lead as given: 物业服务企业" in lock.source

    def test_lets_a_department_report_within_the_limits_of_its_kind_of_whistle(self) -> None:
        assert FIRST.limit("whistle.emergency.report") == Limit(amount=30, unit="minute")
        assert FIRST.limit("whistle.key.report") == Limit(amount=3, unit="workday")


@pytest.mark.parametrize(
    ("find", "refusal"),
    [
        (FIRST.unit, UnknownUnit),
        (FIRST.street, UnknownStreet),
        (FIRST.matter, UnknownMatter),
        (FIRST.limit, UnknownLimit),
        (CATALOGUE.at, UnknownVersion),
    ],
)
def test_an_unknown_code_is_named_with_what_to_do(
    find: Callable[[str], object], refusal: type[UnknownInCatalogue]
) -> None:
    with pytest.raises(refusal, match=r"no .* 'moon-office' in .*2026-01-01.*: use") as found:
        find("moon-office")
    assert found.value.code == "moon-office"


class TestVersionsInAFolder:
    def test_the_latest_in_force_is_current(self, copy: Path) -> None:
        add_version(copy, "2026-07-01")
        catalogue: Catalogue = FileCatalogue(copy)
        assert catalogue.versions() == ("2026-01-01", "2026-07-01")
        assert catalogue.current(date(2026, 6, 30)).version == "2026-01-01"
        assert catalogue.current(date(2026, 7, 1)).version == "2026-07-01"
        assert catalogue.at("2026-01-01").version == "2026-01-01"

    def test_before_the_first_version_none_is_current(self) -> None:
        with pytest.raises(UnknownVersion, match="2025-12-31"):
            CATALOGUE.current(date(2025, 12, 31))

    def test_an_empty_folder_has_none(self, tmp_path: Path) -> None:
        catalogue = FileCatalogue(tmp_path)
        assert catalogue.versions() == ()
        with pytest.raises(UnknownVersion):
            catalogue.current(date(2026, 11, 23))
        with pytest.raises(InvalidCatalogue, match=r"no folder in it holds a version\.json"):
            open_catalogue(tmp_path)

    def test_a_version_is_read_once(self) -> None:
        assert CATALOGUE.at("2026-01-01") is FIRST
        assert CATALOGUE.current(date(2026, 8, 31)) is FIRST
        assert CATALOGUE.current(date(2026, 11, 23)) is CITY

    def test_the_packaged_folder_is_that_of_the_empty_text(self) -> None:
        assert open_catalogue("").versions() == FileCatalogue(PACKAGED).versions()

    def test_every_fault_of_every_version_is_named_at_the_start(self, copy: Path) -> None:
        add_version(copy, "2026-07-01")
        edit(copy / "2026-01-01" / "units.csv", lambda text: text.replace("\nsports,", "\nSports,"))
        edit(copy / "2026-07-01" / "streets.csv", lambda text: text.replace(",names", ",aliases"))
        edit(copy / "2026-07-01" / "limits.csv", lambda text: text.replace("hour,", "week,"))
        with pytest.raises(InvalidCatalogue) as found:
            open_catalogue(copy)
        assert len(found.value.faults) > 10
        assert {fault.split("/")[0] for fault in found.value.faults} == {
            "2026-01-01",
            "2026-07-01",
        }


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("units.csv", "\nsports,", "\nSports,", "units.csv line 26: code"),
        ("units.csv", "sanitation,", "sports,", "code 'sports' stands twice"),
        ("units.csv", "\nsanitation,", "\ncleaners,", "'sanitation' is no unit"),
        ("units.csv", "department,district", "department,moon", "parent 'moon' is no unit"),
        ("units.csv", "name_en,kind", "name_en,sort", "units.csv line 2: kind"),
        ("streets.csv", "槐安街道;", "柳溪街道;", "name '柳溪街道' stands twice"),
        ("matters.csv", ",@street,", ",residents-committee,", "can assist but never lead"),
        ("matters.csv", "100102,", "100101,", "code '100101' stands twice"),
        ("matters.csv", "上水井盖;", "窨井;", "word '窨井' stands twice"),
        ("matters.csv", ",urban-management,", ",water-company,", "leads or assists, and once"),
        ("matters.csv", ",24,hour", ",0,hour", "matters.csv line 2: limit.amount"),
        ("matters.csv", "limit_amount", "amount", "matters.csv line 2: no 'limit_amount'"),
        ("limits.csv", "case.sign.urgent", "case.sign.normal", "'case.sign.normal' stands twice"),
        ("limits.csv", "our default", "", "limits.csv line 3: source"),
        ("workdays.json", '"2026-10-10"', '"2026-10-09"', "workdays.json: "),
        ("workdays.json", '"published_on"', '"printed_on"', "workdays.json: years.0.notice"),
        ("scoring.json", "500", "600", "scoring.json: "),
        ("scoring.json", "{", "[", "scoring.json: "),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(
    copy: Path, name: str, old: str, new: str, fault: str
) -> None:
    edit(copy / "2026-01-01" / name, lambda text: text.replace(old, new, 1))
    with pytest.raises(InvalidCatalogue) as found:
        FileCatalogue(copy).at("2026-01-01")
    assert "2026-01-01" in str(found.value)
    assert fault in str(found.value)


def test_a_folder_that_names_another_version_is_refused(copy: Path) -> None:
    (copy / "2026-01-01").rename(copy / "2026-02-01")
    with pytest.raises(InvalidCatalogue, match=r"2026-02-01/version\.json: it names version"):
        FileCatalogue(copy)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("units.csv", ",centre,district,", ",centre,sports,", "a centre cannot stand below a dep"),
        (
            "units.csv",
            ",community,street-north-bell",
            ",community,sports",
            "community cannot stand",
        ),
        ("units.csv", "department,district,false", "department,city,false", "it is in no district"),
        (
            "units.csv",
            "city,示例市,Example City,city,",
            "city,市,City,city,sports",
            "a city cannot",
        ),
        ("units.csv", "district,city,", "district,district-east,", "a district cannot stand"),
        (
            "units.csv",
            "false,urban-management,inv",
            "false,spirits,inv",
            "'spirits', whose counterpart it is",
        ),
        ("units.csv", ",true,", ",sometimes,", "around_the_clock"),
        ("streets.csv", ",district-east,", ",sports,", "'sports' is no district"),
        ("matters.csv", ",@street,", ",property-services,", "can assist but never lead"),
        ("matters.csv", ",basic,", ",taken_back,", "what was taken back never goes to a street"),
        ("matters.csv", ",basic,", ",voluntary,", "duty"),
        ("stages.csv", "200101,punish", "999999,punish", "stages.csv line 3: stage punish: no"),
        ("stages.csv", "200101,punish", "200101,stop", "stage '200101/stop' stands twice"),
        ("admissions.csv", "200102", "999999", "admissions.csv line 3: no matter '999999'"),
        ("admissions.csv", "2026-08-20", "in summer", "admissions.csv line 2: approved_on"),
        ("policies.json", '"yellow_at_per_cent": 70', '"yellow_at": 70', "policies.json: "),
        ("workdays.json", "same_clock_time", "at_noon", "workdays.json: counting"),
    ],
)
def test_a_fault_of_a_citys_own_data_is_named_with_its_place(
    tmp_path: Path, name: str, old: str, new: str, fault: str
) -> None:
    shutil.copytree(PACKAGED / "2026-09-01", tmp_path / "2026-09-01")
    edit(tmp_path / "2026-09-01" / name, lambda text: text.replace(old, new, 1))
    with pytest.raises(InvalidCatalogue) as found:
        FileCatalogue(tmp_path).at("2026-09-01")
    (line,) = [one for one in found.value.faults if fault in one]
    assert line.startswith(f"2026-09-01/{name}")


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("units.csv", "\nsports,", "\nsports,,,,,,", "units.csv line 26: it has more"),
        ("units.csv", "区体育局,", "", "units.csv line 26: it has more or fewer fields"),
        ("limits.csv", '(press, weak source)"', "(", "limits.csv: ',"),
    ],
)
def test_a_torn_table_is_refused(copy: Path, name: str, old: str, new: str, fault: str) -> None:
    edit(copy / "2026-01-01" / name, lambda text: text.replace(old, new, 1))
    with pytest.raises(InvalidCatalogue, match=fault):
        FileCatalogue(copy).at("2026-01-01")


@pytest.mark.parametrize("content", ["", "rule,amount,unit,source\n"])
def test_an_empty_table_is_refused(copy: Path, content: str) -> None:
    edit(copy / "2026-01-01" / "limits.csv", lambda _: content)
    with pytest.raises(InvalidCatalogue, match=r"limits\.csv: it has no rows"):
        FileCatalogue(copy).at("2026-01-01")


def test_a_missing_or_unreadable_table_is_refused(copy: Path) -> None:
    (copy / "2026-01-01" / "streets.csv").unlink()
    (copy / "2026-01-01" / "units.csv").write_bytes("区".encode("gb18030"))
    with pytest.raises(InvalidCatalogue) as found:
        FileCatalogue(copy).at("2026-01-01")
    assert any("No such file" in fault for fault in found.value.faults)
    assert any("UTF-8" in fault for fault in found.value.faults)


def test_a_circle_of_parents_is_in_no_district(tmp_path: Path) -> None:
    shutil.copytree(PACKAGED / "2026-09-01", tmp_path / "2026-09-01")

    def turn(text: str) -> str:
        text = text.replace("Sports Bureau,department,district", "Sports,department,commerce")
        return text.replace("Commerce Bureau,department,district", "Commerce,department,sports")

    edit(tmp_path / "2026-09-01" / "units.csv", turn)
    with pytest.raises(InvalidCatalogue) as found:
        FileCatalogue(tmp_path).at("2026-09-01")
    assert sum("it is in no district" in fault for fault in found.value.faults) == 2
