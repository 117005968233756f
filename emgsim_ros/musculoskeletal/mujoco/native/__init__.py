"""Forward dynamics in machine code: numba compiles the forces and the integration, and calls MuJoCo directly.

The formulas are those of `rigid_tendons`, `passive_forces` and `ground_contact`, for one muscle, joint or sphere at a
time.
numba is optional; without it, and for models with coupled joints, the same numbers are computed by numpy.
"""
