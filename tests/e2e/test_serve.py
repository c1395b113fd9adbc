import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from monitor.config import read_reference
from monitor.daemon import Tick, tick
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv
from tests.loopback import LoopbackServer, Response

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOOK = "- {id: folder, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"


def ready(desk: Desk) -> None:
    desk.configure(FDA, subscribers=[HOOK])
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    desk.begin_simulated_time(START)


def test_a_source_is_checked_once_a_slot_however_often_the_service_ticks(desk: Desk) -> None:
    ready(desk)
    assert [tick(desk.house).checked for _ in range(3)] == [1, 0, 0]
    desk.set_time(START + timedelta(days=1))
    assert [tick(desk.house).checked for _ in range(3)] == [1, 0, 0]
    assert desk.rows()["checks"] == 2


def test_a_tick_checks_tells_and_counts(desk: Desk) -> None:
    ready(desk)
    tick(desk.house)
    desk.serve(FDA_URL, Response(body=as_csv([*a_list(), AEYE_2024]), media_type="text/csv"))
    desk.set_time(START + timedelta(days=1))
    assert tick(desk.house) == Tick(checked=1, changes=1, sent=1)
    assert len(list((desk.folder / "told").iterdir())) == 1


def test_a_failing_source_is_asked_ever_more_rarely(desk: Desk) -> None:
    ready(desk)
    desk.serve(FDA_URL, Response(status=503))
    asked = []
    for quarter in range(24):
        desk.set_time(START + timedelta(minutes=15 * quarter))
        if tick(desk.house).checked:
            asked.append(quarter)
    assert asked == [0, 1, 3, 7, 15]


def test_a_database_that_another_holds_is_trouble_and_no_end(desk: Desk) -> None:
    ready(desk)
    desk.database.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    assert "monitor.db" in (tick(desk.house).trouble or "")


def test_the_service_stops_when_told_and_has_checked_by_then(desk: Desk, server: LoopbackServer) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    desk.settings.write_text(f"serve: {{listen: 'off', backups: 'off'}}\n{desk.settings.read_text()}")
    command = [sys.executable, "-m", "monitor", "--config", str(desk.settings), "serve"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as service:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and "/www.fda.gov/media/178541/download?attachment" not in server.paths():
            time.sleep(0.05)
        service.send_signal(signal.SIGTERM)
        _, said = service.communicate(timeout=20)
    assert service.returncode == 0
    assert "1 checked, 0 unverified" in said
    assert desk.rows()["checks"] == 1


def test_rule_files_with_faults_are_named_and_the_rules_of_before_stay_in_force(desk: Desk) -> None:
    ready(desk)
    house = desk.house
    assert tick(house).rules is None
    before = house.rules.version
    own = desk.folder / "data" / "reference"
    own.mkdir(parents=True)
    shipped = read_reference(desk.folder)["product_codes.yaml"]
    bad = shipped.replace("level: high", "level: hihg", 1).replace("class: augmentative", "class: augmented", 1)
    (own / "product_codes.yaml").write_text(bad, encoding="utf-8")
    said = tick(house).rules or ""
    assert "product_codes.yaml:5:" in said
    assert "'hihg' is no level" in said
    assert "'augmented' is no Appendix S class" in said
    assert f"the rules of before stay in force ({before})" in said
    assert (tick(house).rules, house.rules.version) == (None, before), "said once"
    desk.serve(FDA_URL, Response(body=as_csv([*a_list(), AEYE_2024]), media_type="text/csv"))
    desk.set_time(START + timedelta(days=1))
    assert tick(house).changes == 1
    (own / "product_codes.yaml").write_text(shipped.replace("version: 1", "version: 9"), encoding="utf-8")
    assert "product_codes 9" in (tick(house).rules or "")
    assert desk.changes()[0].assessment.rules_version == before
