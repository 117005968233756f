"""The MuJoCo engine: it computes the mechanics of the models with MuJoCo, and their muscles with our own model."""
