"""What every learning algorithm here has: networks, their optimizers, rates that fall, and a state for checkpoints."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import torch
from torch import Generator, Tensor, nn

from exposure_app.agent.nets import NEVER, Networks
from exposure_app.filters import Filter
from exposure_app.pipeline.recipe import Step
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.photos.data import Crops

BETAS = (0.5, 0.9)  # of Adam


class Memory(Protocol):
    """What an algorithm remembers beside its networks."""

    def state_dict(self) -> dict[str, Any]:
        """For a checkpoint."""

    def load_state_dict(self, state: dict[str, Any], /) -> Any:
        """From a checkpoint."""


class Learner:
    """Everything that changes during training; each algorithm is a subclass with its own ``iterate``.

    Attributes:
        networks: What learns.
        averaged: The policy to be used: the last one, or a moving average of it.
        memory: What else there is, set by the algorithm.
        iteration: How many iterations are done.

    Args:
        config: Sizes and rates.
        filters: The action space F.
        inputs: D_RAW.
        targets: D_retouched.
        device: Where all of it lives.
        seed: Random seed.
    """

    memory: Memory

    def __init__(
        self,
        config: TrainConfig,
        filters: Sequence[Filter],
        inputs: Crops,
        targets: Crops,
        device: torch.device,
        seed: int = 0,
    ) -> None:
        self.config, self.filters, self.inputs, self.targets, self.device = config, filters, inputs, targets, device
        self.generator = Generator(device).manual_seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.networks = Networks(config.net, [filter_.width for filter_ in filters]).to(device)
        self.averaged = self.networks.policy
        self.rates = {"policy": config.policy_rate, "value": config.value_rate, "critic": config.critic_rate}
        self.optimizers: dict[str, torch.optim.Optimizer] = {
            name: adam(getattr(self.networks, name).parameters(), rate) for name, rate in self.rates.items()
        }
        self.iteration = 0

    def iterate(self, between: Callable[[], None] = lambda: None) -> dict[str, Tensor]:
        """One update of the discriminator and of the actor.

        Args:
            between: Called when the discriminator is done and the actor's turn comes, for timing.

        Returns:
            Figures, still on the device.
        """
        raise NotImplementedError

    def grade_in(self, state: dict[str, Any]) -> tuple[Step, ...]:
        """What every photo gets after the policy's steps, by a state of the learner."""
        return ()

    def state_dict(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {
            "iteration": self.iteration,
            "networks": self.networks.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "memory": self.memory.state_dict(),
            "generator": self.generator.get_state(),
            "rates": self.rates,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """From a checkpoint: what follows is what would have followed there."""
        self.iteration = state["iteration"]
        self.networks.load_state_dict(state["networks"])
        self.averaged.load_state_dict(state["averaged"])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        self.memory.load_state_dict(state["memory"])
        self.generator.set_state(state["generator"].cpu())
        self.rates = dict(state["rates"])

    def _explore(self, logits_BF: Tensor) -> tuple[Tensor, Tensor]:
        """pi_1, mixed with the uniform distribution over what may be chosen, and filters a_1 (B,) drawn from it."""
        share, allowed_BF = self.config.explore, logits_BF > NEVER / 2
        pi_1 = (1 - share) * logits_BF.softmax(1) + share * allowed_BF / allowed_BF.sum(1, keepdim=True)
        # Drawing from what is no number would end the process on a GPU; the figures tell (see ``watch``).
        chances = pi_1.detach().nan_to_num(1.0)
        return pi_1, torch.multinomial(chances, 1, generator=self.generator)[:, 0]

    def _descend(self, name: str, loss: Tensor) -> None:
        """One step of Adam on the parameters of one network only, though the loss may reach others."""
        parameters = list(getattr(self.networks, name).parameters())
        self.optimizers[name].zero_grad(set_to_none=True)
        loss.backward(inputs=parameters)
        self.optimizers[name].step()

    def _set_rates(self) -> None:
        """Rates fall exponentially."""
        share = self.config.decay ** min(1.0, self.iteration / self.config.iterations)
        for name, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = self.rates[name] * share * group.get("factor", 1.0)


def adam(parameters: Iterable[nn.Parameter] | Iterable[dict[str, Any]], rate: float) -> torch.optim.Adam:
    """The optimizer of the paper."""
    return torch.optim.Adam(parameters, lr=rate, betas=BETAS, fused=True)
