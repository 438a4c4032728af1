"""Where the frozen program begins, whichever of its names it is started by (`exposure.spec`)."""

import multiprocessing
import sys
from pathlib import Path

from exposure_app.__main__ import edit, main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a worker of a batch goes no further
    if Path(sys.argv[0]).stem == "exposure-gui":
        sys.exit(edit())
    main()
