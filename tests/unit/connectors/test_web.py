"""What every HTTP protocol shares: whom we trust, and how an answer is bounded and unpacked."""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipelines.connectors.web import Session, Try, address
from pipelines.errors import SourceError


class _Answers(BaseHTTPRequestHandler):
    """Gives ``headers`` and ``body``."""

    headers_told: dict[str, str] = {}
    body = b"{}"

    def log_message(self, *_: Any) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in self.headers_told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that signs itself; return it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "house")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "house.pem", folder / "house.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.fixture
def serve() -> Iterator[Any]:
    """The maker of a server that gives one answer; with ``files`` it speaks TLS."""
    servers = []

    def run(body: bytes = b"{}", files: tuple[Path, Path] | None = None, **headers: str) -> str:
        _Answers.body, _Answers.headers_told = body, {n.replace("_", "-"): v for n, v in headers.items()}
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        if files:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*files)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http{'s' if files else ''}://127.0.0.1:{server.server_port}"

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


def ask(url: str, **connection: Any) -> Any:
    with Session({"url": url, **connection}, "fire.calls at there") as session:
        return session.send("GET", "/")


def test_an_authority_of_the_house_is_trusted_only_where_it_is_named(serve: Any, tmp_path: Path) -> None:
    files = certificate(tmp_path)
    url = serve(files=files)
    with pytest.raises(SourceError) as caught:
        ask(url)
    assert "certificate is not one we can trust" in caught.value.what
    assert "ca_file" in caught.value.do
    assert ask(url, ca_file=str(files[0])).content == b"{}"
    with pytest.raises(SourceError, match="authority cannot be used"):
        ask(url, ca_file=str(tmp_path / "gone.pem"))


def test_an_announced_size_beyond_the_limit_is_refused_before_it_is_read(serve: Any) -> None:
    with pytest.raises(SourceError, match="announces 5,000,000,000 bytes"):
        ask(serve(Content_Length="5000000000"))


def test_a_packing_nobody_asked_for_and_a_broken_one(serve: Any) -> None:
    with pytest.raises(SourceError, match="packed in a way nobody asked for"):
        ask(serve(Content_Encoding="br"))
    with pytest.raises(Try, match="packed answer is broken"):
        ask(serve(b"not gzip", Content_Encoding="gzip"))
    packed = gzip.compress(b"x" * 5000)
    with pytest.raises(Try, match="broke off"):
        ask(serve(packed[:-9], Content_Encoding="gzip", Content_Length=str(len(packed) - 9)))
    assert len(ask(serve(packed, Content_Encoding="gzip")).content) == 5000


def test_user_and_password_in_an_address_are_never_shown() -> None:
    assert address({"url": "https://u:p@host:8/x/"}, "w", "url")[1] == "https://host:8/x"
    with pytest.raises(SourceError, match="no HTTP address"):
        address({"url": "ftp://host"}, "w", "url")
