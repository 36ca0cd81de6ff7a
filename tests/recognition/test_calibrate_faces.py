"""Calibration on real faces: measured on the people of a site alone, then held against strangers it never saw."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest

from recognition.calibrate import PEOPLE_NEEDED, Rates, Scale, calibrate
from recognition.crowd import standing
from recognition.sources.folder import people_in
from recognition.sources.picture import read_picture
from recognition.track import central
from recognition.vote import Thresholds
from tests.recognition.crowd import templates

STRANGERS = 500


def described(pictures, engine) -> Iterator[np.ndarray]:
    for path in pictures:
        frame = read_picture(path)
        face = central(frame, engine.detect(frame))
        if face is not None:
            yield engine.embed(frame, face)


def own_standing(scores, row, crowd) -> float:
    return standing([scores[row], *np.sort(np.delete(scores, row))[::-1]], crowd)


@pytest.mark.slow
def test_strangers_of_a_real_site_are_not_taken_for_somebody(sface, faces_dir):
    people = people_in(faces_dir / "lfw-dev")
    several = [name for name, pictures in people.items() if len(pictures) >= 4]
    site = [np.stack(list(described(people[name][:3], sface))) for name in several[:PEOPLE_NEEDED]]
    scale = Scale(sface.agreement, sface.crowd)
    found = calibrate(site, "sface", Thresholds(0.4, 0.6, 0.08), scale, Rates()).thresholds
    matrix = templates(site)
    others = (people[name][:1] for name in people if name not in several)
    strangers = np.stack(list(islice((view for pictures in others for view in described(pictures, sface)), STRANGERS)))
    mates = [list(described(people[name][3:4], sface)) for name in several[:PEOPLE_NEEDED]]
    own = [own_standing(matrix @ view[0], row, scale.crowd) for row, view in enumerate(mates) if view]
    best = [standing(np.sort(row)[::-1], scale.crowd) for row in strangers @ matrix.T]
    assert found.calibrated
    assert (np.array(best) >= found.sure).sum() <= 2
    assert np.mean(np.array(own) >= found.sure) > 0.75
    assert np.mean(np.array(own) >= found.ask) > 0.95
