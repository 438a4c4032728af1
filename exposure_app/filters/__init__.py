"""The filters: the edits that people and the agent make. One file a filter; see ``_base.Filter``."""

from exposure_app.filters._base import ActionSet, Filter, action_set, get, registry

__all__ = ["ActionSet", "Filter", "action_set", "get", "registry"]
