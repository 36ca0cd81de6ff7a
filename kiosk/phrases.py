"""Every sentence a person sees or hears, per language, from ``assets/locale/<language>/<area>.toml``. No Qt.

Owns loading and filling of texts; must not decide which text is shown. A key is ``<area>.<table>.<name>``
(``touch.attract.title``). A text with a count may have a second form under the same key plus ``.one``, used
when the parameter ``n`` is 1. To add a language: copy the folder ``zh_CN``, translate the values, keep the keys.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from kiosk.errors import ReceptionError

LOCALE_ROOT = Path(__file__).parent.parent / "assets" / "locale"
LANGUAGES = ("zh_CN", "en")
FALLBACK = "zh_CN"

_log = logging.getLogger(__name__)


class Phrases:
    """The texts of one language. ``strict`` (tests) raises KeyError for a missing key instead of falling back."""

    def __init__(self, language: str, *, strict: bool = False, root: Path = LOCALE_ROOT) -> None:
        self.language = language
        self._strict = strict
        self._texts = _load(root, language)
        self._fallback = _load(root, FALLBACK)

    def text(self, key: str, **params: object) -> str:
        """The text of ``key`` with its placeholders filled. Raises KeyError for a missing placeholder value."""
        return self._find(key, params.get("n")).format_map(params)

    def explain(self, error: ReceptionError) -> str:
        """The sentence for an error a person can act on; an unknown code gives the general one."""
        key = f"errors.{error.code}"
        if key not in self._texts and key not in self._fallback:
            key = "errors.general"
        return self._find(key, None).format_map(error.detail)

    def has(self, key: str) -> bool:
        """True when this language itself (not the fallback) has ``key``."""
        return key in self._texts

    def known(self) -> frozenset[str]:
        """Every key of this language."""
        return frozenset(self._texts)

    def _find(self, key: str, count: object) -> str:
        for texts in (self._texts,) if self._strict else (self._texts, self._fallback):
            if count == 1 and f"{key}.one" in texts:
                return texts[f"{key}.one"]
            if key in texts:
                return texts[key]
        if self._strict:
            raise KeyError(key)
        _log.warning("text %s is missing in %s", key, self.language)
        return key


@cache
def _load(root: Path, language: str) -> Mapping[str, str]:
    """All areas of one language as dotted keys."""
    texts: dict[str, str] = {}
    for path in sorted((root / language).glob("*.toml")):
        texts.update(_flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))))
    return texts


def _flatten(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            yield from _flatten(key, value)
        else:
            yield key, str(value)
