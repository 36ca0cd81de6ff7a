"""What people type, scan and lay on readers: accepted when it can be meant, refused kindly otherwise."""

from __future__ import annotations

import json
import string
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.errors import InputError
from kiosk.identify import id_card, qr
from kiosk.identify.registry import make_ways
from kiosk.identify.staff_number import normalise
from kiosk.identify.way import Claim, ClaimKind
from kiosk.model.visit import Method
from kiosk.settings.spec import Identity

PREFIX, DIGITS = "DEMO-", 4
FOUR = st.text(string.digits, min_size=4, max_size=4)
REFERENCE = st.from_regex(r"[0-9A-Z][0-9A-Z-]{0,39}", fullmatch=True)
FULL_WIDTH = str.maketrans(string.digits, "０１２３４５６７８９")


def staff(text: str) -> str:
    return normalise(text, PREFIX, DIGITS)


def code_of(kind: str, reference: str) -> str:
    """The compact code as it stands on a badge or in a booking."""
    return f"R1:{kind}:{reference}:{qr.check_character(reference)}"


def scan(text: str) -> Claim:
    return qr.read(PREFIX, DIGITS, text)


@given(FOUR)
def test_a_staff_number_is_the_same_however_it_is_typed(digits: str) -> None:
    spellings = [digits, digits.translate(FULL_WIDTH), f" {digits[:2]} {digits[2:]}\n", f"demo-{digits}"]
    spellings += [f"ＤＥＭＯ－{digits}", f"DEMO–{digits}"]
    assert {staff(text) for text in spellings} == {f"DEMO-{digits}"}
    assert staff(staff(digits)) == staff(digits)


@given(st.text())
def test_any_text_is_a_staff_number_or_refused_without_repeating_it(text: str) -> None:
    try:
        number = staff(text)
    except InputError as error:
        assert error.detail == {"digits": 4}
        assert error.what.startswith("The staff number ")
    else:
        assert number.startswith(PREFIX)
        assert len(number) == 9
        assert number.isascii()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "staff_number_empty"),
        ("DEMO-", "staff_number_empty"),
        ("123", "staff_number_length"),
        ("12345", "staff_number_length"),
        ("1" * 100, "staff_number_length"),
        ("12a4", "staff_number_digits"),
        ("١٢٣٤", "staff_number_digits"),
    ],
)
def test_a_wrong_staff_number_says_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        staff(text)
    assert caught.value.code == code


@given(REFERENCE)
def test_a_booking_code_reads_back_in_both_spellings(reference: str) -> None:
    assert scan(code_of("booking", reference)) == Claim(ClaimKind.BOOKING, (reference,))
    assert scan(json.dumps({"v": 1, "kind": "booking", "ref": reference})) == Claim(ClaimKind.BOOKING, (reference,))


@given(FOUR)
def test_a_staff_code_reads_back_as_the_number(digits: str) -> None:
    claim = Claim(ClaimKind.STAFF_NUMBER, (f"DEMO-{digits}",))
    assert scan(code_of("staff", f"DEMO-{digits}")) == claim
    assert scan(json.dumps({"v": 1, "kind": "staff", "ref": f"DEMO-{digits}"})) == claim


@given(st.from_regex(r"[0-9A-Z]{2,20}", fullmatch=True), st.data())
def test_one_wrong_character_is_always_found(reference: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(reference) - 1))
    other = data.draw(st.sampled_from(string.digits + string.ascii_uppercase))
    assume(other != reference[at])
    damaged = reference[:at] + other + reference[at + 1 :]
    with pytest.raises(InputError, match="completely"):
        scan(f"R1:booking:{damaged}:{qr.check_character(reference)}")


def test_nearly_all_swapped_neighbours_are_found() -> None:
    """ISO 7064's hybrid systems promise every single error, but not every swap."""
    pairs = list(permutations(string.digits + string.ascii_uppercase, 2))
    for before in ("", "P", "X7", "DEMO0"):
        missed = sum(
            qr.check_character(before + first + second) == qr.check_character(before + second + first)
            for first, second in pairs
        )
        assert missed <= len(pairs) // 100


def test_a_printed_ticket_gives_id_centre_and_code() -> None:
    claim = scan("R1:ticket:LN001:0123456789abcdef0123456789abcdef:12345678")
    assert claim.kind is ClaimKind.TICKET
    assert claim.parts == ("0123456789abcdef0123456789abcdef", "LN001", "12345678")


@pytest.mark.parametrize("place", ["https://queue.example", "http://10.0.0.7:8080", "https://example.org/hall/public"])
def test_the_address_on_a_slip_is_the_same_ticket(place: str) -> None:
    claim = scan(f"{place}/q/LN001/0123456789abcdef0123456789abcdef/12345678")
    assert claim.kind is ClaimKind.TICKET
    assert claim.parts == ("0123456789abcdef0123456789abcdef", "LN001", "12345678")


def test_a_published_check_character() -> None:
    assert qr.check_character("A12425GABC1234002") == "M"  # example of the GRid standard for ISO 7064 MOD 37,36


@given(
    st.text()
    | st.text('R1:{}[]"bookingstaff,v0123456789-', max_size=300)
    | st.binary().map(lambda b: b.decode("latin-1"))
)
def test_whatever_is_scanned_is_a_claim_or_refused_kindly(text: str) -> None:
    try:
        scan(text)
    except InputError as error:
        assert error.code in {"qr_foreign", "qr_damaged"}
        assert not error.detail


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://example.org/pay", "qr_foreign"),
        ("https://example.org/q/LN001/short/1234", "qr_foreign"),
        ("", "qr_foreign"),
        ("中文", "qr_foreign"),
        ("[" * 200, "qr_foreign"),
        ("9" * 5000, "qr_foreign"),
        ('{"v":2,"kind":"booking","ref":"A"}', "qr_foreign"),
        ('{"v":1,"kind":"pay","ref":"A"}', "qr_damaged"),
        ('{"v":1,"kind":["booking"],"ref":"A"}', "qr_damaged"),
        ('{"v":1,"kind":"booking","ref":7}', "qr_damaged"),
        ('{"v":1,"kind":"staff","ref":"DEMO-12345"}', "qr_damaged"),
        ("R1:booking", "qr_damaged"),
        ("R1:booking::0", "qr_damaged"),
        ("R1:pay:A:0", "qr_damaged"),
        ("R1:ticket:LN001:short:1234", "qr_damaged"),
    ],
)
def test_foreign_and_damaged_codes_are_told_apart(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        scan(text)
    assert caught.value.code == code


@st.composite
def cards(draw: st.DrawFn) -> str:
    region = draw(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True))
    born = draw(st.dates()).strftime("%Y%m%d").rjust(8, "0")
    body = region + born + draw(st.from_regex(r"[0-9]{3}", fullmatch=True))
    return body + id_card.check_character(body)


@given(cards())
def test_a_card_is_read_however_the_reader_types_it(number: str) -> None:
    for line in (number, number.lower(), f"{number}\r\n", number.translate(FULL_WIDTH)):
        assert id_card.read(line) == Claim(ClaimKind.ID_CARD, (number,))


@given(cards(), st.integers(0, 16), st.sampled_from(string.digits))
def test_one_wrong_digit_of_a_card_is_always_found(number: str, at: int, other: str) -> None:
    assume(other != number[at])
    with pytest.raises(InputError):
        id_card.read(number[:at] + other + number[at + 1 :])


def test_the_check_of_the_standards_own_example() -> None:
    assert id_card.check_character("11010519491231002") == "X"
    assert id_card.check_character("44052418800101001") == "4"


@given(st.text())
def test_any_line_is_a_card_or_refused_without_repeating_it(text: str) -> None:
    try:
        id_card.read(text)
    except InputError as error:
        assert error.code == "id_card_unreadable"
        assert not error.detail


@given(cards())
def test_a_claim_never_shows_its_content(number: str) -> None:
    assert number not in repr(id_card.read(number))


def test_every_method_has_its_way_and_reads_what_it_must() -> None:
    ways = make_ways(Identity())
    assert set(ways) == set(Method)
    typed = ways[Method.STAFF_NUMBER].read
    assert typed is not None
    assert typed("0001").value == "DEMO-0001"
    assert all((way.read is None) == (m in {Method.FACE, Method.ASSISTED, Method.ANONYMOUS}) for m, way in ways.items())
