"""Reading a hotline's export: what is taken, what is rejected and why, in which encodings."""

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whistle.export import (
    Complaint,
    Mapping,
    MappingError,
    Reject,
    RejectFile,
    Row,
    TimeFormatError,
    UnreadableExportError,
    count_rows,
    detect_encoding,
    load_mapping,
    parse_time,
    read_export,
)

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
ONE_LINE = TEXTS.map(lambda text: "x" + re.sub(r"[\r\n]", " ", text))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return tmp_path / "export.csv"


def outcome(path: Path, content: str, mapping: Mapping | None = None) -> list[Row | Reject]:
    path.write_text(content, encoding="utf-8", newline="")
    found = list(read_export(path, mapping))
    assert count_rows(path) == len(found)
    return found


def complaints(path: Path, content: str, mapping: Mapping | None = None) -> list[Complaint]:
    rows = outcome(path, content, mapping)
    return [row.complaint for row in rows if isinstance(row, Row)]


def codes(path: Path, content: str) -> list[tuple[int, str]]:
    """Give line and code of each row; the code of a complaint is its number."""
    return [
        (row.line, row.complaint.external_no if isinstance(row, Row) else row.reason_code)
        for row in outcome(path, content)
    ]


def table(*rows: tuple[str, ...]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue()


class TestWhenTheFileIsSound:
    def test_every_field_is_read(self, export: Path) -> None:
        headers = "工单编号,受理时间,标题,内容,姓名,电话,地址,街道,事项,渠道,类型,是否保密"
        values = "A-1,2019/11/5 7:28:03,积水,路口积水,何立秋,19900000001,桥下,甲,乙,电话,求助,是"
        assert complaints(export, f"{headers}\n{values}\n") == [
            Complaint(
                external_no="A-1",
                text="路口积水",
                received_at=datetime(2019, 11, 4, 23, 28, 3, tzinfo=UTC),
                title="积水",
                reporter_name="何立秋",
                reporter_phone="19900000001",
                address="桥下",
                street="甲",
                matter="乙",
                channel="电话",
                kind="求助",
                confidential=True,
            )
        ]

    def test_an_empty_field_is_none(self, export: Path) -> None:
        assert complaints(export, "external_no,text,title,received_at\nA-1,字, ,\n") == [
            Complaint(external_no="A-1", text="字")
        ]

    @pytest.mark.parametrize("written", ["", "否", "0", "No", "FALSE", "不保密"])
    def test_only_a_plain_no_is_not_confidential(self, export: Path, written: str) -> None:
        [found] = complaints(export, f"工单号,内容,是否保密\nA-1,字,{written}\n")
        assert not found.confidential

    @pytest.mark.parametrize("written", ["是", "1", "Y", "保密", "请勿外传"])
    def test_anything_else_is_confidential(self, export: Path, written: str) -> None:
        [found] = complaints(export, f"工单号,内容,是否保密\nA-1,字,{written}\n")
        assert found.confidential

    def test_blank_lines_are_passed_by_but_counted(self, export: Path) -> None:
        content = "工单号,内容\n\nA-1,字\n , \n\nA-2,字"
        assert codes(export, content) == [(3, "A-1"), (6, "A-2")]

    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_the_delimiter_is_that_of_the_header(self, export: Path, delimiter: str) -> None:
        content = f"工单号{delimiter}内容\nA-1{delimiter}甲\n"
        assert complaints(export, content) == [Complaint(external_no="A-1", text="甲")]

    def test_columns_nobody_asked_for_are_ignored(self, export: Path) -> None:
        content = "官方答复,工单号,,内容\n已办,A-1,x,甲\n"
        assert complaints(export, content) == [Complaint(external_no="A-1", text="甲")]

    def test_the_same_complaint_is_the_same_whatever_its_line_ends(self, export: Path) -> None:
        bodies = ['"一\r\n二"', '"一\n二"', '"一\r二\r"']
        found = [complaints(export, f"工单号,内容\nA-1,{body}\n") for body in bodies]
        assert found == [[Complaint(external_no="A-1", text="一\n二")]] * 3

    def test_a_text_of_20000_characters_is_taken(self, export: Path) -> None:
        [found] = complaints(export, f"工单号,内容\nA-1,{'字' * 20_000}\n")
        assert len(found.text) == 20_000

    def test_an_odd_phone_is_no_reason_to_reject(self, export: Path) -> None:
        [found] = complaints(export, "工单号,内容,电话\nA-1,字,打不通的\n")
        assert found.reporter_phone == "打不通的"

    def test_rows_come_one_by_one(self, export: Path) -> None:
        rows = "".join(f"A-{number},字\n" for number in range(5))
        export.write_text(f"工单号,内容\n{rows}", encoding="utf-8")
        reading = read_export(export)
        assert isinstance(next(reading), Row)
        assert len(list(reading)) == 4


class TestWhenATextHoldsAnything:
    @pytest.mark.parametrize("encoding", ENCODINGS)
    @given(texts=st.lists(TEXTS, min_size=1, max_size=5))
    def test_it_comes_back_in_every_encoding(
        self, tmp_path_factory: pytest.TempPathFactory, encoding: str, texts: list[str]
    ) -> None:
        export = tmp_path_factory.getbasetemp() / f"any-{encoding}.csv"
        rows = [(f"A-{number}", text) for number, text in enumerate(texts)]
        export.write_bytes(table(("工单号", "内容"), *rows).encode(encoding))
        cleaned = [re.sub(r"\r\n|\r", "\n", text).strip() for text in texts]
        found = list(read_export(export))
        assert count_rows(export) == len(texts)
        assert detect_encoding(export) == encoding
        assert [_text(row) for row in found] == [text or "text_missing" for text in cleaned]

    @given(texts=st.lists(TEXTS.map(lambda text: "x" + text), min_size=1, max_size=5))
    def test_its_line_is_the_one_an_editor_shows(
        self, tmp_path_factory: pytest.TempPathFactory, texts: list[str]
    ) -> None:
        export = tmp_path_factory.getbasetemp() / "lines.csv"
        written = [("工单号", "内容"), *((f"A-{no}", text) for no, text in enumerate(texts))]
        found = outcome(export, table(*written))
        before = [table(*written[:index]) for index in range(1, len(written))]
        editor_lines = [1 + len(re.findall(r"\r\n|\r|\n", part)) for part in before]
        assert [row.line for row in found] == editor_lines

    @given(texts=st.lists(ONE_LINE, min_size=1, max_size=8), data=st.data())
    def test_a_stray_quotation_mark_costs_one_row(
        self, tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
    ) -> None:
        export = tmp_path_factory.getbasetemp() / "stray.csv"
        lines = [table((f"A-{number}", text)) for number, text in enumerate(texts)]
        torn = data.draw(st.integers(0, len(lines)))
        lines.insert(torn, 'A-9999,"never closed\r\n')
        found = outcome(export, table(("工单号", "内容")) + "".join(lines))
        assert [row.line for row in found if isinstance(row, Reject)] == [torn + 2]
        assert [_text(row) for row in found if isinstance(row, Row)] == [t.strip() for t in texts]


def _text(row: Row | Reject) -> str:
    return row.complaint.text if isinstance(row, Row) else row.reason_code


class TestWhenARowIsBroken:
    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ("A-5,字", "wrong_field_count"),
            ("A-5,字,2026-09-01,甲,多", "wrong_field_count"),
            (",字,2026-09-01,甲", "external_no_missing"),
            ("A-5, \u3000,2026-09-01,甲", "text_missing"),
            ("A-5,字,昨天下午,甲", "bad_time"),
            ("A-5,字,2026-02-30,甲", "bad_time"),
            (f"A-5,{'字' * 20_001},2026-09-01,甲", "text_too_long"),
            (f"A-5,字,2026-09-01,{'甲' * 201}", "title_too_long"),
            (f"{'5' * 101},字,2026-09-01,甲", "external_no_too_long"),
            ("2.50912E+17,字,2026-09-01,甲", "number_rounded"),
            ("A-5,字\0字,2026-09-01,甲", "nul_byte"),
            ('A-5,"字"字,2026-09-01,甲', "broken_quotes"),
            ('A-5,"字,2026-09-01,甲', "broken_quotes"),
            (f"A-5,{'字' * 1_000_001},2026-09-01,甲", "record_too_long"),
            (f'A-5,"字\n{"字" * 2_000_001}",2026-09-01,甲', "record_too_long"),
        ],
    )
    def test_it_is_named_and_the_others_go_in(self, export: Path, row: str, code: str) -> None:
        good = "A-{},字,2026-09-01,甲\n"
        found = codes(export, f"工单号,内容,来电时间,标题\n{good.format(4)}{row}\n{good.format(6)}")
        assert found[:2] == [(2, "A-4"), (3, code)]
        assert found[-1] == (3 + row.count("\n") + 1, "A-6")

    def test_its_number_is_kept_and_its_content_is_not(self, export: Path) -> None:
        [found] = outcome(export, "工单号,内容,来电时间\nA-5,何立秋的事,19900000001\n")
        assert isinstance(found, Reject)
        assert found.external_no == "A-5"
        assert found.raw == "A-5,何立秋的事,19900000001\n"
        assert "19900000001" not in repr(found)
        assert "何立秋" not in repr(found)

    def test_the_rest_of_a_torn_text_is_never_filed(self, export: Path) -> None:
        content = '工单号,内容\nA-4,字\nA-5,"他说"不管"。\n您好,请处理\n3号楼,又漏了"\nA-6,字\n'
        assert codes(export, content) == [
            (2, "A-4"),
            (3, "broken_quotes"),
            (4, "torn_record"),
            (5, "torn_record"),
            (6, "A-6"),
        ]

    def test_rows_swallowed_by_the_very_first_are_saved(self, export: Path) -> None:
        content = '工单号,内容\nA-1,"字\n您好,请处理\nA-2,字\nA-3,字\n'
        assert codes(export, content) == [
            (2, "broken_quotes"),
            (3, "torn_record"),
            (4, "A-2"),
            (5, "A-3"),
        ]

    def test_what_follows_a_torn_row_has_no_number(self, export: Path) -> None:
        found = outcome(export, '工单号,内容\nA-1,"字\n何立秋, \nA-3,字\n')
        assert isinstance(found[1], Reject)
        assert found[1].reason_code == "torn_record"
        assert found[1].external_no is None

    def test_numbers_of_several_shapes_survive_a_row_of_wrong_width(self, export: Path) -> None:
        content = "工单号,内容\nA-1,字\n多,一,个\n7,字\n"
        assert codes(export, content) == [(2, "A-1"), (3, "wrong_field_count"), (4, "7")]


class TestWhenTheFileIsNoExport:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is empty"),
            (b"PK\x03\x04rest", "workbook"),
            (b"\xd0\xcf\x11\xe0rest", "workbook"),
            (b"\xef\xbb\xbf\xff", "utf-8-sig fails near line 1"),
            (b"\xff\xfe\x00", "utf-16 fails"),
            ("工单号,内容\nA-1,字\n".encode() + b"A-2,\xff\n", "fails near line 3"),
            ("工单号,内容\n".encode("utf-16-le"), "header"),
            (b'text,"external_no\n', "header"),
            (b"\n\n", "header"),
        ],
    )
    def test_one_sentence_names_the_fault(self, export: Path, content: bytes, message: str) -> None:
        export.write_bytes(content)
        with pytest.raises(UnreadableExportError, match=message):
            read_export(export)

    def test_a_chinese_character_cut_at_the_end_is_found(self, export: Path) -> None:
        export.write_bytes("工单号,内容\nA-1,字".encode()[:-1])
        with pytest.raises(UnreadableExportError, match="export it again as UTF-8"):
            detect_encoding(export)

    def test_a_character_across_two_chunks_is_whole(self, export: Path) -> None:
        export.write_bytes(("工单号,内容\n" + "字" * 400_000).encode("gb18030"))
        assert detect_encoding(export) == "gb18030"


class TestWhenColumnsAreMapped:
    def test_their_headers_become_our_fields(self, export: Path, tmp_path: Path) -> None:
        mapping = tmp_path / "mapping.toml"
        mapping.write_text(
            'source = "board"\n[columns]\nexternal_no = "message_id"\ntext = " 正文 "\n',
            encoding="utf-8-sig",
        )
        loaded = load_mapping(mapping)
        assert loaded == Mapping({"external_no": "message_id", "text": "正文"}, "board")
        content = "message_id,工单号,正文,标题\nM-1,X-1,字,不取\n"
        assert complaints(export, content, loaded) == [Complaint(external_no="M-1", text="字")]

    def test_a_mapping_file_may_say_what_rows_do_not(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.toml"
        path.write_text(
            'kind = "投诉"\nanonymous_without_contact = true\n'
            '[columns]\nexternal_no = "号"\ntext = "字"',
            encoding="utf-8",
        )
        loaded = load_mapping(path)
        assert (loaded.kind, loaded.anonymous_without_contact) == ("投诉", True)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", r"add a table \[columns\]"),
            ("columns = 3", r"add a table \[columns\]"),
            ('[columns]\ntext = "字"', "must name external_no"),
            ('[columns]\nexternal_no = "号"\ntext = "字"\nphone = "话"', "does not know phone"),
            ('[columns]\nexternal_no = "号"\ntext = ""', "write the header of text"),
            ("[columns]\nexternal_no = 1\ntext = 2", "write the header of external_no, text"),
            ('sauce = "x"\n[columns]\nexternal_no = "号"\ntext = "字"', "remove sauce"),
            ('source = 1\n[columns]\nexternal_no = "号"\ntext = "字"', "write source"),
            ('kind = "表扬"\n[columns]\nexternal_no = "号"\ntext = "字"', "kind is one of 咨询"),
            ('kind = 1\n[columns]\nexternal_no = "号"\ntext = "字"', "kind is one of 咨询"),
            (
                'anonymous_without_contact = "yes"\n[columns]\nexternal_no = "号"\ntext = "字"',
                "is true or false",
            ),
            ("[columns", "is not TOML"),
        ],
    )
    def test_a_wrong_mapping_file_is_named(
        self, tmp_path: Path, content: str, message: str
    ) -> None:
        path = tmp_path / "mapping.toml"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(MappingError, match=message):
            load_mapping(path)

    def test_a_mapping_file_in_another_encoding_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.toml"
        path.write_bytes('[columns]\ntext = "内容"'.encode("gb18030"))
        with pytest.raises(MappingError, match="save it as UTF-8"):
            load_mapping(path)

    @pytest.mark.parametrize(
        ("headers", "mapping", "message"),
        [
            ("号,正文", Mapping(), "no column is known for external_no, text.*号, 正文"),
            ("工单号,工单编号,内容", Mapping(), "several columns fit external_no"),
            ("工单号,内容,内容", Mapping({"external_no": "工单号", "text": "内容"}), "several"),
            (
                "工单号,内容",
                Mapping({"external_no": "工单号", "text": "正文"}),
                'lacks the columns of text = "正文".*headers found: 工单号, 内容',
            ),
        ],
    )
    def test_headers_that_do_not_fit_are_listed_at_once(
        self, export: Path, headers: str, mapping: Mapping, message: str
    ) -> None:
        export.write_text(f"{headers}\n", encoding="utf-8")
        with pytest.raises(MappingError, match=message):
            read_export(export, mapping)

    def test_a_file_without_headers_shows_little_of_its_first_row(self, export: Path) -> None:
        export.write_text(f"A-1,{'字' * 100}\n", encoding="utf-8")
        with pytest.raises(MappingError) as raised:
            read_export(export)
        assert "字" * 21 not in str(raised.value)


class TestWhenATimeIsRead:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("2019/11/5 7:28:03", datetime(2019, 11, 4, 23, 28, 3, tzinfo=UTC)),
            ("2020-01-06 21:16:38", datetime(2020, 1, 6, 13, 16, 38, tzinfo=UTC)),
            ("2011-04-02T18:00:54", datetime(2011, 4, 2, 10, 0, 54, tzinfo=UTC)),
            ("2019/11/5 7:28", datetime(2019, 11, 4, 23, 28, tzinfo=UTC)),
            ("2026.9.3", datetime(2026, 9, 2, 16, tzinfo=UTC)),
            ("2026年9月3日7时28分", datetime(2026, 9, 2, 23, 28, tzinfo=UTC)),
            ("2026-09-03T07:28:03Z", datetime(2026, 9, 3, 7, 28, 3, tzinfo=UTC)),
            ("2026-09-03 07:28:03 -0130", datetime(2026, 9, 3, 8, 58, 3, tzinfo=UTC)),
            ("2026-09-03 07:28+08:00", datetime(2026, 9, 2, 23, 28, tzinfo=UTC)),
            ("2026-09-03 07:28:03.5", datetime(2026, 9, 2, 23, 28, 3, 500_000, tzinfo=UTC)),
            (" \u3000２０２６／９／３　７：２８ ", datetime(2026, 9, 2, 23, 28, tzinfo=UTC)),
        ],
    )
    def test_every_usual_writing_is_the_same_moment(self, written: str, expected: datetime) -> None:
        assert parse_time(written) == expected
        assert parse_time(written).tzinfo is UTC

    @pytest.mark.parametrize(
        "written",
        ["", "7:28", "昨天", "43774.31", "2026/9-3", "2026-13-01", "2026-09-03 24:00", "0001-01-01",
         "2026-09-03 7:283", "2026-09-03 07:28+99:00", "2026-09-03Z", "٢٠٢٦-09-03"],
    )  # fmt: skip
    def test_anything_else_is_refused_with_what_is_accepted(self, written: str) -> None:
        with pytest.raises(
            TimeFormatError, match=r"2019/11/5 7:28|between 1992 and 2100"
        ) as raised:
            parse_time(written)
        assert repr(written) in str(raised.value)

    @given(
        st.datetimes(
            datetime(1992, 1, 1),  # noqa: DTZ001  # a wall clock's time, as hotlines write it
            datetime(2100, 12, 31),  # noqa: DTZ001
        )
    )
    def test_shanghai_is_eight_hours_ahead(self, local: datetime) -> None:
        found = parse_time(local.isoformat(" "))
        assert (local - found.replace(tzinfo=None)).total_seconds() == 8 * 3600


class TestWhenRejectsAreWritten:
    def test_they_lie_beside_the_export_with_line_and_reason(self, export: Path) -> None:
        with RejectFile.beside(export) as rejects:
            rejects.write(Reject(7, "text_missing", "text is empty", "SL-260901-000103", "raw"))
            rejects.write(Reject(9, "bad_time", "the time", "热线-1"))
        assert rejects.count == 2
        assert rejects.path == export.with_name("export.rejects.csv")
        with rejects.path.open(encoding="utf-8-sig", newline="") as stream:
            assert list(csv.reader(stream)) == [
                ["line", "reason_code", "reason", "external_no"],
                ["7", "text_missing", "text is empty", "SL-260901-000103"],
                ["9", "bad_time", "the time", "热线-1"],
            ]

    def test_without_rejects_there_is_no_file_not_even_an_old_one(self, export: Path) -> None:
        RejectFile.beside(export).path.write_text("old", encoding="utf-8")
        with RejectFile.beside(export) as rejects:
            assert not rejects.path.exists()
        assert not rejects.path.exists()

    @pytest.mark.parametrize("number", ["=1+1", "请到 3号楼", "@x", "a\nb", "9" * 65])
    def test_what_is_no_number_is_left_out(self, export: Path, number: str) -> None:
        with RejectFile.beside(export) as rejects:
            rejects.write(Reject(7, "x", "y", number))
        assert rejects.path.read_text(encoding="utf-8-sig").splitlines()[1] == "7,x,y,"

    def test_they_hold_no_planted_name_phone_or_text(self, export: Path) -> None:
        planted = ("林谷雨", "19900001234", "半夜有人砸门")
        rows = [
            f"A-1,{planted[2]},{planted[1]},{planted[0]}",
            f"A-2,{planted[2]},{planted[0]}",
            f'A-3,"{planted[2]}"{planted[0]},{planted[1]},x',
            f"A-4,,{planted[0]},{planted[1]}",
            f'A-5,"{planted[2]}\n{planted[0]},{planted[2]},{planted[1]},x',
        ]
        with RejectFile.beside(export) as rejects:
            for row in outcome(export, "\n".join(["工单号,内容,来电时间,姓名", *rows])):
                assert isinstance(row, Reject)
                rejects.write(row)
        assert rejects.count == 6
        written = rejects.path.read_text(encoding="utf-8-sig")
        assert not [word for word in planted if word in written]


def test_a_complaint_does_not_show_a_person_in_logs() -> None:
    complaint = Complaint("A-1", "半夜砸门", None, "砸门", "林谷雨", "19900001234", "3号楼")
    shown = repr(complaint)
    assert "A-1" in shown
    assert not [word for word in ("砸门", "林谷雨", "19900001234", "3号楼") if word in shown]
