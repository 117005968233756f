"""The inner loops of the synthesis in machine code, compiled by numba when they are first used and then read from disk.

Sums are formed element by element in a fixed order, without a library of matrix products. The numbers therefore depend
neither on the length of the pieces nor on the threads of such a library.
"""
