"""Every way an exchange can go wrong, as one exception inside this room; callers outside get it as a value."""

import ssl
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected  # noqa: TID251 - the client's own ground

from requests.exceptions import RequestException
from urllib3.exceptions import (
    HTTPError,
    InvalidChunkLength,
    ReadTimeoutError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as PoolTimeoutError

from monitor.model.errors import MonitorError


class Fault(MonitorError):
    """``code`` and ``reason`` as in ``FetchFailed``; ``partial``: the body as far as it came."""

    def __init__(self, code: str, reason: str, partial: bytes = b"") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.partial = partial


RETRIED = frozenset({"dns", "refused", "connect-timeout", "reset"})
"""Faults of a connection that a second try may cure. TLS is not among them: a bad certificate does not heal so soon."""

_KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, str], ...] = (
    ((ssl.SSLError, SSLError, ssl.CertificateError), "tls", "the secure connection could not be verified"),
    ((ReadTimeoutError, PoolTimeoutError, TimeoutError), "timeout", "the answer was not complete before the deadline"),
    (
        (RemoteDisconnected, ConnectionResetError, BrokenPipeError, ConnectionAbortedError),
        "reset",
        "the connection broke",
    ),
    ((IncompleteRead, InvalidChunkLength), "truncated", "the body ended before its announced end"),
    (BadStatusLine, "protocol", "the answer is not HTTP"),
    (OSError, "reset", "the connection broke"),
    ((HTTPException, HTTPError, ValueError), "protocol", "the answer breaks the rules of HTTP"),
)


def fault_of(error: BaseException) -> Fault:
    """The fault behind an exception of requests, urllib3, http.client, ssl or socket."""
    chain = _chain(error)
    for link in chain:
        if isinstance(link, Fault):
            return link
    for kinds, code, reason in _KINDS:
        for link in chain:
            if isinstance(link, kinds) and not _is_wrapper(link):
                return Fault(code, f"{reason} ({_words(link)})")
    return Fault("protocol", f"the exchange failed ({_words(error)})")


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and everything wrapped in it: causes, contexts, ``reason`` and arguments; outermost first."""
    chain: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(chain) < 20:
        link = waiting.pop(0)
        if isinstance(link, BaseException) and not any(link is known for known in chain):
            chain.append(link)
            waiting += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
    return chain


def _is_wrapper(error: BaseException) -> bool:
    """The exceptions of requests are all OSErrors, which says nothing about what they wrap."""
    return isinstance(error, RequestException)


def _words(error: BaseException) -> str:
    """The exception in one line of at most 200 characters: its text may come from the server."""
    text = str(error) or type(error).__name__
    return "".join(sign if sign.isprintable() else " " for sign in text)[:200]
