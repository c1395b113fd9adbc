"""What ``doctor`` says of the ways to tell: complete or not and, with nothing sent, working or not."""

import socket
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from monitor.app import House
from monitor.cli.findings import Finding
from monitor.model.delivery import ANY_TOOL, Subscriber
from monitor.model.errors import ConfigError
from monitor.model.tool import Tool

CHATS = frozenset({"slack", "teams"})


def receivers(house: House, *, offline: bool) -> Iterator[Finding]:
    """One line for each subscriber whose receiver can be looked at, one for the mail server, one for who is alarmed."""
    subscribers = house.config.subscribers
    yield from _alarm(subscribers)
    for one in subscribers:
        if one.channel == "apprise":
            yield from _apprise(house, one)
        if one.channel in CHATS:
            yield from _chat(house, one)
        if one.channel == "webhook" and not offline:
            yield _hook(one)
    if any(one.channel == "email" for one in subscribers):
        yield _mail(house, offline=offline)
        yield from _leaving(house)


def unknown_tools(subscribers: Iterable[Subscriber], inventory: Iterable[Tool] | None) -> Iterator[Finding]:
    """Who waits for news of a tool that nobody imported would wait for ever, and take the silence for no news."""
    known = {tool.id.lower() for tool in inventory or ()} | {ANY_TOOL}
    for one in subscribers:
        missing = sorted({tool for interest in one.interests for tool in interest.tools} - known)
        if missing:
            yield Finding(
                subject=f"tools of {one.id}",
                good=False,
                what=f"{', '.join(missing)}: not in the inventory of own tools, so nothing is ever told for it",
                mend="correct tools: of that subscriber (cmaa-monitor tools list), or import the tool",
                needed=False,
            )


def _alarm(subscribers: tuple[Subscriber, ...]) -> Iterator[Finding]:
    """Somebody must be told when somebody else cannot be."""
    if not subscribers:
        return
    channels = {one.channel for one in subscribers if one.problems}
    yield Finding(
        subject="problems",
        good=len(channels) > 1,
        what=f"told over {len(channels)} channel{'' if len(channels) == 1 else 's'}",
        mend="give two subscribers on different channels `problems: true`: one tells when the other cannot be told",
        needed=False,
    )


def _chat(house: House, one: Subscriber) -> Iterator[Finding]:
    """Whether its address, which is a secret, is an address; never what it is. A missing one is said elsewhere."""
    try:
        found = [secret for name in one.secret_names if (secret := house.config.secret(name))]
    except ConfigError:
        return
    for address in found:
        parts = urlsplit(address)
        good = parts.scheme in {"https", "http"} and bool(parts.hostname)
        name = one.secret_names[0]
        yield Finding(
            subject=f"address of {one.id}",
            good=good,
            what=f"leads to {parts.hostname}" if good else f"what {name} holds is no address",
            mend=f"put the whole address that {one.channel} gave out into {name}",
            needed=False,
        )


def _apprise(house: House, one: Subscriber) -> Iterator[Finding]:
    """Whether Apprise knows the address; never what it is, and nothing is sent."""
    from monitor.channels.apprise import is_address

    try:
        found = [secret for name in one.secret_names if (secret := house.config.secret(name))]
    except ConfigError:
        return
    for secret in found:
        good = is_address(secret)
        yield Finding(
            subject=f"address of {one.id}",
            good=good,
            what="Apprise knows it; whether it is taken shows only when something is sent" if good else "Apprise: no",
            mend=f"put one address of Apprise's list of services into {one.secret_names[0]}",
            needed=False,
        )


def _hook(one: Subscriber) -> Finding:
    host = urlsplit(one.address).hostname or ""
    try:
        socket.getaddrinfo(host, None)
    except OSError as fault:
        mend = f"look at the address, and at this machine's DNS; then: cmaa-monitor webhook test {one.id}"
        what = f"{host} has no address: {fault.strerror or fault}"
        return Finding(subject=f"webhook {one.id}", good=False, what=what, mend=mend, needed=False)
    what = f"{host} has an address; test it: cmaa-monitor webhook test {one.id}"
    return Finding(subject=f"webhook {one.id}", good=True, what=what)


def _leaving(house: House) -> Iterator[Finding]:
    """Whether recipients of mail can leave with one click, where that is wanted."""
    from monitor.channels.leaving import LEAST_KEY
    from monitor.daemon.leaving import leave_key

    mail = house.config.mail
    if mail is None or mail.public_url is None:
        return
    good = leave_key(house) is not None
    yield Finding(
        subject="unsubscribe",
        good=good,
        what=f"one click, at {mail.public_url}" if good else f"{mail.leave_key_name} is not set, or too short",
        mend=f"put {LEAST_KEY} or more random characters into {mail.leave_key_name}; until then mails name only"
        " an address to write to",
        needed=False,
    )


def _mail(house: House, *, offline: bool) -> Finding:
    from monitor.channels.email import EmailChannel

    route = house.config.mail
    if route is None:
        mend = "write a `mail:` section; until then no mail is sent"
        return Finding(subject="mail", good=False, what="sources.yaml has no `mail:` section", mend=mend, needed=False)
    if offline:
        return Finding(subject="mail", good=True, what=f"through {route.host}:{route.port}, which was not asked")
    ailment = EmailChannel(route, house.config.secret).ailment()
    return Finding(
        subject="mail",
        good=ailment is None,
        what=ailment or f"{route.host}:{route.port} answers{' and lets us in' if route.user else ''}; nothing was sent",
        mend="look at host, port, security, user and password of `mail:`; until then no mail is sent",
        needed=False,
    )
