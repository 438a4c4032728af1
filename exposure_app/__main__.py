"""The program's entry; imports nothing heavy, so that help and mistakes are answered at once."""

import sys


def main() -> None:
    """Run the command line and exit with its status: 0, 1 some file failed, 2 wrong usage, 130 interrupted."""
    from exposure_app.cli import app

    sys.exit(app())


if __name__ == "__main__":
    main()
