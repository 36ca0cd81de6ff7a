"""The server's self-made certificate, which terminals pin at enrolment (DECISIONS 27). Owns the two PEM files."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.server.files import write_secret

LIFE = timedelta(days=10 * 365)
"""A pinned certificate is replaced by a new enrolment, so it must outlive the terminals."""
ALWAYS = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the PEM files lie and the SHA-256 fingerprint (lower-case hex) that a bundle carries."""

    cert: Path
    key: Path
    fingerprint: str


def certificate(folder: Path, names: Iterable[str] = ()) -> Certificate:
    """Load the certificate in ``folder``, or make one for localhost and ``names``.

    A certificate that lacks one of ``names`` is kept (terminals have pinned it); to change names, remove both
    files and enrol the halls again. Raises WorldError when the folder cannot be written.
    """
    cert_path, key_path = folder / "server.crt", folder / "server.key"
    if not (cert_path.exists() and key_path.exists()):
        _make(cert_path, key_path, [*ALWAYS, *names])
    der = ssl.PEM_cert_to_DER_cert(cert_path.read_text(encoding="ascii"))
    return Certificate(cert_path, key_path, fingerprint(der))


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate in DER form, lower-case hex."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return digest.finalize().hex()


def _make(cert_path: Path, key_path: Path, names: list[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "appeal-reception server")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A terminal whose clock is behind must still connect (SYNC 2.7).
        .not_valid_before(now - timedelta(days=365))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName([_name(text) for text in dict.fromkeys(names)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_secret(
        key_path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    write_secret(cert_path, cert.public_bytes(serialization.Encoding.PEM))


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
