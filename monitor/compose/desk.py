"""Where a reader goes for more: a page of the web desk when there is one, otherwise a command to type."""

from datetime import date

from msgspec import Struct

from monitor.compose.hostile import Link, safe_link, safe_text
from monitor.model.ids import ChangeId, DigestId


class Pointer(Struct, frozen=True, kw_only=True):
    """``link`` when the desk is served, else None; ``command`` shows the same in a terminal."""

    link: Link | None
    command: str


class Desk(Struct, frozen=True, kw_only=True):
    """The web desk's address, e.g. ``https://watch.example.org``; None when there is none."""

    base: str | None

    def home(self) -> Link | None:
        return self._page("")

    def redline(self, change_id: ChangeId) -> Pointer:
        return Pointer(link=self._page(f"c/{change_id}"), command=f"cmaa-monitor show {safe_text(change_id)}")

    def decide(self, change_id: ChangeId) -> Link | None:
        return self._page(f"c/{change_id}#decide")

    def ledger(self, first: date) -> Pointer:
        page = self._page(f"coverage/{_week(first)}")
        return Pointer(link=page, command=f"cmaa-monitor coverage --since {first.isoformat()}")

    def filtered(self, first: date) -> Pointer:
        page = self._page(f"filtered/{_week(first)}")
        return Pointer(link=page, command=f"cmaa-monitor changes --since {first.isoformat()} --tier noise")

    def all_changes(self, first: date) -> Pointer:
        return Pointer(link=self.home(), command=f"cmaa-monitor changes --since {first.isoformat()}")

    def open_changes(self) -> Pointer:
        """All that awaits a decision or is in hand."""
        return Pointer(link=self.home(), command="cmaa-monitor changes --open")

    def confirm(self, digest_id: DigestId) -> Link | None:
        """The page with the button; opening it changes nothing, since mail gateways open every link."""
        return self._page(f"digest/{digest_id}/confirm")

    def manual_check(self) -> Link | None:
        return self._page("coverage/manual")

    def _page(self, path: str) -> Link | None:
        return safe_link(f"{self.base.rstrip('/')}/{path}") if self.base else None


class Edition(Struct, frozen=True, kw_only=True):
    """What one rendering shares: the reader's zone, the reader's day, and where the links lead."""

    time_zone: str
    today: date
    desk: Desk


def _week(first: date) -> str:
    year, week, _ = first.isocalendar()
    return f"{year}-W{week:02d}"
