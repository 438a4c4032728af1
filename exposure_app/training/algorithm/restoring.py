"""Learning to finish photos from finished photos alone: each is degraded, and the agent has to bring it back.

Populations of different subjects, which ``unrolled`` matches, do not say how bright the subject of this photo should
be; a photo that somebody finished does. The critic stays beside the distance to the truth: a mean distance hedges where
the content cannot tell, and hedged pictures are pale and flat. What the content cannot tell, above all how bright, warm
and colourful somebody liked it, is told to the policy as the look of the truth (``statistics.aim``); in use a network
of its own, the taste, says which look photos like this one have, and other looks are the alternatives.

Shapes: B batch, C channel, H height, W width, K numbers of a look.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from exposure_app.agent import statistics
from exposure_app.agent.nets import Taste
from exposure_app.agent.policy import State
from exposure_app.filters import Filter
from exposure_app.training.algorithm import losses
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.algorithm.loop import BETAS
from exposure_app.training.algorithm.matching import opponent_colors
from exposure_app.training.algorithm.unrolled import Trajectories, UnrolledLearner
from exposure_app.training.photos.data import Crops
from exposure_app.training.photos.degrade import degrade

UNSURE = 0.25  # deviation of the look that is told from that of the truth, so that small errors of the taste do no harm
OTHER = 0.7  # deviation of the looks that are asked for where no truth is known
TASTE_DECAY = 0.05  # of its weights
# A taste that is right in the mean is right for no photo: it foretells looks that differ less than those of finished
# photos do, and bright scenes come out grey. So what it says is spread as theirs are; and moved, by
# ``statistics.AIMS``, to what blind eyes preferred to the mean of many photographers.
SPREAD = (1.25, 1.1, 1.1, 1.15)
LIKED = (0.35, 0.15, 0.0, 0.1)
LOOK_WEIGHT = 0.03  # of a deviation from the look asked for, as a distance of colours


@dataclass(frozen=True)
class Task:
    """What a batch is asked for. The first photos have no known truth; with twins each half begins with them.

    Attributes:
        state: Degraded pictures and the looks they are to end with.
        truth_BCHW: What they were; of those without a known truth anything.
        free_B: Which have none.
    """

    state: State
    truth_BCHW: Tensor
    free_B: Tensor


class RestoringLearner(UnrolledLearner):
    """``UnrolledLearner`` that knows what most of its inputs looked like before they were degraded.

    Args:
        config: Sizes and rates.
        filters: The action space F.
        inputs: Photos without a known truth, linear light; what becomes of them is judged by the critic, by how well
            the look that was asked for is met. None takes degraded targets.
        targets: Finished photos, to be degraded and restored, and what the discriminator takes for finished.
        device: Where all of it lives.
        seed: Random seed.
    """

    def __init__(
        self,
        config: TrainConfig,
        filters: Sequence[Filter],
        inputs: Crops | None,
        targets: Crops,
        device: torch.device,
        seed: int = 0,
    ) -> None:
        self.others = inputs
        super().__init__(config, filters, inputs or targets, targets, device, seed)
        parameters = self._taste.parameters()
        self.optimizers["taste"] = torch.optim.AdamW(
            parameters, lr=config.value_rate, betas=BETAS, weight_decay=TASTE_DECAY, fused=True
        )
        self.rates["taste"] = config.value_rate

    @property
    def _taste(self) -> Taste:
        taste = self.networks.taste
        if taste is None:
            raise ValueError("photos are restored by agents that are told a look")
        return taste

    def _start(self, count: int) -> State:
        drawn = count // 2 if self._has_twins else count
        truth = self.targets.draw(drawn, self.generator)
        free = round(self.config.free * drawn)
        rgb = degrade(truth, self.generator)
        if self.others is not None:
            rgb[:free] = self.others.draw(free, self.generator)
        look = statistics.aim(truth)
        if free:
            with torch.no_grad(), self._autocast():
                look[:free] = self._taste(rgb[:free]).float()
        self.taught = rgb[free:], look[free:]
        free_B = torch.arange(drawn, device=self.device) < free
        noise = torch.randn(look.shape, generator=self.generator, device=self.device)
        look = look + torch.where(free_B[:, None], OTHER, UNSURE) * noise
        twice = 2 if self._has_twins else 1
        state = State.start(rgb.repeat(twice, 1, 1, 1), len(self.filters), look.repeat(twice, 1))
        self.task = Task(state, truth.repeat(twice, 1, 1, 1), free_B.repeat(twice))
        return state

    def _final(self, path: Trajectories, crowd: int) -> tuple[dict[str, Tensor], Tensor]:
        config, task = self.config, self.task
        finished, free_B = path.finished_BCHW.clamp(0, 1), task.free_B
        with self._autocast():
            score_B = self.networks.quality(finished).float()
        critic_B = losses.quality(score_B, self.target_scores, config.critic)
        away_B = distance(finished, task.truth_BCHW)
        missed_B = (statistics.aim(finished) - task.state.look_BK).abs().mean(1)
        final_B = critic_B - config.restore * torch.where(free_B, LOOK_WEIGHT * missed_B, away_B)
        figures = {
            "restored": away_B.detach()[:crowd][~free_B[:crowd]].mean(),
            "look": missed_B.detach()[:crowd].mean(),
        }
        figures["taste"] = self._learn_taste()
        return figures, final_B

    def _learn_taste(self) -> Tensor:
        """The taste learns which looks the photos of this batch had; how far off it was."""
        rgb, look = self.taught
        with self._autocast():
            suits = self._taste(rgb, self.generator).float()
        loss: Tensor = (suits - look).abs().mean()
        self._descend("taste", loss)
        return loss.detach()


def spread(taste: Taste) -> None:
    """Let a taste that has learned foretell looks that differ as those of finished photos do; in place."""
    output = taste.output
    wider, liked = (output.bias.new_tensor(numbers) for numbers in (SPREAD, LIKED))
    with torch.no_grad():
        output.weight.mul_(wider[:, None])
        output.bias.mul_(wider).add_(liked)


def distance(some_BCHW: Tensor, others_BCHW: Tensor) -> Tensor:
    """Mean absolute difference (B,) of pictures in opponent colours."""
    apart = opponent_colors((some_BCHW - others_BCHW).permute(0, 2, 3, 1))
    return apart.abs().mean((1, 2, 3))
