"""A city's catalogue on the command line: sheets, faults by line, differences, two persons."""

import csv
import json
import runpy
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import structlog

from chassis.clock import SystemClock
from contracts.catalogue import FileCatalogue
from contracts.catalogue.files import PACKAGED
from contracts.instant import SHANGHAI
from contracts.services import SERVICES
from tests.commands import Ended, Shell
from whistle.catalogue.spreadsheet import SpreadsheetRefused, read_sheet
from whistle.exits import Exit

TODAY = SystemClock().now().astimezone(SHANGHAI).date()
NOWHERE = "http://127.0.0.1:1"
_NAMESPACE = "urn:example:sheet"


def write_book(path: Path, rows: Sequence[str], shared: Sequence[str] = ()) -> None:
    """Write a workbook: each of `rows` is a `<row>` element as Excel writes them."""
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{"".join(rows)}</sheetData></worksheet>',
        )
        if shared:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_NAMESPACE}">{items}</sst>')


def _inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr">{text}</c>'


def to_sheet(table: Path) -> None:
    """Turn a CSV table into a workbook of texts."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    cells = [
        "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
        for row in rows
    ]
    numbered = [f'<row r="{number}">{row}</row>' for number, row in enumerate(cells, 1)]
    write_book(table.with_suffix(".xlsx"), numbered)
    table.unlink()


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Give a city's own folder with the packaged versions."""
    shutil.copytree(PACKAGED, tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Give a draft of a version that is in force from tomorrow on."""
    shutil.copytree(PACKAGED / "2026-09-01", tmp_path / "draft")
    rename(tmp_path / "draft", f"{TODAY + timedelta(days=1)}")
    return tmp_path / "draft"


def rename(draft: Path, version: str, effective_from: str = "") -> None:
    path = draft / "version.json"
    header = json.loads(path.read_text(encoding="utf-8"))
    header |= {"version": version, "effective_from": effective_from or version}
    path.write_text(json.dumps(header), encoding="utf-8")


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.fixture
def run(city: Path) -> Callable[..., Ended]:
    """Run `whistle catalogue` for the city; no server is there."""
    shell = Shell(NOWHERE, {"WHISTLE_CATALOGUE": str(city)})
    return lambda *words: shell.run("catalogue", *map(str, words))


class WhenASheetIsRead:
    def test_texts_numbers_and_truths_are_what_a_person_sees(self, tmp_path: Path) -> None:
        name = "<is><r><t>ap</t></r><r><t>proved_on</t></r></is>"
        header = f'<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>{_inline("C1", name)}'
        first = (
            '<c r="A3"><v>200505.0</v></c><c r="B3" t="b"><v>1</v></c><c r="C3"><v>46254</v></c>'
        )
        rows = [
            f'<row r="1">{header}</row>',
            f'<row r="3">{first}</row>',
            '<row r="4"><c r="A4" t="str"><v> 7 </v></c><c r="C4" t="s"><v>2</v></c></row>',
            '<row r="5"><c r="A5"/></row>',
            '<row r="6"><c r="A6"><v>1.5</v></c><c r="B6" t="b"><v>0</v></c></row>',
        ]
        write_book(tmp_path / "a.xlsx", rows, ["matter", "nonstop", "2026-08-20"])
        assert read_sheet(tmp_path / "a.xlsx") == [
            ["matter", "nonstop", "approved_on"],
            [],
            ["200505", "true", "2026-08-20"],
            ["7", "", "2026-08-20"],
            [],
            ["1.5", "false", ""],
        ]

    @pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04"])
    def test_what_is_no_workbook_is_refused(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "units.xlsx").write_bytes(content)
        with pytest.raises(SpreadsheetRefused, match=r"units\.xlsx: it is no workbook in XLSX"):
            read_sheet(tmp_path / "units.xlsx")

    def test_an_archive_without_a_sheet_is_refused(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr("readme.txt", "nothing")
        with pytest.raises(SpreadsheetRefused):
            read_sheet(tmp_path / "a.xlsx")


class WhenACatalogueIsChecked:
    def test_a_good_one_is_counted(self, run: Callable[..., Ended]) -> None:
        ended = run("check", "--json", "--on", "2026-09-15")
        assert ended.code == Exit.OK
        assert [one["version"] for one in ended.json["versions"]] == ["2026-01-01", "2026-09-01"]
        assert [one["streets"] for one in ended.json["versions"]] == [8, 11]
        assert (ended.json["faults"], ended.json["warning"]) == ([], "")

    def test_it_warns_before_the_working_days_end(self, run: Callable[..., Ended]) -> None:
        assert "no working days of 2027" in run("check", "--on", "2026-11-03").err
        assert "no working days" not in run("check", "--on", "2026-11-01").err

    def test_tables_may_be_sheets(self, run: Callable[..., Ended], draft: Path) -> None:
        for table in ("units", "matters", "stages", "admissions"):
            to_sheet(draft / f"{table}.csv")
        ended = run("check", draft, "--json")
        assert ended.code == Exit.OK, ended.err
        assert ended.json["versions"][0]["matters"] == 228

    def test_every_fault_is_named_by_its_line_or_row(
        self, run: Callable[..., Ended], draft: Path
    ) -> None:
        edit(draft / "units.csv", lambda text: text.replace("\nsports,", "\nSports,"))
        edit(draft / "limits.csv", lambda text: text.replace("2,hour", "2,week", 1))
        to_sheet(draft / "units.csv")
        ended = run("check", draft)
        assert ended.code == Exit.DIFFERENCES
        assert "units.xlsx row 27: code" in ended.err
        assert "limits.csv line 3: limit.unit" in ended.err

    def test_a_table_that_is_there_twice_or_is_no_workbook_is_a_fault(
        self, run: Callable[..., Ended], draft: Path
    ) -> None:
        (draft / "units.xlsx").write_bytes(b"")
        (draft / "limits.csv").rename(draft / "limits.xlsx")
        ended = run("check", draft)
        assert ended.code == Exit.DIFFERENCES
        assert "draft/units.xlsx: there is units.csv as well" in ended.err
        assert "draft/limits.xlsx: it is no workbook" in ended.err

    def test_a_header_that_cannot_be_read_is_a_fault(
        self, run: Callable[..., Ended], draft: Path
    ) -> None:
        rename(draft, "../elsewhere", "2026-12-01")
        ended = run("check", draft)
        assert ended.code == Exit.DIFFERENCES
        assert "draft/version.json: version" in ended.err

    def test_an_empty_folder_is_named(self, run: Callable[..., Ended], tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        ended = run("check", tmp_path / "empty")
        assert ended.code == Exit.USAGE
        assert "holds no version.json" in ended.err


class WhenVersionsAreCompared:
    def test_rows_are_added_removed_and_changed(
        self, run: Callable[..., Ended], draft: Path
    ) -> None:
        edit(draft / "limits.csv", lambda text: text.replace("2,hour", "3,hour", 1))
        edit(draft / "admissions.csv", lambda text: text.rsplit("\n", 2)[0] + "\n")
        edit(draft / "policies.json", lambda text: text.replace('cent": 70', 'cent": 60'))
        ended = run("diff", "2026-09-01", draft, "--json")
        assert ended.code == Exit.OK
        assert ended.json["totals"] == {"added": 0, "removed": 1, "changed": 2}
        assert ended.json["items"] == [
            {
                "table": "limits",
                "key": "case.sign.urgent",
                "change": "changed",
                "fields": ["limit: 2 hour → 3 hour"],
            },
            {
                "table": "admissions",
                "key": "200102/示例区职责下沉准入〔2026〕2号",
                "change": "removed",
                "fields": [],
            },
            {
                "table": "policies",
                "key": "yellow_at_per_cent",
                "change": "changed",
                "fields": ["70 → 60"],
            },
        ]

    def test_days_of_the_calendar_are_rows(self, run: Callable[..., Ended], draft: Path) -> None:
        edit(draft / "workdays.json", lambda text: text.replace('"2026-10-07"', '"2026-10-08"'))
        ended = run("diff", "2026-09-01", draft, "--json")
        assert [(one["key"], one["change"]) for one in ended.json["items"]] == [
            ("holidays 2026-10-08", "added")
        ]

    def test_the_same_version_has_no_differences(self, run: Callable[..., Ended]) -> None:
        ended = run("diff", "2026-01-01", "2026-01-01")
        assert "0 added, 0 removed, 0 changed" in ended.err

    def test_a_version_that_is_not_there_is_named(self, run: Callable[..., Ended]) -> None:
        ended = run("diff", "2026-01-01", "2031-01-01")
        assert ended.code == Exit.USAGE
        assert "2031-01-01" in ended.err

    def test_a_faulty_one_is_not_compared(self, run: Callable[..., Ended], draft: Path) -> None:
        (draft / "units.csv").unlink()
        ended = run("diff", "2026-01-01", draft)
        assert ended.code == Exit.USAGE
        assert "units.csv: No such file" in ended.err


class WhenAVersionIsPublished:
    def test_one_person_proposes_and_another_approves(
        self, run: Callable[..., Ended], city: Path, draft: Path
    ) -> None:
        version = f"{TODAY + timedelta(days=1)}"
        proposed = run("publish", draft, "--by", "li.hua", "--json")
        assert proposed.code == Exit.OK, proposed.err
        assert "it moves 0 open cases" in proposed.err
        assert version not in FileCatalogue(city).versions()
        approved = run("publish", draft, "--by", "wang.fang", "--approve", "--json")
        assert approved.code == Exit.OK, approved.err
        assert approved.json["digest"] == proposed.json["digest"]
        assert FileCatalogue(city).versions()[-1] == version
        kept = json.loads((city / version / "publication.json").read_text(encoding="utf-8"))
        assert (kept["proposed_by"], kept["approved_by"]) == ("li.hua", "wang.fang")
        assert list((city / "proposed").iterdir()) == []
        assert run("check").code == Exit.OK

    def test_sheets_are_published_as_tables(
        self, run: Callable[..., Ended], city: Path, draft: Path
    ) -> None:
        to_sheet(draft / "streets.csv")
        assert run("publish", draft, "--by", "li.hua").code == Exit.OK
        version = f"{TODAY + timedelta(days=1)}"
        # the version's name is enough to approve it
        assert run("publish", version, "--by", "wang.fang", "--approve").code == Exit.OK
        assert len(FileCatalogue(city).at(version).streets()) == 11

    @pytest.mark.parametrize("name", ["li.hua", " Li.Hua "])
    def test_nobody_approves_what_they_proposed(
        self, run: Callable[..., Ended], city: Path, draft: Path, name: str
    ) -> None:
        run("publish", draft, "--by", "li.hua")
        ended = run("publish", draft, "--by", name, "--approve")
        assert ended.code == Exit.REFUSED
        assert "let another person approve it" in ended.err
        assert len(FileCatalogue(city).versions()) == 2

    def test_what_changed_after_the_proposal_is_not_approved(
        self, run: Callable[..., Ended], city: Path, draft: Path
    ) -> None:
        run("publish", draft, "--by", "li.hua")
        place = city / "proposed" / f"{TODAY + timedelta(days=1)}"
        edit(place / "limits.csv", lambda text: text.replace("2,hour", "3,hour", 1))
        ended = run("publish", draft, "--by", "wang.fang", "--approve")
        assert ended.code == Exit.REFUSED
        assert "are not those that li.hua proposed" in ended.err

    def test_a_later_proposal_takes_the_place_of_an_earlier_one(
        self, run: Callable[..., Ended], draft: Path
    ) -> None:
        run("publish", draft, "--by", "li.hua")
        edit(draft / "limits.csv", lambda text: text.replace("2,hour", "3,hour", 1))
        run("publish", draft, "--by", "wang.fang")
        assert run("publish", draft, "--by", "wang.fang", "--approve").code == Exit.REFUSED
        assert run("publish", draft, "--by", "li.hua", "--approve").code == Exit.OK

    def test_nothing_is_in_force_from_a_day_that_is_past(
        self, run: Callable[..., Ended], city: Path, draft: Path
    ) -> None:
        rename(draft, "2026-10-01")
        ended = run("publish", draft, "--by", "li.hua")
        assert ended.code == Exit.REFUSED
        assert "which is past" in ended.err
        assert not (city / "proposed").exists()

    def test_a_published_version_never_changes(
        self, run: Callable[..., Ended], draft: Path
    ) -> None:
        rename(draft, "2026-09-01", f"{TODAY}")
        ended = run("publish", draft, "--by", "li.hua")
        assert ended.code == Exit.REFUSED
        assert "a version never changes" in ended.err

    def test_what_nobody_proposed_is_not_approved(
        self, run: Callable[..., Ended], draft: Path
    ) -> None:
        ended = run("publish", draft, "--by", "li.hua", "--approve")
        assert ended.code == Exit.REFUSED
        assert "propose it first" in ended.err

    def test_a_name_is_needed(self, run: Callable[..., Ended], draft: Path) -> None:
        assert run("publish", draft, "--by", "  ").code == Exit.REFUSED

    def test_a_faulty_draft_is_not_proposed(
        self, run: Callable[..., Ended], city: Path, draft: Path
    ) -> None:
        (draft / "limits.csv").unlink()
        ended = run("publish", draft, "--by", "li.hua")
        assert ended.code == Exit.USAGE
        assert "limits.csv: No such file" in ended.err
        assert not (city / "proposed").exists()

    def test_the_packaged_catalogue_is_left_alone(self, draft: Path) -> None:
        ended = Shell(NOWHERE).run("catalogue", "publish", str(draft), "--by", "li.hua")
        assert ended.code == Exit.USAGE
        assert "WHISTLE_CATALOGUE" in ended.err

    def test_a_city_without_a_version_begins_with_its_first(
        self, run: Callable[..., Ended], city: Path, draft: Path
    ) -> None:
        shutil.rmtree(city)
        city.mkdir()
        rename(draft, f"{TODAY}")
        assert run("publish", draft, "--by", "li.hua").code == Exit.OK
        assert run("publish", draft, "--by", "wang.fang", "--approve").code == Exit.OK
        assert FileCatalogue(city).current(TODAY).version == f"{TODAY}"


class WhenCodesAreLookedUp:
    @pytest.mark.parametrize(
        ("what", "word", "codes"),
        [
            ("streets", "霁月路", []),
            ("streets", "霁月桥", ["street-clear-moon"]),
            ("units", "operations centre", ["district-centre", "east-centre"]),
            ("matters", "违建", ["200101"]),
        ],
    )
    def test_a_word_finds_them(
        self, run: Callable[..., Ended], city: Path, what: str, word: str, codes: list[str]
    ) -> None:
        ended = run(what, word, "--folder", city, "--json")
        assert ended.code == Exit.OK
        assert [row["code"] for row in ended.json[what]] == codes
        assert f"{len(codes)} of " in ended.err

    def test_a_folder_without_a_version_in_force_is_named(
        self, run: Callable[..., Ended], tmp_path: Path
    ) -> None:
        (tmp_path / "empty").mkdir()
        ended = run("units", "--folder", tmp_path / "empty")
        assert ended.code == Exit.USAGE
        assert "is in force today" in ended.err

    def test_a_faulty_folder_is_named(self, run: Callable[..., Ended], city: Path) -> None:
        (city / "2026-09-01" / "units.csv").unlink()
        assert run("units", "--folder", city).code == Exit.USAGE

    def test_otherwise_a_server_is_asked(self, run: Callable[..., Ended]) -> None:
        assert run("units").code == Exit.UNAVAILABLE


class WhenAServerStarts:
    @pytest.fixture(autouse=True)
    def logs_as_before(self) -> Iterator[None]:
        """What starts sets up its logs; the tests after this one log as those before."""
        before = structlog.get_config()
        yield
        structlog.configure(**before)

    @pytest.fixture
    def faulty(self, city: Path) -> Path:
        edit(city / "2026-01-01" / "units.csv", lambda text: text.replace("\nsports,", "\nSports,"))
        edit(city / "2026-09-01" / "limits.csv", lambda text: text.replace("2,hour", "2,week"))
        return city

    def test_no_faulty_version_is_served(self, faulty: Path, tmp_path: Path) -> None:
        shell = Shell(NOWHERE, {"WHISTLE_CATALOGUE": str(faulty)})
        ended = shell.run("run", "--demo", "--data", str(tmp_path / "data"))
        assert ended.code == Exit.USAGE
        assert "WHISTLE_CATALOGUE: 2026-01-01/units.csv line 26: code" in ended.err
        assert "2026-09-01/limits.csv line 3: limit.unit" in ended.err
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize("service", SERVICES)
    def test_nor_by_a_service_alone(
        self, faulty: Path, service: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WHISTLE_CATALOGUE", str(faulty))
        with pytest.raises(SystemExit, match=r"WHISTLE_CATALOGUE: 2026-01-01/units\.csv line 26"):
            runpy.run_module(f"services.{service}", run_name="__main__")

    def test_nor_a_folder_without_a_version(self, tmp_path: Path) -> None:
        shell = Shell(NOWHERE, {"WHISTLE_CATALOGUE": str(tmp_path)})
        ended = shell.run("run", "--demo", "--data", str(tmp_path / "data"))
        assert ended.code == Exit.USAGE
        assert "no folder in it holds a version.json" in ended.err
