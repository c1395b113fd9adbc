"""PDF documents made to do harm, written by hand: each is sound as far as any reader can tell before it begins."""

import zlib

_SHOW = b"BT /F 9 Tf 10 10 Td (DEMO) Tj ET"


def pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """The objects (number 1 is the catalogue) as a document with its table of places."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(out))
    return out + head + table + end


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data)


def packed(piece: bytes, times: int, entries: bytes = b"") -> bytes:
    """A stream that unpacks to one piece after the other; never held unpacked here."""
    packer = zlib.compressobj(9)
    many = max(1, 1_000_000 // len(piece))
    parts = [packer.compress(b"BT /F 9 Tf 10 10 Td ")]
    parts += [packer.compress(piece * many) for _ in range(times // many)]
    parts += [packer.compress(piece * (times % many) + b"ET"), packer.flush()]
    return stream(entries + b"/Filter/FlateDecode", b"".join(parts))


def pages(count: int, content: bytes = stream(b"", _SHOW)) -> bytes:
    """So many pages that all show the same content, a stream."""
    kids = b" ".join(b"%d 0 R" % (5 + place) for place in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>"
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count),
            content,
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *[page] * count,
        ]
    )


def loop(levels: int = 25, times: int = 8) -> bytes:
    """A form that draws the next one eight times, which draws the next one eight times ... to the end of the world."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<%b>>"
    drawing = [stream(form % (b"/XObject<</X %d 0 R>>" % (7 + n)), b"/X Do " * times) for n in range(levels)]
    resources = b"/XObject<</X 6 0 R>>/Font<</F 5 0 R>>"
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<%b>>>>" % resources,
            stream(b"", b"/X Do"),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *drawing,
            stream(form % b"/Font<</F 5 0 R>>", _SHOW),
        ]
    )


def busy(page_count: int = 2_000, words: int = 3_000) -> bytes:
    """Many pages that share one stream of words: small to send, long to read."""
    return pages(page_count, packed(b"(a) Tj 0 9 Td ", words))


def bomb(unpacked_mb: int) -> bytes:
    """A page whose content unpacks to so many megabytes of words."""
    word = b"(aaaaaaaaaa) Tj\n"
    return pages(1, packed(word, unpacked_mb * 1024 * 1024 // len(word)))


def scan(page_count: int = 3) -> bytes:
    """Pages with a picture each and no text."""
    return pages(page_count, stream(b"", b"q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"))
