"""Health of the running graph: rates, gaps, latency, real-time factor and pose error."""

from .graph_health import GraphHealth, HealthSummary

__all__ = ["GraphHealth", "HealthSummary"]
