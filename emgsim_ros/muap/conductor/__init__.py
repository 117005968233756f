"""The reference: potentials of motor units from a layered volume conductor."""
