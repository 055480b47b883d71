"""TLS 1.3 as the minimum for all that the agent says to the cloud."""

import ssl

import botocore.httpsession
import httpx


def tls_context() -> ssl.SSLContext:
    """A context for httpx: the usual authorities, nothing older than TLS 1.3."""
    context = httpx.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


class _Context13:
    """Makes botocore's contexts as botocore does, and raises their minimum."""

    def __init__(self, make: object) -> None:
        self._make = make

    def __call__(self, *args: object, **kwargs: object) -> ssl.SSLContext:
        assert callable(self._make)
        context = self._make(*args, **kwargs)
        assert isinstance(context, ssl.SSLContext)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return context


def require_tls13_of_boto() -> None:
    """From now on clients of boto3 in this process open no connection older than TLS 1.3.

    botocore takes no setting for it, so the function that makes its contexts is wrapped; a test
    holds a client to it against a server of TLS 1.2.
    """
    if not isinstance(botocore.httpsession.create_urllib3_context, _Context13):
        botocore.httpsession.create_urllib3_context = _Context13(
            botocore.httpsession.create_urllib3_context
        )
