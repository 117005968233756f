"""Files: arrays, YAML, plans, weights, experiments, and where the package's own files are installed."""
