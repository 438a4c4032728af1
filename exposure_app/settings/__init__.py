"""What the user can choose once and for all: the table of settings, and the file that keeps the choices."""

from exposure_app.settings.store import Settings, current_settings
from exposure_app.settings.table import SETTINGS, Setting, Value

__all__ = ["SETTINGS", "Setting", "Settings", "Value", "current_settings"]
