"""docs/images/fork.jpg: a plan, and how it goes on when a person changes its first step."""

from dataclasses import replace

from PIL import Image

from exposure_app.agent.header import list_styles
from exposure_app.agent.rollout import propose
from exposure_app.agent.style import load_style
from exposure_app.documents.render import first_steps
from exposure_app.explain.fork import Fork, continue_from
from exposure_app.image import Pixels
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe, Step
from tools.figures.sheet import FAINT, GAP, INK, sample, save, small, wrapped, write

WIDTH, WORDS, TITLE = 236, 88, 26  # px
DARKER = Step("exposure", {"ev": -1.5}, name="Exposure, by hand")


def main() -> None:
    """Draw both plans, a picture after each step."""
    image = sample()
    photo = Photo(image)
    plans = [(style.name, propose(photo, load_style(style.name), 0)[0]) for style in list_styles()]
    changed = []
    for name, recipe in plans:
        given = replace(recipe, steps=(DARKER, *recipe.steps[1:]))
        changed.append((recipe, continue_from(given, 1, load_style(name), photo)))
    recipe, fork = max(changed, key=_others)
    pixels = small(image, WIDTH)
    count = max(len(recipe.steps), len(fork.recipe.steps))
    height = TITLE + len(pixels) + WORDS
    sheet = Image.new("RGB", (count * (WIDTH + GAP) - GAP, 2 * height), "white")
    title = f"The plan of the style {recipe.style}, after each step"
    _row(sheet, 0, title, pixels, recipe, ())
    _row(sheet, height, "Its first step replaced by hand, the rest planned from there", pixels, fork.recipe, (0,))
    save(sheet, "fork")


def _others(found: tuple[Recipe, Fork]) -> int:
    """How many steps the agent plans otherwise: the plan that tells most is shown."""
    recipe, fork = found
    return sum(one.params != other.params for one, other in zip(recipe.steps[1:], fork.recipe.steps[1:], strict=False))


def _row(sheet: Image.Image, top: int, title: str, pixels: Pixels, recipe: Recipe, hand: tuple[int, ...]) -> None:
    write(sheet, (0, top + 4), title, 15)
    for number, step in enumerate(recipe.steps):
        left = number * (WIDTH + GAP)
        picture = render(pixels, first_steps(recipe, number + 1))
        sheet.paste(Image.fromarray(picture), (left, top + TITLE))
        words = wrapped(f"{number + 1}. {step.describe()}", WIDTH)
        write(sheet, (left, top + TITLE + len(pixels) + 4), words, colour=INK if number in hand else FAINT)


if __name__ == "__main__":
    main()
