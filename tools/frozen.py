"""What goes into the frozen program (`exposure.spec`), and what stays out."""

from pathlib import PurePath

from exposure_app import filters

# paths.py looks for what the program brings with it inside the package.
DATA = (("models", "exposure_app/_data/models"), ("resources", "exposure_app/_data/resources"))

# Loaded by name at run time: the codecs of PNG and of the compressions that TIFF files have, and what C code imports.
_CODECS = "ccitt deflate imcd jpeg8 lzma png shared shared_cython webp zlib zstd".split()
_FROM_C = ["numba._devicearray"]

# Libraries import these only for their own tests, for notebooks, or for kinds of work that the program does not do.
EXCLUDED = [
    "IPython",
    "OpenGL",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtTest",
    "dask",
    "distributed",
    "hypothesis",
    "matplotlib",
    "mypy",
    "numba.cuda",
    "numba.tests",
    "numpy.f2py.tests",
    "pytest",
    "scipy",
    "tensorboard",
    "tkinter",
    "torch.testing._internal.common_methods_invocations",
    "torch.testing._internal.common_modules",
    "torch.testing._internal.common_nn",
    "torch.testing._internal.distributed",
    "torch.testing._internal.opinfo",
    "torch.utils.benchmark",
    "torch.utils.tensorboard",
    "triton",
    "yaml",
]

# Programs and data beside libraries that nothing in the program runs or reads.
_LEFT_OUT = (
    "torch/bin/*[tT]est*",
    "torch/bin/protoc*",
    "torch/include/**",
    "torch/share/**",
    "torch/test/**",
    "torch/lib/*_test.so",
    "torch/lib/libbackend_with_compiler.so",
    "torch/lib/libaoti_custom_ops.so",
    "numba/tests/**",
    "numba/cuda/**",
    "PySide6/Qt/translations/*",
    "PySide6/Qt/qml/**",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/generic/*",
    "PySide6/Qt/plugins/networkinformation/*",
    "PySide6/Qt/plugins/tls/*",
    # The desktop's own GTK cannot be loaded beside another one; file dialogs come through the desktop portal.
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    *(f"lib{name}*.so*" for name in "atk atspi cairo epoxy gdk gtk pango pixman".split()),
)

# Tables of symbols, a fifth of these files, serve only debuggers.
STRIPPED = ("torch/lib/libtorch_cpu.so", "llvmlite/binding/libllvmlite.so")

# Kernels are compiled on the user's machine, and kept under the state of their sources (jit.py).
COLLECTION_MODE = {"exposure_app": "pyz+py"}


def hidden_imports() -> list[str]:
    """Modules that no import statement names: every filter there is first of all."""
    modules = {type(filter_).__module__ for filter_ in filters.registry().values()}
    return sorted(modules) + [f"imagecodecs._{codec}" for codec in _CODECS] + _FROM_C


def is_shipped(target: str) -> bool:
    """Whether a file that PyInstaller found belongs into the program.

    Args:
        target: Its path in the program's folder.
    """
    path = PurePath(target.replace("\\", "/"))
    return not any(_matches(path, pattern) for pattern in _LEFT_OUT)


def _matches(path: PurePath, pattern: str) -> bool:
    folder, is_tree = pattern.removesuffix("/**"), pattern.endswith("/**")
    return path.is_relative_to(folder) if is_tree else path.match(pattern)
