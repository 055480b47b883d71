"""IAM: what ``aws:SecureTransport`` says of a request.

The port of the local cloud is plain HTTP on the loopback interface and stands where AWS has TLS.
Bucket policies that demand TLS would refuse everything, the functions' own writes included.
"""

from __future__ import annotations

import functools

from ministack import app as application


def install() -> None:
    """Wraps the function that notes where a request came from."""
    pin_request_origin = application.pin_request_origin

    @functools.wraps(pin_request_origin)
    def secure(source_ip: str, secure_transport: bool) -> None:
        pin_request_origin(source_ip, secure_transport or source_ip in {"127.0.0.1", "::1"})

    application.pin_request_origin = secure
