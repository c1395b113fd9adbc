"""``sources.yaml`` and the environment -> Config. Read whole, checked whole: every fault is listed with its line."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from monitor.config.addresses import AddressBook, read_host, read_link_base, read_mail_or_web, read_net
from monitor.config.entries import SourceEntries
from monitor.config.environment import DATABASE_VARIABLE
from monitor.config.faults import Faults, Wrong
from monitor.config.mail import read_mail_route
from monitor.config.members import Members, section_of
from monitor.config.nodes import Items, Node, Pairs, line_and_column, parse_yaml
from monitor.config.retention import read_retention
from monitor.config.service import read_service
from monitor.config.settings import Config, FetchSettings, ProblemSettings, WatchLists
from monitor.config.subscribers import Surroundings, read_subscriber
from monitor.config.values import choice, read_clock, read_flag, read_text, read_zone, scalar, size, span, whole
from monitor.model.delivery import Rhythm, Subscriber
from monitor.model.ids import SourceId
from monitor.model.licence import Licence
from monitor.model.source import Source

MAX_FILE_BYTES = 4_000_000
DEFAULT_ZONE = "America/New_York"
DEFAULT_DATABASE = "data/monitor.db"
_VERSION = 1
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TOP = frozenset(
    {
        "version",
        "time_zone",
        "contact",
        "database",
        "link_base",
        "mail",
        "feeds",
        "digest",
        "fetch",
        "origins",
        "watch",
        "licences",
    }
    | {"problems", "retention", "serve", "subscribers", "sources", "demo"}
)
_FETCH = frozenset(
    {"pace", "deadline", "workers", "max_body", "confirm_removal_after", "full_get_every", "retries", "allow_nets"}
    | {"chromium"}
)
_WATCH = frozenset({"codes", "product_codes", "terms", "devices"})


def load_config(
    path: Path,
    env: Mapping[str, str],
    known: Mapping[SourceId, Source],
    licences: Mapping[str, Licence] = {},
) -> Config:
    """The settings in the file ``path``.

    ``known`` are the official lists with their defaults, ``licences`` those that can be accepted. Raises ConfigError
    with every problem, in file order; nothing is fetched or written.
    """
    with _collector_resting():
        return _load(path, env, known, licences)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """A thousand entries make 30,000 small objects, all kept: looking for garbage among them doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _load(
    path: Path, env: Mapping[str, str], known: Mapping[SourceId, Source], licences: Mapping[str, Licence]
) -> Config:
    faults = Faults(file=str(path))
    root = parse_yaml(_read_file(path, faults), faults)
    if root is None:
        faults.stop(1, 1, "file", "holds no settings; `cmaa-monitor init DIR` writes a file to start from")
    top = section_of(root, "", faults)
    if not isinstance(root, Pairs):
        faults.raise_any()
    config = replace(_config(top, path.absolute(), env, known), licences=_licences(top.section("licences"), licences))
    faults.raise_any()
    return config


def _read_file(path: Path, faults: Faults) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        mend = "`cmaa-monitor init DIR` writes one; or name it with --config or CMAA_CONFIG"
        faults.stop(1, 1, "file", f"does not exist; {mend}")
    except OSError as error:
        faults.stop(1, 1, "file", f"cannot be read ({error.strerror}); it must be a file that this user may read")
    except ValueError:
        faults.stop(1, 1, "file", "is not a possible file name; name the file with --config or CMAA_CONFIG")
    if len(raw) > MAX_FILE_BYTES:
        faults.stop(1, 1, "file", f"is larger than {MAX_FILE_BYTES // 1_000_000} MB; is it the right file?")
    return _decode(raw, faults)


def _decode(raw: bytes, faults: Faults) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        line, column = line_and_column(before, len(before))
        faults.stop(line, column, "file", f"is not UTF-8 (byte 0x{raw[error.start]:02x}); save it as UTF-8")
    if not text.strip():
        faults.stop(1, 1, "file", "is empty; `cmaa-monitor init DIR` writes a file to start from")
    return text


def _config(top: Members, path: Path, env: Mapping[str, str], known: Mapping[SourceId, Source]) -> Config:
    top.only(_TOP)
    top.need("version", _read_version, f"version: {_VERSION}")
    fetch = top.section("fetch")
    nets = fetch.each("allow_nets", read_net)
    origins_section = top.section("origins")
    mapped = {host.lower() for host in origins_section.pairs.members}
    book = AddressBook(mapped=mapped, nets=nets)
    entries = SourceEntries(book, known)
    sources = _sources(top, entries)
    zone = top.take("time_zone", read_zone, None) or ZoneInfo(DEFAULT_ZONE)
    rhythm = _digest(top.section("digest"), zone)
    database = _database(top, path.parent, env)
    service = read_service(top.section("serve"), database)
    mail = read_mail_route(top.section("mail"))
    if mail and mail.public_url and service.listen is None:
        top.section("mail").fault("public_url", "leads to nobody: nothing listens while serve: says listen: off")
    around = Surroundings(book=book, folder=path.parent, source_ids=entries.lines, rhythm=rhythm)
    return Config(
        path=path,
        sources=sources,
        alone=frozenset(entries.alone),
        browsers=tuple(entries.browsers),
        database=database,
        time_zone=zone,
        fetch=_fetch(fetch, tuple(str(net) for net in nets)),
        digest=rhythm,
        problems=_problems(top.section("problems")),
        service=service,
        retention=read_retention(top.section("retention")),
        watch=_watch(top.section("watch")),
        origins=dict(origins_section.texts(read_host, book.read_base)),
        subscribers=_subscribers(top, around),
        mail=mail,
        feeds=_feeds(top, path.parent),
        link_base=top.take("link_base", read_link_base, None),
        contact=top.take("contact", read_mail_or_web, None),
        environment=env,
    )


def _read_version(node: Node) -> int:
    text = scalar(node, f"{_VERSION}").text
    if text != str(_VERSION):
        raise Wrong(f"'{text[:20]}' is not a version this program reads; write version: {_VERSION}")
    return _VERSION


def _sources(top: Members, entries: SourceEntries) -> tuple[Source, ...]:
    top.must_have("sources", "sources: and below it one `- id: ...` line for each page to watch")
    read = [entries.read(node, where, top.faults) for node, where in top.items("sources")]
    if isinstance(top.place("sources"), Items) and not any(read) and not top.faults.found:
        top.fault("sources", "nothing is watched; add an entry, or enable one")
    return tuple(source for source in read if source)


def _database(top: Members, folder: Path, env: Mapping[str, str]) -> Path:
    """CMAA_DATABASE (relative to where the command runs) wins over the file (relative to the file).

    Settings that a demo wrote stay with the demo's record: invented weeks must never meet a real database.
    """
    written = top.take("database", read_text, DEFAULT_DATABASE)
    override = None if top.take("demo", read_flag, False) else env.get(DATABASE_VARIABLE)
    return Path(override).absolute() if override else (folder / written).absolute()


def _feeds(top: Members, folder: Path) -> Path | None:
    """The folder for feeds, relative to the file."""
    written = top.take("feeds", read_text, None)
    return (folder / written).absolute() if written else None


def _fetch(section: Members, allow_nets: tuple[str, ...]) -> FetchSettings:
    section.only(_FETCH)
    default = FetchSettings()
    pace = section.take("pace", span("0s", "1h"), None)
    deadline = section.take("deadline", span("1s", "15m"), None)
    return FetchSettings(
        pace_s=default.pace_s if pace is None else pace.total_seconds(),
        deadline_s=default.deadline_s if deadline is None else deadline.total_seconds(),
        workers=section.take("workers", whole(1, 64), default.workers),
        max_body_bytes=section.take("max_body", size("1KB", "1GB"), default.max_body_bytes),
        confirm_removal_after=section.take("confirm_removal_after", span("0s", "7d"), default.confirm_removal_after),
        full_get_every=section.take("full_get_every", span("0s", "31d"), default.full_get_every),
        retries=section.take("retries", whole(0, 10), default.retries),
        allow_nets=allow_nets,
        chromium=section.take("chromium", _read_program, None),
    )


def _read_program(node: Node) -> Path:
    path = Path(read_text(node)).expanduser()
    if not path.is_absolute():
        raise Wrong(f"'{str(path)[:80]}' does not begin at the root; write the whole path, such as /usr/bin/chromium")
    return path


def _digest(section: Members, zone: ZoneInfo) -> Rhythm:
    section.only(frozenset({"day", "at"}))
    day = choice({name: number for number, name in enumerate(_WEEKDAYS)})
    usual = Rhythm()
    return Rhythm(
        weekday=section.take("day", day, usual.weekday), at=section.take("at", read_clock, usual.at), zone=zone.key
    )


def _licences(section: Members, known: Mapping[str, Licence]) -> tuple[Licence, ...]:
    """Those whose value is the one word that accepts them: a licence is never accepted by a slip of the pen."""
    section.only(frozenset(known))

    def accepts(node: Node) -> bool:
        text = scalar(node, "accepted").text
        if text not in {"accepted", "declined"}:
            raise Wrong(f"'{text[:40]}' neither accepts nor declines; write accepted or declined")
        return text == "accepted"

    return tuple(licence for name, licence in known.items() if section.take(name, accepts, False))


def _problems(section: Members) -> ProblemSettings:
    section.only(frozenset({"after_failures", "after", "repeat"}))
    default = ProblemSettings()
    return ProblemSettings(
        after_failures=section.take("after_failures", whole(1, 1000), default.after_failures),
        after=section.take("after", span("5m", "90d"), None),
        repeat=section.take("repeat", span("5m", "90d"), default.repeat),
    )


def _watch(section: Members) -> WatchLists:
    section.only(_WATCH)

    def listed(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(section.each(name, read_text)))

    return WatchLists(
        codes=listed("codes"), product_codes=listed("product_codes"), terms=listed("terms"), devices=listed("devices")
    )


def _subscribers(top: Members, around: Surroundings) -> tuple[Subscriber, ...]:
    lines: dict[str, int] = {}
    read = [read_subscriber(node, where, top.faults, around, lines) for node, where in top.items("subscribers")]
    found = tuple(one for one in read if one is not None)
    if "mail" not in top and any(one.channel == "email" for one in found):
        top.fault("mail", "is missing, and a subscriber is to be told by email; write `mail: {host: ..., from: ...}`")
    return found
