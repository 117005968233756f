"""A matrix product of 16 columns in vector registers, which numba's own loops do not reach.

Compiled loops over such small matrices spend most of their time on loading and storing the sums. Here eight rows of 16
sums stay in registers while all terms are added, each term in one instruction for 16 sums. It reaches two thirds of
what the processor can do; processors with shorter vectors divide each instruction.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16  # columns of a product
ROWS = 8  # rows whose sums are in registers together

_FLOAT = ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, LANES)
_FIRST_LANE = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)


def padded(number: int, step: int) -> int:
    """Return the smallest multiple of ``step`` that is not below ``number``."""
    return -(-number // step) * step


@intrinsic
def add_product(
    context: Any,
    out: Any,
    out_at: Any,
    out_row: Any,
    left: Any,
    left_at: Any,
    left_row: Any,
    left_term: Any,
    right: Any,
    right_at: Any,
    right_term: Any,
    rows: Any,
    terms: Any,
) -> Any:
    """Add ``left @ right`` to `LANES` columns of ``out``; the terms of a sum are added in their order.

    The matrices are parts of contiguous float32 arrays; places and strides count numbers.

    Args:
        context: Of numba.
        out, out_at, out_row: Array, place of the first sum, distance of rows.
        left, left_at, left_row, left_term: Array, place of the first factor, distances of rows and of terms.
        right, right_at, right_term: Array, place of the first factor, distance of terms; `LANES` numbers are read at
            each.
        rows: Number of rows, a multiple of `ROWS`.
        terms: Number of terms.
    """
    arrays = (out, left, right)
    if not all(isinstance(one, types.Array) and one.dtype == types.float32 and one.layout == "C" for one in arrays):
        return None
    numbers = [types.intp] * 3
    signature = types.void(
        out, types.intp, types.intp, left, *numbers, right, types.intp, types.intp, types.intp, types.intp
    )
    return signature, _generate


def _generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    out, out_at, out_row, left, left_at, left_row, left_term, right, right_at, right_term, rows, terms = arguments
    out = _place(context, builder, signature.args[0], out, out_at)
    left = _place(context, builder, signature.args[3], left, left_at)
    right = _place(context, builder, signature.args[7], right, right_at)
    index = rows.type
    multiply_add = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(_VECTOR, [_VECTOR] * 3), f"llvm.fmuladd.v{LANES}f32"
    )
    sums = [cgutils.alloca_once(builder, _VECTOR) for _ in range(ROWS)]  # registers, once LLVM has promoted them
    step = ir.Constant(index, ROWS)
    with cgutils.for_range_slice(builder, ir.Constant(index, 0), rows, step, index) as (first, _):
        row = [builder.add(first, ir.Constant(index, number)) for number in range(ROWS)]
        places = [builder.gep(out, [builder.mul(one, out_row)]) for one in row]
        for place, total in zip(places, sums, strict=True):
            builder.store(_load(builder, place), total)
        factors = [builder.gep(left, [builder.mul(one, left_row)]) for one in row]
        with cgutils.for_range(builder, terms) as loop:
            vector = _load(builder, builder.gep(right, [builder.mul(loop.index, right_term)]))
            at = builder.mul(loop.index, left_term)
            for factor, total in zip(factors, sums, strict=True):
                spread = _spread(builder, builder.load(builder.gep(factor, [at])))
                builder.store(builder.call(multiply_add, [spread, vector, builder.load(total)]), total)
        for place, total in zip(places, sums, strict=True):
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


@intrinsic
def floats_at(context: Any, address: Any) -> Any:
    """Return a pointer to the float32 numbers at an address."""
    pointer = types.CPointer(types.float32)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(pointer))

    return pointer(types.intp), generate
