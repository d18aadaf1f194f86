"""The import guide, in both languages, describes what the reader of exports does."""

import re
from pathlib import Path

import pytest

from whistle.export import FIELDS, Mapping, Reject, load_mapping, parse_time, read_export

GUIDES = Path(__file__).parents[3] / "docs" / "guides"
ROWS = f"""工单号,内容,来电时间,标题
A-1,字,2026-09-01
,字,2026-09-01,题
A-2,,2026-09-01,题
{"9" * 101},字,2026-09-01,题
A-3,{"字" * 20_001},2026-09-01,题
A-4,字,2026-09-01,{"题" * 201}
2.50912E+17,字,2026-09-01,题
A-5,字,昨天,题
A-6,\0,2026-09-01,题
A-7,{"字" * 1_000_001},2026-09-01,题
A-8,"字"字,2026-09-01,题
您好,字,2026-09-01,题
"""


@pytest.fixture(params=["import.md", "import.zh-CN.md"])
def guide(request: pytest.FixtureRequest) -> str:
    return (GUIDES / str(request.param)).read_text(encoding="utf-8")


def test_it_names_every_code_of_a_reject_and_no_other(guide: str, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(ROWS, encoding="utf-8")
    given = {row.reason_code for row in read_export(export) if isinstance(row, Reject)}
    table = guide[guide.index("| `wrong_field_count`") :]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    named = {code for line in lines for code in re.findall(r"`([a-z_]+)`", line)}
    assert named == given
    assert len(given) == 12


def test_it_names_every_field_with_headers_that_are_recognised(guide: str) -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| ([^|]*[\u4e00-\u9fff][^|]*) \|", guide, re.MULTILINE)
    fields = dict(row for row in rows if row[0] in FIELDS)
    assert set(fields) == set(FIELDS)
    for name, headers in fields.items():
        required = [field for field in ("external_no", "text") if field != name]
        for header in re.split("[,、] ?", headers):
            assert Mapping().positions([*required, header])[name] == len(required)


def test_its_mapping_file_can_be_used(guide: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    [example] = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    path.write_text(example, encoding="utf-8")
    assert load_mapping(path).source == "city-hotline"


def test_its_times_are_read(guide: str) -> None:
    times = re.findall(r"`(\d{4}[-/年][^`]+)`", guide)
    assert len(times) == 4
    assert all(parse_time(time) for time in times)
