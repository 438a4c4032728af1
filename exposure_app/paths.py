"""Where things are: what the program brings with it, and what it keeps for the user.

The environment variable ``EXPOSURE_HOME`` gathers everything kept for the user in one folder, for a portable
installation and for tests; without it each kind of file goes where the operating system wants it.
"""

import os
from pathlib import Path

import platformdirs

BASE_STYLE = "natural"  # of the same: what styles begin with when they are learned
DEFAULT_STYLE = "natural"  # of those that come with the program: what retouches unless another one is named
DESKTOP_ID = "app.exposure.Exposure"  # how desktops know the program: the name of its files in resources/desktop
_APP = "exposure"
_PACKAGE = Path(__file__).resolve().parent


def models_dir() -> Path:
    """Folder of the styles that come with the program."""
    return _shipped("models")


def resources_dir() -> Path:
    """Folder of the sample photo, the icons and other files that come with the program."""
    return _shipped("resources")


def user_styles_dir() -> Path:
    """Folder of the styles the user has trained or added; it may not exist yet."""
    return _kept("styles", platformdirs.user_data_path(_APP, appauthor=False) / "styles")


def learning_dir() -> Path:
    """Folder of the styles that are being learned; it may not exist yet."""
    return _kept("learning", platformdirs.user_data_path(_APP, appauthor=False) / "learning")


def tweaks_dir() -> Path:
    """Folder of what is remembered of a person's corrections; it may not exist yet."""
    return _kept("tweaks", platformdirs.user_data_path(_APP, appauthor=False) / "tweaks")


def user_cache_dir() -> Path:
    """Folder of files that can be made again, such as thumbnails; it may not exist yet."""
    return _kept("cache", platformdirs.user_cache_path(_APP, appauthor=False))


def user_log_dir() -> Path:
    """Folder of the log files; it may not exist yet."""
    return _kept("log", platformdirs.user_log_path(_APP, appauthor=False))


def user_config_dir() -> Path:
    """Folder of the settings; it may not exist yet."""
    return _kept("config", platformdirs.user_config_path(_APP, appauthor=False))


def _shipped(name: str) -> Path:
    # An installed wheel carries its data inside the package (see pyproject.toml); a checkout has it beside the package.
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def _kept(name: str, usual: Path) -> Path:
    home = os.environ.get("EXPOSURE_HOME")
    return Path(home) / name if home else usual
