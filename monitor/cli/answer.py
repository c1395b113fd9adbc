"""``cmaa-monitor answer``: the standing questions, and a person's answer with its citation."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

import click

from monitor.cli.known import known_change
from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon
from monitor.cli.people import name_of
from monitor.cli.plain import answer_body, sheet_body
from monitor.model.errors import UsageError
from monitor.model.question import Answer, Knowledge, SheetRow
from monitor.store import Store

_TEXT_LIMIT = 600


@click.command()
@click.argument("question", required=False)
@click.option("--state", type=click.Choice([one.value for one in Knowledge]), help="How far it is answered.")
@click.option("--text", metavar="TEXT", help="The short answer; its first sentence stands in the digest.")
@click.option("--cite", "citations", multiple=True, metavar="URL|CH-…", help="What it stands on (may be repeated).")
@click.option("--by", metavar="NAME", help="Who answers; kept in the audit chain.")
@click.option("--looked", is_flag=True, help="You looked at what may have moved it, and the answer stands.")
@click.option("--history", is_flag=True, help="Every answer on record, oldest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def answer(
    options: Options,
    question: str | None,
    state: str | None,
    text: str | None,
    citations: tuple[str, ...],
    by: str | None,
    looked: bool,
    history: bool,
    as_json: bool,
) -> int:
    """Show where CMAA stands and the four questions, or answer one of them with a citation.

    Answers are added to the record and never altered; `--history` shows those before.
    """
    said = bool(state or text or citations or by or looked)
    if not said:
        return _show(options, question, history=history, as_json=as_json)
    if question is None or history:
        raise UsageError("Name the one question to answer, such as: cmaa-monitor answer who-bills --state partly ...")
    if looked and (state or text or citations):
        raise UsageError("--looked leaves the answer as it is; give --state, --text and --cite without it.")
    house = options.house
    with house.writer() as store:
        now = house.clock(store).now()
        row = _row(_sheet(options, store), question)
        today = now.astimezone(house.config.time_zone).date()
        given = _confirmed(row.answer, today) if looked else _answered(row, state, text, citations, today)
        _must_exist(store, given.citations)
        new = Answer(
            question_id=row.question.id,
            state=given.state,
            text=given.text,
            citations=given.citations,
            by=name_of(by),
            looked_on=today,
            seq=store.queries.last_seq(),
            given_at=now,
        )
        with store.unit() as unit:
            answer_id = unit.answer(new)
            facts = {"question": new.question_id, "state": new.state.value, "by": new.by}
            unit.audit("answer", answer_id, facts, at=now)
    options.note(f"Kept as {answer_id}.")
    return _show(options, question, history=False, as_json=as_json)


def _confirmed(answer: Answer, today: date) -> Answer:
    return Answer(
        question_id=answer.question_id,
        state=answer.state,
        text=answer.text,
        citations=answer.citations,
        by=answer.by,
        looked_on=today,
    )


def _answered(row: SheetRow, state: str | None, text: str | None, citations: Sequence[str], today: date) -> Answer:
    if state is None or not (text or "").strip():
        raise UsageError("An answer needs --state and --text; or --looked when the answer stands as it is.")
    if not citations and state != Knowledge.UNKNOWN:
        raise UsageError(f"A question that is {state} needs --cite with the page or the change it stands on.")
    words = " ".join((text or "").split())
    if len(words) > _TEXT_LIMIT:
        raise UsageError(f"--text has {len(words)} characters; at most {_TEXT_LIMIT} are kept.")
    return Answer(
        question_id=row.question.id,
        state=Knowledge(state),
        text=words,
        citations=tuple(_citation(one) for one in citations),
        by="",
        looked_on=today,
    )


def _citation(written: str) -> str:
    text = written.strip()
    if text.upper().startswith("CH-"):
        return text.upper()
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(text) > 2000 or not text.isprintable():
        raise UsageError(f"--cite “{text[:80]}” is neither an address (https://...) nor a change (CH-2026-0147).")
    return text


def _must_exist(store: Store, citations: Sequence[str]) -> None:
    for one in citations:
        if one.startswith("CH-"):
            known_change(store, one)


def _sheet(options: Options, store: Store) -> tuple[SheetRow, ...]:
    return options.house.digest_builder(store).sheet(store.queries.last_seq())


def _row(sheet: Sequence[SheetRow], question: str) -> SheetRow:
    found = next((row for row in sheet if row.question.id == question.lower()), None)
    if found is None:
        known = ", ".join(row.question.id for row in sheet)
        raise UsageError(f"There is no question “{question[:40]}”. Known are: {known}.")
    return found


def _show(options: Options, question: str | None, *, history: bool, as_json: bool) -> int:
    from monitor.compose.sheet import answer_lines, sheet_lines

    with options.house.reader() as store:
        sheet = _sheet(options, store)
        rows = sheet if question is None else (_row(sheet, question),)
        ids = {row.question.id for row in rows}
        given = [one for one in store.queries.answers() if one.question_id in ids]
        demo = store.is_demo
    if as_json:
        past = {"history": [answer_body(one) for one in given]} if history else {}
        write_json("cmaa-monitor.answers.v1", {"demo": demo, "questions": [sheet_body(row) for row in rows], **past})
        return 0
    write_ribbon(demo=demo)
    for line in answer_lines(given) if history else sheet_lines(rows):
        print(line)
    if history and not given:
        print("Nobody has answered yet; what is shown comes from the starter sheet.")
    return 0
