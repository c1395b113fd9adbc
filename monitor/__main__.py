"""``python -m monitor`` and the command ``cmaa-monitor``."""

import sys


def main() -> None:
    from monitor.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
