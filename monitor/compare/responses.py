"""Is this response what the source really says? A ruling for every way it may not be, for a compliance lead to read.

Absence is never evidence by itself: whatever is not plainly healthy leaves the baseline alone.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from monitor.compare.blocks import BLOCKED, error_page, script_shell
from monitor.compare.body import MANY_WORDS, Look, cut_short, host_of, look_at
from monitor.model.capture import Capture
from monitor.model.source import Contract
from monitor.model.verdict import Ruling, Verdict

UNPROVEN = "x-cmaa-unproven-length"
"""Header the client adds when neither a length nor an end mark proved the body complete."""

_UNKNOWN = "we do not know whether anything changed"
_NAMES = {
    "html": "An HTML page",
    "xml": "An XML file",
    "json": "A JSON answer",
    "text": "Plain text",
    "pdf": "A PDF",
    "zip": "A ZIP or Office file",
    "ole": "An old Office file",
    "image": "A picture",
    "compressed": "Compressed data that was not announced as such",
    "binary": "Unreadable binary data",
}
_FORMS: Mapping[str, frozenset[str]] = {
    "application/octet-stream": frozenset(),  # says nothing
    "text/html": frozenset({"html", "xml", "text"}),
    "application/xhtml+xml": frozenset({"html", "xml"}),
    "text/csv": frozenset({"text"}),
    "application/csv": frozenset({"text"}),
    "text/plain": frozenset({"text", "json"}),
    "application/json": frozenset({"json"}),
    "application/pdf": frozenset({"pdf"}),
    "application/zip": frozenset({"zip"}),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": frozenset({"zip"}),
    "application/vnd.ms-excel": frozenset({"ole", "zip", "text"}),
}
_UNMISTAKABLE = frozenset({"html", "pdf", "zip", "ole", "image", "compressed", "binary"})


def judge_response(capture: Capture, contract: Contract) -> Ruling | None:
    """Rules on one response before it is parsed; None: nothing speaks against it. Never fails, whatever the bytes.

    In this order: stand-in pages (BLOCKED), the status, an empty body, the final address, the form of the bytes, error
    pages with status 200, pages only a browser could fill, bodies cut off (all SUSPECT).
    """
    look = look_at(capture)
    for code, recognise in BLOCKED.items():
        if reason := recognise(capture, look):
            return Ruling(verdict=Verdict.BLOCKED, code=code, reason=reason)
    return next((ruling for judge in _RESPONSE if (ruling := judge(capture, look, contract))), None)


def _status(capture: Capture, look: Look, contract: Contract) -> Ruling | None:
    status, host = capture.status, look.host or "The server"
    match status:
        case 200 | 203:
            return None
        case 401 | 403 | 407 | 451:
            return _ruling(Verdict.BLOCKED, "forbidden", f"{host} refused us the page (HTTP {status}); {_UNKNOWN}.")
        case 429:
            return _ruling(
                Verdict.BLOCKED, "rate-limited", f"{host} said we ask too often{_later(capture)}; {_UNKNOWN}."
            )
        case 404 if contract.is_nothing_found(capture.body):
            return None
        case 404 | 410:
            reason = (
                f"The page is no longer at its address (HTTP {status}): {capture.final_url[:200]}. It may have moved;"
            )
            return _ruling(Verdict.FAILED, "gone", f"{reason} {_UNKNOWN}.")
        case 204 | 205:
            return _suspect("empty", f"{host} answered without any content (HTTP {status}); {_UNKNOWN}.")
        case _ if 200 <= status < 300:
            return _suspect("incomplete", f"{host} answered that the page is not complete (HTTP {status}); {_UNKNOWN}.")
        case _ if 300 <= status < 400:
            return _ruling(
                Verdict.FAILED, "redirect", f"{host} pointed elsewhere without a usable address (HTTP {status})."
            )
        case _ if status >= 500:
            return _ruling(
                Verdict.FAILED, "server-error", f"{host} reported a fault of its own (HTTP {status}); {_UNKNOWN}."
            )
        case _:
            return _ruling(
                Verdict.FAILED, "http-error", f"{host} did not accept the request (HTTP {status}); {_UNKNOWN}."
            )


def _later(capture: Capture) -> str:
    wait = (capture.header("retry-after") or "").strip()[:40]
    return f" (HTTP 429, try again after {wait}{' s' if wait.isdigit() else ''})" if wait else " (HTTP 429)"


def _empty(_capture: Capture, look: Look, _contract: Contract) -> Ruling | None:
    if look.form != "empty":
        return None
    return _suspect("empty", f"{look.host or 'The server'} sent an empty page as if all were well; {_UNKNOWN}.")


def _moved(capture: Capture, _look: Look, contract: Contract) -> Ruling | None:
    asked, came = capture.official_url, capture.final_url
    if contract.final_url is not None:
        fits = re.search(contract.final_url, came) is not None
    else:
        fits = _site(asked) == _site(came) and not (_is_home(came) and not _is_home(asked))
    if fits:
        return None
    reason = f"We asked for {asked[:200]} and were sent to {came[:200]}, where this source is not expected"
    return _suspect("moved", f"{reason}. If it has moved, change its address in sources.yaml.")


def _site(url: str) -> str:
    host = host_of(url)
    return host if host.replace(".", "").isdigit() else ".".join(host.split(".")[-2:])


def _is_home(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path in {"", "/"} and not parts.query


def _wrong_type(capture: Capture, look: Look, contract: Contract) -> Ruling | None:
    """The bytes decide; a form that is easily mistaken counts against the copy only when the server names it so too."""
    if not contract.media_types:
        garbage = look.form in {"compressed", "binary"} and (capture.media_type or "").startswith("text/")
        return _suspect("wrong-type", f"{_NAMES[look.form]} came where text was due; {_UNKNOWN}.") if garbage else None
    due = frozenset[str]().union(*(_forms(media_type) for media_type in contract.media_types))
    if not due or look.form in due:
        return None
    if look.form not in _UNMISTAKABLE and capture.media_type in contract.media_types:
        return None
    what = "page" if "html" in due else "list"
    return _suspect(
        "wrong-type", f"{_NAMES[look.form]} came where the {what} was due; we do not know whether the {what} changed."
    )


def _forms(media_type: str) -> frozenset[str]:
    name = media_type.lower()
    if name in _FORMS:
        return _FORMS[name]
    if name.endswith(("+xml", "/xml")):
        return frozenset({"xml"})
    return frozenset({"json"}) if name.endswith("+json") else frozenset(_NAMES)


def _error_page(_capture: Capture, look: Look, _contract: Contract) -> Ruling | None:
    said = error_page(look)
    if said is None:
        return None
    return _suspect(
        "error-page", f"{look.host or 'The server'} sent an error page as if all were well (“{said[:80]}”); {_UNKNOWN}."
    )


_FOR_SALE = re.compile(
    r"\b(?:this|the) (?:web )?domain (?:name )?(?:is|may be|could be) (?:for sale|parked|available)|\bbuy this domain\b"
    r"|\bdomain (?:has|name has) expired\b|\bparked (?:free|domain)\b"
)


def _for_sale(text: str) -> re.Match[str] | None:
    return _FOR_SALE.search(text) if "domain" in text or "parked" in text else None


def _parked(_capture: Capture, look: Look, _contract: Contract) -> Ruling | None:
    """A domain that its owner gave up, or that a changed name server leads elsewhere."""
    texts = (look.title, (look.words or "")[:MANY_WORDS])
    said = next((found for text in texts if (found := _for_sale(text))), None)
    if said is None or look.form != "html":
        return None
    return _suspect(
        "parked", f"{look.host or 'The server'} shows a parked domain (“{said[0]}”), not the page; {_UNKNOWN}."
    )


def _shell(_capture: Capture, look: Look, _contract: Contract) -> Ruling | None:
    if not script_shell(look):
        return None
    return _suspect("script-only", f"The page came without its content, which only a browser would load; {_UNKNOWN}.")


def _truncated(capture: Capture, look: Look, _contract: Contract) -> Ruling | None:
    end = cut_short(capture, look.form, unproven=capture.header(UNPROVEN) is not None)
    return _suspect("truncated", f"The copy is cut off: it ends {end}; {_UNKNOWN}.") if end else None


_Judge = Callable[[Capture, Look, Contract], Ruling | None]
_RESPONSE: tuple[_Judge, ...] = (_status, _empty, _moved, _wrong_type, _parked, _error_page, _shell, _truncated)


def _ruling(verdict: Verdict, code: str, reason: str) -> Ruling:
    return Ruling(verdict=verdict, code=code, reason=reason)


def _suspect(code: str, reason: str) -> Ruling:
    return _ruling(Verdict.SUSPECT, code, reason)
