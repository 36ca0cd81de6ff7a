"""A process that re-keys a vault and kills itself: ``python -m tests.kiosk.store.rekeying DIR POINT``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from kiosk.store.keystore import FileKeyStore
from kiosk.store.vault import Vault, generations
from tests.fakes import FakeClock

POINTS = ("copying", "before the switch", "in the switch", "after the switch", "keys half gone", "files still there")


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Keys(FileKeyStore):
    """Dies when the second key of the first generation is to go."""

    def drop(self, name: str) -> None:
        super().drop(name)
        if name == "vault" and sys.argv[2] == "keys half gone":
            die()


def main() -> None:
    profile, point = Path(sys.argv[1]), sys.argv[2]
    vault = Vault(profile, Keys(profile), FakeClock())
    if point == "before the switch":
        generations.switch = die
    elif point == "in the switch":
        settle = os.fsync
        os.fsync = lambda handle: die() if sys._getframe(1).f_code.co_name == "switch" else settle(handle)
    elif point == "after the switch":
        generations._settle = lambda folder: die() if folder.name == "vault" else None
    elif point == "files still there":
        generations._remains = lambda profile, generation: die() if not generation else []
    vault.rekey(die if point == "copying" else lambda done, total: None)


if __name__ == "__main__":
    main()
