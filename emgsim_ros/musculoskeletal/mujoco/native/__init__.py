"""Mechanics in machine code: numba compiles forces, integration and moment arms, and calls MuJoCo directly.

The formulas are those of `rigid_tendons`, `passive_forces` and `ground_contact`, for one muscle, joint or sphere at a
time.
For models with coupled joints the same numbers are computed by numpy.
"""
