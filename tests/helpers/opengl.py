"""Shaders run by a real driver, Mesa's on the processor where there is no graphics card."""

import functools
from typing import Any

import numpy as np
import pytest

VERTEX = """#version 300 es
in vec2 corner;
out vec2 place;
void main() {
    place = corner;
    gl_Position = vec4(2.0 * corner - 1.0, 0.0, 1.0);
}
"""


@functools.cache
def _context() -> Any:
    try:
        import moderngl

        return moderngl.create_context(standalone=True, backend="egl", libgl="libGL.so.1", libegl="libEGL.so.1")
    except Exception as error:  # whatever kind: no package, no library, no driver
        return str(error)


def shade(fragment: str, pixels: np.ndarray) -> np.ndarray:
    """What a fragment shader makes of pixels, float32 rows x columns x 3; skips the test where OpenGL is absent."""
    context = _context()
    if isinstance(context, str):
        pytest.skip(f"no OpenGL here: {context}")
    rows, columns, _ = pixels.shape
    photo = context.texture((columns, rows), 3, np.ascontiguousarray(pixels, np.float32).tobytes(), dtype="f4")
    photo.filter = (context.NEAREST, context.NEAREST)
    target = context.texture((columns, rows), 4, dtype="f4")
    frame = context.framebuffer([target])
    program = context.program(vertex_shader=VERTEX, fragment_shader=fragment)
    corners = context.buffer(np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32).tobytes())
    square = context.vertex_array(program, [(corners, "2f", "corner")])
    try:
        frame.use()
        photo.use(0)
        square.render(context.TRIANGLE_STRIP)
        return np.frombuffer(target.read(), np.float32).reshape(rows, columns, 4)[..., :3]
    finally:
        for thing in (square, corners, program, frame, target, photo):
            thing.release()
