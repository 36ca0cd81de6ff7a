"""Lists of employees: read whatever the office exports, and every mistake said with its line and never its value."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kiosk import employee_files
from kiosk.employee_files import EmployeeFile, parse_date, read_employee_file
from kiosk.errors import InputError
from kiosk.identify.staff_number import normalise
from kiosk.model.people import EmployeeStatus

TODAY = date(2026, 11, 22)
CHINESE = ("工号", "姓名", "出生日期", "单位", "电话", "状态")
GOOD = ("DEMO-0001", "林演示", "1988-03-05", "北澜供电公司", "", "在职")


def rule(text: str) -> str:
    return normalise(text, "DEMO-", 4)


def read(path: Path) -> EmployeeFile:
    return read_employee_file(path, rule, TODAY)


def text_of(*lines: tuple[str, ...], delimiter: str = ",") -> str:
    return "".join(delimiter.join(line) + "\r\n" for line in lines)


def csv_file(folder: Path, *lines: tuple[str, ...]) -> Path:
    path = folder / "list.csv"
    path.write_text(text_of(*lines), encoding="utf-8")
    return path


def sheet(folder: Path, *lines: tuple[object, ...]) -> Path:
    book = Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter_gives_the_same_person(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(text_of(CHINESE, GOOD, delimiter=delimiter).encode(encoding))
    (row,) = read(path).rows
    assert (row.line, row.staff_number, row.name, row.birth_date) == (2, "DEMO-0001", "林演示", date(1988, 3, 5))
    assert (row.unit, row.phone, row.status) == ("北澜供电公司", "", EmployeeStatus.ACTIVE)


def test_english_headings_in_any_order_and_no_optional_columns(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ("Unit", "NAME", "staff_number", "birth_date"), ("U", "演示", "0001", "1990/1/2"))
    (row,) = read(path).rows
    assert (row.unit, row.name, row.staff_number, row.birth_date) == ("U", "演示", "DEMO-0001", date(1990, 1, 2))
    assert row.phone is None
    assert row.status is None


def test_a_spreadsheet_gives_the_same_as_text(tmp_path: Path) -> None:
    born = datetime(1988, 3, 5)  # noqa: DTZ001 - a spreadsheet cell has no zone
    second_line = (2002, "样例", "19900102", "U", 24.0, "离职")
    path = sheet(tmp_path, CHINESE, (None,) * 6, (*GOOD[:2], born, *GOOD[3:]), second_line)
    first, second = read(path).rows
    assert (first.line, first.birth_date) == (3, date(1988, 3, 5))
    assert (second.staff_number, second.phone, second.status) == ("DEMO-2002", "24", EmployeeStatus.LEFT)


BAD = [
    ("工号", 0, ""),
    ("工号", 0, "DEMO-12"),
    ("工号", 0, "DEMO-12x4"),
    ("姓名", 1, " "),
    ("姓名", 1, "演" * 81),
    ("出生日期", 2, ""),
    ("出生日期", 2, "1988-02-30"),
    ("出生日期", 2, "05/03/1988"),
    ("出生日期", 2, "2026-11-22"),
    ("出生日期", 2, "1899-12-31"),
    ("单位", 3, ""),
    ("单位", 3, "a\x07b"),
    ("电话", 4, "secret"),
    ("状态", 5, "休假"),
]


@pytest.mark.parametrize(("column", "at", "value"), BAD)
def test_a_bad_cell_is_named_by_line_and_column_and_never_repeated(
    tmp_path: Path, column: str, at: int, value: str
) -> None:
    bad = (*GOOD[:at], value, *GOOD[at + 1 :])
    result = read(csv_file(tmp_path, CHINESE, bad, ("DEMO-0002", *GOOD[1:])))
    assert [row.staff_number for row in result.rows] == ["DEMO-0002"]
    (problem,) = result.problems
    assert (problem.line, problem.column) == (2, column)
    assert problem.remedy
    assert not value.strip() or value not in f"{problem.what}{problem.remedy}"


def test_the_second_of_two_equal_numbers_names_the_first(tmp_path: Path) -> None:
    result = read(csv_file(tmp_path, CHINESE, GOOD, ("0001", *GOOD[1:])))
    assert [row.line for row in result.rows] == [2]
    assert result.problems[0].line == 3
    assert "line 2" in result.problems[0].what


def test_every_problem_of_a_line_is_told(tmp_path: Path) -> None:
    result = read(csv_file(tmp_path, CHINESE, ("x", "", "y", "", "z", "w")))
    assert {problem.column for problem in result.problems} == set(CHINESE)


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path)
    assert path.name in caught.value.what
    assert caught.value.remedy
    return caught.value


def test_wrong_headings_name_what_is_missing_and_what_was_found(tmp_path: Path) -> None:
    error = refused(csv_file(tmp_path, ("工号", "姓名", "地址"), GOOD[:3]))
    assert error.code == "employee_file_header"
    assert "出生日期 / birth_date, 单位 / unit" in error.what
    assert "found: 工号, 姓名" in error.what


def test_a_list_without_headings_never_repeats_its_first_person(tmp_path: Path) -> None:
    error = refused(csv_file(tmp_path, GOOD))
    assert error.code == "employee_file_header"
    assert "林演示" not in f"{error}{error.detail}"


def test_a_heading_given_twice_is_refused(tmp_path: Path) -> None:
    assert refused(csv_file(tmp_path, (*CHINESE, "姓名"), (*GOOD, "x"))).code == "employee_file_header"


def test_files_that_are_no_list_are_refused_in_words(tmp_path: Path) -> None:
    made = {
        "absent.csv": None,
        "empty.csv": b"",
        "blank.csv": b" \r\n\r\n",
        "headings.csv": text_of(CHINESE).encode(),
        "old.xls": b"\xd0\xcf\x11\xe0" + bytes(64),
        "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "torn.xlsx": b"PK\x03\x04 torn",
        "quote.csv": text_of(CHINESE).encode() + b'"' + b"x" * 200_000,
    }
    codes = {}
    for name, data in made.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
        codes[name] = refused(tmp_path / name).code
    assert codes == {
        "absent.csv": "employee_file_missing",
        "empty.csv": "employee_file_empty",
        "blank.csv": "employee_file_empty",
        "headings.csv": "employee_file_empty",
        "old.xls": "employee_file_kind",
        "picture.csv": "employee_file_kind",
        "torn.xlsx": "employee_file_kind",
        "quote.csv": "employee_file_kind",
    }


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").mkdir()
    assert refused(tmp_path / "list.csv").code == "employee_file_missing"


def test_an_archive_that_is_no_sheet_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert refused(tmp_path / "list.xlsx").code == "employee_file_kind"


def test_files_beyond_all_measure_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv_file(tmp_path, CHINESE, GOOD, ("DEMO-0002", *GOOD[1:]))
    monkeypatch.setattr(employee_files, "MAX_ROWS", 1)
    assert refused(path).code == "employee_file_huge"
    monkeypatch.setattr(employee_files, "MAX_BYTES", 20)
    assert refused(path).code == "employee_file_huge"
    blown = io.BytesIO()
    with zipfile.ZipFile(blown, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/big.xml", b"0" * 100_000)
    monkeypatch.setattr(employee_files, "MAX_BYTES", len(blown.getvalue()))
    (tmp_path / "bomb.xlsx").write_bytes(blown.getvalue())
    assert refused(tmp_path / "bomb.xlsx").code == "employee_file_huge"


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_date_is_read_in_every_spelling(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for text in (f"{y}-{m}-{d}", f"{y}/{m:02d}/{d:02d}", f"{y}.{m}.{d}", f"{y}{m:02d}{d:02d}", f"{y}年{m}月{d}日"):
        assert parse_date(text) == day


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: (text_of(CHINESE) + t).encode()))
def test_any_bytes_are_a_list_or_refused_kindly(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(data)
    try:
        result = read(path)
    except InputError as error:
        assert error.code.startswith("employee_file_")
    else:
        assert {field.name for field in fields(result)} == {"file", "rows", "problems"}
