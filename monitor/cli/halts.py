"""``cmaa-monitor deliveries suspend``, ``unsuspend`` and ``bounces``: who is told no more, and who is told again."""

from pathlib import Path

import click

from monitor.cli.by_whom import and_why, by_whom, said
from monitor.cli.options import Options
from monitor.model.delivery import Suspension
from monitor.model.errors import UsageError


@click.command("suspend")
@click.argument("recipient", metavar="ID")
@by_whom
@and_why
@click.pass_obj
def suspend(options: Options, recipient: str, by: str, reason: str) -> int:
    """Tell a recipient nothing more, who asked for that in a mail, say. What there is to tell waits."""
    by, reason = said(by, reason)
    house = options.house
    subscriber = next((one for one in house.config.subscribers if one.id == recipient), None)
    if subscriber is None:
        raise UsageError(f"sources.yaml has no subscriber “{recipient}”.")
    with house.writer() as store:
        now, why = house.clock(store).now(), f"stopped by {by}: {reason}"
        halt = Suspension(recipient_id=recipient, channel=subscriber.channel, since=now, code=None, reason=why)
        with store.unit() as unit:
            if not unit.suspend(halt):
                raise UsageError(f"“{recipient}” is suspended already. See why: cmaa-monitor deliveries list")
        house.problem_desk(store).review(now)
    print(f"{recipient} is told no more. Undo it: cmaa-monitor deliveries unsuspend {recipient}")
    return 0


@click.command("unsuspend")
@click.argument("recipient", metavar="ID")
@by_whom
@and_why
@click.pass_obj
def unsuspend(options: Options, recipient: str, by: str, reason: str) -> int:
    """Let a recipient be told again; what has waited for him goes out in order."""
    by, reason = said(by, reason)
    house = options.house
    with house.writer() as store:
        at = house.clock(store).now()
        with store.unit() as unit:
            if not unit.unsuspend(recipient, by=by, reason=reason, at=at):
                raise UsageError(f"“{recipient}” is not suspended. See who is: cmaa-monitor deliveries list")
            unit.audit("recipient-unsuspended", recipient, {"by": by, "reason": reason}, at=at)
    print(f"{recipient} is told again. Send what waits: cmaa-monitor check --due")
    return 0


@click.command("bounces")
@click.argument("mailbox", metavar="MBOX", type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def bounces(options: Options, mailbox: Path) -> int:
    """Read delivery reports (RFC 3464) from an mbox file or a Maildir; suspend whom mail does not reach any more."""
    from monitor.cli.bounces import read_reports, suspend_bounced

    reports = read_reports(mailbox)
    with options.house.writer() as store:
        for line in suspend_bounced(options.house, store, reports):
            print(line)
    options.note(f"{len(reports)} permanent failures in {mailbox.name}.")
    return 0
