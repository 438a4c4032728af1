"""The forms that a look can be written in, from the recipe itself down to what other programs can only resemble."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from exposure_app.atomic import write_bytes_atomic, write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.interop import camera_raw, codegen, darktable, pp3, shader
from exposure_app.interop.cube import read_cube
from exposure_app.interop.glsl import to_glsl
from exposure_app.interop.hald import grid_size, read_hald, write_hald
from exposure_app.interop.lut import Encoding, bake, everywhere, write_cube
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.recipe import Recipe, dumps, read_recipe
from exposure_app.pipeline.resample import place
from exposure_app.reading import read_bytes, read_text


@dataclass(frozen=True, eq=False)
class Look:
    """A recipe, and a sample of the photo it is for; see ``looks.look_of``.

    Attributes:
        recipe: The steps.
        name: Stem that the files should have.
        suffix: Of the photo's file; empty if there is none.
        size: Width and height of the photo.
        raw: Whether it is a RAW file.
        orientation: EXIF orientation of the photo's file.
        whole: A sample of the photo, H x W x 3, linear light.
        before: What the geometry shows of that.
        after: What the recipe makes of it, display-referred sRGB, 0 to 1.
        grid: Where its pixels lie.
        stem: That the files get.
    """

    recipe: Recipe
    name: str
    suffix: str
    size: tuple[int, int]
    raw: bool
    orientation: int
    whole: Pixels
    before: Pixels
    after: Pixels
    grid: Grid
    stem: str = "look"


class LookFormat(ABC):
    """One form of a look.

    Attributes:
        id: Name on the command line.
        label: Name on the screen.
        use: What it is for and where another program wants it, in one sentence.
        holds_masks: Whether masked steps are in it.
        holds_development: Whether it says how the file was developed.
    """

    id: ClassVar[str]
    label: ClassVar[str]
    use: ClassVar[str]
    holds_masks: ClassVar[bool] = False
    holds_development: ClassVar[bool] = False

    def holds_geometry(self, look: Look) -> bool:
        """Whether the look's turning, straightening and cropping are in it."""
        return False

    @abstractmethod
    def names(self, look: Look) -> list[str]:
        """The files it writes, the main one first, without those that may be there already."""

    @abstractmethod
    def write(self, look: Look, folder: Path) -> list[Path]:
        """Write the files, the main one first.

        Raises:
            ExposureError: A file cannot be written.
        """

    @abstractmethod
    def read(self, look: Look, file: Path) -> Pixels:
        """What the written files make of the look's sample, display-referred sRGB; the size of ``look.after``."""


class Json(LookFormat):
    """The recipe itself."""

    id = "json"
    label = "Recipe"
    use = "For Exposure: import it, or drop it on the window; nothing is lost."
    holds_masks = holds_development = True

    def holds_geometry(self, look: Look) -> bool:
        """See ``LookFormat``."""
        return True

    def names(self, look: Look) -> list[str]:
        """See ``LookFormat``."""
        return [f"{look.stem}.recipe.json"]

    def write(self, look: Look, folder: Path) -> list[Path]:
        """See ``LookFormat``."""
        path = folder / self.names(look)[0]
        write_text_atomic(path, dumps(look.recipe))
        return [path]

    def read(self, look: Look, file: Path) -> Pixels:
        """See ``LookFormat``."""
        recipe = read_recipe(file)
        return render(place(look.whole, recipe.geometry), recipe, grid=look.grid, depth=32)


class Python(Json):
    """Source for numpy."""

    id = "python"
    label = "Python"
    use = "For scripts: import it and call retouch(rgb) with linear light; it needs numpy and nothing else."
    holds_development = False

    def names(self, look: Look) -> list[str]:
        """See ``LookFormat``."""
        return [f"{look.stem}.py"]

    def write(self, look: Look, folder: Path) -> list[Path]:
        """See ``LookFormat``."""
        path = folder / self.names(look)[0]
        write_text_atomic(path, codegen.to_python(look.recipe))
        return [path]

    def read(self, look: Look, file: Path) -> Pixels:
        """See ``LookFormat``."""
        source = codegen.to_python(look.recipe)
        if _written(file) != source:
            raise ExposureError(f"{file} has been changed by another program", "Write it again.")
        namespace: dict[str, Any] = {}
        exec(compile(source, "<recipe>", "exec"), namespace)  # made of our own code and checked numbers, not read
        picture: Pixels = namespace["retouch"](look.whole)
        return picture


class Glsl(LookFormat):
    """A fragment shader."""

    id = "glsl"
    label = "GLSL shader"
    use = "For programs of your own: a fragment shader for OpenGL 3.3, ES 3 or WebGL 2; its texture is linear light."
    holds_masks = True

    def names(self, look: Look) -> list[str]:
        """See ``LookFormat``."""
        return [f"{look.stem}.frag"]

    def write(self, look: Look, folder: Path) -> list[Path]:
        """See ``LookFormat``."""
        path = folder / self.names(look)[0]
        write_text_atomic(path, to_glsl(look.recipe))
        return [path]

    def read(self, look: Look, file: Path) -> Pixels:
        """See ``LookFormat``."""
        given = [look.before.reshape(-1, 3)]
        if look.recipe.has_masks:
            rows, columns = look.before.shape[:2]
            row, column = np.mgrid[:rows, :columns] + 0.5
            x, y = look.grid.place(column, row)  # of all pixels at once
            given.append(np.stack([x, y, np.ones_like(x)], -1).reshape(-1, 3).astype(np.float32))
        return shader.run(_written(file), "retouch", *given).reshape(look.before.shape)


class Cube(LookFormat):
    """A .cube for sRGB."""

    id = "cube"
    label = "Cube, 33 points"
    use = "For sRGB pictures: in Resolve's LUT folder, a Color Lookup layer of Photoshop, or ffmpeg's filter lut3d."
    size: ClassVar[int] = 33
    encoding: ClassVar[Encoding] = "srgb"
    ending: ClassVar[str] = "33.cube"

    def names(self, look: Look) -> list[str]:
        """See ``LookFormat``."""
        return [f"{look.stem}.{self.ending}"]

    def write(self, look: Look, folder: Path) -> list[Path]:
        """See ``LookFormat``."""
        path = folder / self.names(look)[0]
        write_cube(path, bake(look.recipe, self.size, self.encoding, look.stem))
        return [path]

    def read(self, look: Look, file: Path) -> Pixels:
        """See ``LookFormat``."""
        return read_cube(file).render(look.before)


class FineCube(Cube):
    """A finer one."""

    id = "cube65"
    label = "Cube, 65 points"
    use = "In the same places as the one of 33 points: more exact, eight times as large."
    size = 65
    ending = "65.cube"


class LinearCube(Cube):
    """A .cube for linear light, a shaper before it."""

    id = "cube-linear"
    label = "Cube for linear light"
    use = "For linear light: in the LUT folder of Resolve and others that read a 1D shaper before the 3D table."
    encoding = "linear"
    ending = "linear.cube"


class Hald(LookFormat):
    """A HaldCLUT of level 8."""

    id = "hald"
    label = "HaldCLUT, level 8"
    use = "For sRGB pictures: in RawTherapee's folder of film simulations, for G'MIC, ImageMagick or ffmpeg."
    level: ClassVar[int] = 8

    def names(self, look: Look) -> list[str]:
        """See ``LookFormat``."""
        return [f"{look.stem}.hald{self.level}.png"]

    def write(self, look: Look, folder: Path) -> list[Path]:
        """See ``LookFormat``."""
        path = folder / self.names(look)[0]
        write_hald(path, bake(look.recipe, grid_size(self.level)))
        return [path]

    def read(self, look: Look, file: Path) -> Pixels:
        """See ``LookFormat``."""
        return read_hald(file).render(look.before)


class FineHald(Hald):
    """A finer one."""

    id = "hald12"
    label = "HaldCLUT, level 12"
    use = "In the same places as level 8: more exact, eleven times as large."
    level = 12


class RawTherapee(Hald):
    """A profile and its HaldCLUT."""

    id = "pp3"
    label = "RawTherapee profile"
    use = "Load it on the photo in RawTherapee; leave the HaldCLUT where it is, for the profile names its place."

    def holds_geometry(self, look: Look) -> bool:
        """See ``LookFormat``."""
        return True

    def names(self, look: Look) -> list[str]:
        """See ``LookFormat``."""
        return [f"{look.stem}.pp3", *super().names(look)]

    def write(self, look: Look, folder: Path) -> list[Path]:
        """See ``LookFormat``."""
        clut = folder / super().names(look)[0]
        write_hald(clut, bake(look.recipe, grid_size(self.level)))
        path = folder / self.names(look)[0]
        write_text_atomic(path, pp3.pp3_text(clut.resolve(), look.recipe.geometry, look.size, look.raw))
        return [path, clut]

    def read(self, look: Look, file: Path) -> Pixels:
        """See ``LookFormat``."""
        return read_hald(pp3.clut_of(file)).render(look.before)


class Darktable(FineCube):
    """A sidecar and its .cube."""

    id = "darktable"
    label = "darktable sidecar"
    use = "In darktable's preferences make this the 3D lut root folder, then load the .xmp as the photo's sidecar file."

    def names(self, look: Look) -> list[str]:
        """See ``LookFormat``."""
        return [f"{look.stem}{look.suffix or '.darktable'}.xmp", *super().names(look)]

    def write(self, look: Look, folder: Path) -> list[Path]:
        """See ``LookFormat``."""
        cube = folder / super().names(look)[0]
        write_cube(cube, bake(look.recipe, self.size, self.encoding, look.stem))
        path = folder / self.names(look)[0]
        write_text_atomic(path, darktable.darktable_text(cube.name))
        return [path, cube]

    def read(self, look: Look, file: Path) -> Pixels:
        """See ``LookFormat``."""
        return read_cube(darktable.cube_of(file)).render(look.before)


class Lightroom(LookFormat):
    """A sidecar of Camera Raw."""

    id = "xmp"
    label = "Lightroom, Camera Raw"
    use = "Lay it beside the RAW file, then read the metadata from file in Lightroom: similar, not the same."

    def holds_geometry(self, look: Look) -> bool:
        """See ``LookFormat``."""
        return camera_raw.crop_of(look.recipe.geometry, look.orientation) is not None

    def names(self, look: Look) -> list[str]:
        """See ``LookFormat``: it is added to what is there."""
        return []

    def write(self, look: Look, folder: Path) -> list[Path]:
        """See ``LookFormat``."""
        path = folder / f"{look.name}.xmp"
        wanted = render(look.before, everywhere(look.recipe), depth=32)
        settings = camera_raw.fitted(look.before.reshape(-1, 3), wanted.reshape(-1, 3))
        crop = camera_raw.crop_of(look.recipe.geometry, look.orientation)
        try:
            old = read_bytes(path) if path.exists() else b""
        except OSError as error:
            raise ExposureError(f"Cannot read {path} ({error.strerror})", "Move it away.") from None
        write_bytes_atomic(path, camera_raw.write_packet(replace(settings, crop=crop), old))
        return [path]

    def read(self, look: Look, file: Path) -> Pixels:
        """See ``LookFormat``."""
        return camera_raw.read_packet(read_bytes(file)).render(look.before)


def _written(file: Path) -> str:
    """What has just been written there."""
    try:
        return read_text(file)
    except (OSError, ValueError) as error:
        raise ExposureError(f"Cannot read {file} again ({error})", "Choose another folder.") from None


_ALL = (Json, Python, Glsl, Cube, FineCube, LinearCube, Hald, FineHald, RawTherapee, Darktable, Lightroom)
LOOK_FORMATS: Mapping[str, LookFormat] = {kind.id: kind() for kind in _ALL}
