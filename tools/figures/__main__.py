"""Draw the pictures of the documentation: all of them, or those that are named.

python -m tools.figures [NAME...]
"""

import argparse
import importlib

NAMES = "blend corrections decompile detail fork lens looks masks readme retouched study variations why".split()


def main() -> None:
    """Draw, and say what is being drawn."""
    parser = argparse.ArgumentParser(prog="python -m tools.figures", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"Any of {', '.join(NAMES)}.")
    chosen = parser.parse_args().names or NAMES
    for name in chosen:
        if name not in NAMES:
            parser.error(f"there is no figure {name!r}")
    for name in chosen:
        print(name, flush=True)
        importlib.import_module(f"tools.figures.{name}").main()


if __name__ == "__main__":
    main()
