"""The catalogue: what is shipped, and how a wrong file is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.catalog import CATALOGUE_ROOT, Catalog, LetterKind, load_catalog
from kiosk.errors import InputError, RuleError
from kiosk.model.service import PrivacyLevel


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE_ROOT, root)
    return root


def test_every_category_of_the_domain_page_is_there(catalog: Catalog) -> None:
    families = {code: sum(c.code.startswith(code) for c in catalog.categories) for code in "12345678"}
    assert families == {"1": 7, "2": 4, "3": 4, "4": 4, "5": 2, "6": 2, "7": 6, "8": 1}


def test_every_category_has_two_names_and_a_group_that_shows_it(catalog: Catalog) -> None:
    for category in catalog.categories:
        assert category.name("zh_CN") != category.name("en")
        assert category in catalog.of_group(category.group)
        assert category.limit_days > 0 or category.code == "404"


def test_private_matters_share_one_neutral_letter(catalog: Catalog) -> None:
    private = {c.code for c in catalog.categories if c.privacy is not PrivacyLevel.NAMED}
    assert private == {"401", "402", "403", "404", "501", "502", "601", "704", "705"}
    assert {c.letter for c in catalog.categories if c.code in private} == {"C"}
    assert catalog.category("705").privacy is PrivacyLevel.SEALED


def test_groups_and_presets_have_icons_we_ship(catalog: Catalog) -> None:
    icons = {path.stem for path in (CATALOGUE_ROOT.parent / "icons").glob("*.svg")}
    assert {tile.icon for tile in (*catalog.groups, *catalog.presets)} <= icons
    assert len(catalog.presets) == 5


def test_priority_and_booked_letters_are_no_queues(catalog: Catalog) -> None:
    order = {letter.code for letter in catalog.letters.values() if letter.kind is LetterKind.ORDER}
    assert order == {"V", "Y"}


def test_seats_are_numbered_within_their_zone(catalog: Catalog) -> None:
    codes = [code for zone in catalog.zones for code in zone.seat_codes()]
    assert len(codes) == len(set(codes)) == 42
    assert codes[0] == "Z1-01"


def test_units_form_a_tree_of_sixteen(catalog: Catalog) -> None:
    assert len(catalog.units) == 16
    assert [unit.code for unit in catalog.units if not unit.parent] == ["U01"]


def test_an_unknown_category_is_refused(catalog: Catalog) -> None:
    with pytest.raises(RuleError):
        catalog.category("999")
    with pytest.raises(RuleError):
        catalog.group("nothing")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("services.toml", 'office = "TR"', 'office = "XX"', "office XX"),
        ("services.toml", 'letter = "B"', 'letter = "V"', "no queue"),
        ("services.toml", 'group = "advice"', 'group = "gone"', "group gone"),
        ("services.toml", 'code = "102"', 'code = "101"', "twice"),
        ("services.toml", "limit_days = 15", "limit_days = -1", "limit_days is -1"),
        ("services.toml", "limit_days = 15", 'limit_days = "15"', "'15'"),
        ("services.toml", 'privacy = "named"', 'privacy = "open"', "'open'"),
        ("services.toml", 'privacy = "named"', 'privacy = "confidential"', "does not wait under C"),
        ("services.toml", 'category = "301"', 'category = "999"', "category 999"),
        ("services.toml", 'en = "Canteen"\n', "", "lacks en"),
        ("services.toml", 'en = "Canteen"\n', 'en = "Canteen"\nfee = 3\n', "does not know fee"),
        ("letters.toml", 'kind = "order"', 'kind = "other"', "'other'"),
        ("units.toml", 'parent = "U02"', 'parent = "U99"', "U99"),
        ("seats.toml", "seats = 24", "seats = true", "True"),
        ("offices.toml", "[[office]]", "[[office", "line"),
    ],
)
def test_a_wrong_entry_names_file_and_entry(copy: Path, file: str, old: str, new: str, said: str) -> None:
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_catalog(copy)
    assert file in caught.value.what
    assert said in caught.value.what


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "seats.toml").unlink()
    with pytest.raises(InputError, match=r"seats\.toml, file: is missing"):
        load_catalog(copy)
