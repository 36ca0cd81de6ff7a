"""A process that enrols one person, searches, and lets the person withdraw, as it is told word by word.

The person's vectors come masked (XOR) from a file or from a photograph and are unmasked once, in place, so that the
only plain copies in this process are those the product makes. Vectors of a photograph are written out masked.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import numpy as np

from recognition.calibrate import Rates, Scale, calibrate
from recognition.gallery import Gallery
from recognition.loading import Loader, Memory
from recognition.rotated import RotatedEngine
from recognition.types import Box, Face, Frame
from recognition.vectors import fused, wipe
from recognition.vote import Thresholds
from tests.kiosk.services.conftest import open_hall
from tests.recognition.crowd import crowd

DIM = 128
MODELS = "canary@1"


class Handed:
    """An engine that gives what it is handed."""

    name, dim, agreement, models, holds_interpreter_lock = "canary", DIM, 0.0, (MODELS,), False

    def __init__(self) -> None:
        self.next = np.zeros(DIM, np.float32)

    def load(self) -> None: ...

    def detect(self, frame: Frame) -> list[Face]:
        return []

    def embed(self, frame: Frame, face: Face) -> np.ndarray:
        return self.next


def unmasked(folder: Path) -> np.ndarray:
    """(views + 1 probe, dim): the only plain copy."""
    plain = np.load(folder / "masked.npy")
    plain ^= np.load(folder / "mask.npy")
    return plain.view(np.float32)


def photographed(folder: Path) -> np.ndarray:
    """The same from photographs by the default engine; handed to the scan masked."""
    from recognition import engines
    from recognition.enrol import views_of
    from recognition.sources.picture import read_picture

    engine = engines.create("sface", folder / "models")
    pictures = [Path(line) for line in (folder / "pictures").read_text().splitlines()]
    taken = views_of([read_picture(picture) for picture in pictures], engine).vectors
    np.save(folder / "masked.npy", taken.view(np.uint32) ^ np.load(folder / "mask.npy")[: len(taken)])
    return taken


def main() -> None:
    """Follow the words on standard input; say ``done`` after each."""
    folder = Path(sys.argv[1])
    vectors = photographed(folder) if (folder / "pictures").exists() else unmasked(folder)
    hall = open_hall(folder / "profile")
    services, vault, person = hall.services, hall.services.context.vault(), hall.people[0]
    assert vault is not None
    handed, gallery = Handed(), Gallery(DIM)
    rotated = RotatedEngine(handed, vault.rotation(MODELS, DIM))
    memory = Memory(vault.load, vault.rows, vault.fetch, vault.rotation, vault.generation)
    loader = Loader(memory, MODELS, gallery, rotated)
    for word in sys.stdin:
        if word == "enrol\n":
            consent = services.consents.grant(person.id, "zh_CN", hall.visitor)
            services.consents.release(consent.id, hall.desk)
            services.consents.enrol(consent.id, MODELS, list(vectors[:-1]), hall.visitor)
            wipe(vectors[:-1])
            loader.reload()
            hall.installation.store.backup(folder / "backup.db")
        elif word == "search\n":
            handed.next = vectors[-1]
            frame = Frame(np.zeros((9, 16, 3), np.uint8), 0.0, 0, synthetic=True)
            probe = rotated.embed(frame, Face(Box(0, 0, 9, 9), np.zeros((5, 2), np.float32), 1.0))
            both = fused([probe, probe])
            assert gallery.search(both)[0].person_id == person.id
            wipe([probe, both])
            lent = [views for _, views in vault.load(MODELS)]
            found = calibrate([*lent, *crowd(150, dim=DIM)], MODELS, Thresholds(0.4, 0.6, 0.1), Scale(0.0), Rates())
            assert found.thresholds.calibrated
            wipe(lent)
        elif word == "withdraw\n":
            hall.clock.advance(seconds=1)
            assert services.consents.withdraw(person.id, "zh_CN", hall.visitor).templates_removed == 1
            loader.reload()
            gc.collect()
        print("done", flush=True)
    hall.installation.close()


if __name__ == "__main__":
    main()
