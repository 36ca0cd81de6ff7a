"""What is read how, and recordings of people in its place: any rate, any loudness, no clicks, a lamp for a bad file."""

from __future__ import annotations

import ctypes
import io
import wave
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog import load_catalog
from kiosk.errors import WorldError
from kiosk.phrases import Phrases
from ui import sound
from ui.recordings import LARGEST, LIST_FILE, Recordings, export, inspect, read_clip
from ui.voice import RATE, Espeak, Renderer, to_wav
from ui.wording import SENTENCES, Piece, Saying, Sentences, Utterance, chinese_number, plain, spoken_label

LABELS = st.builds(lambda letter, n: f"{letter}{n:03d}", st.sampled_from("ABCVYSGX"), st.integers(1, 12_000))
CATALOG = load_catalog()


def tone(hertz: float, length_s: float, *, rate: int = RATE, loud: float = 0.5) -> np.ndarray:
    return (loud * np.sin(2 * np.pi * hertz * np.arange(int(rate * length_s)) / rate)).astype(np.float32)


def wav_file(path: Path, samples: np.ndarray, *, rate: int = RATE, channels: int = 1, width: int = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        frames = np.repeat(samples[:, None], channels, axis=1)
        scaled = (frames * 32_767).astype("<i2") if width == 2 else (frames * 127 + 128).astype("u1")
        out.writeframes(scaled.tobytes())
    return path


def peak_hertz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE / len(samples))


class Voice:
    """A synthesiser that notes its work."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def speak(self, text: str, language: str) -> bytes:
        self.asked.append(text)
        return sound.encode(tone(300, 0.5))


# --- how it is read


@given(LABELS)
def test_a_number_is_cut_so_that_each_sign_can_be_a_recording(label: str) -> None:
    for language in ("zh_CN", "en"):
        (utterance,) = Sentences((language,), CATALOG).utterances(Saying("passed", label))
        signs = [piece.key for piece in utterance.pieces if piece.key.startswith(("letter", "digit"))]
        assert signs == [f"letter-{label[0]}", *(f"digit-{digit}" for digit in label[1:])]
        assert spoken_label(label, language) in utterance.text


def test_windows_and_people_are_counted_as_people_count_them() -> None:
    assert [chinese_number(n) for n in (1, 2, 10, 12, 20, 35, 99)] == [
        "一",
        "二",
        "十",
        "十二",
        "二十",
        "三十五",
        "九十九",
    ]

    def chinese(saying: Saying) -> str:
        return Sentences(("zh_CN",), CATALOG).utterances(saying)[0].text

    assert "到十二号窗口" in chinese(Saying("call", "A1003", "12")) and "A,幺零零三号" in chinese(
        Saying("call", "A1003", "12")
    )
    assert "前面还有两人" in chinese(Saying("soon", "A001", ahead=2))
    assert "前面还有十人" in chinese(Saying("soon", "A001", ahead=10))
    assert "到S,幺号窗口" in chinese(Saying("call", "A001", "S1"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_sentence_of_the_hall_is_there_and_none_blames(language: str) -> None:
    phrases = Phrases(language, strict=True)
    filled = {"no": "A012", "w": "1", "n": 2, "zone": "安静区"}
    for name in SENTENCES:
        assert "{" not in phrases.text(f"voice.{name}", **filled)
    sentences = Sentences((language,), CATALOG)
    for name in SENTENCES:
        assert sentences.utterances(Saying(name, "A012", "1"))[0].text == phrases.text(
            f"voice.{name}",
            no=spoken_label("A012", language),
            w="一" if language == "zh_CN" else "1",
            n="零" if language == "zh_CN" else "0",
            zone="",
        )


LETTERS = {"A": "'eI", "B": "b'i:", "C": "s'i:", "G": "dZ'i:", "S": "'Es", "V": "v'i:", "X": "'Eks", "Y": "w'aI"}
"""How espeak-ng writes the English names of our letters."""


def test_letters_are_heard_as_letters_inside_chinese() -> None:
    Espeak().speak("请", "zh_CN")  # loads the library and leaves the Mandarin voice chosen
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    for letter, name in LETTERS.items():
        text = ctypes.c_char_p(f"请{letter},零幺二号".encode())
        phonemes = library.espeak_TextToPhonemes(ctypes.byref(text), 1, 0).decode()
        assert f"(en){name}(cmn)" in phonemes and "j'Au55" in phonemes  # 幺 is yao, never yi


# --- recordings


@given(st.sampled_from([8_000, 16_000, 32_000, 44_100, 48_000, 96_000]), st.integers(300, 3_000))
def test_any_rate_keeps_its_pitch_and_its_length(rate: int, hertz: int) -> None:
    samples = sound.resample(tone(hertz, 0.4, rate=rate), rate)
    assert len(samples) == pytest.approx(0.4 * RATE, abs=2)
    assert peak_hertz(samples) == pytest.approx(hertz, abs=6)


def test_what_our_rate_cannot_carry_does_not_whistle() -> None:
    whistle = sound.resample(tone(15_000, 0.4, rate=48_000), 48_000)
    assert float(np.abs(whistle[200:-200]).max()) < 0.02


@given(st.floats(0.01, 0.9))
def test_quiet_and_loud_recordings_come_out_alike_and_unclipped(loud: float) -> None:
    level = sound.levelled(tone(400, 0.5, loud=loud))
    assert sound.loudness_db(level) == pytest.approx(sound.LOUDNESS_DB, abs=0.1)
    assert float(np.abs(level).max()) < 1


def test_the_synthesiser_is_about_as_loud_as_recordings_are_made() -> None:
    for text, language in (("请A,零幺二号，到三号窗口办理。", "zh_CN"), ("Ticket A, zero one two.", "en")):
        assert sound.loudness_db(sound.decode(Espeak().speak(text, language))) == pytest.approx(
            sound.LOUDNESS_DB, abs=4
        )


def test_joined_pieces_have_no_clicks() -> None:
    """A cut in the middle of a wave is a jump; after blending no step is higher than within the tone itself."""
    cut = tone(200, 0.31, loud=0.8)[50:]
    joined = sound.blend([cut, cut[::-1].copy(), cut])
    assert float(np.abs(np.diff(joined)).max()) <= float(np.abs(np.diff(sound.levelled(cut))).max()) * 1.05
    assert abs(joined[0]) < 0.01 and abs(joined[-1]) < 0.01


def test_silence_around_a_recording_is_cut_away() -> None:
    padded = np.concatenate([np.zeros(RATE, np.float32), tone(300, 0.3), np.zeros(RATE, np.float32)])
    assert len(sound.trimmed(padded)) < 0.4 * RATE


@pytest.mark.parametrize(("rate", "channels"), [(22_050, 1), (48_000, 2), (16_000, 1), (44_100, 2)])
def test_a_recording_is_heard_in_place_of_its_piece_and_the_rest_is_synthesised_whole(
    tmp_path: Path, rate: int, channels: int
) -> None:
    wav_file(tmp_path / "zh_CN" / "digit-1.wav", tone(1_000, 0.4, rate=rate), rate=rate, channels=channels)
    voice, recorded = Voice(), Recordings(tmp_path)
    (utterance,) = Sentences(("zh_CN",), CATALOG).utterances(Saying("call", "A012", "3"))
    clip = Renderer(voice, recorded).sound([utterance])
    assert voice.asked == ["请A,零", "二号，到三号窗口办理。"]
    heard = sound.decode(clip)
    middle = heard[int(0.6 * RATE) : int(0.85 * RATE)]
    assert peak_hertz(middle) == pytest.approx(1_000, abs=15) and recorded.fault == ""


def test_without_recordings_the_sentence_is_synthesised_in_one_go(tmp_path: Path) -> None:
    voice = Voice()
    Renderer(voice, Recordings(tmp_path)).sound([plain("请", "zh_CN"), plain("please", "en")])
    assert voice.asked == ["请", "please"]


def test_a_new_recording_is_heard_from_the_next_call_on_and_a_removed_one_no_more(tmp_path: Path) -> None:
    recorded = Recordings(tmp_path)
    assert recorded.clip("en", "digit-1") is None
    path = wav_file(tmp_path / "en" / "digit-1.wav", tone(500, 0.3))
    assert recorded.clip("en", "digit-1") is not None
    path.write_bytes(b"broken")
    assert recorded.clip("en", "digit-1") is None and recorded.fault == "clip_unreadable"
    path.unlink()
    assert recorded.clip("en", "digit-1") is None and recorded.fault == ""


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.write_bytes(b"ID3 an mp3"), "no WAV"),
        (lambda path: path.write_bytes(b""), "no WAV"),
        (lambda path: wav_file(path, tone(300, 0.2), width=1), "8 bit"),
        (lambda path: wav_file(path, np.zeros(5_000, np.float32)), "silent"),
        (lambda path: path.write_bytes(b"\0" * (LARGEST + 1)), "longer"),
        (lambda path: path.mkdir(), "no WAV"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_the_hall_hears_the_synthesiser(tmp_path: Path, make, why: str) -> None:
    path = tmp_path / "en" / "digit-1.wav"
    path.parent.mkdir()
    make(path)
    with pytest.raises(WorldError, match=why):
        read_clip(path)
    voice, recorded = Voice(), Recordings(tmp_path)
    Renderer(voice, recorded).sound([Utterance("en", (Piece("digit-1", "one"),))])
    assert voice.asked == ["one"] and list(recorded.faults) == ["en/digit-1.wav"]


def test_what_is_exported_can_be_recorded_over_and_every_piece_of_a_call_is_in_it(tmp_path: Path) -> None:
    sentences = Sentences(("zh_CN", "en"), CATALOG)
    pieces = list(sentences.everything(["1", "12"], "ABC"))
    count = export(pieces, tmp_path, Voice(), Recordings(tmp_path / "none"))
    assert count == len(pieces) == len({(language, piece.key) for language, piece in pieces})
    assert "zh_CN/digit-1.wav\t幺" in (tmp_path / LIST_FILE).read_text(encoding="utf-8")
    recorded, voice = Recordings(tmp_path), Voice()
    for saying in (Saying("call", "B103", "12"), Saying("soon", "C001", ahead=2), Saying("call", "A012", "9", "Z2")):
        Renderer(voice, recorded).sound(sentences.utterances(saying))
    assert not any(any(map(str.isalnum, text)) for text in voice.asked)


def test_a_check_tells_what_is_used_missing_unknown_and_broken(tmp_path: Path) -> None:
    pieces = [("en", Piece("digit-1", "one")), ("en", Piece("digit-2", "two")), ("en", Piece("digit-3", "three"))]
    wav_file(tmp_path / "en" / "digit-1.wav", tone(300, 0.2))
    wav_file(tmp_path / "en" / "digit-11.wav", tone(300, 0.2))
    (tmp_path / "en" / "digit-2.wav").write_bytes(b"x")
    found = inspect(tmp_path, pieces)
    assert found.missing == ("en/digit-3.wav",) and found.unknown == ("en/digit-11.wav",)
    assert list(found.faults) == ["en/digit-2.wav"] and found.usable == 2


def test_an_encoded_clip_is_a_wav_of_our_rate() -> None:
    with wave.open(io.BytesIO(to_wav(b"\0\0" * RATE, RATE))) as clip:
        assert (clip.getframerate(), clip.getnchannels(), clip.getsampwidth()) == (RATE, 1, 2)
