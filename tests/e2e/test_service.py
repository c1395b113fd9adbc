"""The service as systemd, a probe, a dead man's switch and an operator meet it."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.channels.test_email import Inbox
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv
from tests.e2e.payer import ENTRY, INDEX, Payer
from tests.loopback import LoopbackServer, Request, Response

GOOD = Response(body=as_csv(a_list()), media_type="text/csv")
LIMIT_S = 60.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def settings(desk: Desk, port: int, **more: str) -> None:
    lines = {"listen": f"127.0.0.1:{port}", "backups": "off", **more}
    text = desk.settings.read_text()
    desk.settings.write_text(f"serve: {{{', '.join(f'{k}: {v!r}' for k, v in lines.items())}}}\n{text}")


@contextmanager
def serving(desk: Desk, **env: str) -> "Iterator[tuple[subprocess.Popen[bytes], Path]]":
    """The service, its log in a file; killed at the end when it has not ended by itself."""
    log = desk.folder / "log"
    command = [sys.executable, "-m", "monitor", "--config", str(desk.settings), "serve", "--tick", "1", "--log", "json"]
    inherited = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"}
    with log.open("wb") as out, subprocess.Popen(command, stderr=out, env=inherited | env) as service:
        try:
            yield service, log
        finally:
            if service.poll() is None:
                service.kill()


def events(log: Path, name: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [line for line in lines if line["event"] == name]


def ask(port: int, path: str, posted: str | None = None) -> tuple[int, str]:
    """The answer to a GET, or to a POST of ``posted``; 0 when nobody answers."""
    asked = f"GET {path} HTTP/1.0\r\n\r\n"
    if posted is not None:
        asked = f"POST {path} HTTP/1.0\r\nContent-Length: {len(posted)}\r\n\r\n{posted}"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as one, one.makefile("rb") as answer:
            one.sendall(asked.encode())
            head, _, body = answer.read().decode().partition("\r\n\r\n")
    except OSError:
        return 0, ""
    return int(head.split(" ")[1]), body


def systemd_is_told(systemd: socket.socket, state: bytes) -> bool:
    """Whether that is told at last; pings of the watchdog and what reloading tells come before it."""
    return any(systemd.recv(100) == state for _ in range(30))


def test_it_says_how_it_is_rereads_its_settings_tells_systemd_and_the_switch_and_drains(
    desk: Desk, server: LoopbackServer
) -> None:
    port = free_port()
    desk.configure(FDA)
    settings(desk, port, ping="CMAA_PING_URL")
    desk.serve(FDA_URL, GOOD)
    for path in ("/ping", "/ping/start", "/ping/fail"):
        server.set(path, Response(body=b"OK"))
    box = desk.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(box))
        systemd.settimeout(LIMIT_S)
        with serving(desk, NOTIFY_SOCKET=str(box), CMAA_PING_URL=f"{server.base}/ping") as (service, log):
            assert systemd.recv(100) == b"WATCHDOG=1\nEXTEND_TIMEOUT_USEC=180000000"
            assert systemd_is_told(systemd, b"READY=1")
            assert ask(port, "/readyz") == (200, "ready\n")
            assert ask(port, "/healthz")[0] == 200
            assert ask(port, "/etc/passwd")[0] == 404
            metrics = ask(port, "/metrics")[1]
            assert "cmaa_checks_total 1\n" in metrics
            assert 'cmaa_source_last_good_timestamp_seconds{source="fda.ai-devices"}' in metrics
            until(lambda: "/ping" in server.paths())
            (check,) = events(log, "check")
            assert (check["source"], check["verdict"], check["level"]) == ("fda.ai-devices", "CHANGED", "info")
            good = desk.settings.read_text()
            desk.settings.write_text(good.replace("workers: 4", "workers: no\n  pace: soon").replace("{pace", "{pace"))
            service.send_signal(signal.SIGHUP)
            until(lambda: bool(events(log, "settings-kept")))
            assert events(log, "settings-refused")
            desk.settings.write_text(good)
            service.send_signal(signal.SIGHUP)
            until(lambda: bool(events(log, "settings")))
            second = desk.run("serve")
            assert (second.code, "has been serving it since" in second.err) == (4, True)
            began = time.monotonic()
            service.send_signal(signal.SIGTERM)
            assert systemd_is_told(systemd, b"STOPPING=1")
            assert service.wait(LIMIT_S) == 0
            assert time.monotonic() - began < 30
    assert "/ping" not in (desk.folder / "log").read_text()
    assert server.paths().index("/ping/start") < server.paths().index("/ping")
    assert "/ping/fail" not in server.paths()
    assert events(desk.folder / "log", "stopped")


def test_a_source_beyond_its_limit_makes_it_unready_and_trips_the_switch(desk: Desk, server: LoopbackServer) -> None:
    port = free_port()
    desk.configure(FDA)
    settings(desk, port, ping="CMAA_PING_URL")
    desk.serve(FDA_URL, Response(status=503))
    for path in ("/ping", "/ping/start", "/ping/fail"):
        server.set(path, Response(body=b"OK"))
    with serving(desk, CMAA_PING_URL=f"{server.base}/ping"):
        until(lambda: "beyond their limit: fda.ai-devices" in ask(port, "/readyz")[1])
        assert ask(port, "/readyz")[0] == 503
        assert ask(port, "/healthz")[0] == 200
        until(lambda: "/ping/fail" in server.paths())
    assert "/ping" not in server.paths()


def test_while_a_receiver_hangs_what_is_due_is_checked_and_others_are_told(desk: Desk, server: LoopbackServer) -> None:
    """Proven by the order of events: the one that hangs answers only when all else has happened."""
    let_go = threading.Event()

    def hang(_: Request) -> Response:
        assert let_go.wait(LIMIT_S)
        return Response(status=204)

    server.set("/hangs", hang)
    server.set("/answers", Response(status=204))
    desk.serve(FDA_URL, Response(status=503))
    Payer(server)
    watchers = [
        f"- {{id: {name}, channel: webhook, url: '{server.url(f'/{name}')}', tiers: [ACT], problems: true}}"
        for name in ("hangs", "answers")
    ]
    desk.configure(FDA, subscribers=watchers)
    settings(desk, free_port())
    desk.settings.write_text("problems: {after_failures: 1}\n" + desk.settings.read_text())
    with serving(desk) as (service, log):
        until(lambda: [post.path for post in server.posts()].count("/hangs") == 1)
        until(lambda: [post.path for post in server.posts()].count("/answers") == 1)
        desk.settings.write_text(f"{desk.settings.read_text()}{ENTRY} follow: []}}\n")
        service.send_signal(signal.SIGHUP)
        until(lambda: any(check["source"] == INDEX for check in events(log, "check")))
        assert [post.path for post in server.posts()].count("/hangs") == 1, "it still hangs"
        service.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            service.wait(0.5)
        let_go.set()
        assert service.wait(LIMIT_S) == 0
    with desk.store() as store:
        assert {one.delivery.state.value for one in store.outbox.deliveries()} == {"sent"}
        assert not store.faults()


def test_who_clicks_in_a_mail_leaves_the_service_that_sent_it_and_others_are_told_at_once(desk: Desk) -> None:
    port, handler, mail_port = free_port(), Inbox(), free_port()
    lead = "- {id: lead, channel: email, to: lead@example.org, tiers: [REVIEW], digest: never}"
    desk.configure(FDA, subscribers=[lead, "- {id: engineer, channel: file, path: told, problems: true}"])
    settings(desk, port)
    route = f"host: localhost, port: {mail_port}, from: watch@example.org, security: none"
    leaving = "public_url: https://watch.example.org, unsubscribe_key: CMAA_KEY"
    desk.settings.write_text(f"mail: {{{route}, {leaving}}}\n{desk.settings.read_text()}")
    controller = Controller(handler, hostname="127.0.0.1", port=mail_port)
    controller.start()
    try:
        handler.recipient_answer = "451 not before the service runs"
        desk.serve(FDA_URL, [GOOD, Response(body=as_csv([*a_list(), AEYE_2024]), media_type="text/csv")])
        for _ in range(2):
            desk.run("check")
        handler.recipient_answer = "250 OK"
        desk.run("deliveries", "retry", desk.run("deliveries", "list", "--json").body["deliveries"][0]["id"])
        with serving(desk, CMAA_KEY="a-key-made-for-this-test") as (_, log):
            until(lambda: bool(handler.mails))
            header = handler.mails[0][2]["List-Unsubscribe"]
            path = header.partition(">")[0].removeprefix("<https://watch.example.org")
            assert ask(port, path)[0] == 200
            assert events(log, "unsubscribed") == []
            click = "List-Unsubscribe=One-Click"
            until(lambda: ask(port, path, click)[0] == 200)
            until(lambda: bool(events(log, "unsubscribed")))
            until(lambda: (desk.folder / "told").is_dir() and any((desk.folder / "told").iterdir()))
    finally:
        controller.stop()
    assert "asked to be told no more" in desk.run("deliveries", "list").out
