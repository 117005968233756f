"""Controllers for the environments: training by reinforcement, imitation or search, tests, and use in a graph."""
