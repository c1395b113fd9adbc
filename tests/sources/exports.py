"""Bulk exports of the Medicare Coverage Database in the making: a table in a zip archive in a zip archive."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence


def export(name: str, rows: Sequence[Mapping[str, str]], *, encoding: str = "cp1252") -> bytes:
    """``current_lcd.zip`` or ``current_article.zip`` (``name``: lcd, article) with these rows of the API."""
    text = io.StringIO(newline="")
    written = [_as_exported(name, row) for row in rows]
    writer = csv.DictWriter(text, list(written[0]) if written else [f"{name}_id"], quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(written)
    inner = zipped([(f"{name}.csv", text.getvalue().encode(encoding, "replace")), ("lcd_x_contractor.csv", b"a,b\r\n")])
    return zipped([("readme_first.txt", b"DEMO"), (f"current_{name}_csv.zip", inner)])


def _as_exported(name: str, row: Mapping[str, str]) -> dict[str, str]:
    note = row["note"].partition("(")[0]
    return {
        f"{name}_id": row["document_id"],
        f"{name}_version": row["document_version"],
        "title": row["title"],
        "rev_eff_date" if name == "lcd" else "article_eff_date": _moment(row["effective_date"]),
        "indication" if name == "lcd" else "description": "<p>DEMO " + "long text \xe9 " * 40 + "</p>",
        "status": {"Future": "F", "Retired": "R"}.get(note, "A"),
        "last_updated": _moment(row["updated_on"]),
        "display_id": "",
    }


def _moment(written: str) -> str:
    month, day, year = written.split("/")
    return f"{year}-{month}-{day} 00:00:00"


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return body.getvalue()
