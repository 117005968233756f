"""Matrix products of few columns in vector registers, which numba's own loops do not reach.

Compiled loops over such small matrices spend most of their time on loading and storing the sums. Here the sums of some
rows and of 16 or 32 columns stay in registers while all terms are added, each term in one instruction for 16 sums.
Processors with shorter vectors divide each instruction.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16  # columns that are added together
ROWS = 8  # the number of rows is a multiple of it

_FLOAT = ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, LANES)
_FIRST_LANE = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)


def padded(number: int, step: int) -> int:
    """Return the smallest multiple of ``step`` that is not below ``number``."""
    return -(-number // step) * step


def _product(vectors: int) -> Any:
    """Return the function that adds a product to ``vectors`` times `LANES` columns."""

    @intrinsic
    def add(
        context: Any,
        out: Any,
        out_at: Any,
        out_row: Any,
        left: Any,
        left_at: Any,
        left_row: Any,
        right: Any,
        right_at: Any,
        right_term: Any,
        rows: Any,
        terms: Any,
    ) -> Any:
        arrays = (out, left, right)
        if not all(isinstance(one, types.Array) and one.dtype == types.float32 and one.layout == "C" for one in arrays):
            return None
        place = [types.intp] * 2
        signature = types.void(out, *place, left, *place, right, *place, types.intp, types.intp)
        return signature, partial(_generate, vectors)

    return add


# Add ``left @ right`` to some columns of ``out``; the terms of a sum are added in their order. The matrices are parts
# of contiguous float32 arrays; places and strides count numbers. Arguments:
#     out, out_at, out_row: Array, place of the first sum, distance of rows.
#     left, left_at, left_row: Array, place of the first factor, distance of rows; terms follow each other.
#     right, right_at, right_term: Array, place of the first factor, distance of terms.
#     rows: Number of rows, a multiple of `ROWS`.
#     terms: Number of terms.
add_to_lanes = _product(1)  # to `LANES` columns
add_to_two_lanes = _product(2)  # to twice as many


def _generate(vectors: int, context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    out, out_at, out_row, left, left_at, left_row, right, right_at, right_term, rows, terms = arguments
    out = _place(context, builder, signature.args[0], out, out_at)
    left = _place(context, builder, signature.args[3], left, left_at)
    right = _place(context, builder, signature.args[6], right, right_at)
    index, height = rows.type, ROWS // vectors
    multiply_add = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(_VECTOR, [_VECTOR] * 3), f"llvm.fmuladd.v{LANES}f32"
    )

    def columns(place: Any) -> list[Any]:
        return [builder.gep(place, [ir.Constant(index, LANES * number)]) for number in range(vectors)]

    # Registers, once LLVM has promoted these variables.
    sums = [[cgutils.alloca_once(builder, _VECTOR) for _ in range(vectors)] for _ in range(height)]
    with cgutils.for_range_slice(builder, index(0), rows, index(height), index) as (first, _):
        row = [builder.add(first, index(number)) for number in range(height)]
        places = [columns(builder.gep(out, [builder.mul(one, out_row)])) for one in row]
        for place, total in zip(chain(*places), chain(*sums), strict=True):
            builder.store(_load(builder, place), total)
        factors = [builder.gep(left, [builder.mul(one, left_row)]) for one in row]
        with cgutils.for_range(builder, terms) as loop:
            given = columns(builder.gep(right, [builder.mul(loop.index, right_term)]))
            vector = [_load(builder, place) for place in given]
            for factor, totals in zip(factors, sums, strict=True):
                spread = _spread(builder, builder.load(builder.gep(factor, [loop.index])))
                for one, total in zip(vector, totals, strict=True):
                    builder.store(builder.call(multiply_add, [spread, one, builder.load(total)]), total)
        for place, total in zip(chain(*places), chain(*sums), strict=True):
            builder.store(builder.load(total), builder.bitcast(place, _VECTOR.as_pointer())).align = 4
    return context.get_dummy_value()


def _place(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    """Return the address of a number of an array."""
    return builder.gep(context.make_array(kind)(context, builder, array).data, [at])


def _load(builder: Any, place: Any) -> Any:
    vector = builder.load(builder.bitcast(place, _VECTOR.as_pointer()))
    vector.align = 4
    return vector


def _spread(builder: Any, number: Any) -> Any:
    """Return a vector of one number."""
    empty = ir.Constant(_VECTOR, ir.Undefined)
    one = builder.insert_element(empty, number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(one, empty, _FIRST_LANE)


def _floats_at(context: Any, address: Any) -> Any:
    """Return a pointer to the float32 numbers at an address."""
    pointer = types.CPointer(types.float32)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(pointer))

    return pointer(types.intp), generate


floats_at: Any = intrinsic(_floats_at)
