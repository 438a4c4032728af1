"""What a training run is made with.

``PAPER`` has the paper's own numbers; ``SMALL`` learns a style on a CPU, ``BASE`` to finish photos; ``TUNE`` moves what
``BASE`` has learned to a style.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from exposure_app.agent.header import NetConfig
from exposure_app.errors import ExposureError

Critic = Literal["wasserstein", "relativistic"]


@dataclass(frozen=True)
class TrainConfig:
    """Sizes, rates and weights of a run; symbols as in the paper, sections 5.2 to 6.

    Attributes:
        name: Of the configuration.
        net: Shape of the networks.
        filters: What the agent may use, see ``filters.action_set``.
        iterations: Updates of the actor over which rates and entropy penalty fall; training ends there.
        batch: b, pictures in a batch.
        buffer: Pictures in the trajectory buffer.
        policy_rate: alpha_theta, of Adam.
        critic_rate: alpha_w.
        value_rate: alpha_v.
        decay: Share of the rates left at the end; they fall exponentially.
        critic_updates: n_critic, updates of the discriminator for one of the actor.
        critic_first: Updates of the discriminator in each of the first ten iterations and every 500th.
        critic: How the discriminator tells: ``wasserstein`` (equation 11) or ``relativistic`` (see ``losses``).
        penalty: Weight of the discriminator's gradient penalty.
        penalty_every: Updates of the discriminator for one evaluation of the penalty, then weighted by as much.
        reward_scale: Factor of the improvement of the score in the reward.
        entropy: Weight of the penalty for a concentrated pi_1 (equation 13), annealed to 0.
        reuse: Penalty for using a filter again.
        blown: Weight of the penalty for values above 1, squared.
        clipped: Weight of the same, not squared: many pixels a little above 1 count too.
        explore: Share of the uniform distribution that pi_1 is mixed with in training.
        edge: Weight of the penalty for settings near the ends of the agent's range.
        idle: Penalty for a step that leaves the picture as it was; less for one that changes it a little.
        departure: Filter id to weight of the penalty on the squared distance of its settings from neutral.
        matching: Weight of the distance between the populations of results and targets (see ``matching``): of
            statistics, and of colours. Trajectories only.
        restore: Weight of the distance between restored photos and what they were; 0 learns without pairs of its own.
        free: Share of the photos that are asked for a look without a known truth. Restoring only.
        grade: Rate of the settings of a grade; above 0 nothing but that and the look that is told is learned.
        order: Weight of the share of the results' looks that those of the plain renderings do not explain (see
            ``matching.disorder``). Trajectories only.
        whole: Whether the agent looks at whole photos while results are judged by parts of them, as in use. Otherwise
            it looks at the part. Trajectories only.
        average: Of each iteration's policy in the policy that is kept: moving average, 0 for the last one.
        unroll: Whether the actor learns from whole trajectories (see ``unrolled``) instead of single steps.
        likeliest: Share of the trajectories that follow the likeliest filter, as in use, and what all are matched with;
            pi_1 learns from the others.
        twins: Whether the others begin with the same photos, so that each has a twin that followed the likeliest
            filters: the baseline of pi_1 in place of V (self-critical, Rennie et al. 2017). Then it is half of them.
        settle: Share of the iterations after which pi_1 stays as it was in the mean, and all trajectories follow it, as
            in use.
        choice_rate: alpha_theta of pi_1 over that of pi_2.
        choice_weight: Weight of pi_1's policy gradient beside pi_2's, for trajectories.
        autocast: Whether the networks compute in bfloat16 where the device is faster that way.
        cast: Lab chroma that greys may get before it counts against a checkpoint.
        best: Whether the checkpoint with the best validation is kept, not the last one.
        validate_every: Iterations between validations.
        rollback: Factor of all rates after training broke down and went back to its best state.
    """

    name: str
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
    critic: Critic = "wasserstein"
    penalty: float = 10.0
    penalty_every: int = 1
    reward_scale: float = 0.05
    entropy: float = 0.05
    reuse: float = 1.0
    blown: float = 1.0
    clipped: float = 0.0
    explore: float = 0.05
    edge: float = 0.0
    idle: float = 0.0
    departure: Mapping[str, float] = field(default_factory=dict)
    matching: tuple[float, float] = (0.0, 0.0)
    restore: float = 0.0
    free: float = 0.0
    grade: float = 0.0
    order: float = 0.0
    whole: bool = False
    average: float = 0.0
    unroll: bool = False
    likeliest: float = 0.0
    twins: bool = False
    settle: float = 1.0
    choice_rate: float = 1.0
    choice_weight: float = 0.25
    autocast: bool = False
    cast: float = 3.0
    best: bool = True
    validate_every: int = 500
    rollback: float = 0.3

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {**asdict(self), "net": self.net.to_json()}


PAPER = TrainConfig(name="paper")

SMALL = TrainConfig(
    name="small",
    net=NetConfig(channels=16, dropout=0.15, color_statistics=True, policy_statistics=True, shortcut=True),
    iterations=1000,
    batch=32,
    buffer=512,
    policy_rate=2e-4,
    critic_rate=2e-4,
    value_rate=3e-4,
    decay=0.05,
    critic_updates=1,
    critic_first=1,
    critic="relativistic",
    penalty=5.0,
    penalty_every=4,
    reward_scale=1.0,
    entropy=0.01,
    reuse=2.0,
    blown=8.0,
    clipped=15.0,
    edge=0.3,
    idle=0.3,
    departure={"white_balance": 20.0, "color_curve": 40.0, "black_white": 0.5},
    matching=(4.0, 6.0),
    order=1.0,
    whole=True,
    average=0.99,
    unroll=True,
    likeliest=0.5,
    twins=True,
    settle=0.4,
    choice_rate=6.0,
    choice_weight=1.0,
    autocast=True,
    validate_every=100,
)

# Learns to finish photos from finished photos alone (see ``restoring``); other styles begin with it.
BASE = replace(
    SMALL,
    name="base",
    filters="studio",
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
    iterations=5000,
    restore=60.0,
    free=0.25,
    matching=(0.0, 0.0),
    order=0.0,
    whole=False,
    entropy=0.1,
    explore=0.15,
    settle=0.7,
    choice_rate=1.0,
    average=0.995,
    reuse=1.0,
    blown=4.0,
    clipped=5.0,
    departure={"white_balance": 1.0, "color_curve": 4.0, "color_grading": 0.3, "color_mixer": 0.2},
    best=False,
    validate_every=500,
)

# Moves an agent that has learned to finish photos to the look of the photos one likes.
TUNE = replace(
    BASE,
    name="tune",
    iterations=400,
    grade=0.04,
    matching=(4.0, 6.0),
    best=True,
    validate_every=50,
)

CONFIGS = {config.name: config for config in (PAPER, SMALL, BASE, TUNE)}


def named(name: str) -> TrainConfig:
    """The configuration of that name.

    Raises:
        ExposureError: There is none.
    """
    if name not in CONFIGS:
        raise ExposureError(f"There is no training configuration called {name}", f"There are: {', '.join(CONFIGS)}.")
    return CONFIGS[name]
