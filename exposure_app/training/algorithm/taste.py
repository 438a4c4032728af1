"""What a style learns of which look suits a photo: from finished photos, and what they could have been delivered as.

Shapes: B batch, C channel, H height, W width, K numbers of a scene or a look.
"""

from typing import Any

import torch
from torch import Generator, Tensor

from exposure_app.agent import statistics
from exposure_app.agent.nets import Taste
from exposure_app.training.photos.data import Crops
from exposure_app.training.photos.degrade import degrade

VERSIONS = 12  # of each photo, each degraded anew; half of them of parts
EPOCHS = 40
BATCH = 256
RATE = 2e-3
DECAY = 0.03  # share of the rate that is left at the end
WEIGHT_DECAY = 0.3  # photos are few: what they have in common counts, not what single ones have
# A taste that is right in the mean is right for no photo: it foretells looks that differ less than those of finished
# photos do. So what it says is spread as theirs are; and moved, by ``statistics.AIMS``, to what blind eyes preferred to
# the mean of many photographers.
SPREAD = (1.12, 1.05, 1.1, 1.1)
LIKED = (0.3, 0.5, 0.0, 0.45)


def learn(taste: Taste, finished: Crops, generator: Generator) -> None:
    """Teach a taste which looks finished photos have that could have been delivered like a photo.

    Args:
        taste: A new one.
        finished: Finished photos.
        generator: Source of all randomness.
    """
    with torch.no_grad():
        scenes_MK, looks_MK = _examples(finished, generator)
    middle_K, spread_K = scenes_MK.mean(0), scenes_MK.std(0) + 1e-3
    looks = len(statistics.AIMS)
    examples_MK = torch.cat([scenes_MK[:, :looks], (scenes_MK - middle_K) / spread_K], dim=1)
    hidden = [*taste.first.parameters(), *taste.second.parameters()]
    groups: list[dict[str, Any]] = [{"params": hidden}, {"params": taste.output.parameters(), "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=WEIGHT_DECAY)
    steps = EPOCHS * len(looks_MK) // BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: DECAY ** (step / max(1, steps)))
    for _ in range(steps):
        pick_B = torch.randint(len(looks_MK), (BATCH,), generator=generator, device=looks_MK.device)
        example_BK = examples_MK[pick_B]
        foretold_BK = taste.of_scenes(example_BK[:, looks:], example_BK[:, :looks], generator)
        loss = (foretold_BK - looks_MK[pick_B]).abs().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():  # in use scenes come as they are
        taste.first.bias.sub_(taste.first.weight @ (middle_K / spread_K))
        taste.first.weight.div_(spread_K)


def spread(taste: Taste, finished_NCHW: Tensor) -> None:
    """Let a taste that has learned foretell looks that differ as those of finished photos do; in place.

    Args:
        taste: The one that has learned.
        finished_NCHW: Whole finished photos, about whose mean look the others are spread.
    """
    wider, liked = (finished_NCHW.new_tensor(numbers) for numbers in (SPREAD, LIKED))
    middle_K = statistics.aim(finished_NCHW).mean(0)
    with torch.no_grad():
        taste.output.weight.mul_(wider[:, None])
        taste.output.bias.mul_(wider).add_(middle_K * (1 - wider) + liked)


def _examples(finished: Crops, generator: Generator) -> tuple[Tensor, Tensor]:
    """Scenes (M, SCENE) as they could have been delivered, and the looks (M, 4) that they were finished with."""
    wholes_NCHW = finished.wholes()
    scenes, looks = [], []
    for version in range(VERSIONS):
        photos_NCHW = finished.draw(len(wholes_NCHW), generator) if version % 2 else wholes_NCHW
        for part_BCHW in photos_NCHW.split(BATCH):
            scenes.append(statistics.scene(degrade(part_BCHW, generator)))
            looks.append(statistics.aim(part_BCHW))
    return torch.cat(scenes), torch.cat(looks)
