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
from ui.bridge import Bridge
from ui.loudspeaker import MediaOutput
from ui.speech import CHIME, Speech
from ui.voice import BACKLOG, Announcement, ClipBank, Espeak, Renderer, join, seconds, thin, to_wav
from ui.wording import plain, spoken_label

LABELS = st.builds(lambda letter, n: f"{letter}{n:03d}", st.sampled_from("ABCVYSG"), st.integers(1, 12_000))
TONE = to_wav(b"\1\2" * 2_205, 22_050)
ONE = (plain("请", "zh_CN"),)
TWO = (plain("请", "zh_CN"), plain("please", "en"))


class FakeOutput:
    """A loudspeaker whose clips end when the test says so."""

    def __init__(self, present: bool = True) -> None:
        self.attached = present
        self.played: list[bytes] = []
        self.percent: list[int] = []
        self.resting = False
        self.pending: Callable[[bool], None] | None = None

    def present(self) -> bool:
        return self.attached

    def play(self, clip: bytes, percent: int, ended: Callable[[bool], None]) -> None:
        self.played.append(clip)
        self.percent.append(percent)
        self.pending, self.resting = ended, False

    def rest(self, length_s: float, ended: Callable[[bool], None]) -> None:
        self.pending, self.resting = ended, True

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

    def make(output: FakeOutput, voice: FakeVoice, volume: Callable[[], int] = lambda: 100) -> Speech:
        made.append(Speech(Renderer(voice), bridge.post, b"chime", volume))
        made[-1].attach(output)
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
    assert speech.announce(Announcement(ONE, ended=heard.append)) is False
    assert heard == [False] and voice.asked == []


def test_chime_first_then_the_sentence_then_spoken(hall, qtbot: QtBot) -> None:
    heard: list[bool] = []
    output, voice = FakeOutput(), FakeVoice()
    assert hall(output, voice).announce(Announcement(TWO, ended=heard.append))
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
    hall(output, FakeVoice(fails=True)).announce(Announcement(ONE, ended=heard.append))
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
            Announcement((plain(name, "en"),), chime=False, ended=lambda ok, name=name: heard.append(f"{name} {ok}"))
        )
    for expected in (1, 2):
        qtbot.waitUntil(lambda n=expected: len(output.played) == n)
        output.end(played=False)
    assert heard == ["first False", "second False"]


ANNOUNCEMENTS = st.lists(
    st.builds(
        Announcement,
        st.sampled_from([TWO, ONE, TWO[1:]]),
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
        assert all(len(item.utterances) == 1 for item in kept)
    assert all(item.utterances for item in kept)


def test_real_player_ends_by_itself_and_says_spoken_only_with_a_device(qtbot: QtBot) -> None:
    output = MediaOutput()
    heard: list[bool] = []
    output.play(TONE, 100, heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=8_000)
    assert heard == [output.present()]
    output.stop()


def test_a_caption_is_shown_without_a_device_for_as_long_as_it_takes_to_read(hall) -> None:
    shown: list[str] = []
    heard: list[bool] = []
    output = FakeOutput(present=False)
    speech = hall(output, FakeVoice())
    speech.showing = lambda item: shown.append(item.caption if item else "")
    speech.sounding = lambda on: shown.append(f"sounding {on}")
    for caption in ("A001", "A002"):
        assert speech.announce(Announcement(ONE, caption=caption, ended=heard.append)) is False
    assert shown == ["A001"] and output.resting
    output.end(False)
    assert shown == ["A001", "A002"] and heard == [False]
    output.end(False)
    assert shown == ["A001", "A002", ""] and output.played == []


def test_what_is_no_longer_due_at_its_turn_is_neither_said_nor_written(qtbot: QtBot) -> None:
    speech, ended, shown = Speech(None, lambda act: act(), b"", lambda: 100), [], []
    speech.showing = lambda item: shown.append(item.caption if item else "")
    for caption, due in (("A001", False), ("A002", True)):
        speech.announce(Announcement((), False, False, caption, ended.append, lambda due=due: due))  # type: ignore[misc]
    speech.attach(FakeOutput(present=False))
    assert (shown, ended) == (["A002"], [False])
    speech.stop()


def test_what_is_called_before_the_loudspeaker_is_there_waits_for_it(qtbot: QtBot) -> None:
    bridge, output = Bridge(), FakeOutput()
    speech = Speech(Renderer(FakeVoice()), bridge.post, b"chime")
    speech.announce(Announcement(ONE, caption="A001"))
    assert output.played == []
    speech.attach(output)
    assert output.played == [b"chime"]
    speech.stop()
    bridge.close()


def test_the_volume_is_asked_at_every_sound_and_silence_is_not_spoken(hall, qtbot: QtBot) -> None:
    heard: list[bool] = []
    percent = [40]
    output = FakeOutput()
    speech = hall(output, FakeVoice(), lambda: percent[0])
    speech.announce(Announcement(ONE, caption="A001", ended=heard.append))
    percent[0] = 0
    output.end()
    qtbot.waitUntil(lambda: len(output.played) == 2)
    output.end()
    assert output.percent == [40, 0] and heard == [False]


def test_with_the_voice_switched_off_there_are_chime_and_caption(qtbot: QtBot) -> None:
    bridge, output, heard = Bridge(), FakeOutput(), []
    speech = Speech(None, bridge.post, b"chime")
    speech.attach(output)
    speech.announce(Announcement(ONE, caption="A001", ended=heard.append))
    output.end()
    assert output.played == [b"chime"] and output.resting and speech.fault() == ""
    output.end(False)
    assert heard == [False]
    speech.stop()
    bridge.close()


def test_the_lamp_tells_what_keeps_it_from_speaking(hall, qtbot: QtBot) -> None:
    output, voice = FakeOutput(), FakeVoice(fails=True)
    speech = hall(output, voice)
    assert speech.fault() == ""
    speech.announce(Announcement(ONE))
    output.end()
    qtbot.waitUntil(lambda: speech.fault() == "voice_missing")
    voice.fails = False
    speech.announce(Announcement(ONE))
    qtbot.waitUntil(lambda: speech.fault() == "")
    output.attached = False
    assert speech.fault() == "sound_missing"


def test_finding_the_loudspeaker_never_holds_the_screen(qtbot: QtBot) -> None:
    bridge = Bridge()
    speech = Speech(Renderer(FakeVoice()), bridge.post, CHIME.read_bytes())
    speech.start()
    qtbot.waitUntil(lambda: speech._output is not None, timeout=8_000)
    assert isinstance(speech._output, MediaOutput)
    speech.stop()
    bridge.close()
