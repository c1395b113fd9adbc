"""What people decided on proposed links. Rows are only ever added; of each link the newest counts."""

from monitor.model.link import LinkDecision, LinkState
from monitor.store.connection import Database
from monitor.store.times import to_moment, to_text


def decisions(database: Database) -> dict[tuple[str, str], LinkDecision]:
    """The newest decision on each link, by its two ends."""
    rows = database.rows('SELECT "left", "right", state, by, reason, at FROM link_decision ORDER BY number')
    return {
        (left, right): LinkDecision(
            left=left, right=right, state=LinkState(state), by=by, reason=reason, at=to_moment(at)
        )
        for left, right, state, by, reason, at in rows
    }


def decide(database: Database, said: LinkDecision) -> None:
    database.write(
        'INSERT INTO link_decision ("left", "right", state, by, reason, at) VALUES (?, ?, ?, ?, ?, ?)',
        [said.left, said.right, said.state.value, said.by, said.reason, to_text(said.at)],
    )
