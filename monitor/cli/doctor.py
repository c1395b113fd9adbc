"""``cmaa-monitor doctor``: what works and what does not, each red line with its mend."""

import platform
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from monitor.app import House, SystemClock
from monitor.app.gathering import browser_faults, browser_told
from monitor.cli.demo_mark import of_a_demo
from monitor.cli.exits import Exit, worst
from monitor.cli.findings import Finding
from monitor.cli.licences import concerned, licence_lines, licence_state
from monitor.cli.moves import moves
from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.cli.receivers import receivers, unknown_tools
from monitor.compose.hosts import problems_by_host
from monitor.compose.problems import headline, what_to_do
from monitor.model.capture import FetchBlocked, Fetched, FetchFailed
from monitor.model.errors import ConfigError, StoreError
from monitor.pipeline.family import Watched
from monitor.store import library_report, network_file_system, unwritable

if TYPE_CHECKING:
    from monitor.net.client import HttpClient

LIBRARIES = (
    "requests",
    "urllib3",
    "lxml",
    "beautifulsoup4",
    "feedparser",
    "jinja2",
    "sqlite-utils",
    "apscheduler",
    "pypdfium2",
)
SKEW = timedelta(minutes=5)
"""A host's clock further from ours than this makes our times doubtful evidence."""
ROOM_BYTES = 500_000_000
RULES = "rules"


@click.command()
@click.option("--offline", is_flag=True, help="Do not ask the sources' hosts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def doctor(options: Options, offline: bool, as_json: bool) -> int:
    """Check configuration, database, clock, libraries and whether each host answers."""
    house = options.house  # a faulty configuration ends here, with all its problems
    findings = [
        *_configuration(house),
        _rules(house),
        *_licences(house),
        *_secrets(house),
        *receivers(house, offline=offline),
        *_database(house),
        *_libraries(),
        _pdf(house),
        *_browser(house),
    ]
    hosts = [] if offline else list(_hosts(house))
    findings += hosts
    if as_json:
        bodies = [{"subject": f.subject, "good": f.good, "what": f.what, "mend": f.mend} for f in findings]
        write_json("cmaa-monitor.doctor.v1", {"findings": bodies})
    else:
        write_ribbon(demo=of_a_demo(house))
        rows = [("ok" if f.good else "MEND", f.subject, f.what) for f in findings]
        write_table(("STATE", "SUBJECT", "FOUND"), rows, colourful=options.colourful)
        for bad in (f for f in findings if not f.good):
            print(f"Mend {bad.subject}: {bad.mend}")
        for line in licence_lines(house.config):
            print(line)
    if any(f.needed and not f.good for f in findings if f not in hosts and f.subject != RULES):
        return Exit.CANNOT_RUN
    if any(not f.good for f in findings if f.subject == RULES):
        return Exit.USAGE
    return worst(unverified=any(not f.good for f in hosts))


def _pdf(house: House) -> Finding:
    ailment = house.pdf_opener.ailment()
    return Finding(
        subject="PDF documents",
        good=ailment is None,
        what=ailment or "one was opened in a child process",
        mend="install pypdfium2 for this Python and system; until then sources that come as PDF stay unverified",
        needed=False,
    )


def _browser(house: House) -> Iterator[Finding]:
    """Whether pages that need a browser can be fetched; nothing is said where none does."""
    if not house.config.browsers:
        return
    faults = browser_faults(house.config)
    for fault in faults:
        mend = "until then neither check nor serve begins; or remove fetch: browser from the entry"
        yield Finding(subject="browser", good=False, what=str(fault), mend=mend)
    if not faults:
        yield Finding(subject="browser", good=True, what=browser_told(house.config))


def _configuration(house: House) -> Iterator[Finding]:
    config = house.config
    yield Finding(subject="configuration", good=True, what=f"{config.path}: {len(config.sources)} sources")
    yield Finding(
        subject="contact",
        good=config.contact is not None,
        what=config.contact or "none set",
        mend=f"write contact: with an address of yours into {config.path.name}; hosts see it in our User-Agent",
        needed=False,
    )
    yield Finding(subject="clock", good=True, what=local(SystemClock().now(), config.time_zone))


def _rules(house: House) -> Finding:
    faults = house.rulebook.faults()
    return Finding(
        subject=RULES,
        good=not faults,
        what="\n".join(map(str, faults)) or house.rules.version,
        mend="mend each line named; until then check and serve judge by the rules of before, and refuse without any",
    )


def _licences(house: House) -> Iterator[Finding]:
    """Accepted or not, neither is a fault: it is the operator's to decide, knowing what is not watched without it."""
    for licence in concerned(house.config):
        yield Finding(subject=f"licence {licence.id}", good=True, what=licence_state(licence, house.config))


def _secrets(house: House) -> Iterator[Finding]:
    """Whether each subscriber's secrets are at hand; never what they are."""
    for subscriber in house.config.subscribers:
        for name in subscriber.secret_names:
            what, mend = (
                "",
                f"set {name}, or name a file that holds it in {name}_FILE; until then nothing is sent there",
            )
            try:
                found = house.config.secret(name) is not None
            except ConfigError as fault:
                found, what = False, str(fault)
            what = what or f"{name} is {'set' if found else 'not in the environment'}"
            yield Finding(subject=f"secret of {subscriber.id}", good=found, what=what, mend=mend)


def _database(house: House) -> Iterator[Finding]:
    path = house.config.database
    library = library_report()
    yield Finding(subject="SQLite", good=True, what=library)
    yield _room(path)
    yield _file_system(path)
    yield _writing(path)
    try:
        if not house.has_database:
            yield Finding(subject="database", good=True, what=f"{path}: none yet; the first check makes it")
            return
        with house.reader() as store:
            store.verify_file()
            watched = house.watched(store)
            broken = store.queries.verify_chain()
            counts = store.queries.counts()
            problems, moved = store.queries.open_problems(), list(moves(house, store))
            strangers = list(unknown_tools(house.config.subscribers, store.inventory()))
    except StoreError as fault:
        yield Finding(subject="database", good=False, what=fault.what, mend=fault.mend)
        return
    for source_id, what in moved:
        mend = "edit the line; until then every check takes the way round, and some day it will end"
        yield Finding(subject=source_id, good=False, what=what, mend=mend, needed=False)
    hosts = {one.id: one.host for one in watched.sources if one.routes}
    alone, shared = problems_by_host(problems, hosts)
    for cause, told in shared:
        mend = "see below whether it answers now; each problem by itself: cmaa-monitor problems"
        yield Finding(subject=cause.host, good=False, what=told, mend=mend, needed=False)
    for problem in alone:
        what, todo = f"{headline(problem)}: {problem.finding.reason}", what_to_do(problem)
        yield Finding(subject=problem.id, good=False, what=what, mend=todo, needed=False)
    what = f"{path}: {counts.checks:,} checks, {counts.changes:,} changes, {counts.file_bytes / 1e6:.1f} MB"
    yield Finding(subject="database", good=True, what=what)
    sound = "sound" if broken is None else str(broken)
    mend = "someone edited the record: keep this file, restore the newest backup whose chain is sound"
    yield Finding(subject="audit chain", good=broken is None, what=sound, mend=mend)
    yield from _documents(watched)
    yield from strangers


def _documents(watched: Watched) -> Iterator[Finding]:
    """How many documents are watched behind lists, and what was meant to be and is not."""
    number = sum(source.parent is not None for source in watched.sources)
    if number:
        yield Finding(subject="documents", good=True, what=f"{number:,} are watched behind lists")
    for source_id, why in watched.left_out:
        mend = f"look at follow: of {source_id}; what it finds: cmaa-monitor sources test {source_id}"
        yield Finding(subject=f"documents of {source_id}", good=False, what=why, mend=mend, needed=False)


def _room(path: Path) -> Finding:
    home = next(folder for folder in path.parents if folder.exists())
    free = disk_usage(home).free
    return Finding(
        subject="disk",
        good=free > ROOM_BYTES,
        what=f"{free / 1e9:.1f} GB free",
        mend=f"free some space under {home}; evidence is never deleted to make room",
    )


def _file_system(path: Path) -> Finding:
    kind = network_file_system(path)
    return Finding(
        subject="file system",
        good=kind is None,
        what=f"{path.parent} is reached by {kind}, whose locks cannot be relied on" if kind else "a local one",
        mend="keep the database on a disk of this machine (database: in sources.yaml), and copy backups to the other",
        needed=False,
    )


def _writing(path: Path) -> Finding:
    barred = unwritable(path)
    return Finding(
        subject="writing",
        good=barred is None,
        what=f"this user may not write to {barred}" if barred else "this user may write to the database",
        mend="give the folder and the file to the user that checks, or run this as that user",
    )


def _libraries() -> Iterator[Finding]:
    yield Finding(subject="Python", good=True, what=platform.python_version())
    for name in LIBRARIES:
        try:
            yield Finding(subject=name, good=True, what=version(name))
        except PackageNotFoundError:
            yield Finding(subject=name, good=False, what="not installed", mend="install cmaa-monitor again")


def _hosts(house: House) -> Iterator[Finding]:
    """Asks each host for its robots.txt, the politest page there is."""
    try:
        urls = [urlsplit(route.url) for source in house.watched_so_far().sources for route in source.routes]
        with house.borrowed_client() as client:
            for scheme, host in sorted({(url.scheme, url.netloc) for url in urls}):
                yield _host(client, f"{scheme}://{host}", host, SystemClock().now())
    except StoreError as fault:
        what = "not asked, since the database cannot be read and may be a demo, which reaches no host but its own"
        yield Finding(subject="hosts", good=False, what=what, mend=fault.mend)


def _host(client: "HttpClient", origin: str, host: str, now: datetime) -> Finding:
    outcome = client.fetch(f"{origin}/robots.txt", validators=None, respect_robots=False)
    match outcome:
        case Fetched(capture=capture):
            skew = _skew(capture.header("date"), now)
            if skew > SKEW:
                what = f"answers {capture.status}; its clock and ours differ by {skew}"
                mend = "set this machine's clock (NTP): times are evidence"
                return Finding(subject=host, good=False, what=what, mend=mend)
            refused = capture.status in {401, 403, 429}
            mend = f"{host} blocks this client; save its pages by hand or ask its operator to allow our User-Agent"
            return Finding(subject=host, good=not refused, what=f"answers {capture.status}", mend=mend)
        case FetchFailed() | FetchBlocked():
            mend = f"allow outgoing https to {host}:443 in the firewall or proxy, or map it under origins:"
            return Finding(subject=host, good=False, what=outcome.reason, mend=mend)
        case _:
            return Finding(subject=host, good=True, what="answers 304")


def _skew(date: str | None, now: datetime) -> timedelta:
    try:
        return abs(parsedate_to_datetime(date) - now) if date else timedelta()
    except (ValueError, TypeError):
        return timedelta()
