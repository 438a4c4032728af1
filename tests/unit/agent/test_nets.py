from dataclasses import replace

import torch

from exposure_app import filters
from exposure_app.agent.header import NetConfig
from exposure_app.agent.nets import Networks
from exposure_app.agent.policy import State, apply_chosen, decide

NET = NetConfig(channels=4, hidden=16, color_statistics=True)
FILTERS = tuple(filters.registry().values())


def networks(net: NetConfig = NET) -> Networks:
    torch.manual_seed(0)
    return Networks(net, [filter_.width for filter_ in FILTERS])


def pictures(count: int = 5) -> torch.Tensor:
    return torch.rand(count, 3, 64, 64, generator=torch.Generator().manual_seed(1))


def test_every_network_takes_a_batch_and_gives_what_it_is_for() -> None:
    made, state = networks(), State.start(pictures(), len(FILTERS))
    logits, values = decide(made.policy, state, FILTERS, NET.steps)
    assert logits.shape == (5, len(FILTERS))
    assert [value.shape for value in values] == [(5, filter_.width) for filter_ in FILTERS]
    assert made.value(state.rgb_BCHW, state.planes(NET.steps)).shape == (5,)
    assert made.quality(state.rgb_BCHW).shape == (5,)


def test_the_paper_s_size_flattens_to_4096_features() -> None:
    assert networks(NetConfig()).policy.value_extractor.features == 4096


def test_values_stay_in_the_agent_s_range_however_wild_the_outputs() -> None:
    for filter_ in FILTERS:
        for wild in (-1e4, -1.0, 0.0, 1.0, 1e4):
            values = filter_.squash(torch.full((1, filter_.width), wild))
            filter_.unpack(values[0].tolist())  # refuses what is out of range


def test_dropout_is_always_on_and_comes_from_the_generator() -> None:
    made, state = networks().eval(), State.start(pictures(1), len(FILTERS))
    first, again, other = (
        decide(made.policy, state, FILTERS, 5, torch.Generator().manual_seed(seed))[0] for seed in (3, 3, 4)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_alike_dropout_treats_each_picture_as_if_it_came_alone() -> None:
    made, state = networks(), State.start(pictures(3), len(FILTERS))
    together = decide(made.policy, state, FILTERS, 5, torch.Generator().manual_seed(0), alike=True)[0]
    for number in range(3):
        alone = State.start(state.rgb_BCHW[number : number + 1], len(FILTERS))
        logits = decide(made.policy, alone, FILTERS, 5, torch.Generator().manual_seed(0))[0]
        torch.testing.assert_close(logits[0], together[number])


def test_each_picture_gets_the_filter_chosen_for_it() -> None:
    rgb, choice = pictures(), torch.tensor([3, 0, 7, 3, 1])
    values = [filter_.squash(torch.randn(5, filter_.width)) for filter_ in FILTERS]
    result = apply_chosen(rgb, choice, values, FILTERS)
    for number, index in enumerate(choice.tolist()):
        alone = FILTERS[index].apply(rgb[number : number + 1], values[index][number : number + 1])
        torch.testing.assert_close(result[number], alone[0])


def test_the_gradient_reaches_only_the_chosen_values() -> None:
    rgb, choice = pictures(2), torch.tensor([0, 1])
    values = [filter_.squash(torch.randn(2, filter_.width)).requires_grad_() for filter_ in FILTERS]
    apply_chosen(rgb, choice, values, FILTERS).sum().backward()
    reached = [value.grad is not None and bool(value.grad.abs().sum() > 0) for value in values]
    assert reached == [True, True] + [False] * (len(FILTERS) - 2)


def test_the_state_remembers_filters_and_steps() -> None:
    state = State.start(pictures(2), len(FILTERS))
    after = state.after(state.rgb_BCHW, torch.tensor([2, 5])).after(state.rgb_BCHW, torch.tensor([2, 6]))
    assert after.used_BF.nonzero().tolist() == [[0, 2], [1, 5], [1, 6]]
    assert torch.allclose(after.planes(5)[:, -1], torch.tensor(0.4))


def test_with_a_shortcut_the_planes_count_though_all_features_are_dropped() -> None:
    """How bright a photo is must not get lost on its way through the convolutions."""
    policy = networks(replace(NET, policy_statistics=True, shortcut=True, dropout=0.999)).policy
    planes = torch.zeros(2, len(FILTERS) + 1)
    pictures = torch.full((2, 3, 64, 64), 0.05)
    pictures[1] *= 8
    logits, _ = policy(pictures, planes, torch.Generator().manual_seed(0), alike=True)
    assert not torch.allclose(logits[0], logits[1], atol=1e-3)
