from pathlib import Path

import numpy as np
import torch

from exposure_app.training.photos import data
from exposure_app.training.photos.data import Photo
from tests.unit.training.conftest import picture


def photo(seed: int, brightness: float = 1.0) -> Photo:
    return Photo(Path(f"{seed}.png"), picture(seed, brightness), False)


def test_unrendered_pictures_are_linear_lowered_and_in_range() -> None:
    rng = np.random.default_rng(0)
    whites, noise = [], []
    for seed in range(40):
        linear = data.unrender(photo(seed), rng)
        assert linear is not None
        assert linear.dtype == np.float32
        assert linear.min() >= 0
        assert linear.max() <= 1
        whites.append(np.log2(data.white_point(linear)))
        noise.append(np.abs(np.diff(linear, axis=1)).mean())
    assert -3.1 <= min(whites) < -1.8, "lowered by up to 3 EV"
    assert -0.6 < max(whites) <= 0.05, "and as little as nothing"


def test_unrendering_takes_saturation_away() -> None:
    rng = np.random.default_rng(0)
    before = data.srgb_to_linear(picture(1))
    after = data.unrender(photo(1), rng)
    assert after is not None
    ratio = [(x.max(-1) - x.min(-1)).mean() / x.max(-1).mean() for x in (before, after)]
    assert ratio[1] < 1.05 * ratio[0]


def test_a_frame_without_light_is_left_out() -> None:
    dark = Photo(Path("dark.png"), np.full((90, 90, 3), 0.01, np.float32), False)
    assert data.unrender(dark, np.random.default_rng(0)) is None


def test_sensor_data_stays_as_it_is() -> None:
    raw = Photo(Path("x.dng"), picture(2), True)
    result = data.unrender(raw, np.random.default_rng(0))
    assert result is not None
    np.testing.assert_array_equal(result, raw.pixels)


def test_versions_of_a_picture_are_recognised_and_others_are_not() -> None:
    versions = [photo(1), photo(1, 0.5), Photo(Path("grey"), picture(1).mean(-1, keepdims=True).repeat(3, -1), False)]
    others = [photo(seed) for seed in range(2, 30)]
    prints = data.fingerprints(versions + others)
    alike = data.same_picture(prints, prints)
    assert alike[:3, :3].all()
    assert alike.sum() == 9 + len(others)
    assert data.without([*versions, *others], [photo(1, 2)]) == others


def test_versions_of_a_picture_stay_on_one_side_of_a_split() -> None:
    photos = [photo(seed, brightness) for seed in range(30) for brightness in (0.7, 1.5)]
    parts = data.split(photos, (0.8, 0.1, 0.1), np.random.default_rng(0))
    assert [len(part) for part in parts] == [48, 6, 6]
    names = [{item.path for item in part} for part in parts]
    assert not (names[0] & names[1] or names[0] & names[2] or names[1] & names[2])


def test_crops_are_drawn_from_the_pictures_at_64() -> None:
    crops = data.target_crops([photo(1), photo(2)], torch.device("cpu"), np.random.default_rng(0))
    assert crops.crops_MCHW.shape == (2 * 5, 3, 80, 80)
    drawn = crops.draw(7, torch.Generator().manual_seed(0))
    assert drawn.shape == (7, 3, 64, 64)
    assert torch.equal(drawn, crops.draw(7, torch.Generator().manual_seed(0)))


def test_a_drawn_crop_is_a_window_of_its_source_flipped_or_not() -> None:
    source = torch.arange(80 * 80, dtype=torch.float32).reshape(1, 1, 1, 80, 80).expand(1, 1, 3, 80, 80)
    drawn = data.Crops(source, torch.device("cpu")).draw(20, torch.Generator().manual_seed(0))
    steps = drawn[:, :, :, 1:] - drawn[:, :, :, :-1]
    assert {float(step.unique().item()) for step in steps} == {1.0, -1.0}
    assert torch.all(drawn[:, :, 1:] - drawn[:, :, :-1] == 80)


def test_unreadable_files_are_left_out_and_named(tmp_path: Path, folders: tuple[list[Path], ...]) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    left_out: dict[Path, str] = {}
    found = data.read_photos([broken, *folders[0][:3]], on_skip=lambda path, reason: left_out.update({path: reason}))
    assert [photo.path for photo in found] == folders[0][:3]
    assert list(left_out) == [broken]
    assert "broken.jpg" in left_out[broken]
    assert str(tmp_path) not in left_out[broken], "the card is no place for folders of the machine"
    assert data.read_photos([broken]) == []
