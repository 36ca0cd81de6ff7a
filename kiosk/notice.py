"""The notice a person reads before agreeing to face recognition (告知书), rendered and hashed. No consent logic.

The text lies in ``assets/notice``; every field the law asks for (PRIVACY A2) is mandatory, and the months come from
the settings that also drive the purge, so that paper and machine cannot promise different things (DECISIONS 5).
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.settings import Settings
from kiosk.toml_rows import read_toml, record, refuse

NOTICE_ROOT = Path(__file__).parent.parent / "assets" / "notice"

MANDATORY = (
    "who",
    "contact",
    "purpose",
    "method",
    "kind",
    "storage",
    "retention",
    "necessity",
    "alternatives",
    "rights",
    "withdrawal",
    "protection",
)
"""Sections every language must fill, in the order they are shown."""

LEARNING = "learning"
"""Shown after ``method``, only while ``face.learn_views`` is on: agreeing to the text without it is not agreeing."""

_NEEDS = {
    "who": ("centre", "officer"),
    "contact": ("hotline",),
    "retention": ("consent_months", "unused_months"),
}
"""Facts that must stand in a section as placeholders, never as written-out numbers."""


@dataclass(frozen=True, slots=True)
class Section:
    """One paragraph with its heading."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice as it is shown, printed and read aloud; ``sha256`` covers every word of it."""

    version: str
    language: str
    title: str
    sections: tuple[Section, ...]
    sha256: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Heading and text of each section as one sentence block, for reading aloud and for print."""
        colon = "：" if self.language == "zh_CN" else ": "
        return tuple(f"{section.heading}{colon}{section.text}" for section in self.sections)


def load_notice(language: str, settings: Settings, root: Path = NOTICE_ROOT) -> Notice:
    """The rendered notice. Raises InputError naming file and field when a mandatory one is missing or empty,

    has an unknown placeholder, or lacks a fact it must state. Reads one small file; any thread but the GUI's.
    """
    path = root / f"face_consent_{language}.toml"
    tables = read_toml(path)
    facts = _facts(language, settings)
    version = _head(path, tables, "version")
    title = _head(path, tables, "title")
    unknown = tables.keys() - {"version", "title", LEARNING, *MANDATORY}
    if unknown:
        refuse(path.name, f"[{min(unknown)}]", "is not a field of the notice", f"Known: {', '.join(MANDATORY)}.")
    sections = tuple(_section(path, key, tables, facts) for key in _shown(settings))
    return Notice(version, language, title, sections, _hash(language, version, title, sections))


def _shown(settings: Settings) -> tuple[str, ...]:
    after = MANDATORY.index("method") + 1
    return (*MANDATORY[:after], LEARNING, *MANDATORY[after:]) if settings.face.learn_views else MANDATORY


def _facts(language: str, settings: Settings) -> Mapping[str, str]:
    return {
        "centre": settings.centre.name(language),
        "company": settings.centre.company(language),
        "hotline": settings.centre.hotline,
        "officer": settings.centre.officer,
        "consent_months": str(settings.face.consent_months),
        "unused_months": str(settings.face.unused_months),
    }


def _head(path: Path, tables: Mapping[str, object], key: str) -> str:
    value = tables.get(key)
    if not isinstance(value, str) or not value.strip():
        refuse(path.name, key, "is missing or empty", f'Write {key} = "..."')
    return value


def _section(path: Path, key: str, tables: Mapping[str, object], facts: Mapping[str, str]) -> Section:
    """One mandatory field, its placeholders filled."""
    section = record(path, f"[{key}]", tables.get(key, {}), Section)
    if not section.heading.strip() or not section.text.strip():
        refuse(path.name, f"[{key}]", "is empty", "Every field of the notice must be filled.")
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(section.text) if name is not None}
    except ValueError as error:
        refuse(path.name, f"[{key}]", str(error), "Write { and } only around a placeholder.")
    for name in sorted(used - facts.keys()):
        refuse(path.name, f"[{key}]", f"has an unknown placeholder {{{name}}}", f"Known: {', '.join(facts)}.")
    for name in _NEEDS.get(key, ()):
        if name not in used:
            refuse(path.name, f"[{key}]", f"does not state {{{name}}}", "Add the placeholder to the text.")
    return Section(section.heading, section.text.format_map(facts))


def _hash(language: str, version: str, title: str, sections: tuple[Section, ...]) -> str:
    """SHA-256 over language, version and every word, each part on a line of its own."""
    parts = [language, version, title, *(word for section in sections for word in (section.heading, section.text))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
