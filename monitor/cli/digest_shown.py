"""``cmaa-monitor digest --show``: a digest exactly as it was made, with whom it was sent to."""

from email.generator import BytesGenerator
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli.files import write_file
from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon
from monitor.cli.told import told_lines
from monitor.model.errors import UsageError
from monitor.model.ids import DigestId

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.deliveries import StoredDelivery

_UNKNOWN = "not-on-record@localhost"
"""In place of an address, for a mail of a time before the settings were registered."""


def show_digest(
    options: Options, digest_id: str, *, html: Path | None, eml: Path | None, recipient: str | None, as_json: bool
) -> int:
    """Nothing is rendered anew: text and HTML are those on record, a mail is the one that waits or was sent."""
    house = options.house
    zone = house.config.time_zone
    with house.reader() as store:
        kept, demo = store.queries.digest(DigestId(digest_id)), store.is_demo
        known = store.queries.digest_ids()
        told = store.outbox.deliveries(subject_id=digest_id)[::-1]
        mail = _mail(store, told, recipient) if kept is not None and eml is not None else b""
    if kept is None:
        raise UsageError(f"There is no digest {digest_id}. Made so far: {', '.join(known[-12:]) or 'none'}.")
    if html is not None:
        write_file(html, kept.message.html.encode("utf-8", "replace"))
    if eml is not None:
        write_file(eml, mail)
    if as_json:
        from monitor.cli.deliveries import delivery_body

        message = kept.message
        said = {"subject": message.subject, "text": message.text, "html": message.html, "sha256": kept.sha256}
        body = {"demo": demo, "id": kept.id, "made_at": kept.made_at, "chain_head": kept.chain_head, **said}
        write_json("cmaa-monitor.digest.v1", {**body, "deliveries": [delivery_body(one) for one in told]})
        return 0
    write_ribbon(demo=demo)
    print(f"Subject: {kept.message.subject}\n")
    print(kept.message.text)
    print(f"\nMade        {local(kept.made_at, zone)}, sha256 {kept.sha256} (subject, text and HTML)")
    print(f"Chain head  {kept.chain_head or 'none yet'}")
    for line in told_lines(told, zone):
        print(line)
    return 0


def _mail(store: "Store", told: "tuple[StoredDelivery, ...]", recipient: str | None) -> bytes:
    """The mail as it is on the wire, from the stored payload, to and from the addresses that were in force at its last
    try, whose Date it has; before the first, at its making. The address by which its recipient leaves with one click is
    his alone, and left out.
    """
    from monitor.channels.email import written
    from monitor.model.letter import Letter

    mails = [one for one in told if one.delivery.channel == "email" and recipient in {None, one.delivery.recipient_id}]
    if len(mails) != 1:
        whom = ", ".join(one.delivery.recipient_id for one in mails) or "nobody"
        raise UsageError(f"Name one recipient of this mail with --recipient; it went to: {whom}.")
    (one,) = mails
    at = one.attempts[-1].started_at if one.attempts else one.created_at
    to, sender = store.queries.mail_at(one.delivery.recipient_id, at)
    letter = Letter.from_bytes(one.delivery.payload)
    message = written(letter, one.delivery.id, sender=sender or _UNKNOWN, to=to or _UNKNOWN, at=at)
    buffer = BytesIO()
    BytesGenerator(buffer, policy=SMTP).flatten(message)
    return buffer.getvalue()
