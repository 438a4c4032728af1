"""What a training run is made with.

``PAPER`` has the paper's own numbers. ``BASE`` learns to finish photos, from nothing; ``TUNE`` moves what has learned
that to the look of the photos one likes. What never changes are constants of the algorithm's module.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from exposure_app.agent.header import NetConfig
from exposure_app.errors import ExposureError

Algorithm = Literal["paper", "finishing", "grading"]


@dataclass(frozen=True)
class TrainConfig:
    """Sizes and rates of a run; symbols as in the paper, sections 5.2 to 6.

    Attributes:
        name: Of the configuration.
        algorithm: The module of this package that learns.
        net: Shape of the networks; of those of another style where training begins with one.
        filters: What the agent may use, see ``filters.action_set``.
        iterations: Updates of the actor over which rates and entropy penalty fall; training ends there.
        batch: b, pictures in a batch.
        buffer: Pictures in the trajectory buffer, or finished ones for the discriminator.
        policy_rate: alpha_theta, of Adam; of the grade where that is all that acts.
        critic_rate: alpha_w.
        value_rate: alpha_v.
        decay: Share of the rates left at the end; they fall exponentially.
        critic_updates: n_critic, updates of the discriminator for one of the actor. ``paper`` only, else 1.
        critic_first: The same in each of the first ten iterations and every 500th. ``paper`` only.
        entropy: Weight of the penalty for a concentrated pi_1 (equation 13), annealed.
        explore: Share of the uniform distribution that pi_1 is mixed with in training.
        freeze_choice_after: Share of the iterations after which pi_1 stays as it was in the mean. ``finishing`` only.
        best: Whether the checkpoint with the best validation is kept, not the last one.
        validate_every: Iterations between validations.
    """

    name: str
    algorithm: Algorithm = "paper"
    net: NetConfig = field(default_factory=NetConfig)
    filters: str = "paper"
    iterations: int = 20_000
    batch: int = 64
    buffer: int = 2048
    policy_rate: float = 1.5e-5
    critic_rate: float = 5e-5
    value_rate: float = 5e-4
    decay: float = 1e-3
    critic_updates: int = 5
    critic_first: int = 100
    entropy: float = 0.05
    explore: float = 0.05
    freeze_choice_after: float = 1.0
    best: bool = True
    validate_every: int = 500

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {**asdict(self), "net": self.net.to_json()}


PAPER = TrainConfig(name="paper")

BASE = TrainConfig(
    name="base",
    algorithm="finishing",
    net=NetConfig(
        channels=16,
        dropout=0.0,
        steps=6,
        color_statistics=True,
        policy_statistics=True,
        shortcut=True,
        look=True,
        coded=True,
        once=True,
        head=32,
    ),
    filters="studio",
    iterations=5000,
    batch=32,
    buffer=512,
    policy_rate=2e-4,
    critic_rate=2e-4,
    value_rate=3e-4,
    decay=0.05,
    entropy=0.1,
    explore=0.15,
    freeze_choice_after=0.7,
    best=False,
)

TUNE = replace(BASE, name="tune", algorithm="grading", iterations=400, policy_rate=0.04, best=True, validate_every=50)

CONFIGS = {config.name: config for config in (PAPER, BASE, TUNE)}


def named(name: str) -> TrainConfig:
    """The configuration of that name.

    Raises:
        ExposureError: There is none.
    """
    if name not in CONFIGS:
        raise ExposureError(f"There is no training configuration called {name}", f"There are: {', '.join(CONFIGS)}.")
    return CONFIGS[name]
