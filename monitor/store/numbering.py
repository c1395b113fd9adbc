"""Ids that count up within a year: ``AN-2026-0001``."""

from datetime import datetime

from monitor.store.connection import Database


def next_id(database: Database, table: str, prefix: str, at: datetime) -> str:
    """The id after the highest that ``table`` (ours, never a user's word) holds for the year of ``at``."""
    year = f"{prefix}-{at.year:04d}-"
    sql = f"SELECT max(CAST(substr(id, {len(year) + 1}) AS INTEGER)) FROM {table} WHERE id LIKE ?"  # noqa: S608
    return f"{year}{(database.value(sql, [f'{year}%']) or 0) + 1:04d}"
