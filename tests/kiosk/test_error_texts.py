"""Every error a person may meet here is said in both languages, with every placeholder filled."""

from __future__ import annotations

import pytest

from kiosk.errors import ReceptionError
from kiosk.phrases import Phrases
from kiosk.printing.faults import PrinterFault, fault_error

PLACEHOLDERS = {
    "settings_missing": {"file"},
    "settings_unreadable": {"file"},
    "settings_syntax": {"file", "problem"},
    "settings_version": {"file", "newest"},
    "settings_unknown": {"file", "line", "key", "allowed"},
    "settings_type": {"file", "line", "key", "allowed"},
    "settings_range": {"file", "line", "key", "allowed"},
    "settings_write": {"file"},
    "content_file": {"file", "entry", "problem"},
    "category_unknown": {"category"},
    "demo_only": set(),
    "demo_half_made": set(),
    "staff_number_empty": {"digits"},
    "staff_number_digits": {"digits"},
    "staff_number_length": {"digits"},
    "qr_foreign": set(),
    "qr_damaged": set(),
    "id_card_unreadable": set(),
    "employee_file_missing": {"file", "problem"},
    "employee_file_empty": {"file", "problem"},
    "employee_file_kind": {"file", "problem"},
    "employee_file_header": {"file", "problem"},
    "employee_file_huge": {"file", "problem"},
    "employee_import_central": set(),
}
"""Code to the details its errors carry; a text may use fewer."""


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("code", PLACEHOLDERS)
def test_a_text_uses_only_what_its_error_carries(language: str, code: str) -> None:
    phrases = Phrases(language, strict=True)
    said = phrases.explain(ReceptionError(code, "what", "remedy", **dict.fromkeys(PLACEHOLDERS[code], "x")))
    assert phrases.has(f"errors.{code}")
    assert "{" not in said


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("fault", list(PrinterFault))
def test_a_printer_fault_is_explained_and_the_number_stands(language: str, fault: PrinterFault) -> None:
    phrases = Phrases(language)
    said = phrases.explain(fault_error(fault))
    assert said != phrases.text("errors.general")
    stands = "号码有效" if language == "zh_CN" else "number is valid"
    assert stands in said or fault is PrinterFault.PAPER_LOW
