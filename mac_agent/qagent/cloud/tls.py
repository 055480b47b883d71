"""TLS 1.3 as the minimum for all that the agent says to the cloud."""

import functools
import ssl

import botocore.httpsession
import httpx


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The context for httpx: the usual authorities, nothing older than TLS 1.3.

    Reading the authorities takes 20-40 ms, and a sender of pictures is made for each command: one
    context serves them all.
    """
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
