"""The reference model: potentials of motor units in a layered volume conductor."""
