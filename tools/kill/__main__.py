"""Kills every kind of work at random steps and moments, and prints what came of it.

python -m tools.kill --kills 20 --seed 0 save export
"""

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a process that forks should have no threads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tools.kill.mortal import live
from tools.kill.scenarios import SCENARIOS, Scenario


def main() -> int:
    """Kill, and report a line a scenario; 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=[kind.name for kind in SCENARIOS], help="which kinds of work")
    parser.add_argument("--kills", type=int, default=20, help="of each kind of work")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--moments", action="store_true", help="every other death after some time, not before a step")
    parser.add_argument("--every", action="store_true", help="at each step in turn, instead of at random")
    given = parser.parse_args()
    lost = 0
    for kind in SCENARIOS:
        if kind.name in given.names:
            with tempfile.TemporaryDirectory(prefix="exposure-kill-") as folder:
                os.environ["EXPOSURE_HOME"] = str(Path(folder, "home"))
                lost += kill(kind, Path(folder), given)
    return 1 if lost else 0


def kill(kind: type[Scenario], folder: Path, wanted: argparse.Namespace) -> int:
    """Kill one kind of work again and again; the number of times that something was lost."""
    scenario, chance = kind(folder), random.Random(wanted.seed)
    begun = time.monotonic()
    whole = live(scenario.work, folder, None)
    seconds = time.monotonic() - begun
    scenario.check(whole.told)
    scenario.check_end()
    killed = lost = lives = 0
    steps = whole.steps
    kills = 1 if wanted.every else wanted.kills
    while killed < kills and lives < 4 * kills:  # the clock may come too late
        lives += 1
        death: float = lives if wanted.every else chance.randint(1, steps)
        if wanted.moments and lives % 2:
            death = chance.random() * seconds
        life = live(scenario.work, folder, death)
        killed += life.was_killed
        steps = steps if life.was_killed else max(1, life.steps)  # the first life makes what later ones find
        if wanted.every:
            kills = killed + life.was_killed  # until a life is too short for its death
        try:
            scenario.check(life.told)
        except AssertionError as error:
            lost += 1
            print(f"{kind.name}: killed at {death}: {error}", file=sys.stderr, flush=True)
    scenario.check(live(scenario.work, folder, None).told)
    scenario.check_end()
    print(f"{kind.name}: killed {killed} times, lost {lost} times", flush=True)
    return lost


if __name__ == "__main__":
    sys.exit(main())
