"""The command that `make setup` and `make dist` end with; nobody else needs it."""

from exposure_app.cli.options import say


def kernels() -> None:
    """Compile all that computes with pixels, so that the first photo does not wait for it."""
    from exposure_app.export.kernels import compile_all
    from exposure_app.jit import shipped_kernels

    say(compile_all(shipped_kernels()))
