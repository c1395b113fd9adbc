"""Bodies packed with zstd: whole, or as the difference to an earlier version of the same page.

Long-distance matching finds the unchanged parts of large pages too, and the checksum is what makes unpacking against a
wrong base an error instead of wrong bytes.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

SMALLEST = 64
"""Bodies of fewer bytes are kept as they are; a base must have at least eight."""

_LEVEL = 3
_WINDOW_LOG_MIN, _WINDOW_LOG_MAX = 20, 27


class Unpackable(Exception):
    """The packed bytes are damaged, or were packed against another base."""


def pack(body: bytes) -> bytes:
    """Packed on its own, with a checksum."""
    zstd = _zstd()
    options = {zstd.CompressionParameter.compression_level: _LEVEL, zstd.CompressionParameter.checksum_flag: 1}
    packed: bytes = zstd.compress(body, options=options)
    return packed


def pack_against(base: bytes, body: bytes) -> bytes:
    """Packed as what differs from ``base`` (at least ``SMALLEST`` bytes)."""
    zstd = _zstd()
    parameter = zstd.CompressionParameter
    options = {
        parameter.compression_level: _LEVEL,
        parameter.window_log: min(_WINDOW_LOG_MAX, max(_WINDOW_LOG_MIN, (len(base) + len(body)).bit_length())),
        parameter.enable_long_distance_matching: 1,
        parameter.checksum_flag: 1,
    }
    packed: bytes = zstd.compress(body, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix, options=options)
    return packed


def unpack(packed: bytes, base: bytes | None = None) -> bytes:
    """The plain bytes; raises Unpackable when the checksum does not hold."""
    zstd = _zstd()
    prefix: Any = None if base is None else zstd.ZstdDict(base, is_raw=True).as_prefix
    options = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX}
    try:
        body: bytes = zstd.decompress(packed, zstd_dict=prefix, options=options)
    except zstd.ZstdError as fault:
        raise Unpackable(str(fault)) from fault
    return body


def _zstd() -> ModuleType:
    # Part of the standard library from Python 3.14. Loaded when first needed: a run without news packs nothing.
    return import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
