"""Tells by writing one JSON file per event into a folder: for a share, a pick-up job, or a first look at the events."""

import os
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Sent


class FileChannel(Struct, frozen=True):
    """The address is a folder. The file's name is the delivery's id, so a repeat replaces its first copy."""

    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome:  # noqa: ARG002
        """Writes to a temporary name, makes it durable, then renames: a reader never sees half a file. The new name is
        made durable too, before anyone marks the delivery as sent.
        """
        folder = Path(address)
        target = folder / f"{delivery.id}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_suffix(".part")
            with unfinished.open("wb") as file:
                file.write(delivery.payload)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
            _keep_names(folder)
        except OSError as fault:
            return Refused(code=None, reason=f"{target}: {fault.strerror}", permanent=False)
        return Sent(code=0)


def _keep_names(folder: Path) -> None:
    """Makes the names in a folder survive a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
