import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from exposure_app import paths
from exposure_app.agent.header import KEY, NetConfig, list_styles, read_header
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import Base, Style, digest, in_half_precision, load_style, new_style, save_style
from exposure_app.errors import ExposureError

NET = NetConfig(channels=2, hidden=8)


@pytest.fixture
def style() -> Style:
    made = new_style("mine", NET, title="Mine")
    header = replace(made.header, description="For tests.", facts={"minutes": 1}, figures={"mean": 80.5})
    return Style(header, made.networks)


@pytest.fixture
def file(style: Style, tmp_path: Path) -> Path:
    path = tmp_path / "mine.safetensors"
    save_style(path, style)
    return path


def rewrite(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    header = json.loads(read_header(path).dumps())
    change(header)
    save_file(load_file(path), path, metadata={KEY: json.dumps(header)})


def test_round_trip(style: Style, file: Path) -> None:
    found = load_style(file)
    assert found.header == style.header
    assert found.header.path == file
    assert found.filters == style.filters
    for name, weights in style.networks.state_dict().items():
        assert torch.equal(weights, found.networks.state_dict()[name])


def test_saving_twice_gives_the_same_file(style: Style, file: Path) -> None:
    before = file.read_bytes()
    save_style(file, load_style(file))
    assert file.read_bytes() == before


def test_found_by_name_the_user_s_before_the_shipped(style: Style) -> None:
    folder = paths.user_styles_dir()
    folder.mkdir(parents=True)
    save_style(folder / "mine.safetensors", style)
    (folder / "broken.safetensors").write_bytes(b"nonsense")
    assert load_style("mine").name == "mine"
    assert "mine" in [header.name for header in list_styles()]
    assert "broken" not in [header.name for header in list_styles()]


def test_listing_does_not_load_torch(style: Style, file: Path) -> None:
    code = f"import sys; from pathlib import Path; from exposure_app.agent.style import list_styles;\
        from exposure_app.agent.header import read_header; list_styles(); read_header(Path({str(file)!r}));\
        assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", ["nobody", "../mine", "", "a/b", "gone.safetensors"])
def test_an_unknown_name_is_explained(name: str) -> None:
    with pytest.raises(ExposureError) as caught:
        load_style(name)
    assert caught.value.hint


@pytest.mark.parametrize("keep", [0, 4, 8, 100, 3000, -1])
def test_a_truncated_file_is_refused(file: Path, keep: int) -> None:
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ExposureError):
        load_style(file)


@pytest.mark.parametrize("content", [b"PK\x03\x04" * 50, b"\xff" * 200, b"\x02\0\0\0\0\0\0\0{}", b"{}" * 99])
def test_a_foreign_file_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ExposureError, match="not a style"):
        load_style(file)


def test_a_foreign_safetensors_file_is_refused(file: Path) -> None:
    save_file({"x": torch.zeros(1)}, file)
    with pytest.raises(ExposureError, match="not a style"):
        load_style(file)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("format", "other"),
        ("version", 99),
        ("version", "1"),
        ("version", 0),
        ("net", {"channels": 2}),
        ("net", {"channels": -2}),
        ("net", {"colour": 1}),
        ("net", {"channels": 2, "hidden": 8, "masks": "yes"}),
        ("net", None),
        ("filters", []),
        ("filters", [1]),
        ("filters", ["exposure/1(ev:1:-9..9)"]),
        ("filters", ["nonsense"]),
        ("facts", "x"),
        ("title", 3),
        ("extra", 1),
    ],
)
def test_a_wrong_header_is_refused(file: Path, entry: str, value: object) -> None:
    rewrite(file, lambda header: header.update({entry: value}))
    with pytest.raises(ExposureError):
        load_style(file)


def test_a_missing_entry_is_refused(file: Path) -> None:
    rewrite(file, lambda header: header.pop("net"))
    with pytest.raises(ExposureError, match="damaged"):
        load_style(file)


@pytest.mark.parametrize("kind", ["nan", "shape", "missing", "surplus"])
def test_wrong_weights_are_refused(file: Path, kind: str) -> None:
    weights, header = load_file(file), read_header(file).dumps()
    name = next(iter(weights))
    if kind == "nan":
        weights[name].view(-1)[0] = float("nan")
    elif kind == "shape":
        weights[name] = torch.zeros(3)
    elif kind == "missing":
        del weights[name]
    else:
        weights["surplus"] = torch.zeros(1)
    save_file(weights, file, metadata={KEY: header})
    with pytest.raises(ExposureError, match="damaged"):
        load_style(file)


def test_a_filter_of_another_form_is_named(file: Path) -> None:
    def change(header: dict[str, object]) -> None:
        signatures = header["filters"]
        assert isinstance(signatures, list)
        signatures[0] = signatures[0].replace("/1(", "/2(")

    rewrite(file, change)
    with pytest.raises(ExposureError, match="filter"):
        load_style(file)


def test_a_style_that_sets_masks_is_refused_and_one_that_could_but_does_not_is_used(file: Path) -> None:
    rewrite(file, lambda header: header["net"].update(masks=False))
    assert load_style(file).header.net == NET
    rewrite(file, lambda header: header["net"].update(masks=True))
    for read in (load_style, read_header):
        with pytest.raises(ExposureError, match="sets masks of its own"):
            read(file)


def test_a_failed_save_leaves_the_old_file(style: Style, file: Path) -> None:
    with pytest.raises(ExposureError):
        save_style(file.parent / "no" / "such" / "x.safetensors", style)
    assert load_style(file).name == "mine"


def test_half_precision_takes_half_the_room_and_is_read_back_exactly(style: Style, file: Path) -> None:
    whole = file.stat().st_size
    rounded = in_half_precision(style)
    save_style(file, rounded)
    assert file.stat().st_size < 0.7 * whole
    found = load_style(file).networks.state_dict()
    for name, weights in rounded.networks.state_dict().items():
        assert found[name].dtype is torch.float32
        assert torch.equal(weights, found[name])
        assert torch.allclose(weights, style.networks.state_dict()[name], rtol=1e-3, atol=1e-6)


def test_weights_that_would_lose_digits_are_kept_whole(style: Style, file: Path) -> None:
    found = load_style(file).networks.state_dict()
    assert all(torch.equal(weights, found[name]) for name, weights in style.networks.state_dict().items())


GRADE = ({"filter": "black_white", "version": 1, "params": {"amount": 0.8}},)


def test_every_photo_gets_the_grade_after_what_is_chosen_for_it(style: Style, file: Path) -> None:
    graded = Style(replace(style.header, grade=GRADE), style.networks)
    save_style(file, graded)
    found = load_style(file)
    proxy = np.random.default_rng(0).random((3, 64, 64)).astype(np.float32)
    (plain, _), (recipe, trace) = retouch(proxy, style), retouch(proxy, found)
    assert recipe.steps[:-1] == plain.steps
    assert recipe.steps[-1:] == found.grade
    assert trace.steps[-1].probabilities == {"black_white": 1.0}
    assert found.header.length == NET.steps + 1


@pytest.mark.parametrize("step", [{"filter": "no_such"}, {"filter": "black_white", "params": {"amount": 9}}, {}])
def test_a_grade_that_is_none_is_refused(style: Style, file: Path, step: dict[str, object]) -> None:
    save_style(file, Style(replace(style.header, grade=(step,)), style.networks))
    with pytest.raises(ExposureError, match="steps that this program lacks"):
        load_style(file)


def on_base(style: Style, change: float = 1.0) -> tuple[Style, Style]:
    """A shipped style, and one that differs from it in one weight."""
    save_style(paths.models_dir() / "base.safetensors", style)
    base = load_style("base")
    weights = dict(base.weights)
    weights["critic.output.bias"] = weights["critic.output.bias"] + np.float32(change)
    header = replace(base.header, name="mine", base=Base("base", digest(base)), path=None)
    return base, Style(header, weights)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "models")


@pytest.mark.usefixtures("shipped")
def test_a_style_keeps_only_what_its_base_has_not(style: Style, file: Path) -> None:
    base, mine = on_base(style)
    save_style(file, mine)
    assert file.stat().st_size < (base.header.path or file).stat().st_size / 4
    found = load_style(file)
    assert found.header.base == mine.header.base
    for name, weight in mine.weights.items():
        assert np.array_equal(found.weights[name], weight)


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("gone", [True, False])
def test_a_style_without_its_base_is_explained(style: Style, file: Path, gone: bool) -> None:
    base, mine = on_base(style)
    save_style(file, mine)
    path = base.header.path
    assert path is not None
    if gone:
        path.unlink()
    else:
        save_style(path, new_style("base", NET, seed=7))
    with pytest.raises(ExposureError, match="builds on base") as caught:
        load_style(file)
    assert caught.value.hint


@pytest.mark.parametrize("base", [{"name": "../base", "digest": ""}, {"name": "base"}, {"name": 1, "digest": ""}, []])
def test_a_base_that_is_none_is_refused(file: Path, base: object) -> None:
    rewrite(file, lambda header: header.update(base=base, version=2))
    with pytest.raises(ExposureError, match="damaged"):
        load_style(file)
