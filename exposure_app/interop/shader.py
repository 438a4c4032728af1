"""Runs the functions of a shader without a graphics card: the part of GLSL that ``glsl.to_glsl`` writes, on numpy.

So the error of an exported shader is measured on its own text, on any machine. Understood are ``float``, ``vec2``,
``vec3``, arrays of ``float``, counting loops, ``if`` with a condition that is the same for all pixels, and the
built-in functions in ``_BUILTIN``. A value of each pixel is an array (n, k) with k components, one for all is (k,).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError

Values = Any  # float32 array (..., k), or a list of floats for an array

_TOKEN = re.compile(
    r"//[^\n]*|#[^\n]*|\s+|(\d+\.\d*(?:e[-+]?\d+)?|\d+e[-+]?\d+|\d+|[A-Za-z_]\w*|[-+*/]=|\+\+|[<>=!]=|.)"
)
_TYPES = ("float", "int", "vec2", "vec3", "vec4", "void")
_SWIZZLE = {name: index for names in ("rgb", "xyz") for index, name in enumerate(names)}
_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
    "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
_PRECEDENCE = (("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/"))


def _vector(size: int) -> Callable[..., Values]:
    def make(*parts: Values) -> Values:
        if len(parts) == 1 and parts[0].shape[-1] == 1:
            parts = parts * size
        rows = np.broadcast_shapes(*(part.shape[:-1] for part in parts))
        return np.concatenate([np.broadcast_to(part, (*rows, part.shape[-1])) for part in parts], axis=-1)

    return make


def _smooth(x: Values) -> Values:
    return x * x * (3 - 2 * x)


_BUILTIN: dict[str, Callable[..., Values]] = {
    "abs": np.abs, "cos": np.cos, "sin": np.sin, "exp": np.exp, "exp2": np.exp2, "log": np.log, "log2": np.log2,
    "floor": np.floor, "sqrt": np.sqrt, "pow": np.power, "min": np.minimum, "max": np.maximum,
    "float": lambda x: x, "vec2": _vector(2), "vec3": _vector(3),
    "dot": lambda x, y: (x * y).sum(-1, keepdims=True),
    "clamp": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "mix": lambda x, y, share: x + share * (y - x),
    "step": lambda edge, x: np.float32(1) * (x >= edge),
    "smoothstep": lambda low, high, x: _smooth(np.clip((x - low) / (high - low), 0, 1)),
}  # fmt: skip


def run(source: str, function: str, *arguments: NDArray[Any]) -> NDArray[np.float32]:
    """Call a function of a shader for many pixels at once.

    Args:
        source: The shader.
        function: Name of one of its functions.
        arguments: float32, (n, k), what each pixel gives the function.

    Returns:
        float32, (n, k), what the function returns.

    Raises:
        ExposureError: The shader has something in it that is not understood here.
    """
    functions = _Parser(source).functions()
    if function not in functions:
        raise ExposureError(f"The shader has no function called {function}")
    with np.errstate(all="ignore"):
        result = _Call(functions).call(function, [np.asarray(argument, np.float32) for argument in arguments])
    rows = arguments[0].shape[0]
    return np.broadcast_to(result, (rows, result.shape[-1])).astype(np.float32)


@dataclass(frozen=True)
class _Function:
    names: list[str]
    body: list[Any]


class _Parser:
    """Source to nested tuples: a statement or an expression is its kind, then its parts."""

    def __init__(self, source: str) -> None:
        self.tokens: list[str] = [token for token in _TOKEN.findall(source) if token] + [""]
        self.at = 0

    def functions(self) -> dict[str, _Function]:
        found = {}
        while self.next:
            if self.next not in _TYPES:  # precision, uniforms, inputs and outputs
                while self.take() != ";":
                    pass
                continue
            self.take()
            name, names = self.take(), []
            self.want("(")
            while not self.has(")"):
                self.take()
                names.append(self.take())
                if self.has("["):
                    self.take()
                    self.want("]")
                self.has(",")
            found[name] = _Function(names, self.block())
            if name == "main":  # touches textures, and comes last
                break
        return found

    # --- statements ---

    def block(self) -> list[Any]:
        if not self.has("{"):
            return [self.statement()]
        statements = []
        while not self.has("}"):
            statements.append(self.statement())
        return statements

    def statement(self) -> tuple[Any, ...]:
        if self.has("return"):
            return self.ended(("return", self.expression()))
        if self.has("if"):
            self.want("(")
            condition = self.expression()
            self.want(")")
            then = self.block()
            return ("if", condition, then, self.block() if self.has("else") else [])
        if self.has("for"):
            return self.loop()
        if self.next in _TYPES:
            self.take()
        name, operation = self.take(), self.take()
        if operation not in ("=", "+=", "-=", "*=", "/="):
            raise self.lost(operation)
        value = self.expression()
        return self.ended(("set", name, ("binary", operation[0], ("name", name), value) if operation != "=" else value))

    def loop(self) -> tuple[Any, ...]:
        """``for (int i = START; i < END; i++)``, nothing else."""
        self.want("(")
        self.want("int")
        name = self.take()
        self.want("=")
        start = self.expression()
        self.want(";")
        self.want(name)
        self.want("<")
        end = self.expression()
        for token in (";", name, "++", ")"):
            self.want(token)
        return ("for", name, start, end, self.block())

    def ended(self, statement: tuple[Any, ...]) -> tuple[Any, ...]:
        self.want(";")
        return statement

    # --- expressions ---

    def expression(self) -> tuple[Any, ...]:
        condition = self.binary(0)
        if not self.has("?"):
            return condition
        then = self.expression()
        self.want(":")
        return ("choose", condition, then, self.expression())

    def binary(self, level: int) -> tuple[Any, ...]:
        if level == len(_PRECEDENCE):
            return self.unary()
        left = self.binary(level + 1)
        while self.next in _PRECEDENCE[level]:
            left = ("binary", self.take(), left, self.binary(level + 1))
        return left

    def unary(self) -> tuple[Any, ...]:
        if self.has("-"):
            return ("negative", self.unary())
        value = self.primary()
        while self.next in (".", "["):
            if self.has("."):
                value = ("swizzle", value, self.take())
            else:
                self.take()
                value = ("index", value, self.expression())
                self.want("]")
        return value

    def primary(self) -> tuple[Any, ...]:
        token = self.take()
        if token == "(":
            value = self.expression()
            self.want(")")
            return value
        if token[:1].isdigit():
            return ("number", np.array([token], np.float32))
        if not token[:1].isalpha():
            raise self.lost(token)
        array = token == "float" and self.next == "["
        if array:
            for _ in range(3):
                self.take()
        if not self.has("("):
            return ("name", token)
        given = []
        while not self.has(")"):
            given.append(self.expression())
            self.has(",")
        return ("array", given) if array else ("call", token, given)

    # --- tokens ---

    @property
    def next(self) -> str:
        return self.tokens[self.at]

    def take(self) -> str:
        token = self.next
        if not token:
            raise self.lost("")
        self.at += 1
        return token

    def has(self, token: str) -> bool:
        """Whether this comes next; it is taken."""
        found = self.next == token
        self.at += found
        return found

    def want(self, token: str) -> None:
        if not self.has(token):
            raise self.lost(self.next)

    def lost(self, token: str) -> ExposureError:
        return ExposureError(f"The shader cannot be run here: {repr(token) if token else 'its end'} is not understood")


class _Call:
    """One call of a function: its variables."""

    def __init__(self, functions: Mapping[str, _Function]) -> None:
        self.functions = functions
        self.variables: dict[str, Values] = {}

    def call(self, name: str, given: list[Values]) -> Values:
        if name not in self.functions:
            if name not in _BUILTIN:
                raise ExposureError(f"The shader cannot be run here: {name} is not understood")
            return _BUILTIN[name](*given)
        called = _Call(self.functions)
        called.variables = dict(zip(self.functions[name].names, given, strict=True))
        return called.run(self.functions[name].body)

    def run(self, statements: list[Any]) -> Values:
        """What the first ``return`` on the way gives; None if there is none."""
        for kind, *parts in statements:
            result = None
            if kind == "return":
                return self.value(parts[0])
            if kind == "set":
                self.variables[parts[0]] = self.value(parts[1])
            elif kind == "if":
                result = self.run(parts[1] if self.value(parts[0]).all() else parts[2])
            else:
                name, start, end, body = parts
                for i in range(int(self.value(start)[0]), int(self.value(end)[0])):
                    self.variables[name] = np.array([i], np.float32)
                    result = self.run(body)
            if result is not None:
                return result
        return None

    def value(self, expression: tuple[Any, ...]) -> Values:
        kind, *parts = expression
        if kind == "number":
            return parts[0]
        if kind == "name":
            if parts[0] not in self.variables:
                raise ExposureError(f"The shader cannot be run here: {parts[0]} is not known")
            return self.variables[parts[0]]
        if kind == "array":
            return [self.value(item) for item in parts[0]]
        if kind == "call":
            return self.call(parts[0], [self.value(item) for item in parts[1]])
        if kind == "binary":
            return _OPERATIONS[parts[0]](self.value(parts[1]), self.value(parts[2]))
        if kind == "negative":
            return -self.value(parts[0])
        if kind == "swizzle":
            return self.value(parts[0])[..., [_SWIZZLE[letter] for letter in parts[1]]]
        if kind == "index":
            return self.value(parts[0])[int(self.value(parts[1])[0])]
        return np.where(*(self.value(part) for part in parts))
