"""Mutants of the source of rules: terms and factors dropped, signs, quotients turned, matrices swapped, not transposed.

The expression of a rule, and of every helper that it calls, is parsed; one node is changed, and the function object
gets the code of the changed one for as long as it is tried. Conditions are left as they are: they choose between
formulas of the same value, or they are conventions at single points, which have tests of their own.
"""

from __future__ import annotations

import ast
import copy
import types
from collections import defaultdict

from autograd.primitive import Primitive
from autograd.signatures import LETTERS

from .declared import rules_of
from .mutants import Mutant, node_of

HELPERS = ("autograd.rules", "autograd.arrays", "autograd.functions")
SYMMETRIC = {"hypot", "logaddexp", "logaddexp2", "maximum", "minimum", "logical_and", "logical_or", "equal", "add"}
MOVES = {"swapaxes", "transpose", "matrix_transpose", "moveaxis", "flip", "roll", "permute_dims"}
PARTS = {"conj", "conjugate", "real"}

# -- which functions -------------------------------------------------------------------------------------------------


def functions_of(p):
    """The rules of a primitive and the helpers that they reach, of the library's own."""
    stack = [rule for rules in rules_of(p) for rule in rules if rule is not None]
    seen = []
    while stack:
        function = stack.pop()
        if not function.__module__.startswith(HELPERS) or any(function is other for other in seen):
            continue
        seen.append(function)
        code, names = [function.__code__], set()
        while code:
            block = code.pop()
            names.update(block.co_names)
            code += [c for c in block.co_consts if isinstance(c, types.CodeType)]
        found = [function.__globals__.get(name) for name in sorted(names)]
        found += [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
        stack += [f for f in found if isinstance(f, types.FunctionType)]
    return seen


def _filled(cell):
    try:
        return not isinstance(cell.cell_contents, Primitive)
    except ValueError:
        return False


# -- which changes ---------------------------------------------------------------------------------------------------


def sites(node):
    """The expressions of a function's body that compute values, with what encloses each."""
    body = node.body if isinstance(node.body, list) else [node.body]
    stack = [(item, None) for item in body]
    while stack:
        item, parent = stack.pop(0)
        if isinstance(item, (ast.Raise, ast.Compare, ast.JoinedStr, ast.arguments, ast.Assert)):
            continue
        yield item, parent
        for field, value in ast.iter_fields(item):
            if field in ("test", "slice", "annotation", "returns", "decorator_list", "ifs", "ctx", "op"):
                continue
            stack += [(v, item) for v in (value if isinstance(value, list) else [value]) if isinstance(v, ast.AST)]


def changes(item, parent):
    """What an expression may be replaced by: (kind, new expression)."""
    if isinstance(item, ast.BinOp):
        yield from _of_operator(item)
    elif isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.USub):
        if not isinstance(item.operand, ast.Constant) or isinstance(parent, ast.BinOp):
            yield "sign", item.operand
    elif isinstance(item, ast.Attribute) and item.attr in ("T", "mT"):
        yield "transpose dropped", item.value
    elif isinstance(item, ast.Attribute) and item.attr == "real":
        yield "part dropped", item.value
    elif isinstance(item, ast.Call):
        yield from _of_call(item)


def _of_operator(item):
    left, right, op = item.left, item.right, type(item.op)
    if op in (ast.Add, ast.Sub):
        yield "term dropped", left
        yield "term dropped", right if op is ast.Add else ast.UnaryOp(ast.USub(), right)
        yield "sign of a term", ast.BinOp(left, ast.Sub() if op is ast.Add else ast.Add(), right)
    elif op is ast.Mult:
        yield "factor dropped", left
        yield "factor dropped", right
    elif op is ast.Div:
        yield "factor dropped", left
        yield "quotient turned", ast.BinOp(left, ast.Mult(), right)
    elif op is ast.MatMult:
        yield "factor dropped", left
        yield "factor dropped", right
        yield "matrices swapped", ast.BinOp(right, ast.MatMult(), left)
    elif op is ast.Pow:
        yield "power dropped", left


def _of_call(item):
    name = item.func.attr if isinstance(item.func, ast.Attribute) else getattr(item.func, "id", "")
    if name in MOVES | PARTS:
        of_numpy = isinstance(item.func, ast.Attribute) and getattr(item.func.value, "id", "") == "np"
        operand = item.args[0] if of_numpy and item.args else None if of_numpy else getattr(item.func, "value", None)
        if operand is not None:
            yield ("transpose dropped" if name in MOVES else "part dropped"), operand
    if len(item.args) > 1 and name not in SYMMETRIC:
        a, b = item.args[:2]
        if all(isinstance(arg, ast.Name) and arg.id in (*LETTERS, "out") for arg in (a, b)) and a.id != b.id:
            yield "operands swapped", ast.Call(item.func, [b, a, *item.args[2:]], item.keywords)


class _Replace(ast.NodeTransformer):
    def __init__(self, target, new):
        self.target, self.new = target, new

    def visit(self, node):
        return ast.copy_location(self.new, node) if node is self.target else self.generic_visit(node)


def changed_code(node, code, target, new):
    """The code of the function with one expression replaced; it keeps its free variables, used or not."""
    memo = {}
    fresh = copy.deepcopy(node, memo)
    replacement = copy.deepcopy(new, memo)
    fresh = _Replace(memo[id(target)], replacement).visit(fresh)
    free = code.co_freevars
    kept = ast.Lambda(_arguments([]), ast.Tuple([ast.Name(name, ast.Load()) for name in free], ast.Load()))
    if isinstance(fresh, ast.Lambda):
        if free:
            pair = ast.Tuple([fresh.body, kept], ast.Load())
            fresh.body = ast.Subscript(pair, ast.Constant(0), ast.Load())
        body = [ast.Return(fresh)]
    else:
        fresh.decorator_list, fresh.returns = [], None
        fresh.body = [*fresh.body, ast.Expr(kept)] if free else fresh.body
        body = [fresh]
    _bare_arguments(fresh.args)
    outer = ast.FunctionDef("outer", _arguments(free), body, [])
    if hasattr(outer, "type_params"):
        outer.type_params = []
    module = ast.fix_missing_locations(ast.Module([outer], []))
    made = compile(module, code.co_filename, "exec", dont_inherit=True)
    for block in _blocks(made):
        if (block.co_name, block.co_freevars, block.co_varnames[:1]) == (code.co_name, free, code.co_varnames[:1]):
            return block
    return None


def _arguments(names):
    return ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])


def _bare_arguments(args):
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if arg is not None:
            arg.annotation = None
    args.defaults = [ast.Constant(None) for _ in args.defaults]
    args.kw_defaults = [d and ast.Constant(None) for d in args.kw_defaults]


def _blocks(code):
    """Code objects, outermost first."""
    level = [code]
    while level:
        yield from level
        level = [c for block in level for c in block.co_consts if isinstance(c, types.CodeType)]


# -- the mutants -----------------------------------------------------------------------------------------------------


def of_sources(primitives):
    """Every mutant of every function that the rules of these primitives reach."""
    owners, objects = defaultdict(list), defaultdict(list)
    for p in primitives:
        for function in functions_of(p):
            objects[function.__code__].append(function)
            if not any(p is owner for owner in owners[function.__code__]):
                owners[function.__code__].append(p)
    for code, functions in objects.items():
        node = node_of(code)
        for target, parent in sites(node) if node is not None else ():
            for kind, new in changes(target, parent):
                made = changed_code(node, code, target, new)
                if made is None:
                    raise AssertionError(f"no code for {code} at line {target.lineno}")
                if made.co_code == code.co_code and made.co_consts == code.co_consts:
                    continue
                who = code.co_qualname if code.co_name != "<lambda>" else owners[code][0].name
                name = f"{who}: {kind}: {ast.unparse(target)} -> {ast.unparse(new)}"
                yield Mutant(name, kind, owners[code], _swap(functions, code, made))


def _swap(functions, code, made):
    def enter():
        for function in functions:
            function.__code__ = made
        return lambda: [setattr(function, "__code__", code) for function in functions]

    return enter


