"""Vectors of float64 as values of compiled code, for numba.

A ``Vector`` is a few numbers that one instruction treats alike: arithmetic on it is arithmetic on
each number, in strict IEEE double precision, so that the width changes no bit of any of them. LLVM
maps it to whatever the processor has (AVX-512, AVX2, SSE2, NEON, or plain scalars). Loops left to
the compiler's own vectorizer are not vectorized where the number of rounds is small and unknown,
as it is in every small network.

A ``formula`` is a Python function of + - * / and of ``pick``, ``root`` and so on below. Numba does
not compile its source: it is called once, with Values, and what it does to them is written down as
LLVM instructions. So it serves a float64 as well as Vectors of any width, and compiles quickly.
"""

import inspect
import operator

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

DOUBLE, LONG, BOOL = ir.DoubleType(), ir.IntType(64), ir.IntType(1)


class Vector(types.Type):
    """The numba type of ``width`` float64 numbers in one value."""

    def __init__(self, width):
        self.width = width
        super().__init__(name=f"Vector({width})")


@register_model(Vector)
class VectorModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.VectorType(DOUBLE, kind.width))


class Value:
    """A float64 or a Vector in the code that is being written; arithmetic on it adds code."""

    def __init__(self, builder, code):
        self.builder, self.code = builder, code

    def like(self, other):
        """``other`` in the shape of this Value: a number is repeated."""
        code = other.code if isinstance(other, Value) else ir.Constant(DOUBLE, float(other))
        if code.type != self.code.type and isinstance(self.code.type, ir.VectorType):
            code = repeated(self.builder, code, self.code.type.count)
        return Value(self.builder, code)

    def __add__(self, other):
        return write("fadd", self, other)

    def __sub__(self, other):
        return write("fsub", self, other)

    def __mul__(self, other):
        return write("fmul", self, other)

    def __truediv__(self, other):
        return write("fdiv", self, other)

    def __radd__(self, other):
        return write("fadd", other, self)

    def __rsub__(self, other):
        return write("fsub", other, self)

    def __rmul__(self, other):
        return write("fmul", other, self)

    def __rtruediv__(self, other):
        return write("fdiv", other, self)


def repeated(builder, number, width):
    """``number`` in every place of a vector."""
    shape = ir.VectorType(number.type, width)
    if isinstance(number, ir.Constant):
        return ir.Constant(shape, [number.constant] * width)
    first = builder.insert_element(ir.Constant(shape, ir.Undefined), number, LONG(0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width)
    return builder.shuffle_vector(first, first, mask)


def alike(*values):
    """The values as Values of one shape, that of a Vector if there is one."""
    known = [value for value in values if isinstance(value, Value)]
    shape = max(known, key=lambda value: isinstance(value.code.type, ir.VectorType))
    return [shape.like(value) for value in values]


def write(instruction, *values):
    """One instruction on Values of one shape."""
    values = alike(*values)
    builder = values[0].builder
    return Value(builder, getattr(builder, instruction)(*(value.code for value in values)))


def pick(a, b, yes, no):
    """``yes`` where a < b, else ``no``, also where a or b is NaN. There is no branch."""
    a, b, yes, no = alike(a, b, yes, no)
    less = a.builder.fcmp_ordered("<", a.code, b.code)
    return Value(a.builder, a.builder.select(less, yes.code, no.code))


def _llvm(name, x):
    kind = x.code.type
    suffix = f"v{kind.count}f64" if isinstance(kind, ir.VectorType) else "f64"
    declared = ir.FunctionType(kind, [kind])
    function = cgutils.get_or_insert_function(x.builder.module, declared, f"llvm.{name}.{suffix}")
    return Value(x.builder, x.builder.call(function, [x.code]))


def absolute(x):
    """|x|."""
    return _llvm("fabs", x)


def root(x):
    """√x, correctly rounded."""
    return _llvm("sqrt", x)


def _bits(x):
    """The bits of x as 64-bit integers, and a function that makes such constants."""
    kind = x.code.type
    if not isinstance(kind, ir.VectorType):
        return x.builder.bitcast(x.code, LONG), LONG
    bits = x.builder.bitcast(x.code, ir.VectorType(LONG, kind.count))
    return bits, lambda number: repeated(x.builder, LONG(number), kind.count)


def scale(x, t):
    """x · 2ᵏ, rounded once, where t = k + 1.5 · 2⁵² and -1100 < k < 1100.

    In the bits of t stands k beside a constant; a number with k + 1023 as its exponent bits is 2ᵏ.
    Two such factors, each about the root of 2ᵏ, reach results that are subnormal or infinite.
    """
    x, t = alike(x, t)
    builder, (bits, constant) = x.builder, _bits(t)
    biased = builder.sub(bits, constant(0x4338000000000000 - 2046))  # k + 2 · 1023
    half = builder.lshr(biased, constant(1))
    for part in (half, builder.sub(biased, half)):
        x = x * Value(builder, builder.bitcast(builder.shl(part, constant(52)), x.code.type))
    return x


def exponent(x):
    """e for a normal x = m · 2ᵉ with 1 <= m < 2."""
    bits, constant = _bits(x)
    bits = x.builder.lshr(bits, constant(52))
    bits = x.builder.or_(bits, constant(0x4330000000000000))  # now the float64 2⁵² + 1023 + e
    return Value(x.builder, x.builder.bitcast(bits, x.code.type)) - (2.0**52 + 1023)


def mantissa(x):
    """m for a normal x = m · 2ᵉ with 1 <= m < 2."""
    bits, constant = _bits(x)
    bits = x.builder.and_(bits, constant(0x000FFFFFFFFFFFFF))
    bits = x.builder.or_(bits, constant(0x3FF0000000000000))
    return Value(x.builder, x.builder.bitcast(bits, x.code.type))


# From formulas to functions that numba knows


def _kind(kinds):
    """The numba type of a formula's result: that of the one kind of Vector in it, or float64."""
    vectors = {kind for kind in kinds if isinstance(kind, Vector)}
    return vectors.pop() if vectors else types.float64


def _codegen(function):
    def code(context, builder, sig, args):
        values = []
        for arg, kind in zip(args, sig.args, strict=True):
            if not isinstance(kind, Vector):
                arg = context.cast(builder, arg, kind, types.float64)
            values.append(Value(builder, arg))
        return function(*values).code

    return code


def formula(function):
    """The function as numba code can call it, on numbers and Vectors in any mixture."""

    def typed(typingctx, *kinds):
        return signature(_kind(kinds), *kinds), _codegen(function)

    typed.__name__ = function.__name__
    named = inspect.signature(function).parameters.values()  # numba wants to know how many
    first = inspect.Parameter("typingctx", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    typed.__signature__ = inspect.Signature([first, *named])
    return intrinsic(typed)


def _register(function):
    """Teach numba an operator on Vectors, and on a Vector and a number in any order."""

    @infer_global(function)
    class Rule(AbstractTemplate):
        def generic(self, args, kws):
            vector = any(isinstance(kind, Vector) for kind in args)
            return signature(_kind(args), *args) if vector else None

    for kinds in ((Vector, Vector), (Vector, types.Number), (types.Number, Vector)):
        lower_builtin(function, *kinds)(_codegen(function))


for _operator in (operator.add, operator.sub, operator.mul, operator.truediv):
    _register(_operator)


# Memory: flat arrays of float64, in rows as long as the tuple ``like``


def _element(context, builder, array, kind, index):
    return builder.gep(context.make_array(kind)(context, builder, array).data, [index])


def _row(context, builder, array, kind, row, width):
    place = _element(context, builder, array, kind, builder.mul(row, LONG(width)))
    return builder.bitcast(place, ir.VectorType(DOUBLE, width).as_pointer())


@intrinsic
def load(typingctx, array, row, like):
    """Row ``row`` of the array as a Vector."""

    def code(context, builder, sig, args):
        place = _row(context, builder, args[0], array, args[1], len(like))
        return builder.load(place, align=8)

    return signature(Vector(len(like)), array, types.uint64, like), code


@intrinsic
def store(typingctx, array, row, value):
    """Write the Vector ``value`` to row ``row`` of the array."""

    def code(context, builder, sig, args):
        place = _row(context, builder, args[0], array, args[1], value.width)
        builder.store(args[2], place, align=8)
        return context.get_dummy_value()

    return signature(types.none, array, types.uint64, value), code


@intrinsic
def full(typingctx, number, like):
    """The number in every place of a Vector."""

    def code(context, builder, sig, args):
        return repeated(builder, args[0], len(like))

    return signature(Vector(len(like)), types.float64, like), code


PACKED = 4  # the width at which a row holds neighboring units of one run


@intrinsic
def factor(typingctx, array, first, unit, like):
    """A unit's number as it multiplies a row of weights: each run's own, or one for all."""
    width = len(like)

    def code(context, builder, sig, args):
        data, first, unit, _ = args
        if width != PACKED:
            place = _row(context, builder, data, array, builder.add(first, unit), width)
            return builder.load(place, align=8)
        index = builder.add(builder.mul(first, LONG(width)), unit)
        number = builder.load(_element(context, builder, data, array, index))
        return repeated(builder, number, width)

    return signature(Vector(width), array, types.uint64, types.uint64, like), code


@intrinsic
def weights_to(typingctx, array, first, rows, i, j, like):
    """The weights that lead to unit j from the units in row i of the layer below."""
    width = len(like)

    def code(context, builder, sig, args):
        data, first, rows, i, j, _ = args
        if width != PACKED:
            row = builder.add(builder.add(first, builder.mul(i, rows)), j)
            return builder.load(_row(context, builder, data, array, row, width), align=8)
        row = builder.add(first, builder.mul(builder.mul(i, LONG(width)), rows))
        at = builder.add(builder.mul(row, LONG(width)), j)
        result = ir.Constant(ir.VectorType(DOUBLE, width), ir.Undefined)
        for k in range(width):
            number = builder.load(_element(context, builder, data, array, at))
            result = builder.insert_element(result, number, LONG(k))
            at = builder.add(at, builder.mul(rows, LONG(width)))
        return result

    return signature(Vector(width), array, *[types.uint64] * 4, like), code
