import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.desk import FDA, Desk

SECRETS = """
serve: {ping: CMAA_PING_URL}
mail:
  host: smtp.example.org
  from: watch@example.org
  user: watch
  password: CMAA_SMTP_PASSWORD
  public_url: https://watch.example.org
  unsubscribe_key: CMAA_UNSUBSCRIBE_KEY
subscribers:
  - {id: desk, channel: email, to: desk@example.org}
  - {id: hook, channel: webhook, url: "https://hook.example.org/", secret: [CMAA_HOOK_NEW, CMAA_HOOK_OLD]}
  - {id: chat, channel: slack, secret: CMAA_SLACK_URL}
  - {id: chat-too, channel: slack, secret: CMAA_SLACK_URL}
"""


def configure(desk: Desk, more: str = "", folder: str = "house") -> None:
    desk.folder /= folder
    desk.folder.mkdir()
    desk.configure(FDA)
    desk.settings.write_text(desk.settings.read_text().replace("subscribers: []", "") + more)


def lines(text: str, beginning: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(beginning)]


def test_the_unit_loads_every_secret_that_the_settings_name_once(desk: Desk) -> None:
    configure(desk, SECRETS)
    loaded = [line.partition("=")[2] for line in lines(desk.run("schedule", "--systemd").out, "LoadCredential=")]
    names = ("HOOK_NEW", "HOOK_OLD", "SLACK_URL", "SMTP_PASSWORD", "UNSUBSCRIBE_KEY", "PING_URL")
    assert sorted(loaded) == sorted(f"CMAA_{name}:/etc/cmaa-monitor/secrets/CMAA_{name}" for name in names)


def test_a_path_with_signs_that_mean_something_to_systemd_or_cron_means_itself(desk: Desk) -> None:
    configure(desk, folder='50 % "är"')
    place = str(desk.folder)
    (started,) = lines(desk.run("schedule", "--systemd").out, "ExecStart=")
    assert place.replace("%", "%%").replace('"', '\\"') in started
    for line in lines(desk.run("schedule", "--cron").out, "*/5") + lines(desk.run("schedule", "--cron").out, "30 2"):
        assert line.count("%") == line.count(r"\%") == 1


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_unit_as_it_is(desk: Desk) -> None:
    configure(desk, SECRETS, folder="50 % är")
    unit = desk.folder / "cmaa-monitor.service"
    made = desk.run("schedule", "--systemd").out
    (started,) = lines(made, "ExecStart=")
    unit.write_text(made.replace(started, started.replace(started.split(" --config ")[0], 'ExecStart="/bin/true"')))
    ran = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_what_the_units_service_could_not_reach_is_said(desk: Desk, tmp_path: Path) -> None:
    configure(desk, f"feeds: {tmp_path}/feeds\nserve: {{backups: /var/lib/cmaa-monitor/copies}}\n")
    said = desk.run("schedule", "--systemd").err
    assert f"may write in /var/lib/cmaa-monitor alone (ProtectSystem=), not in {tmp_path}/feeds" in said
    assert "copies" not in said


def test_a_program_in_a_home_is_told_to_move(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(desk)
    monkeypatch.setattr(sys, "argv", ["/home/a.reader/.venv/bin/cmaa-monitor"])
    assert "/home/a.reader/.venv/bin/cmaa-monitor lies in a home" in desk.run("schedule", "--systemd").err
