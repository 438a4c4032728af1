"""Where the editor renders: as the settings say, and if that fails, on the processor, with a word about it."""

import numpy as np
import pytest
import torch

from exposure_app.gui.editor.render_device import KEY
from exposure_app.pipeline import device, execute
from exposure_app.settings import current_settings
from tests.helpers.editor import Editor, make_photo


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A pretended graphics card, computed by torch on the processor: the sizes of the tiles it was given."""
    given: list[int] = []
    real = execute._gpu_codes

    def compute(source, *rest):
        given.append(source.size // 3)
        chain, dtype, site, _device, *top = rest
        return real(source, chain, dtype, site, "cpu", *top)

    on_gpu = execute._render_on_gpu
    monkeypatch.setattr(execute, "_gpu_codes", compute)
    monkeypatch.setattr(device, "_may_have_gpu", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(execute, "_render_on_gpu", lambda s, t, e, at, _name, *rest: on_gpu(s, t, e, at, "cpu", *rest))
    return given


def told(editor: Editor) -> list[str]:
    """All that was said, whether it is still on the screen or not."""
    return [f"{message}. {hint}" for message, hint, _ in editor.window.notices.messages]


def out_of_memory_above(pixels: int, card: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    real = execute._gpu_codes

    def compute(source, *rest):
        if source.size // 3 > pixels:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(source, *rest)

    monkeypatch.setattr(execute, "_gpu_codes", compute)


def test_the_editor_renders_where_the_settings_say(card, editor, photo):
    current_settings().set(KEY, "cpu")
    editor.open(photo)
    editor.settle()
    assert card == []
    on_cpu = editor.view.frame_shown.codes
    frames = editor.frames
    current_settings().set(KEY, "cuda")
    editor.window.coordinator.renderer.refresh()
    editor.until(lambda: editor.frames > frames and card)
    difference = np.abs(editor.view.frame_shown.codes.astype(int) - on_cpu)
    assert difference.max() <= 1 and not editor.messages
    editor.until(lambda: editor.window.status.device.text() == "NVIDIA graphics card")


def test_automatic_takes_the_card_if_there_is_one(card, editor, photo):
    editor.open(photo)
    assert card and editor.window.controller.engine.device == "cuda"


def test_little_memory_means_smaller_pieces_and_is_said_once(card, editor, photo, monkeypatch):
    out_of_memory_above(100_000, card, monkeypatch)
    editor.open(photo)
    editor.settle()
    assert len(told(editor)) == 1 and "smaller pieces" in told(editor)[0]
    assert editor.window.controller.engine.device == "cuda"


def test_no_memory_means_the_processor_for_this_photo(card, editor, photo, tmp_path, monkeypatch):
    out_of_memory_above(0, card, monkeypatch)
    other = make_photo(tmp_path / "other.jpg", seed=3)
    editor.open(photo, other)
    editor.settle()
    assert len(told(editor)) == 2 and "processor renders this photo" in told(editor)[1]
    assert editor.window.controller.engine.device == "cpu"
    given = len(card)
    editor.act_and_see("zoom_200")
    assert len(card) == given, "the card is not tried again and again"
    editor.window.controller.open_photo(other)
    editor.until(lambda: editor.window.controller.photo == other)
    editor.settle()
    assert len(card) == given and len(told(editor)) == 2, "the next photo tries it, and it is not said again"


def test_a_card_that_is_not_there_is_said_and_the_photo_opens(editor, photo, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    current_settings().set(KEY, "cuda")
    editor.open(photo)
    editor.settle()
    assert len(told(editor)) == 1 and "is not there" in told(editor)[0] and "Render on" in told(editor)[0]
