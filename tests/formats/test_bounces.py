import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.bounces import read_bounces

ID = "dlv_" + "a2" * 13
REPORT = f"""From: MAILER-DAEMON@mx.example.invalid
To: watch@example.invalid
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.invalid

Final-Recipient: rfc822; gone@example.invalid
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1
 no such person
--b
Content-Type: message/rfc822

Message-ID: <{ID}@example.invalid>
Subject: DEMO

text
--b--
"""


def test_a_permanent_failure_is_read_with_the_id_of_the_mail() -> None:
    (one,) = read_bounces(REPORT.encode())
    assert (one.recipient, one.status, one.delivery_id) == ("gone@example.invalid", "5.1.1", ID)
    assert one.said == "550 5.1.1 no such person"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("Action: failed", "Action: delayed"),
        ("Status: 5.1.1", "Status: 4.2.2"),
        ("Status: 5.1.1", "Status: 5"),
        ("delivery-status\n", "x\n"),
    ],
)
def test_what_is_no_permanent_failure_is_none(was: str, becomes: str) -> None:
    assert read_bounces(REPORT.replace(was, becomes).encode()) == ()


def test_a_report_that_names_no_mail_of_ours_says_so() -> None:
    (one,) = read_bounces(REPORT.replace(ID, "someone-elses").encode())
    assert one.delivery_id is None


def test_headers_alone_are_enough() -> None:
    (one,) = read_bounces(REPORT.replace("message/rfc822", "text/rfc822-headers").encode())
    assert one.delivery_id == ID


@given(st.binary(max_size=300), st.integers(0, len(REPORT)))
def test_no_bytes_raise(noise: bytes, at: int) -> None:
    body = REPORT.encode()
    read_bounces(noise)
    read_bounces(body[:at] + noise + body[at:])
