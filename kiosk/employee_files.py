"""Reads lists of employees from CSV and XLSX files and says line by line what is wrong. Pure: no store.

Headings are Chinese (工号 姓名 出生日期 单位 电话 状态) or English (staff_number name birth_date unit phone status), in
any order; phone and status may be missing. No problem text ever repeats a value: files hold personal data, problem
texts reach screens and logs.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from kiosk.errors import InputError
from kiosk.model.people import EmployeeStatus

MAX_BYTES = 64 * 1024 * 1024
"""Larger than any list of one company's employees; also the limit for an unpacked XLSX, times eight."""
MAX_ROWS = 300_000
OLDEST = date(1900, 1, 1)
LONGEST_TEXT = 80

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "staff_number": ("工号", "staff_number"),
    "name": ("姓名", "name"),
    "birth_date": ("出生日期", "birth_date"),
    "unit": ("单位", "unit"),
    "phone": ("电话", "phone"),
    "status": ("状态", "status"),
}
OPTIONAL = frozenset({"phone", "status"})

STATUSES: Mapping[str, EmployeeStatus] = {
    "": EmployeeStatus.ACTIVE,
    "在职": EmployeeStatus.ACTIVE,
    "active": EmployeeStatus.ACTIVE,
    "退休": EmployeeStatus.RETIRED,
    "retired": EmployeeStatus.RETIRED,
    "离职": EmployeeStatus.LEFT,
    "left": EmployeeStatus.LEFT,
}

Cells = tuple[str, ...]
NumberRule = Callable[[str], str]
"""Makes a full staff number of what a cell says, or raises InputError."""


@dataclass(frozen=True, slots=True)
class EmployeeRow:
    """One employee as the file says it; None where the file has no such column."""

    line: int
    staff_number: str
    name: str
    birth_date: date
    unit: str
    phone: str | None
    status: EmployeeStatus | None


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be used; ``what`` and ``remedy`` never contain its value."""

    line: int
    column: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class EmployeeFile:
    """Everything a file gave: the usable rows and the problems, both in order of lines."""

    file: str
    rows: tuple[EmployeeRow, ...]
    problems: tuple[Problem, ...]


def read_employee_file(path: Path, number_rule: NumberRule, today: date) -> EmployeeFile:
    """Read ``path``, whatever its ending says. A row with any problem is left out of ``rows``.

    Raises InputError when the file as a whole cannot be used: missing, empty, too large, no table, wrong headings.
    Any thread; a list of 300,000 takes some seconds.
    """
    data = _bytes(path)
    lines = _sheet(path.name, data) if data.startswith(b"PK") else _csv(path.name, data)
    columns, heading_line = _columns(path.name, lines)
    reader = _RowReader(columns, number_rule, today)
    for count, (line, cells) in enumerate(lines):
        if count >= MAX_ROWS:
            _refuse("employee_file_huge", path.name, f"has more than {MAX_ROWS} lines", "Split it.")
        reader.read(line, cells)
    if not reader.rows and not reader.problems:
        what = f"has headings in line {heading_line} but no employee below them"
        _refuse("employee_file_empty", path.name, what, "Check that the right file was exported.")
    return EmployeeFile(path.name, tuple(reader.rows), tuple(reader.problems))


def _refuse(code: str, file: str, problem: str, remedy: str) -> NoReturn:
    raise InputError(code, f"{file} {problem}.", remedy, file=file, problem=problem)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            what = f"is larger than {MAX_BYTES // 1024 // 1024} MB"
            _refuse("employee_file_huge", path.name, what, "Export only the six columns, or split it.")
        data = path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror or 'no access'}"
        raise InputError(
            "employee_file_missing", f"{path.name} {what}.", "Check name and place.", file=path.name, problem=what
        ) from None
    if not data.strip():
        _refuse("employee_file_empty", path.name, "is empty", "Check that the export finished.")
    return data


Lines = Iterator[tuple[int, Cells]]


def _csv(file: str, data: bytes) -> Lines:
    """Lines of a text file that are not empty; UTF-8 (with or without mark), UTF-16 with mark, or GB18030."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        _refuse("employee_file_kind", file, "is an old Excel file (.xls)", "Save it as .xlsx or .csv.")
    text = _decode(file, data)
    if "\0" in text:
        _refuse("employee_file_kind", file, "is no list of employees", "Choose a .csv or .xlsx file.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=lambda mark: len(_known(first.split(mark))))
    return _csv_lines(file, text, delimiter)


def _decode(file: str, data: bytes) -> str:
    guesses = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in guesses:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    _refuse("employee_file_kind", file, "is neither UTF-8 nor GB18030 text", "Save it as CSV UTF-8 or as .xlsx.")


def _csv_lines(file: str, text: str, delimiter: str) -> Lines:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, tuple(cells)
    except csv.Error:
        what = f"has an unclosed quotation mark near line {reader.line_num}"
        _refuse("employee_file_kind", file, what, "Correct that line, or save as .xlsx.")


def _sheet(file: str, data: bytes) -> Lines:
    """Rows of the active sheet of an XLSX file that are not empty."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 8 * MAX_BYTES:
                _refuse("employee_file_huge", file, "unpacks to far too much", "Export only the six columns.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except InputError:
        raise
    except Exception:  # openpyxl raises whatever the damaged part happens to trigger
        _refuse("employee_file_kind", file, "is no readable .xlsx file", "Open it and save it again as .xlsx.")
    try:
        for line, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            cells = tuple(map(_cell_text, row))
            if any(cell.strip() for cell in cells):
                yield line, cells
    finally:
        book.close()


def _cell_text(value: object) -> str:
    """A cell as text; dates in ISO form, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _plain(cell: str) -> str:
    """Full-width forms made plain, outer blanks removed."""
    return unicodedata.normalize("NFKC", cell).strip()


def _known(cells: Iterable[str]) -> list[str]:
    """The fields whose headings are among ``cells``."""
    spelt = {spelling: field for field, spellings in HEADINGS.items() for spelling in spellings}
    return [spelt[cell] for cell in (_plain(c).strip('"').lower() for c in cells) if cell in spelt]


def _columns(file: str, lines: Lines) -> tuple[Mapping[str, int], int]:
    """Which field stands in which column, from the first line that is not empty, and the number of that line."""
    line, cells = next(lines, (1, ()))
    columns = {field: at for at, cell in enumerate(cells) for field in _known([cell])}
    found = [HEADINGS[field][0] for field in _known(cells)]
    missing = [" / ".join(HEADINGS[field]) for field in HEADINGS if field not in columns and field not in OPTIONAL]
    if len(found) != len(columns):
        _refuse("employee_file_header", file, f"names a column twice in line {line}", "Leave each heading once.")
    if missing:
        # A first line without any heading is data: it must not be repeated.
        seen = ", ".join(found) if found else "none of the headings"
        what = f"lacks {', '.join(missing)} in line {line}; found: {seen}"
        _refuse("employee_file_header", file, what, "Put the headings into the first line.")
    return columns, line


class _RowReader:
    """Turns cells into rows; collects problems and remembers the numbers seen."""

    def __init__(self, columns: Mapping[str, int], number_rule: NumberRule, today: date) -> None:
        self.rows: list[EmployeeRow] = []
        self.problems: list[Problem] = []
        self._columns = columns
        self._number_rule = number_rule
        self._today = today
        self._lines_of: dict[str, int] = {}

    def read(self, line: int, cells: Cells) -> None:
        """Add the row of ``cells``, or its problems."""
        before = len(self.problems)

        def complain(field: str, what: str, remedy: str) -> None:
            self.problems.append(Problem(line, HEADINGS[field][0], what, remedy))

        texts = {field: self._cell(cells, field) for field in HEADINGS}
        for field in ("name", "unit"):
            if not texts[field]:
                complain(field, "is empty", "Fill it in.")
        for field, text in texts.items():
            if len(text) > LONGEST_TEXT or any(unicodedata.category(c) == "Cc" for c in text):
                complain(field, "is too long or has control characters", "Shorten or retype it.")
        number = self._number(line, texts["staff_number"], complain)
        born = self._birth_date(texts["birth_date"], complain)
        status = STATUSES.get(texts["status"].lower())
        if status is None:
            complain("status", "is unknown", "Use 在职, 退休 or 离职 (active, retired, left).")
        if re.fullmatch(r"[0-9 ()+-]{0,20}", texts["phone"]) is None:
            complain("phone", "is no telephone number", "Use digits, blanks, + and -.")
        if len(self.problems) == before and born:
            phone = texts["phone"] if "phone" in self._columns else None
            known = status if "status" in self._columns else None
            self.rows.append(EmployeeRow(line, number, texts["name"], born, texts["unit"], phone, known))

    def _cell(self, cells: Cells, field: str) -> str:
        at = self._columns.get(field, len(cells))
        return _plain(cells[at]) if at < len(cells) else ""

    def _number(self, line: int, text: str, complain: Callable[[str, str, str], None]) -> str:
        """The staff number, noted so that a second one is found; empty when there was a problem."""
        try:
            number = self._number_rule(text)
        except InputError as error:
            complain("staff_number", error.what.removeprefix("The staff number ").rstrip("."), error.remedy)
            return ""
        first = self._lines_of.setdefault(number, line)
        if first != line:
            complain("staff_number", f"stands in line {first} already", "Delete one of the two lines.")
        return number

    def _birth_date(self, text: str, complain: Callable[[str, str, str], None]) -> date | None:
        born = parse_date(text)
        if born is None:
            complain("birth_date", "is no date" if text else "is empty", "Write it as 1988-01-31.")
        elif not OLDEST <= born < self._today:
            complain("birth_date", "cannot be a birth date", "Check the year.")
            return None
        return born


def parse_date(text: str) -> date | None:
    """The date of 1988-01-31, 1988/1/31, 1988.1.31, 19880131 or 1988年1月31日; None for anything else."""
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text, re.ASCII) or re.fullmatch(
        r"(\d{4})(\d\d)(\d\d)", text, re.ASCII
    )
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
