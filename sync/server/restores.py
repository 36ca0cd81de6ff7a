"""Notices by itself that this database was restored from an older state, and begins a new epoch (SYNC fault 15).

The proofs are our own sealed texts that halls bring back: what we acknowledged, and how far they read. A seal proves
that we said it; a number ahead of ours proves that we forgot it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from sync.server.database import COLLECTIONS, begin_epoch
from sync.server.keyring import Keyring
from sync.server.schema import collection, origin_head, server


def heal_by_receipt(connection: Connection, keyring: Keyring, origin_id: UUID, proof: str) -> bool:
    """Begin a new epoch when ``proof`` says we acknowledged more than we have; True when it was begun."""
    said = _said_in_this_epoch(connection, keyring, "acked", proof)
    if said is None or said["origin"] != str(origin_id):
        return False
    last = connection.execute(select(origin_head.c.last_seq).where(origin_head.c.origin_id == origin_id)).scalar_one()
    if said["seq"] <= last:
        return False
    begin_epoch(connection)
    return True


def heal_by_cursor(connection: Connection, keyring: Keyring, cursor: str) -> bool:
    """Begin a new epoch when ``cursor`` is ahead of every revision we gave; True when it was begun."""
    said = _said_in_this_epoch(connection, keyring, "cursor", cursor)
    if said is None:
        return False
    heads = {row.name: row.rev for row in connection.execute(select(collection.c.name, collection.c.rev))}
    if all(said[name] <= heads[name] for name in COLLECTIONS):
        return False
    begin_epoch(connection)
    return True


def _said_in_this_epoch(
    connection: Connection, keyring: Keyring, purpose: str, sealed: str
) -> Mapping[str, Any] | None:
    # The lock makes two halls that bring the same news begin one epoch, not two.
    epoch = connection.execute(select(server.c.epoch).with_for_update()).scalar_one()
    said = keyring.unseal(purpose, sealed)
    return said if said is not None and said["epoch"] == str(epoch) else None
