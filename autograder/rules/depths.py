"""How deep the samples of a signal lie in the values of a function, read off its source.

The depth is how many loops inside each other it takes to reach the samples: 2 for a signal
``(N, C, size)``, 1 for one recording of it, 0 for one channel.  Integers that grow with the
signal's size have depth 0 too, and so has ``range`` of them.  What has nothing to do with the
samples has no depth.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .axes import Turned
from .parts import Parts
from .syntax import FIRST_SIZES, is_column, is_shape, is_unpacked, items_of, last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .parts import Fields

__all__ = ["Depths"]

PASSES = 10  # a name may be used above the line that assigns it
FLAT = set("nditer ndenumerate ndindex flat ravel flatten tobytes size nbytes".split())
UNRELATED = {"ndim", "dtype", "itemsize"}
FIRST_AXES = {"0", "1", ":-1", *FIRST_SIZES}
LAST_AXIS = {"2", "-1"}
WINDOWS = {"sliding_window_view", "as_strided"}  # give views whose last axes are of the kernel
OF_KERNEL = {"-1", "3"}  # axes of windows, (N, C, out, kernel)


class Depths:
    """The depths of the names in some code.

    Parameters
    ----------
    code : ast.AST
        A function, or a statement.
    given : dict
        Depths of the names that are known: the parameters.
    fields : dict
        What is known of the parts of objects, ``self.out`` or ``sizes["out"]``, by their names;
        those of all objects of a class by ``Class()``.
    returned : callable (call, depths) -> list, optional
        Depths of the numbers that a call returns, if it is known to compute some.

    Examples
    --------
    >>> code = ast.parse("batch, channels, size = x.shape; out = size - 2")
    >>> depths = Depths(code, {"x": 2})
    >>> [depths.of(ast.parse(name, mode="eval").body) for name in ("x[0]", "out", "batch")]
    [1, 0, None]
    """

    def __init__(
        self,
        code: ast.AST,
        given: dict[str, int],
        fields: Mapping[str, Fields] | None = None,
        returned: Callable[[ast.Call, Depths], list[int | None]] = lambda *_: [],
    ) -> None:
        self.returned = returned
        self.few: set[str] = set()  # names of what is written out, item by item
        self.known = dict(given)
        self.parts = Parts(fields or {})
        self.turned = Turned(lambda array: (self.of(array), self._are_windows(array)))
        self.windows: set[str] = set()
        self.asked: dict[ast.AST, int | None] = {}  # as long as nothing is learnt
        nodes = list(ast.walk(code))
        for _ in range(PASSES):
            before = dict(self.known), repr(self.parts.known)
            for node in nodes:
                self._learn(node)
            if (self.known, repr(self.parts.known)) == before:
                break
        self._forget()

    def of(self, node: ast.AST) -> int | None:
        """Return the depth of an expression."""
        if node not in self.asked:
            self.asked[node] = self._of(node)
        return self.asked[node]

    def _of(self, node: ast.AST) -> int | None:
        axes = self.turned.of(node)
        if axes is not None:
            return axes.index(True) if True in axes else None
        if part := self.parts.of(node):
            return part[0]
        match node:
            case ast.Name(id=name):
                depth = self.known.get(name)
            case ast.Attribute():
                depth = self._of_attribute(node)
            case ast.Subscript():
                depth = self._of_part(node)
            case ast.Call():
                depth = self._of_call(node)
            case ast.Tuple() | ast.List() | ast.BinOp(op=ast.Add()) if items := items_of(node):
                depth = self._of_items(items)
            case ast.BinOp(left=left, right=right) if is_column(left) != is_column(right):
                depth = self._of_table(*((left, right) if is_column(left) else (right, left)))
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                depth = self._of_comprehension(node)
            case ast.Lambda():
                depth = None
            case _:
                depth = self._deepest(ast.iter_child_nodes(node))
        return depth

    def _deepest(self, nodes: Iterable[ast.AST]) -> int | None:
        return max((d for d in map(self.of, nodes) if d is not None), default=None)

    def _of_attribute(self, node: ast.Attribute) -> int | None:
        depth = self.of(node.value)
        if depth is None or node.attr in UNRELATED:
            return None
        if node.attr == "T" and self._are_windows(node.value):
            return 1  # (kernel, out, ...)
        return 0 if node.attr in FLAT else depth

    def _of_table(self, column: ast.expr, row: ast.expr) -> int | None:
        """Return the depth of what has a row for each of a column's elements."""
        below = self.of(column) is None and self.of(row) == 0
        return 1 if below else self._deepest([column, row])

    def _of_items(self, items: list[ast.expr]) -> int | None:
        """Return the place of what grows: ``(N, C, out)`` is the shape of a depth of 2.

        Several sizes and nothing before them, ``[rows, columns]``, are a list of sizes.
        """
        grow = [place for place, item in enumerate(items) if self._grows(item)]
        if grow:
            return max(grow[0], len(grow) > 1)
        deepest = self._deepest(items)
        return None if deepest is None else deepest + 1

    def _grows(self, item: ast.expr) -> bool:
        """Whether an item, or the last of the items in it (``*x.shape[2:]``), is a size."""
        return self.of(item) == isinstance(item, ast.Starred)

    def _of_comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> int | None:
        if any(self.of(part.iter) == 0 for part in node.generators):
            return 0
        depth = self.of(node.elt)
        return None if depth is None else depth + len(node.generators)

    def _of_call(self, call: ast.Call) -> int | None:
        name = last_name(call.func)
        if len(numbers := self._sizes(call)) == 1:
            return numbers[0]
        depths = {self.of(arg) for arg in call.args}
        if name in ("range", "len", "product"):  # len of a batch does not grow with its samples
            return 0 if any(map(self._grows, call.args)) else None
        least = name == "min" and isinstance(call.func, ast.Name)
        if least or name == "zip":  # as small as the smallest, as long as the shortest
            return 0 if depths == {0} else self._deepest(call.args) or None
        sizes = depths == {1} or any(map(is_shape, call.args))
        if (name in FLAT or (name == "prod" and sizes)) and depths - {None}:
            return 0
        if name == "concatenate" and call.args and (depth := self.of(call.args[0])):
            return depth - 1
        return self._deepest(ast.iter_child_nodes(call))

    def _of_part(self, node: ast.Subscript) -> int | None:
        depth, index = self.of(node.value), ast.unparse(node.slice)
        if depth is None:
            return self.of(node.slice)
        if is_shape(node.value):
            if (grows := self.turned.grows_along(node)) is not None:
                return 0 if grows else None
            of_some = isinstance(node.slice, ast.Slice)  # sizes: one step above what grows
            of_kernel = index in OF_KERNEL and self._have_windows(node.value)
            return None if index in FIRST_AXES or of_kernel else int(of_some)
        if index in LAST_AXIS:  # of a shape that has a name
            return 0
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return max(0, depth - sum(map(self._picks_one, items[:depth])))

    def _picks_one(self, index: ast.expr) -> bool:
        if isinstance(index, ast.Slice) or self.of(index) is not None:
            return False
        return not (isinstance(index, ast.Constant) and index.value in (None, Ellipsis))

    def _forget(self) -> None:
        self.asked.clear()
        self.turned.asked.clear()

    def _learn(self, node: ast.AST) -> None:
        self._forget()
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AugAssign(target=target, value=value):
                self._assign(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, value)
            case ast.Call(func=ast.Attribute(value=ast.Name() as many, attr="append"), args=[one]):
                self._put(many, one)
            case ast.For(target=target, iter=items) | ast.comprehension(target=target, iter=items):
                self._loop(target, items)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        depth = self.of(value)
        if isinstance(target, ast.Name):
            self._make(target.id, value)
        if isinstance(target, ast.Name) and self._are_windows(value):
            self.windows.add(target.id)
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else []
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if parts and is_shape(value) and depth is not None:
            axes = self.turned.of(value.value) if isinstance(value, ast.Attribute) else None
            if axes and len(axes) == len(parts):
                parts = [part for part, grows in zip(parts, axes, strict=True) if grows]
            elif self._have_windows(value):
                parts = parts[: -max(1, len(parts) // 2 - 1)]
            self._unpack(parts, 0 if isinstance(value, ast.Subscript) else depth)
        elif parts and (sizes := self._sizes(value)) and len(sizes) == len(parts):
            for part, size in zip(parts, sizes, strict=True):
                self._set(part, size)
        elif parts and len(parts) == len(values):
            for one, other in zip(parts, values, strict=True):
                self._assign(one, other)
        elif isinstance(target, ast.Subscript) and self._picks_one(target.slice):
            self._put(target.value, value)
        else:
            self._set(target, depth - 1 if parts and depth and is_unpacked(value) else depth)

    def _sizes(self, value: ast.expr) -> list[int | None]:
        return self.returned(value, self) if isinstance(value, ast.Call) else []

    def _unpack(self, parts: list[ast.expr], first: int) -> None:
        """Learn the sizes in a shape, those from the place `first` on being of the samples."""
        starred = [place for place, part in enumerate(parts) if isinstance(part, ast.Starred)]
        if starred and starred[0] < len(parts) - 1:  # nobody knows how many it takes
            first = len(parts)
        for part in parts[min(first, len(parts) - 1) :]:
            self._set(part, int(isinstance(part, ast.Starred)))

    def _have_windows(self, shape: ast.expr) -> bool:
        return isinstance(shape, ast.Attribute) and self._are_windows(shape.value)

    def _are_windows(self, node: ast.expr) -> bool:
        """Whether an expression has a window for each stop, or says where its elements are."""
        match node:
            case ast.Subscript(value=value, slice=index):  # of the windows, or of the signal
                parts = index.elts if isinstance(index, ast.Tuple) else [index]
                return any(map(self._are_windows, [value, *parts]))
            case ast.Call(func=func):
                return last_name(func) in WINDOWS
            case ast.BinOp(left=left, right=right) if is_column(left) != is_column(right):
                column, row = (left, right) if is_column(left) else (right, left)
                return self.of(column) == 0 and self.of(row) is None
        return isinstance(node, ast.Name) and node.id in self.windows

    def _put(self, many: ast.expr, one: ast.expr) -> None:
        """Learn a list from a size or a sample that is put into it."""
        if self.of(one) == 0 and self.of(many) is None:
            self._set(many, 1)

    def _loop(self, target: ast.expr, items: ast.expr) -> None:
        parts = target.elts if isinstance(target, ast.Tuple) else []
        args = items.args if isinstance(items, ast.Call) else []
        name = last_name(items.func) if isinstance(items, ast.Call) else ""
        if name == "enumerate" and args and len(parts) == 2:
            self._loop(parts[1], args[0])
        elif name == "zip" and len(parts) == len(args):
            for one, other in zip(parts, args, strict=True):
                self._loop(one, other)
        else:
            depth, axes = self.of(items), self.turned.of(items)
            if axes and isinstance(target, ast.Name) and target.id not in self.known:
                self.turned.known[target.id] = axes[1:]
            few = isinstance(items, ast.Name) and items.id in self.few
            self._set(target, depth - 1 if depth else depth if few else None)

    def _set(self, target: ast.expr, depth: int | None) -> None:
        self._forget()
        if isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self._set(part, depth)
        elif isinstance(target, ast.Starred):
            self._set(target.value, depth)
        elif isinstance(target, ast.Name) and depth is not None:
            self.known[target.id] = min(depth, self.known.get(target.id, depth))
        else:
            self.parts.put(target, depth)

    def _make(self, name: str, value: ast.expr) -> None:
        """Learn what is special about a value: its parts, or its axes."""
        axes = self.turned.of(value)
        if axes and name not in self.known:
            self.turned.known[name] = axes
        if isinstance(value, ast.Tuple | ast.List):
            self.few.add(name)
        self.parts.make(name, value, self.of)
