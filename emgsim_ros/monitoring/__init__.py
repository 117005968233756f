"""How well the graph runs: rates, gaps, latency, real-time factor."""

from .graph_health import GraphHealth, HealthSummary

__all__ = ["GraphHealth", "HealthSummary"]
