"""The OpenSim engine: it builds, prepares, poses and moves models."""
