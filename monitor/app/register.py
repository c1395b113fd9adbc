"""The settings in force, put on record: what was watched, who was to be told, and by which rules."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from msgspec.structs import asdict, replace

from monitor import __version__
from monitor.app.house import House
from monitor.config import Config
from monitor.model.delivery import Subscriber
from monitor.model.register import Settings, SettingsChange
from monitor.store import Store


def register_settings(house: House, store: Store, now: datetime) -> SettingsChange | None:
    """Holds the settings in force against those registered last; what is altered is kept, with an entry in the audit
    chain that says it in words. None: nothing is.
    """
    settings = settings_of(house)
    if store.queries.is_registered(settings):
        return None
    # Imported here: hardly a start has anything to register.
    from monitor.compose.register import told

    with store.unit() as unit:
        change = unit.register(settings, at=now)
        if change is not None:
            facts = {"number": change.number, "was": change.was, "altered": list(told(change))}
            unit.audit("settings", change.sha256, facts, at=now)
    return change


def settings_of(house: House) -> Settings:
    """The settings of ``house``, fit to be kept for years and shown to anybody."""
    config = house.config
    return Settings(
        sources=config.sources,
        subscribers=tuple(replace(one, address=_abridged(one)) for one in config.subscribers),
        others={"program": __version__, "rules_version": house.rulebook.edition(), **dict(_others(config))},
    )


def _others(config: Config) -> Iterator[tuple[str, str]]:
    parts: dict[str, object] = {
        "time_zone": config.time_zone.key,
        "fetch": asdict(config.fetch),
        "digest": asdict(config.digest),
        "problems": asdict(config.problems),
        "watch": asdict(config.watch),
        "origins": dict(config.origins),
        "licences": [licence.id for licence in config.licences],
        "alone": sorted(config.alone),
    }
    if config.mail:
        parts["mail"] = {"from": config.mail.sender}
    for name, part in parts.items():
        yield name, json.dumps(part, sort_keys=True, default=str)


def _abridged(subscriber: Subscriber) -> str:
    """The address; of a web address, which may hold a secret, the host and a hash that tells it from others."""
    address = subscriber.address
    if "://" not in address:
        return address
    return f"{urlsplit(address).hostname} {hashlib.sha256(address.encode()).hexdigest()[:12]}"
