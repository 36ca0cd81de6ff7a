"""liveness.*: photographs moved by hand, films and living heads before the asked movements. Mostly simulated.

Pictures are found by ``RECEPTION_FACES`` (default ``../shared/faces``), networks beside them in ``models``. Each figure
carries its number of tries and a 95 % interval (Wilson); none is a certificate.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import sqrt
from pathlib import Path

from benchmarks.liveness_clips import real_turns
from benchmarks.liveness_tries import NETWORKS, Stand, Try, networks
from benchmarks.presentations import ATTACKS
from benchmarks.result import Result, cannot_run, median, percentile
from recognition.liveness import begin, observe
from recognition.liveness.passive import NETWORK_LIMIT
from recognition.types import Ask

ROOT = Path(__file__).resolve().parent.parent
WORST = 0.05
"""Target: photographs of any one kind accepted."""
ORDERS_OF_A_FILM = 6
PER_ATTACK = int(os.environ.get("RECEPTION_TRIES", "36"))
"""Tries of each kind of photograph: 150, as PRIVACY §3 asks, take a quarter of an hour."""
FIRST_SEED = 1000
PER_TURN, REPLAYS, NEARER, SCORED = 24, 12, 12, 6
TURNS = ((12.0, 10), (16.0, 10), (20.0, 10), (25.0, 10), (32.0, 10), (25.0, 30))
"""Degrees and frames (15 a second) of simulated heads; the last is a slow one."""

_stand: Stand | None = None


def measure() -> list[Result]:
    """The whole group; a result that says why when there are no pictures."""
    faces = Path(os.environ.get("RECEPTION_FACES", ROOT.parent / "shared" / "faces"))
    if not (faces / "london").is_dir():
        why = "no photographs found; set RECEPTION_FACES"
        return [cannot_run("liveness.worst_attack", "share", f"<= {WORST}", why)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn, initializer=_prepare, initargs=(faces,)) as pool:
        passed = partial(pool.map, _passes, chunksize=4)
        results = [*_attacks(passed), _replays(passed), *_heads(passed), _nearer(pool)]
    return [*results, *_real(faces), _network(faces), _time(faces)]


def interval(hits: int, tries: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927)."""
    z, share = 1.96, hits / tries
    middle = (share + z * z / (2 * tries)) / (1 + z * z / tries)
    half = z / (1 + z * z / tries) * sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return max(0.0, middle - half), min(1.0, middle + half)


def _prepare(faces: Path) -> None:
    global _stand  # noqa: PLW0603 - one stand per process of the pool
    _stand = Stand(faces)


def _passes(one: Try) -> bool:
    assert _stand is not None
    return _stand.passes(one)


def _relief(one: Try) -> float:
    assert _stand is not None
    return _stand.relief_nearer(one)


def _share(metric: str, hits: int, tries: int, what: str, target: str = "", ok: bool | None = None) -> Result:
    low, high = interval(hits, tries)
    note = f"{what}: {hits} of {tries}, 95 % {low:.3f} to {high:.3f}"
    return Result(metric, round(hits / tries, 3), "share", target=target, ok=ok, note=note)


def _attacks(passed: partial[Iterator[bool]]) -> Iterator[Result]:
    """Accepted turns of photographs (APCER-like), each kind, and the worst kind before the two movements in use."""
    shares = {}
    for kind in ATTACKS:
        hits = sum(passed([Try(kind, FIRST_SEED + seed) for seed in range(PER_ATTACK)]))
        shares[kind] = hits / PER_ATTACK
        yield _share(f"liveness.turn.{kind}", hits, PER_ATTACK, "simulated; one asked turn accepted")
    worst = max(shares, key=lambda kind: shares[kind])
    share = in_use(shares[worst])
    highest = in_use(interval(round(shares[worst] * PER_ATTACK), PER_ATTACK)[1])
    note = (
        f"{worst}, worst of {len(ATTACKS)} simulated kinds, {PER_ATTACK} each: both movements accepted, computed from "
        f"one turn (two of six orders ask for two turns, four for a turn and nearer, which a sheet fulfils); 95 % up "
        f"to {highest:.3f}"
    )
    yield Result("liveness.worst_attack", round(share, 3), "share", target=f"<= {WORST}", ok=share <= WORST, note=note)


def in_use(turn: float) -> float:
    """Share accepted before a drawn order, when a single turn is accepted with share ``turn`` and nearer always."""
    return (2 * turn**2 + 4 * turn) / ORDERS_OF_A_FILM


def _replays(passed: partial[Iterator[bool]]) -> Result:
    hits = sum(passed([Try("replay", seed) for seed in range(REPLAYS)]))
    bound = f"a film of one order passes one order in {ORDERS_OF_A_FILM}; films started to suit the ask are not stopped"
    return _share("liveness.replay_right_turn", hits, REPLAYS, f"simulated film of the very turn asked; {bound}")


def _heads(passed: partial[Iterator[bool]]) -> Iterator[Result]:
    """Refused turns of living heads (BPCER-like), by angle and speed."""
    for yaw, frames in TURNS:
        missed = PER_TURN - sum(passed([Try("genuine", seed, yaw, frames) for seed in range(PER_TURN)]))
        target = "<= 0.05" if yaw >= 25 else ""
        ok = missed / PER_TURN <= 0.05 if target else None
        what = f"simulated heads; a turn of {yaw:.0f} degrees in {frames / 15:.1f} s not accepted"
        yield _share(f"liveness.missed.{yaw:.0f}deg_{frames}", missed, PER_TURN, what, target, ok)


def _nearer(pool: ProcessPoolExecutor) -> Result:
    """Whether coming nearer tells heads from sheets."""
    heads = list(pool.map(_relief, [Try("head_nearer", seed) for seed in range(NEARER)]))
    sheets = list(pool.map(_relief, [Try("sheet_nearer", seed) for seed in range(NEARER)]))
    alike = sum(value >= min(heads) for value in sheets)
    note = (
        f"simulated, {NEARER} each: sheets with at least the relief of the flattest head when coming nearer; medians "
        f"{median(heads):.3f} and {median(sheets):.3f} eye distances; never asked without a turn"
    )
    return Result("liveness.nearer_alike", round(alike / NEARER, 3), "share", note=note)


def _real(faces: Path) -> Iterator[Result]:
    """Real heads that turn, from the clips: few people, many windows."""
    people = real_turns(faces / "video")
    if not people:
        yield cannot_run("liveness.missed.real", "share", "", "no clips with turning heads")
        return
    missed, windows = sum(m for m, _ in people.values()), sum(n for _, n in people.values())
    each = ", ".join(f"{m} of {n}" for m, n in people.values())
    yield _share("liveness.missed.real", missed, windows,
                 f"real: {len(people)} people only, windows overlap, mirrored and backwards too ({each})")  # fmt: skip


def _network(faces: Path) -> Result:
    """What the slot adds: photographs that a network alone would let pass."""
    metric, network = "liveness.network_worst_attack", networks(faces.parent / "models")
    if network is None:
        return cannot_run(metric, "share", "", f"no {NETWORKS[0][1]} in models beside the pictures")
    stand = Stand(faces)
    accepted = {
        kind: sum(stand.network_score(Try(kind, seed), network) >= NETWORK_LIMIT for seed in range(SCORED)) / SCORED
        for kind in ATTACKS
    }
    note = f"MiniFASNet alone at {NETWORK_LIMIT}, simulated, {SCORED} each: " + ", ".join(
        f"{kind} {share:.2f}" for kind, share in accepted.items()
    )
    return Result(metric, max(accepted.values()), "share", note=note)


def _time(faces: Path) -> Result:
    """A frame of ``observe`` against the detection of the same frame."""
    stand = Stand(faces)
    made, rng = stand.presentation(Try("genuine", 0, 25.0, 60))
    watched: list[float] = []
    found: list[float] = []
    motion = None
    for frame in made.frames(rng, (640, 360)):
        begun = time.perf_counter()
        faces_seen = stand.detector.detect(frame)
        found.append(time.perf_counter() - begun)
        if motion is None:
            motion = begin(Ask.RIGHT, frame, faces_seen[0])
            continue
        begun = time.perf_counter()
        observe(motion, frame, faces_seen[0])
        watched.append(time.perf_counter() - begun)
    ours, base = median(watched) * 1000, median(found) * 1000
    note = f"one frame at 640x360 against its detection; p95 {percentile(watched, 0.95) * 1000:.1f} ms"
    return Result("liveness.observe_ms", round(ours, 1), "ms", round(base, 1), round(ours / base, 2), note=note)
