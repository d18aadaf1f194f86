"""The services, in the order in which a complaint meets them."""

__all__ = ["SERVICES"]

SERVICES = ("intake", "dispatch", "enforcement", "feedback")
"""受理, 派单, 联合执法, 回访评价. A wire name begins with one of these."""
