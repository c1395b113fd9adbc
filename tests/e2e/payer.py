"""A payer invented for the tests: an index of policies and the pages behind it. All words are DEMO ones."""

from collections.abc import Mapping, Sequence

from tests.loopback import LoopbackServer, Response

HOST = "https://payer.invalid"
INDEX_URL = f"{HOST}/policies.html"
INDEX = "payer.policies"
ENTRY = (
    f"- {{id: {INDEX}, kind: links, url: '{INDEX_URL}', every: 1d, name: DEMO policies, authority: DEMO payer,"
    " noun: policy, link_pattern: /policies/, floor: low,"
)
FOLLOW_HTML = "follow: {kind: prose, noun: passage, where: {url: '[.]html$'}, drop: [.promo]}}"
PARAGRAPHS = (
    "This DEMO policy sets out when the payer covers the software service described below.",
    "The service is covered when a physician orders it and reads the underlying images first.",
    "Autonomous reading without a physician is experimental and is not covered.",
    "Claims must name the code of the underlying study on the same day of service.",
)


def index(links: Mapping[str, str], *, title: str = "DEMO policies") -> bytes:
    """The index page; ``links``: path -> words."""
    items = "".join(f'<li><a href="{path}">{words}</a></li>' for path, words in links.items())
    main = f"<main><h1>{title}</h1><ul>{items}</ul></main>"
    return f"<html><head><title>{title}</title></head><body>{main}</body></html>".encode()


def policy(number: str, paragraphs: Sequence[str] = PARAGRAPHS, *, promo: str = "Join our plan today") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<html><head><title>DEMO policy {number}</title></head><body><main><h1>DEMO policy {number}</h1>"
        f"<div class='promo'>{promo}</div><h2>Policy</h2>{body}</main></body></html>"
    ).encode()


def paths(count: int) -> dict[str, str]:
    return {f"/policies/demo-{n}.html": f"DEMO policy {n}" for n in range(count)}


class Payer:
    """The payer's site as it is now. ``links`` and ``pages`` may be changed; ``put`` shows them."""

    def __init__(self, server: LoopbackServer, count: int = 3) -> None:
        self.server = server
        self.links = paths(count)
        self.pages = {path: policy(words) for path, words in self.links.items()}
        self.put()

    def put(self) -> None:
        self.server.set("/payer.invalid/policies.html", Response(body=index(self.links)))
        for path, body in self.pages.items():
            self.server.set(f"/payer.invalid{path}", Response(body=body))

    def edit(self, path: str, old: str, new: str) -> None:
        """Another wording under the same address."""
        assert old.encode() in self.pages[path]
        self.pages[path] = self.pages[path].replace(old.encode(), new.encode())
        self.put()

    def withdraw(self, path: str) -> None:
        """The page is gone; the index still names it."""
        self.server.set(f"/payer.invalid{path}", Response(status=404, body=b"<title>Not found</title>gone"))
