"""The vault: face templates of this device, in files of their own, never in the hall store and never in sync.

Owns encryption, rotation, expiry, deletion with receipts, and re-keying. Never holds a name or a picture. Opened only
after the face module was activated (DECISIONS 3, docs/adr/0010). What lies where:

    vault/generation        number of the vault in use; 0 and absent: the files lie in vault/ itself, else in vault/N/
    .../vault.db            ciphertexts under random ids, consent id, expiry; receipts
    .../person-keys.db      whose they are, and the key of each person
    key store               a key for each of the two files, the secret of the rotation, a key for receipts

Stealing any one of them gives nothing. What is stored is the template after a secret rotation of this installation
(PRIVACY A26): cosines are kept, and the same face enrolled elsewhere cannot be linked. The rotation alone is not
irreversible if its secret leaks.
"""

from kiosk.store.vault.generations import exists
from kiosk.store.vault.receipts import Reason, Receipt, Standing
from kiosk.store.vault.rekey import Rekeyed
from kiosk.store.vault.tables import PERSON_KEY, RECEIPT, TEMPLATE
from kiosk.store.vault.templates import Check, Status, Vault

__all__ = [
    "PERSON_KEY", "RECEIPT", "TEMPLATE",
    "Check", "Reason", "Receipt", "Rekeyed", "Standing", "Status", "Vault", "exists",
]  # fmt: skip
