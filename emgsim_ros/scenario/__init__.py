"""Scenarios: which nodes belong together, with which parameters, topics and remappings."""
