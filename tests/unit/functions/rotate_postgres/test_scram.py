import hashlib
import hmac
import re
from base64 import b64decode

import pytest
from qs_rotate_postgres.scram import scram_verifier


def test_a_verifier_has_postgresqls_form_and_hides_the_password() -> None:
    first, second = scram_verifier("a-password"), scram_verifier("a-password")
    assert first != second
    match = re.fullmatch(r"SCRAM-SHA-256\$4096:([^$:]+)\$([^$:]+):([^$:]+)", first)
    assert match is not None
    assert [len(b64decode(part)) for part in match.groups()] == [16, 32, 32]
    assert "a-password" not in first


def test_it_is_the_servers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    # From RFC 7677's example: user "user", password "pencil".
    salt = b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    monkeypatch.setattr("qs_rotate_postgres.scram.secrets.token_bytes", lambda _: salt)
    found = scram_verifier("pencil").split("$")
    stored_key, server_key = (b64decode(part) for part in found[2].split(":"))
    message = (
        b"n=user,r=rOprNGfwEbeRWgbNEkqO,"
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    proof = b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    signature = hmac.digest(stored_key, message, "sha256")
    client_key = bytes(a ^ b for a, b in zip(proof, signature, strict=True))
    assert hashlib.sha256(client_key).digest() == stored_key
    answer = b64decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    assert hmac.digest(server_key, message, "sha256") == answer
