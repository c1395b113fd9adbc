"""What comes with the program and a person may edit: templates, reference lists, demo weeks, the first sources.yaml."""

from pathlib import Path

from monitor.model.errors import ConfigError, Problem

_PACKAGE = Path(__file__).resolve().parents[1]
MAX_TEXT_BYTES = 4_000_000


def shipped(name: str) -> Path:
    """A shipped file or folder, such as ``templates`` or ``data/demo``; raises ConfigError when it is not there.

    It lies at the top of the checkout when the program runs from one, else inside the installed package.
    """
    checkout = _PACKAGE.parent
    home = checkout if (checkout / "pyproject.toml").is_file() else _PACKAGE / "_shipped"
    path = home / name
    if not path.exists():
        raise _broken(path, "is missing from this installation; install cmaa-monitor again")
    return path


def shipped_unit() -> str:
    """The systemd unit, with the paths of a usual installation."""
    return _text(shipped("packaging/cmaa-monitor.service"))


def read_templates() -> dict[str, str]:
    """Every template by its path below ``templates``, such as ``web/home.html``."""
    return _texts(shipped("templates"), "*")


def read_reference(folder: Path) -> dict[str, str]:
    """The reference lists by file name, such as ``terms.yaml``.

    ``folder`` holds the settings: a file of the same name in its ``data/reference`` takes the place of the shipped one.
    """
    own = folder / "data" / "reference"
    return _texts(shipped("data/reference"), "*.yaml") | (_texts(own, "*.yaml") if own.is_dir() else {})


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    files = sorted(path for path in folder.rglob(pattern) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): _text(path) for path in files}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_TEXT_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise _broken(path, f"cannot be read ({error.strerror}); it must be readable by this user") from None
    except UnicodeDecodeError as error:
        raise _broken(path, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from None


def _broken(path: Path, what: str) -> ConfigError:
    return ConfigError((Problem(file=str(path), line=1, column=1, where="file", what=what),))
