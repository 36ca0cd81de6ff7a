"""Speech: what is said, that it is sound, and that nothing ever waits for it."""

from __future__ import annotations

import io
import wave
from array import array
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from kiosk.errors import WorldError
from kiosk.phrases import Phrases
from ui.bridge import Bridge
from ui.speech import CHIME, MediaOutput, Speech
from ui.voice import BACKLOG, Announcement, ClipBank, Espeak, join, seconds, spoken_label, thin, to_wav

LABELS = st.builds(lambda letter, n: f"{letter}{n:03d}", st.sampled_from("ABCVYSG"), st.integers(1, 12_000))
TONE = to_wav(b"\1\2" * 2_205, 22_050)


class FakeOutput:
    """A loudspeaker whose clips end when the test says so."""

    def __init__(self, present: bool = True) -> None:
        self.attached = present
        self.played: list[bytes] = []
        self.pending: Callable[[bool], None] | None = None

    def present(self) -> bool:
        return self.attached

    def play(self, clip: bytes, ended: Callable[[bool], None]) -> None:
        self.played.append(clip)
        self.pending = ended

    def stop(self) -> None:
        self.pending = None

    def end(self, played: bool = True) -> None:
        assert self.pending is not None
        ended, self.pending = self.pending, None
        ended(played)


class FakeVoice:
    """A synthesiser that fails on command and notes what it was asked."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.asked: list[tuple[str, str]] = []

    def speak(self, text: str, language: str) -> bytes:
        self.asked.append((language, text))
        if self.fails:
            raise WorldError("voice_missing", "no voice")
        return TONE


@pytest.fixture
def hall(qtbot: QtBot):
    bridge = Bridge()
    made: list[Speech] = []

    def make(output: FakeOutput, voice: FakeVoice) -> Speech:
        made.append(Speech(voice, output, bridge.post, b"chime"))
        return made[-1]

    yield make
    for speech in made:
        speech.stop()
    bridge.close()


def samples(clip: bytes) -> array[int]:
    with wave.open(io.BytesIO(clip)) as source:
        return array("h", source.readframes(source.getnframes()))


# --- what is said


@given(LABELS)
def test_chinese_reads_letter_first_then_each_digit_and_never_yi_for_one(label: str) -> None:
    text = spoken_label(label, "zh_CN")
    assert text[0] == label[0]
    assert [sign for sign in text if sign in "零幺二三四五六七八九"] == [
        "零幺二三四五六七八九"[int(d)] for d in label[1:]
    ]
    assert not any(sign.isdigit() for sign in text) and "一" not in text


@given(LABELS)
def test_english_names_every_digit(label: str) -> None:
    words = spoken_label(label, "en").split(" ")
    assert words[0] == f"{label[0]},"
    assert len(words) == len(label)
    assert all(word.isalpha() for word in words[1:])


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_sentence_of_the_hall_is_there_and_can_be_filled(language: str) -> None:
    phrases = Phrases(language, strict=True)
    filled = {"no": "A,零幺二", "w": "1", "n": 2, "zone": "安静区", "low": 3, "high": 6}
    for name in ("issue", "call", "call_place", "recall", "recall_place", "soon", "passed", "expired"):
        assert "{" not in phrases.text(f"voice.{name}", **filled)
    for name in ("transfer", "pause", "close", "calm", "emergency"):
        assert phrases.text(f"voice.{name}", **filled)


def test_recall_uses_neutral_words() -> None:
    assert "再次呼叫" in Phrases("zh_CN", strict=True).text("voice.recall", no="A", w="1")


# --- that it is sound


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh_CN", "请A,零幺二号,到1号窗口办理。"), ("en", "Ticket A, zero one two, please proceed to counter 1.")],
)
def test_a_call_becomes_audible_sound_of_plausible_length(language: str, text: str) -> None:
    clip = Espeak().speak(text, language)
    assert 2.0 < seconds(clip) < 8.0
    assert max(abs(value) for value in samples(clip)) > 3_000


def test_more_digits_take_longer() -> None:
    voice = Espeak()
    short, long = (voice.speak(spoken_label(label, "zh_CN"), "zh_CN") for label in ("A01", "A0123456"))
    assert seconds(long) > seconds(short) + 0.5


def test_clip_bank_remembers_and_forgets_the_oldest() -> None:
    voice = FakeVoice()
    bank = ClipBank(voice, capacity=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        bank.speak(text, "en")
    assert [text for _, text in voice.asked] == ["a", "b", "c", "b"]


def test_joined_clips_keep_their_length_plus_a_pause() -> None:
    assert seconds(join([TONE, TONE])) == pytest.approx(2 * seconds(TONE) + 0.35, abs=0.01)


def test_chime_is_short_audible_and_not_clipped() -> None:
    clip = CHIME.read_bytes()
    peak = max(abs(value) for value in samples(clip))
    assert 0.5 < seconds(clip) < 1.5
    assert 8_000 < peak < 32_700


# --- that nothing waits for it


def test_without_a_device_it_ends_at_once_as_not_spoken(hall) -> None:
    heard: list[bool] = []
    voice = FakeVoice()
    speech = hall(FakeOutput(present=False), voice)
    assert speech.announce(Announcement((("zh_CN", "请"),), ended=heard.append)) is False
    assert heard == [False] and voice.asked == []


def test_chime_first_then_the_sentence_then_spoken(hall, qtbot: QtBot) -> None:
    heard: list[bool] = []
    output, voice = FakeOutput(), FakeVoice()
    assert hall(output, voice).announce(Announcement((("zh_CN", "请"), ("en", "please")), ended=heard.append))
    assert output.played == [b"chime"]
    qtbot.waitUntil(lambda: len(voice.asked) == 2)
    output.end()
    qtbot.waitUntil(lambda: len(output.played) == 2)
    assert heard == []
    output.end()
    assert heard == [True]


def test_chime_sounds_even_when_there_is_no_voice(hall, qtbot: QtBot) -> None:
    heard: list[bool] = []
    output = FakeOutput()
    hall(output, FakeVoice(fails=True)).announce(Announcement((("zh_CN", "请"),), ended=heard.append))
    assert output.played == [b"chime"]
    output.end()
    qtbot.waitUntil(lambda: heard == [False])
    assert len(output.played) == 1


def test_a_device_that_vanishes_in_the_middle_is_not_spoken_and_the_queue_goes_on(hall, qtbot: QtBot) -> None:
    heard: list[str] = []
    output = FakeOutput()
    speech = hall(output, FakeVoice())
    for name in ("first", "second"):
        speech.announce(
            Announcement((("en", name),), chime=False, ended=lambda ok, name=name: heard.append(f"{name} {ok}"))
        )
    for expected in (1, 2):
        qtbot.waitUntil(lambda n=expected: len(output.played) == n)
        output.end(played=False)
    assert heard == ["first False", "second False"]


ANNOUNCEMENTS = st.lists(
    st.builds(
        Announcement,
        st.sampled_from([(("zh_CN", "请"), ("en", "please")), (("zh_CN", "请"),), (("en", "please"),)]),
        repeat=st.booleans(),
    ),
    max_size=8,
)


@given(ANNOUNCEMENTS)
def test_backlog_drops_repeats_first_then_english_never_a_first_call(queue: list[Announcement]) -> None:
    kept, dropped = thin(queue)
    assert all(item.repeat for item in dropped)
    if len(queue) <= BACKLOG:
        assert kept == queue
    else:
        assert not any(item.repeat for item in kept)
        assert len(kept) == sum(not item.repeat for item in queue)
    if len(kept) > BACKLOG:
        assert all(len(item.parts) == 1 for item in kept)
    assert all(item.parts for item in kept)


def test_real_player_ends_by_itself_and_says_spoken_only_with_a_device(qtbot: QtBot) -> None:
    output = MediaOutput()
    heard: list[bool] = []
    output.play(TONE, heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=8_000)
    assert heard == [output.present()]
    output.stop()
