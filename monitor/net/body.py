"""Reading one body to a proven end. A body cut in half must never pass for a whole one."""

import zlib

from msgspec import Struct
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from monitor.net.faults import Fault, fault_of
from monitor.net.policy import Policy

_CHUNK = 65536
_GZIP = 31  # zlib's code for: gzip framing only
_BODILESS = frozenset({204, 304})
_EVIDENCE_BYTES = 1024 * 1024


class Body(Struct, frozen=True):
    """``content`` is decoded; ``wire_bytes`` counts it as it came. ``proven``: its end was announced or checked."""

    content: bytes
    wire_bytes: int
    proven: bool


def read_body(raw: HTTPResponse, policy: Policy) -> Body:
    """Reads and unpacks the whole body, or raises a Fault that carries what had come.

    1. Bytes are read raw; only gzip is unpacked, by us, because that is the only coding we ask for and because the
       libraries take a gzip stream that stops in the middle for a good one.
    2. Both sizes are capped while reading.
    3. The end must be proven: Content-Length, the last chunk, or the end mark and checksum of gzip.
    """
    _check_framing(raw)
    announced = raw.chunked or raw.length_remaining is not None or raw.status in _BODILESS
    unpacker = _unpacker(raw)
    stop_at, wire_bytes = _stop_at(raw, policy), 0
    try:
        while chunk := raw.read1(_CHUNK, decode_content=False):
            wire_bytes += len(chunk)
            if wire_bytes > stop_at:
                raise _too_large(policy.wire_limit, "the packed body")
            unpacker.feed(chunk, policy.max_body_bytes)
        if wire_bytes or not announced:
            unpacker.finish()
    except Fault as fault:
        raise _with_partial(fault, unpacker) from fault
    except (RequestException, HTTPError, OSError, ValueError) as error:
        raise _with_partial(fault_of(error), unpacker) from error
    return Body(unpacker.content(), wire_bytes, proven=announced or unpacker.proves_end)


def _check_framing(raw: HTTPResponse) -> None:
    """Any other Transfer-Encoding is one that http.client and urllib3 understand differently."""
    framing = raw.headers.get("transfer-encoding")
    if framing is not None and framing.lower() != "chunked":
        raise Fault("protocol", f"the body is framed as {framing[:40]!r}, which we did not ask for")


def _stop_at(raw: HTTPResponse, policy: Policy) -> int:
    """Where reading ends at the latest. A body announced as larger than allowed is read as far as it is kept."""
    announced = raw.length_remaining or 0
    return policy.wire_limit if announced <= policy.wire_limit else min(policy.wire_limit, _EVIDENCE_BYTES + _CHUNK)


def _too_large(limit: int, what: str) -> Fault:
    return Fault("too-large", f"{what} is larger than {limit:,} bytes")


class _Plain:
    proves_end = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes, limit: int) -> None:
        self._parts.append(chunk)
        self._size += len(chunk)
        if self._size > limit:
            raise _too_large(limit, "the body")

    def finish(self) -> None:
        """Nothing in a plain body tells its end."""

    def content(self) -> bytes:
        return b"".join(self._parts)

    def begin(self, size: int) -> bytes:
        """The first ``size`` bytes, without joining the rest of what may be a great deal."""
        parts, room = [], size
        for part in self._parts:
            parts.append(part[:room])
            if (room := room - len(part)) <= 0:
                break
        return b"".join(parts)


class _Gzip(_Plain):
    proves_end = True

    def __init__(self) -> None:
        super().__init__()
        self._inflate = zlib.decompressobj(_GZIP)

    def feed(self, chunk: bytes, limit: int) -> None:
        try:
            # One byte more than allowed is let out, so that the limit is seen to be passed and no bomb is unpacked.
            unpacked = self._inflate.decompress(chunk, limit - self._size + 1)
        except zlib.error as error:
            raise Fault("bad-encoding", "the body is announced as gzip and is not good gzip") from error
        super().feed(unpacked, limit)
        if self._inflate.unused_data:
            raise Fault("bad-encoding", "the gzip body is followed by other bytes")

    def finish(self) -> None:
        if not self._inflate.eof:
            raise Fault("truncated", "the gzip body ends before its end mark")


def _unpacker(raw: HTTPResponse) -> _Plain:
    coding = raw.headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        return _Plain()
    if coding in ("gzip", "x-gzip"):
        return _Gzip()
    raise Fault("bad-encoding", f"the body is packed as {coding[:40]!r}, which we did not ask for")


def _with_partial(fault: Fault, unpacker: _Plain) -> Fault:
    return Fault(fault.code, fault.reason, unpacker.begin(_EVIDENCE_BYTES))
