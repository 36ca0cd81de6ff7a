"""The hall store: the truth of the hall, in an encrypted SQLite file or in PostgreSQL (docs/adr/0001)."""

from kiosk.store.login import Sought
from kiosk.store.store import Store, open_store
from kiosk.store.work import Work

__all__ = ["Sought", "Store", "Work", "open_store"]
