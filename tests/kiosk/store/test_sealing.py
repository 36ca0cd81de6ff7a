"""Boxes: what goes in comes out for the right key and place, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.store.sealing import UnreadableError, decrypt, encrypt, new_keypair, seal, unseal

KEYS = st.binary(min_size=32, max_size=32)
PRIVATE, PUBLIC = new_keypair()


@given(KEYS, st.binary(), st.binary())
def test_a_subject_box_opens_with_its_key_in_its_place(key: bytes, plain: bytes, place: bytes) -> None:
    box = encrypt(key, plain, place)
    assert decrypt(key, box, place) == plain
    with pytest.raises(UnreadableError):
        decrypt(key, box, place + b"x")
    with pytest.raises(UnreadableError):
        decrypt(bytes(b ^ 1 for b in key), box, place)


@given(st.binary(min_size=1, max_size=50), st.data())
def test_one_flipped_bit_closes_every_box(plain: bytes, data: st.DataObject) -> None:
    key = bytes(32)
    boxes = {
        encrypt(key, plain, b"p"): lambda box: decrypt(key, box, b"p"),
        seal(PUBLIC, plain, b"p"): lambda box: unseal(PRIVATE, box, b"p"),
    }
    for box, opening in boxes.items():
        at = data.draw(st.integers(0, len(box) * 8 - 1))
        changed = bytearray(box)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(UnreadableError):
            opening(bytes(changed))


@given(st.binary())
def test_a_sealed_box_opens_with_the_private_key_only(plain: bytes) -> None:
    box = seal(PUBLIC, plain, b"p")
    assert unseal(PRIVATE, box, b"p") == plain
    with pytest.raises(UnreadableError):
        unseal(new_keypair()[0], box, b"p")


@given(st.binary(max_size=80))
def test_garbage_is_unreadable(box: bytes) -> None:
    with pytest.raises(UnreadableError):
        decrypt(bytes(32), box, b"")
    with pytest.raises(UnreadableError):
        unseal(PRIVATE, box, b"")
