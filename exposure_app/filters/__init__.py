"""The filters: the edits that people and the agent make. One file a filter; see ``_base.Filter``."""

from exposure_app.filters._base import Filter, get, registry

__all__ = ["Filter", "get", "registry"]
