"""What a filter is, and where filters are found."""

import functools
import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.params import Param, Value, squash

if TYPE_CHECKING:
    from torch import Tensor

Plane = NDArray[np.float32]
Kernel = Callable[[Plane, Plane, Plane, NDArray[np.float32]], None]


class Filter(ABC):
    """One kind of edit, declared once (paper, section 4): resolution independent, differentiable, understandable.

    A subclass states its identity and parameters and gives the maths four times, for four readers: ``apply`` for
    learning and GPUs, ``kernel`` for speed on a CPU, ``python`` for people, ``glsl`` for other programs that draw. The
    contract test holds them equal.

    Pixels are linear light at the first step and display-referred sRGB after the last; never negative; they may
    exceed 1 between steps.

    Attributes:
        id: Name in recipes; a Python identifier.
        label: Name on the screen.
        paper: Whether it is one of the eight of the paper.
        version: Version of the parameters' meaning in recipes.
        params: The parameters, in the order of the value vector.
        kernel: Compiled function of three float32 planes of one tile, changed in place, and the value vector.
        editor: Kind of editor that suits the parameters better than plain sliders and curves; empty for those.
        python: Source of a numpy function called ``id``, taking ``rgb`` (... x 3) and the parameters by name.
        glsl: Source of a GLSL function called ``id``, taking ``vec3 rgb`` and the parameters in order, curves and
            bands as arrays of floats; in the part of the language that ``interop.shader`` understands.
    """

    id: ClassVar[str]
    label: ClassVar[str]
    paper: ClassVar[bool] = False
    version: ClassVar[int] = 1
    params: ClassVar[tuple[Param, ...]]
    editor: ClassVar[str] = ""
    kernel: ClassVar[Kernel | None] = None
    python: ClassVar[str]
    glsl: ClassVar[str]

    @staticmethod
    @abstractmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """Filter images.

        Args:
            rgb: (..., 3, H, W), not changed.
            values: (..., width), the value vector of each image.

        Returns:
            (..., 3, H, W); differentiable in both arguments.
        """

    @abstractmethod
    def describe(self, params: Mapping[str, Value]) -> str:
        """What these settings do, in a few words a photographer would use, such as ``+0.8 EV``."""

    def upgrade(self, params: dict[str, Any], version: int) -> dict[str, Any]:
        """Translate the parameters of an older recipe to this version; override when ``version`` is raised."""
        if version != self.version:
            raise ExposureError(
                f"The filter {self.id} has version {version} in this recipe, but this program knows {self.version}",
                "Update the program.",
            )
        return params

    @property
    def width(self) -> int:
        """Length of the value vector."""
        return sum(param.width for param in self.params)

    @property
    def signature(self) -> str:
        """Identity and shape of the parameters; a style trained with another signature does not fit."""
        params = ",".join(f"{p.name}:{p.width}:{p.agent[0]:.4g}..{p.agent[1]:.4g}" for p in self.params)
        return f"{self.id}/{self.version}({params})"

    @property
    def neutral(self) -> dict[str, Value]:
        """The settings at which nothing changes."""
        return {param.name: param.neutral_value for param in self.params}

    @functools.cached_property
    def function(self) -> Callable[..., NDArray[Any]]:
        """``python`` as a function, for arrays of any precision."""
        namespace: dict[str, Any] = {"np": np}
        exec(self.python, namespace)
        return cast("Callable[..., NDArray[Any]]", namespace[self.id])

    def apply_array(self, rgb: NDArray[Any], values: NDArray[np.float32]) -> NDArray[Any]:
        """As ``apply``, for one image (3, H, W) and its value vector (width,); without torch."""
        return np.moveaxis(self.function(np.moveaxis(rgb, 0, -1), **self._settings(values)), -1, 0)

    def _settings(self, values: NDArray[np.float32]) -> dict[str, Any]:
        """A value vector as arguments of ``function``: numbers and lists of them in double precision."""
        found: dict[str, Any] = {}
        rest: list[float] = values.tolist()
        for param in self.params:
            head, rest = rest[: param.width], rest[param.width :]
            found[param.name] = head if isinstance(param.neutral_value, tuple) else head[0]
        return found

    def squash(self, raw: Any) -> Any:
        """Map network outputs (..., width), arrays of numpy or torch, to value vectors within the agent's ranges."""
        return squash(self.params, raw)

    def pack(self, params: Mapping[str, Value]) -> NDArray[np.float32]:
        """The settings as a value vector."""
        return np.concatenate([np.atleast_1d(np.asarray(params[p.name], np.float32)) for p in self.params])

    def unpack(self, values: Iterable[float]) -> dict[str, Value]:
        """A value vector as settings."""
        rest = [float(value) for value in values]
        params: dict[str, Value] = {}
        for param in self.params:
            head, rest = rest[: param.width], rest[param.width :]
            params[param.name] = param.checked(head[0] if param.width == 1 else head)
        return params

    def scaled(self, params: Mapping[str, Value], amount: float) -> dict[str, Value]:
        """The settings at an amount of their effect: 0 neutral, 1 as they are, 2 doubled (within slider ranges)."""
        return {param.name: param.scaled(params[param.name], amount) for param in self.params}

    def mixed(self, one: Mapping[str, Value], other: Mapping[str, Value], share: float) -> dict[str, Value]:
        """The settings that lie a share of the way from one to the other."""
        return {param.name: param.mixed(one[param.name], other[param.name], share) for param in self.params}

    def checked(self, params: object) -> dict[str, Value]:
        """Settings with every parameter known, present, of the right type, finite and in range.

        Raises:
            ExposureError: They are not; the sentence names the filter and the parameter.
        """
        if not isinstance(params, Mapping):
            raise ExposureError(f"The parameters of {self.id} must be a table of names and values")
        names = [param.name for param in self.params]
        unknown = [str(name) for name in params if name not in names]
        if unknown:
            raise ExposureError(f"{self.id} has no parameter called {unknown[0]}", f"It has: {', '.join(names)}.")
        missing = [name for name in names if name not in params]
        if missing:
            raise ExposureError(f"{self.id} lacks its parameter {missing[0]}")
        try:
            return {param.name: param.checked(params[param.name]) for param in self.params}
        except ExposureError as error:
            raise ExposureError(f"{self.id}: {error.message}", error.hint) from None


@functools.cache
def registry() -> Mapping[str, Filter]:
    """All filters by id: one for each module of this package whose name does not start with an underscore."""
    package = importlib.import_module(__package__ or "exposure_app.filters")
    found: dict[str, Filter] = {}
    for module_info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if module_info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        for item in vars(module).values():
            if isinstance(item, type) and issubclass(item, Filter) and item.__module__ == module.__name__:
                found[item.id] = cast("type[Any]", item)()
    return found


def action_set(name: str) -> tuple[Filter, ...]:
    """The filters that an agent may learn to use: ``paper``, the eight of the paper, or ``studio``, all there are.

    Raises:
        ExposureError: There is no such set.
    """
    if name not in ("paper", "studio"):
        raise ExposureError(f"There is no action set called {name}", "There are: paper, studio.")
    return tuple(filter_ for filter_ in registry().values() if filter_.paper or name == "studio")


def get(filter_id: object) -> Filter:
    """The filter of that id.

    Raises:
        ExposureError: There is none.
    """
    found = registry().get(filter_id) if isinstance(filter_id, str) else None
    if found is None:
        raise ExposureError(f"There is no filter called {filter_id!r}", f"Known filters: {', '.join(registry())}.")
    return found
