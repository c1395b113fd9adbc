"""Files that a person names: read within bounds, or written where nothing stands in the way."""

from pathlib import Path
from typing import TYPE_CHECKING

from monitor.model.errors import UsageError

if TYPE_CHECKING:
    from monitor.app import House


def first_bytes(path: Path, count: int) -> bytes:
    """Up to ``count`` bytes of the file. Raises UsageError when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(count)
    except OSError as fault:
        raise UsageError(f"{path} cannot be read ({fault.strerror}); name a file that is there.") from fault


def saved_copy(path: Path, house: "House") -> bytes:
    """A saved copy of a page, no larger than a page may be. Raises UsageError when it is, or cannot be read."""
    limit = house.config.fetch.max_body_bytes
    body = first_bytes(path, limit + 1)
    if len(body) > limit:
        raise UsageError(
            f"{path} is larger than {limit:,} bytes, as large as a copy may be (fetch.max_body of sources.yaml)"
        )
    return body


def write_file(path: Path, body: bytes) -> None:
    """Writes it, over what was there. Raises UsageError when that cannot be done."""
    try:
        path.write_bytes(body)
    except OSError as fault:
        raise UsageError(f"{path}: {fault.strerror}; name a file in a folder you may write to.") from fault
