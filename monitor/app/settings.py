"""What the settings mean to the rest of the house: the sources with all that is read behind them, and how this
installation speaks of itself.
"""

from collections.abc import Mapping
from functools import cached_property
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from msgspec.structs import replace

from monitor import __version__
from monitor.config import Config, read_reference
from monitor.model.delivery import Format, Voice
from monitor.model.errors import ConfigError
from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.sources import DEFAULTS
from monitor.sources.licences import COVERAGE_API, LICENSED


def in_full(config: Config) -> Config:
    """The configuration with the documents that are to be read behind the official lists: coverage documents in full,
    FDA's submissions, and the definitions of the watched product codes.
    """
    reference = _Reference(config)
    return replace(config, sources=tuple(_in_full(source, config, reference) for source in config.sources))


def not_watched(config: Config) -> tuple[str, ...]:
    """What lies behind a licence that is not accepted, where a list before it is watched."""
    lists = {source.id for source in config.sources} - config.alone
    if COVERAGE_API in config.licences or not lists & LICENSED:
        return ()
    return (f"Not watched: {COVERAGE_API.opens}; the {COVERAGE_API.id} licence is not accepted.",)


class _Reference:
    """The texts of the reference files, read when first asked for."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def texts(self) -> Mapping[str, str]:
        return read_reference(self._config.path.parent)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")


def _in_full(source: Source, config: Config, reference: _Reference) -> Source:
    watch = config.watch
    if source.id in config.alone:
        return source
    if source.id.startswith("cms."):
        from monitor.sources.cms_followed import DETAILS, DOCUMENT_NUMBER, with_details

        if source.id not in DETAILS:
            return source
        numbers = frozenset(DOCUMENT_NUMBER.findall(reference.text("documents.yaml")))
        licensed = COVERAGE_API in config.licences
        return with_details(source, numbers=numbers, terms=watch.terms, licensed=licensed)
    if source.id.startswith("fda."):
        from monitor.sources.fda_followed import with_lookups

        return with_lookups(source, reference=reference.text("product_codes.yaml"), watched=watch.product_codes)
    return source


def known_sources() -> Mapping[SourceId, Source]:
    """The official lists as they are unless sources.yaml says otherwise, by id."""
    return DEFAULTS


def user_agent(contact: str | None) -> str:
    """Our honest name, with where to reach whoever runs this copy."""
    return f"cmaa-monitor/{__version__} (regulatory change monitor; {contact or 'no contact set'})"


def plain_http_hosts(config: Config) -> frozenset[str]:
    """The hosts that sources.yaml itself names with http; the configuration's own rules decide which may be named."""
    urls = [route.url for source in config.sources for route in source.routes]
    urls += [subscriber.address for subscriber in config.subscribers]
    urls += [one for one in _secret_addresses(config) if _is_allowed_net(urlsplit(one).hostname or "", config)]
    return frozenset(host for url in urls if url.startswith("http://") and (host := urlsplit(url).hostname))


def _secret_addresses(config: Config) -> list[str]:
    """The addresses that stand in the environment; one that cannot be read is missed when it is to be used."""
    names = [name for one in config.subscribers if one.channel in {"slack", "teams"} for name in one.secret_names]
    names += [config.service.ping_name] if config.service.ping_name else []
    try:
        return [secret for name in names if (secret := config.secret(name))]
    except ConfigError:
        return []


def _is_allowed_net(host: str, config: Config) -> bool:
    """Whether the host is an address of a network that the operator allows by name."""
    try:
        return any(ip_address(host) in ip_network(net) for net in config.fetch.allow_nets)
    except ValueError:
        return False


def _instance(config: Config) -> str:
    """The CloudEvents ``source`` of our events."""
    return f"{config.link_base.rstrip('/')}/" if config.link_base else "urn:cmaa-monitor:local"


def voice(config: Config, *, is_demo: bool) -> Voice:
    """How this installation speaks of itself."""
    return Voice(
        instance=_instance(config),
        link_base=config.link_base,
        zone=config.time_zone.key,
        demo=is_demo,
        mail_domain=config.mail.sender.rpartition("@")[2] if config.mail else "",
    )


def formats() -> dict[str, Format]:
    """The format that each channel carries."""
    from monitor.channels import CHANNELS

    return {name: kind.format for name, kind in CHANNELS.items()}
