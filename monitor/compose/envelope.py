"""The envelope of every event: CloudEvents 1.0 in structured JSON.

Adding a member to ``data`` is compatible; taking one away or changing its meaning makes ``.v2`` of type and schema.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from monitor.compose.desk import Desk
from monitor.model.delivery import Place

PREFIX = "org.example.cmaa-monitor"
"""Stands before every event type."""

Json = str | int | bool | None | Sequence["Json"] | dict[str, "Json"]


def envelope(
    kind: str, *, id_: str, subject: str, at: datetime, base: str, data: Json, place: Place | None = None
) -> dict[str, Json]:
    """The event of type ``kind`` (``change.detected.v1``). Receivers tell a repeat by ``source`` and ``id``, and a gap
    by the extension attributes ``sequence`` (1, 2, 3 and so on for this receiver) and ``previousdelivery``.
    """
    return {
        "specversion": "1.0",
        "id": id_,
        "source": base,
        "type": f"{PREFIX}.{kind}",
        "subject": subject,
        "time": utc(at),
        "datacontenttype": "application/json",
        "dataschema": f"{base}schemas/{kind}.json" if base.startswith("http") else f"{base}:schemas:{kind}",
        **_placed(place),
        "data": data,
    }


def _placed(place: Place | None) -> dict[str, Json]:
    """CloudEvents wants a sequence that sorts as text."""
    if place is None:
        return {}
    before: dict[str, Json] = {"previousdelivery": place.previous} if place.previous else {}
    return {"sequence": f"{place.seq:012d}", **before}


def base_of(link_base: str | None, instance: str) -> str:
    """The event's ``source``: the web desk's address with a slash at its end, else a URN of the installation's name."""
    home = Desk(base=link_base).home()
    return home.url if home else _urn(instance)


def utc(at: datetime | None) -> str | None:
    """``2026-11-18T12:04:11Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _urn(instance: str) -> str:
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in instance[:80]) or "local"
    return f"urn:cmaa-monitor:{name}"
