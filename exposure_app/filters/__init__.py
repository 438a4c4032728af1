"""The filters: the edits that people and the agent make. One file a filter; see ``_base.Filter``."""

from exposure_app.filters._base import Filter, action_set, get, registry

__all__ = ["Filter", "action_set", "get", "registry"]
