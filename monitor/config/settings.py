"""The settings of one installation, checked and typed."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from monitor.config.environment import read_secret
from monitor.model.delivery import MailRoute, Rhythm, Subscriber
from monitor.model.errors import Problem
from monitor.model.ids import SourceId
from monitor.model.licence import Licence
from monitor.model.retention import Retention
from monitor.model.source import Source


class FetchSettings(Struct, frozen=True, kw_only=True):
    """How pages are fetched.

    ``pace_s``: least seconds between two requests to one host; ``deadline_s``: total seconds for one answer;
    ``full_get_every``: how often validators are left out so that a lying 304 is found out; ``retries``: further tries
    after a failure that may pass; ``allow_nets``: CIDR networks that may be asked although they are not public;
    ``chromium``: the browser for pages that need one (None: the first on the PATH).
    """

    pace_s: float = 5.0
    deadline_s: float = 60.0
    workers: int = 8
    max_body_bytes: int = 32_000_000
    confirm_removal_after: timedelta = timedelta(minutes=30)
    full_get_every: timedelta = timedelta(days=7)
    retries: int = 2
    allow_nets: tuple[str, ...] = ()
    chromium: Path | None = None


class ProblemSettings(Struct, frozen=True, kw_only=True):
    """When whoever runs the monitor is told that a source is blind: after so many failures in a row, or ``after`` that
    long (None: the source's own cadence); ``repeat``: how often it is told again until it is mended.
    """

    after_failures: int = 2
    after: timedelta | None = None
    repeat: timedelta = timedelta(days=1)


class ServiceSettings(Struct, frozen=True, kw_only=True):
    """How ``serve`` runs: the address and port at which it says how it is (None: nowhere), the name of the environment
    variable that holds the address of its dead man's switch, and the folder of its backups (None: it makes none).
    """

    listen: tuple[str, int] | None = ("127.0.0.1", 8787)
    ping_name: str | None = None
    backups: Path | None = None


class WatchLists(Struct, frozen=True, kw_only=True):
    """What this installation looks for on top of the reference lists."""

    codes: tuple[str, ...] = ()
    product_codes: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


class Config(Struct, frozen=True, kw_only=True):
    """Everything an installation sets.

    ``sources`` holds the enabled ones, in file order; ``origins`` maps an official host to the base URL that is asked
    in its place; ``licences`` are those the operator accepts; ``alone``: the lists behind which nothing is to be
    followed; ``browsers``: the places that ask for a browser, with which nothing is wrong as yet; ``path``,
    ``database`` and the folder for ``feeds`` (None: none are written) are absolute; ``digest`` is when the digest is
    due for whoever does not say otherwise, and for the record itself.
    """

    path: Path
    sources: tuple[Source, ...]
    database: Path
    time_zone: ZoneInfo
    fetch: FetchSettings = field(default_factory=FetchSettings)
    digest: Rhythm = field(default_factory=Rhythm)
    problems: ProblemSettings = field(default_factory=ProblemSettings)
    service: ServiceSettings = field(default_factory=ServiceSettings)
    retention: Retention = field(default_factory=Retention)
    watch: WatchLists = field(default_factory=WatchLists)
    origins: Mapping[str, str] = field(default_factory=dict)
    subscribers: tuple[Subscriber, ...] = ()
    licences: tuple[Licence, ...] = ()
    browsers: tuple[Problem, ...] = ()
    alone: frozenset[SourceId] = frozenset()
    mail: MailRoute | None = None
    feeds: Path | None = None
    link_base: str | None = None
    contact: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Without the environment, which holds every secret."""
        return f"Config(path={str(self.path)!r})"

    def secret(self, name: str) -> str | None:
        """The secret called ``name``, or None when it is not set. Raises ConfigError when its file cannot be read."""
        return read_secret(name, self.environment)
