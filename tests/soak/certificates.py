"""An authority of a test's own, and servers with certificates of it that are not in order."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PEM = serialization.Encoding.PEM


class Authority:
    """Its certificate is in ``file``, which OpenSSL trusts where SSL_CERT_FILE names it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "authority.pem"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tests")])
        made = self._certificate(self.name, self.key, (-9, 9)).add_extension(x509.BasicConstraints(True, None), critical=True)
        self.file.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(PEM))

    def server(self, address: str, days: tuple[int, int]) -> ssl.SSLContext:
        """A server's side of TLS, whose certificate is for ``address`` and holds between two days, counted from today."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        made = self._certificate(x509.Name([]), key, days).add_extension(named, critical=True).sign(self.key, hashes.SHA256())
        file = self.folder / "server.pem"
        plain = serialization.NoEncryption()
        file.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: tuple[int, int]) -> x509.CertificateBuilder:
        first, last = (datetime.now(UTC) + timedelta(days=day) for day in days)
        return x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number(), first, last)
