"""Saved pages and digests come out of the record exactly as they went in, with what proves them."""

import email
import hashlib
import json
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from monitor.daemon import tick
from monitor.model.ids import DigestId
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv, renamed
from tests.loopback import Response

CSV = "text/csv; charset=utf-8"
BEFORE = as_csv(a_list())
AFTER = as_csv(renamed(a_list(), "K900003", "DEMO other name"))


@pytest.fixture
def changed(desk: Desk) -> Desk:
    desk.configure(FDA, subscribers=["- {id: lead, channel: email, to: lead@example.org, digest: weekly}"])
    route = "mail: {host: '127.0.0.1', port: 9, from: watch@example.org, security: none}\n"
    desk.settings.write_text(route + desk.settings.read_text())
    desk.serve(FDA_URL, [Response(body=BEFORE, media_type=CSV), Response(body=AFTER, media_type=CSV)])
    desk.check()
    desk.check()
    return desk


def test_the_bytes_before_and_after_a_change_are_saved_with_proof_that_needs_no_program_of_ours(
    changed: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "saved"
    assert changed.run("evidence", "ch-2026-0001", "--out", str(out)).code == 0
    assert ((out / "before-1.csv").read_bytes(), (out / "after-2.csv").read_bytes()) == (BEFORE, AFTER)
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=out, check=True)
    manifest = json.loads((out / "manifest.json").read_text())
    (before, after) = manifest["files"]
    assert (after["sha256"], after["http_status"], after["check"]["verdict"]) == (
        hashlib.sha256(AFTER).hexdigest(),
        200,
        "CHANGED",
    )
    assert (before["url_asked"], before["hand_saved"]) == (FDA_URL, None)
    for link in manifest["chain"]:
        hashed = (out / link["file"]).read_bytes()
        assert hashlib.sha256(hashed).hexdigest() == link["hash"]
    assert [link["event"] for link in manifest["chain"]] == ["check", "change", "check"]
    assert after["sha256"].encode() in (out / manifest["chain"][-1]["file"]).read_bytes()


def test_one_altered_byte_is_found_by_sha256sum(changed: Desk, tmp_path: Path) -> None:
    out = tmp_path / "saved"
    *_, newest = changed.run("checks", "--json").body["checks"]
    changed.run("evidence", "--check", str(newest["ledger_entry"]), "--out", str(out))
    with (out / "response-1.csv").open("ab") as file:
        file.write(b"!")
    assert subprocess.run(["sha256sum", "-c", "--status", "SHA256SUMS"], cwd=out, check=False).returncode == 1


def test_a_copy_can_be_saved_as_one_archive_and_nothing_is_overwritten(changed: Desk, tmp_path: Path) -> None:
    out = tmp_path / "saved.zip"
    assert changed.run("evidence", "--snapshot", "1", "-o", str(out)).code == 0
    with zipfile.ZipFile(out) as archive:
        assert archive.read("copy-1.csv") == BEFORE
    assert "is there already" in changed.run("evidence", "--check", "1", "-o", str(out)).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["CH-2026-0999"], "There is no change CH-2026-0999"),
        (["--check", "99"], "There is no ledger entry 99"),
        (["--snapshot", "99"], "There is no snapshot 99"),
        ([], "Name one"),
    ],
)
def test_what_is_not_there_is_refused_and_leaves_nothing(
    changed: Desk, tmp_path: Path, words: list[str], said: str
) -> None:
    ran = changed.run("evidence", *words, "-o", str(tmp_path / "saved"))
    assert (ran.code, said in ran.err, (tmp_path / "saved").exists()) == (2, True, False)


def test_a_mail_is_shown_as_it_went_out_whatever_the_settings_say_by_now(desk: Desk, tmp_path: Path) -> None:
    monday = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    desk.configure(FDA, subscribers=["- {id: lead, channel: email, to: lead@example.org}"])
    route = "mail: {host: '127.0.0.1', port: 9, from: watch@example.org, security: none}\n"
    settings = route + desk.settings.read_text()
    desk.settings.write_text(settings)
    desk.serve(FDA_URL, Response(body=BEFORE, media_type=CSV))
    desk.begin_simulated_time(monday)
    tick(desk.house)
    desk.set_time(monday + timedelta(days=7))
    assert tick(desk.house).unsent == 1
    moved = settings.replace("lead@example.org", "new@clinic.example").replace(
        "watch@example.org", "watch@clinic.example"
    )
    desk.settings.write_text(moved)
    desk.set_time(monday + timedelta(days=7, minutes=1))
    before = saved_mail(desk, tmp_path)
    assert (before["To"], before["From"]) == ("lead@example.org", "CMAA Watch <watch@example.org>")
    assert tick(desk.house).unsent == 1
    after = saved_mail(desk, tmp_path)
    assert (after["To"], after["From"]) == ("new@clinic.example", "CMAA Watch <watch@clinic.example>")
    assert after["Message-ID"] == before["Message-ID"]


def saved_mail(desk: Desk, folder: Path) -> EmailMessage:
    shown = desk.run("digest", "--show", "DG-2026-48", "--eml", str(folder / "a.eml"))
    assert shown.code == 0, shown.err
    return email.message_from_bytes((folder / "a.eml").read_bytes(), policy=default)


def test_a_digest_is_shown_exactly_as_it_was_made_and_to_whom_it_went(changed: Desk, tmp_path: Path) -> None:
    house = changed.house
    now = house.wall_clock.now()
    with house.writer() as store:
        house.periods(store).close_due(now)
        (closed, *_) = house.periods(store).close_due(now + timedelta(days=8))
    id_ = closed.digest.id
    page, mail = tmp_path / "digest.html", tmp_path / "digest.eml"
    shown = changed.run("digest", "--show", id_, "--html", str(page), "--eml", str(mail))
    assert shown.code == 0
    assert closed.message.text in shown.out
    assert "Told        lead over email, with digest" in shown.out
    assert page.read_text(encoding="utf-8") == closed.message.html
    assert b"Message-ID" in mail.read_bytes()
    with changed.store() as store:
        kept = store.queries.digest(DigestId(id_))
    assert kept is not None
    assert kept.sha256 in shown.out
    told = changed.run("show", "CH-2026-0001").out
    assert f"lead over email, with digest {id_}" in told
