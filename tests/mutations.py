"""The small errors that ``mutants`` puts into a module, found in its syntax tree.

    comparison   a < b: a <= b, a >= b; a == b: a != b; a in b, a is b: their contraries
    arithmetic   + and -, * and /, & and | for one another; ** and @ become *, // becomes /
    sign         -a, not a and ~a lose their sign
    constant     True and False for one another; n becomes n + 1; 0.5 becomes 1.0; 0.0 becomes 1.0
    condition    and, or for one another; ``if a`` becomes ``if not a``
    call         min and max, any and all for one another; a keyword argument is left out
    default      a parameter's or a field's default text is another text
    statement    what returns a value returns None; a call, a raise, an assignment to a part of
                 something, ``x += …`` are deleted; break and continue for one another

Texts for people are no computation: messages of errors and docstrings stay as they are. So do
annotations, and the keyword ``strict`` of ``zip``, an assertion that no right program meets.
"""

import ast
from typing import NamedTuple

COMPARED = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.Pow: ast.Mult, ast.MatMult: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
PAIRS = (("min", "max"), ("minimum", "maximum"), ("any", "all"))
CALLED = dict(PAIRS) | {b: a for a, b in PAIRS}
FUNCTIONS = (ast.FunctionDef, ast.ClassDef)


class Mutant(NamedTuple):
    """One error: where it is, its statement before and after, and how to make it."""

    module: str
    place: str  # "Class.method"; "" is the top level
    before: str
    after: str
    lines: tuple  # first and last: of the statement, or of the function whose default it is
    tree: ast.Module
    spot: tuple  # (node, name of a part, its number there or None)
    put: object

    @property
    def name(self):
        return f"{self.module}: {self.place or '(top level)'}: {self.before} → {self.after}"

    def text(self):
        """The source of the whole module with this error."""
        return _with(self.spot, self.put, lambda: ast.unparse(self.tree)) + "\n"


def normal(text):
    """The source without comments, as all mutants are written: their lines are those of this."""
    return ast.unparse(ast.parse(text)) + "\n"


def mutants(module, text):
    """All Mutants of a module, in the order of its source. Two of one name are numbered."""
    tree, found, seen = ast.parse(normal(text)), [], {}
    for spot, statement, place, lines in _spots(tree, None, "", None):
        for put in _puts(spot, statement):
            before = _head(statement)
            whole = _part(spot) is statement
            after = _head(put) if whole else _with(spot, put, lambda s=statement: _head(s))
            count = seen[place, before, after] = seen.get((place, before, after), 0) + 1
            after += f"  ({count})" if count > 1 else ""
            found.append(Mutant(module, place, before, after, lines, tree, spot, put))
    return found


def _spots(node, statement, place, lines):
    """(spot, its statement, its place, its lines) of all that may be changed below a node."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns") or isinstance(node, ast.Raise):
            continue
        for i, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(part, ast.AST) or _is_text(part) or _is_assertion(part):
                continue
            now, span = statement, lines
            if isinstance(part, ast.stmt):
                now, span = part, (part.lineno, part.end_lineno)
            elif isinstance(node, FUNCTIONS) and isinstance(part, ast.arguments):
                span = node.lineno, node.end_lineno
            elif isinstance(now, (ast.If, ast.While, ast.For, ast.With)) and hasattr(
                part, "lineno"
            ):
                span = part.lineno, part.end_lineno  # the head alone
            yield (node, field, i), now, place, span
            inner = f"{place}.{part.name}".lstrip(".") if isinstance(part, FUNCTIONS) else place
            yield from _spots(part, now, inner, span)


def _part(spot):
    node, field, i = spot
    value = getattr(node, field)
    return value if i is None else value[i]


def _with(spot, put, call):
    """What ``call`` gives while another node stands at the spot; None is nothing at all."""
    node, field, i = spot
    old = getattr(node, field)
    new = put if i is None else [*old[:i], *([] if put is None else [put]), *old[i + 1 :]]
    setattr(node, field, new)
    try:
        return call()
    finally:
        setattr(node, field, old)


def _puts(spot, statement):
    """What may stand at a spot instead."""
    part, (parent, field, _) = _part(spot), spot
    if isinstance(part, ast.cmpop):
        yield from (new() for new in COMPARED[type(part)])
    elif isinstance(part, (ast.operator, ast.boolop)) and type(part) in COMPUTED:
        yield COMPUTED[type(part)]()
    elif isinstance(part, ast.UnaryOp):
        yield part.operand
    elif isinstance(part, ast.Constant):
        yield from _other(part.value, isinstance(parent, (ast.arguments, ast.AnnAssign)))
    elif isinstance(part, ast.Name) and part.id in CALLED and field == "func":
        yield ast.Name(CALLED[part.id], ast.Load())
    elif isinstance(part, ast.Attribute) and part.attr in CALLED and field == "func":
        yield ast.Attribute(part.value, CALLED[part.attr], ast.Load())
    elif isinstance(part, ast.keyword) and part.arg:
        if isinstance(parent, ast.Call):
            yield None
    elif isinstance(
        part, (ast.Return, ast.Expr, ast.AugAssign, ast.Raise, ast.Delete, ast.Assign)
    ):
        yield from _statement(part)
    elif isinstance(part, ast.Break):
        yield ast.Continue()
    elif isinstance(part, ast.Continue):
        yield ast.Break()
    plain = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)
    if field == "test" and not isinstance(part, plain):
        yield ast.UnaryOp(ast.Not(), part)


def _other(value, is_default):
    """Constants instead of a value."""
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, float):
        yield ast.Constant(2 * value or 1.0)
    elif isinstance(value, str) and is_default:
        yield ast.Constant(f"other {value}")


def _statement(part):
    """Statements instead of one."""
    if isinstance(part, ast.Return):
        if part.value is not None and not _is_constant(part.value, None):
            yield ast.Return(None)
    elif isinstance(part, ast.Assign):
        if all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in part.targets):
            yield ast.Pass()
    else:
        yield ast.Pass()


def _head(statement):
    """A statement in one line; of a compound one, what stands before its body."""
    if hasattr(statement, "body"):
        fields = {**dict(ast.iter_fields(statement)), "body": []}
        fields |= {name: [] for name in ("orelse", "handlers", "finalbody") if name in fields}
        statement = type(statement)(**fields, lineno=1)
    return " ".join(ast.unparse(statement).split())


def _is_text(part):
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def _is_assertion(part):
    return isinstance(part, ast.keyword) and part.arg == "strict"


def _is_constant(part, value):
    return isinstance(part, ast.Constant) and part.value is value
