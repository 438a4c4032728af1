"""What all photos of a style have in common, learned from populations."""

import pytest
import torch

from exposure_app import filters
from exposure_app.agent import statistics
from exposure_app.training.algorithm.grading import COLORED, GREY, TINTED, WIDEST, Grade, moved_look, tools_for
from exposure_app.training.algorithm.matching import Matching


def pictures(count: int, seed: int) -> torch.Tensor:
    """Smooth ones of many colours."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand((count, 3, 4, 4), generator=generator)
    return torch.nn.functional.interpolate(coarse, size=(16, 16), mode="bicubic").clamp(0, 1)


@pytest.mark.parametrize("ids", [COLORED, TINTED, GREY])
def test_a_fresh_grade_does_nothing_and_has_no_steps(ids: tuple[str, ...]) -> None:
    grade, rgb = Grade(ids), pictures(4, 0)
    assert torch.allclose(grade(rgb), rgb, atol=1e-5)
    assert grade.cost() == 0
    assert grade.steps(rgb) == ()


@pytest.mark.parametrize("ids", [COLORED, TINTED, GREY])
def test_its_steps_do_what_it_does(ids: tuple[str, ...]) -> None:
    grade, rgb = Grade(ids), pictures(4, 1)
    with torch.no_grad():
        for away in grade.away:
            away.copy_(torch.linspace(0.4, -0.3, len(away)))
    grade.keep_within()
    steps = grade.steps(rgb)
    assert [step.filter for step in steps] == list(ids)
    by_steps = rgb
    for step in steps:
        filter_ = filters.get(step.filter)
        values = torch.from_numpy(filter_.pack(step.params))
        by_steps = filter_.apply(by_steps, values.expand(len(rgb), -1))
    assert float((by_steps - grade(rgb)).detach().abs().mean()) < 0.005


def test_it_finds_lifted_blacks_among_photos_of_other_things() -> None:
    lifted = filters.get("black_white_point").apply(pictures(200, 3), torch.tensor([0.15, 0.0]).expand(200, -1))
    others, generator = pictures(200, 4), torch.Generator().manual_seed(0)
    matching, grade = Matching(lifted, generator), Grade(COLORED)
    optimizer = torch.optim.Adam(grade.parameters(), lr=0.04, betas=(0.9, 0.99))
    for _ in range(120):
        some = others[torch.randint(len(others), (64,), generator=generator)]
        by_statistics, by_colors = matching.distance(grade(some))
        loss = 4 * by_statistics.mean() + 6 * by_colors.mean() + 0.04 * grade.cost()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        grade.keep_within()
    with torch.no_grad():
        black = float(grade(torch.zeros(1, 3, 4, 4)).mean())
    assert 0.08 < black < 0.2


def looks(mean: float, deviation: float, color: float = 0.0) -> torch.Tensor:
    found = mean + deviation * torch.randn((400, 4), generator=torch.Generator().manual_seed(5))
    found[:, statistics.AIMS.index("color")] += color
    return found


def test_a_moved_look_is_spread_as_those_of_the_liked_photos() -> None:
    own, wanted = looks(0.0, 1.0), looks(0.5, 1.2)
    factor, offset = moved_look(own, wanted)
    moved = factor * own + offset
    warmth = statistics.AIMS.index("warmth")
    others = [number for number in range(len(statistics.AIMS)) if number != warmth]
    assert torch.allclose(moved.mean(0)[others], wanted.mean(0)[others], atol=1e-3)
    assert 0.05 < float(moved.mean(0)[warmth]) < 0.2  # photos that differ so much are warm by what they show
    assert torch.allclose(moved.std(0), wanted.std(0), atol=1e-2)
    assert bool((moved[:, 0].argsort() == own[:, 0].argsort()).all())


def test_a_look_is_not_moved_to_what_no_photo_was_ever_asked_for() -> None:
    factor, _ = moved_look(looks(0.0, 1.0), looks(5.0, 9.0))
    assert bool((factor <= WIDEST).all())


def test_black_and_white_photos_do_not_tell_how_warm_and_colourful_a_photo_should_be() -> None:
    wanted = looks(0.3, 0.2, color=-3.0)
    factor, offset = moved_look(looks(0.0, 1.0), wanted)
    assert factor[2:].tolist() == [1, 1]
    assert offset[2:].tolist() == [0, 0]


def test_tools_are_chosen_by_what_all_liked_photos_have() -> None:
    liked = pictures(60, 6)
    assert tools_for(liked) == COLORED
    assert tools_for(liked.mean(1, keepdim=True).expand(-1, 3, -1, -1)) == GREY
    assert tools_for(liked.clamp(min=0.0) * 0.9 + torch.tensor([0.0, 0.1, 0.08])[:, None, None]) == TINTED
