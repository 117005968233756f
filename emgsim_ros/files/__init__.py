"""Files: arrays, YAML, plans, weights, experiments, and the locations of the package's own files."""
