"""The one place that reads the environment: settings, the whereabouts of the settings file, secrets."""

import os
from collections.abc import Mapping
from pathlib import Path

from monitor.model.errors import ConfigError, Problem

CONFIG_VARIABLE = "CMAA_CONFIG"
DATABASE_VARIABLE = "CMAA_DATABASE"
MAX_SECRET_BYTES = 8_192


def read_environment() -> Mapping[str, str]:
    """A copy of the process environment, taken once at start."""
    return dict(os.environ)  # noqa: TID251  the one place that may; all others are handed this copy


def find_config(explicit: str | None, env: Mapping[str, str]) -> Path:
    """Where the settings are: ``--config``, else CMAA_CONFIG, else ``sources.yaml`` here. It may not exist."""
    return Path(explicit or env.get(CONFIG_VARIABLE) or "sources.yaml")


def read_secret(name: str, env: Mapping[str, str]) -> str | None:
    """The secret ``name``, or None when it is nowhere or empty.

    It is looked for in the file that ``name_FILE`` names, then in ``name``, then in the file ``name`` of the folder
    that systemd's CREDENTIALS_DIRECTORY names.

    Raises ConfigError when ``name_FILE`` is set and its file cannot be read, or the credential is there and cannot be.
    """
    if path := env.get(f"{name}_FILE"):
        return _secret_file(name, Path(path), f"mend the file or the variable {name}_FILE") or None
    if value := env.get(name, "").strip():
        return value
    folder = env.get("CREDENTIALS_DIRECTORY")
    if folder and _is_there(Path(folder) / name):
        return _secret_file(name, Path(folder) / name, "mend LoadCredential= of the unit") or None
    return None


def _is_there(path: Path) -> bool:
    """Whether the folder has such a file, or will not say so; then reading it tells why."""
    try:
        return path.is_file()
    except PermissionError:
        return True


def _secret_file(name: str, path: Path, mend: str) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_SECRET_BYTES).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        what = f"the file of this secret cannot be read ({reason}); {mend}"
        raise ConfigError((Problem(file=str(path), line=1, column=1, where=name, what=what),)) from None
