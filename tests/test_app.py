"""The house put together: what it tells the world of itself, and where a demo may reach."""

import re
from pathlib import Path

import pytest

from monitor import __version__
from monitor.app import House, known_sources, open_house, plain_http_hosts, user_agent, voice
from monitor.model.capture import FetchFailed
from monitor.model.errors import StoreError
from tests.e2e.desk import FDA, Desk
from tests.fakes import NOW
from tests.loopback import LoopbackServer, Response


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "sources.yaml").write_text("version: 1\nsources:\n  - {id: fda.ai-devices, every: 1d}\n")
    return open_house(tmp_path / "sources.yaml", {})


def test_hosts_are_told_who_asks_and_where_to_complain() -> None:
    assert user_agent("a@example.org") == f"cmaa-monitor/{__version__} (regulatory change monitor; a@example.org)"
    assert "no contact set" in user_agent(None)


def test_a_reader_needs_a_database_and_makes_none(house: House) -> None:
    with pytest.raises(StoreError, match="no database yet"), house.reader():
        pass
    assert not house.config.database.exists()


def test_the_clock_of_a_real_database_cannot_be_set(house: House) -> None:
    with house.writer() as store:
        with pytest.raises(RuntimeError):
            store.set_demo_now(NOW)
        assert house.clock(store).now() != NOW


def test_a_demo_database_has_its_own_clock_and_reaches_nothing_but_this_machine(house: House) -> None:
    with house.writer(demo=True) as store:
        store.set_demo_now(NOW)
        clock = house.clock(store)
        assert clock.now() == NOW
        with house.client(store, clock) as client:
            for url in ("https://93.184.216.34/", "https://10.0.0.1/"):
                outcome = client.fetch(url, validators=None, respect_robots=False)
                assert isinstance(outcome, FetchFailed)
                assert outcome.code == "forbidden-address"
                assert client.post(url, b"{}", {}, timeout_s=1).code == "forbidden-address"
    with house.borrowed_client() as client:
        outcome = client.fetch("https://93.184.216.34/", validators=None, respect_robots=False)
        assert isinstance(outcome, FetchFailed)
        assert outcome.code == "forbidden-address"


def test_plain_http_is_for_the_hosts_that_the_settings_name(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        desk = Desk(folder=tmp_path, server=server)
        hook = f"- {{id: desk, channel: webhook, url: '{server.url('/hook')}'}}"
        desk.configure(FDA, subscribers=[hook])
        assert plain_http_hosts(desk.house.config) == {"127.0.0.1"}
        server.set("/hook", Response())
        with desk.house.borrowed_client() as client:
            assert client.post(server.url("/hook"), b"{}", {}, timeout_s=5).status == 200
        desk.configure(FDA)
        assert plain_http_hosts(desk.house.config) == frozenset()


def test_our_address_in_events_is_the_one_people_can_open(house: House, tmp_path: Path) -> None:
    assert voice(house.config, is_demo=False).instance == "urn:cmaa-monitor:local"
    path = tmp_path / "sources.yaml"
    path.write_text(path.read_text() + "link_base: https://cmaa.example.org/\n")
    assert voice(open_house(path, {}).config, is_demo=False).instance == "https://cmaa.example.org/"


def test_what_hosts_asked_of_us_is_remembered_from_one_check_to_the_next(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        desk = Desk(folder=tmp_path, server=server)
        desk.configure(FDA)
        house = desk.house
        server.set("/www.fda.gov/media/178541/download", Response(status=429, headers={"Retry-After": "3600"}))
        url = "https://www.fda.gov/media/178541/download?attachment"
        for _ in range(2):
            with house.writer() as store, house.client(store, house.clock(store)) as client:
                client.fetch(url, validators=None, respect_robots=True)
                store.hosts.save_holds(client.holds())
        assert len(server.paths()) == 1
        assert len([one for one in server.requests if one.path.endswith("robots.txt")]) == 1


def test_every_official_list_is_known_by_its_id() -> None:
    assert all(source.id == name for name, source in known_sources().items())


def test_a_list_behind_which_nothing_is_to_be_followed_stays_alone(tmp_path: Path) -> None:
    settings = tmp_path / "sources.yaml"
    written = "version: 1\nsources:\n  - {id: cms.ncas, every: 1d}\n"
    settings.write_text(written, encoding="utf-8")
    assert open_house(settings, {}).config.sources[0].follow
    settings.write_text(written.replace("1d", "1d, follow: []"), encoding="utf-8")
    assert open_house(settings, {}).config.sources[0].follow == ()


def test_only_the_house_says_how_a_source_is_read_for_it_alone_opens_documents() -> None:
    room = Path(__file__).resolve().parents[1] / "monitor"
    asking = {
        str(path.relative_to(room))
        for path in room.rglob("*.py")
        if re.search(r"from monitor\.sources import .*\bextractor_for\b", path.read_text(encoding="utf-8"))
    }
    assert asking == {"app/house.py"}
