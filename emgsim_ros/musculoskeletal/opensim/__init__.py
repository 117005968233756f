"""The OpenSim engine: models built, prepared, posed and moved."""
