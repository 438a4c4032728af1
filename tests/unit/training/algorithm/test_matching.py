import torch

from exposure_app.training.algorithm.matching import (
    Matching,
    mean_distance,
    opponent_colors,
    picture_statistics,
)


def pictures(count: int, seed: int, level: float = 0.5, spread: float = 0.2) -> torch.Tensor:
    """Pictures whose mean brightness varies from one to the next."""
    generator = torch.Generator().manual_seed(seed)
    levels = level + spread * (torch.rand(count, 1, 1, 1, generator=generator) - 0.5)
    return (levels + 0.1 * torch.randn(count, 3, 64, 64, generator=generator)).clamp(0, 1)


def matching(targets: torch.Tensor) -> Matching:
    return Matching(targets, torch.Generator().manual_seed(0))


def test_results_like_the_targets_are_nearer_than_others() -> None:
    near, far = pictures(16, 1), pictures(16, 2, level=0.8)
    critic = matching(pictures(64, 3))
    for of_near, of_far in zip(critic.distance(near), critic.distance(far), strict=True):
        assert of_near.mean() < of_far.mean()


def test_the_gradient_moves_results_towards_the_targets() -> None:
    dark = pictures(16, 1, level=0.2).requires_grad_()
    by_statistics, by_colors = matching(pictures(64, 3, level=0.7)).distance(dark)
    (gradient,) = torch.autograd.grad(by_statistics.mean() + by_colors.mean(), dark)
    assert bool(torch.isfinite(gradient).all())
    assert float(gradient.mean((1, 2, 3)).max()) < 0  # brighter is better for every one of them


def test_results_that_are_all_alike_are_pushed_apart() -> None:
    """A collapsed population has the right mean, and still something to learn."""
    alike = pictures(16, 1, spread=0.02).requires_grad_()
    by_statistics, _ = matching(pictures(128, 3, spread=0.8)).distance(alike)
    (gradient,) = torch.autograd.grad(by_statistics.sum(), alike)
    brightness = alike.detach().mean((1, 2, 3))
    pushed = -gradient.mean((1, 2, 3))
    assert float(pushed[brightness.argmax()] - pushed[brightness.argmin()]) > 0


def test_flat_pictures_have_finite_gradients() -> None:
    flat = torch.full((4, 3, 64, 64), 0.5, requires_grad=True)
    total = sum(part.sum() for part in matching(pictures(16, 3)).distance(flat))
    assert isinstance(total, torch.Tensor)
    (gradient,) = torch.autograd.grad(total, flat)
    assert bool(torch.isfinite(gradient).all())


def test_statistics_of_a_grey_picture() -> None:
    grey = torch.full((1, 3, 64, 64), 0.25)
    found = picture_statistics(grey)[0]
    assert float(found[0]) == torch.tensor(0.25)
    assert float(found[1]) < 0.01  # no contrast
    assert float(found[2:5].abs().max()) < 1e-5  # no colour
    assert bool(torch.isclose(found[5:10], torch.tensor(0.25)).all())
    assert float(found[10]) == 0  # nothing is white


def test_white_pixels_count_and_their_gradient_is_felt_before_they_are_clipped() -> None:
    bright = torch.full((1, 3, 64, 64), 0.5)
    bright[:, 0, :16] = 0.99
    bright.requires_grad_()
    found = picture_statistics(bright)[0, 10]
    assert 0.15 < float(found.detach()) < 0.25  # a quarter of it, nearly
    (gradient,) = torch.autograd.grad(found, bright)
    assert float(gradient[:, 0, :16].min()) > 0


def test_opponent_colours_of_grey_are_its_luminance() -> None:
    assert torch.allclose(opponent_colors(torch.full((2, 3), 0.3)), torch.tensor([0.3, 0.0, 0.0]), atol=1e-6)


def test_distances_along_directions_are_those_in_space() -> None:
    generator = torch.Generator().manual_seed(0)
    some, population = torch.rand(300, 3, generator=generator), 0.5 * torch.rand(500, 3, generator=generator)
    axes = torch.randn(3, 2000, generator=generator)
    found = mean_distance(some, population, axes / axes.norm(dim=0))
    assert torch.allclose(found, torch.cdist(some, population).mean(1), rtol=0.08)
