"""What comes of the calls in a notebook: what is handed over, and what may come back."""

from __future__ import annotations

import ast

from .objects import (
    EVERYWHERE,
    NEW,
    Heap,
    Instance,
    Method,
    Object,
    Objects,
    containers,
    decorated,
    is_callable,
    references,
    yields,
)
from .scopes import FUNCTIONS, parameters

__all__ = ["Calls"]

OFTEN = 5  # that a call looks at each of its arguments


class Calls(Heap):
    """What calls do to objects."""

    def call(self, node: ast.AST, functions: Objects, given: list[Objects]) -> Objects:
        """Hand objects over, and return what may come back."""
        everything, found = Objects().union(*given), Objects()
        self.tire(*[functions, *given] * OFTEN)
        through = (self.held[one] for one in functions if isinstance(one, ast.Call))
        own = {one for one in functions.union(*through) if is_callable(one)}
        for one in own:
            found |= self.hand_over(one, given, everything)
        held, foreign = references(everything), not functions or functions - own
        if foreign:
            held = everything | containers(functions)
            for one in filter(is_callable, everything):
                others = self.all_in(everything - {one})
                found |= self.hand_over(one, [others], others)
            self.change(containers(functions | everything) | functions & {EVERYWHERE}, everything)
        if held or foreign or any(map(yields, own)):
            self.put(self.held[node], held - {node})
            found.add(node)
        return found

    def hand_over(self, function: Object, given: list[Objects], everything: Objects) -> Objects:
        """Call what the notebook defines: each parameter may be any of the arguments."""
        if isinstance(function, Method):
            return self._call_method(function, given, everything)
        if isinstance(function, Instance | ast.ClassDef):
            return self._call_object(function, given, everything)
        if isinstance(function, FUNCTIONS):
            self.give(function, parameters(function), everything)
            return self.returned[function]
        return set()

    def _call_method(self, method: Method, given: list[Objects], everything: Objects) -> Objects:
        function, names = method.function, parameters(method.function)
        if not decorated(function, "staticmethod"):
            if not method.bound and not decorated(function, "classmethod"):
                self.give(function, names[:1], given[0] if given else set())
            names = names[1:]
        self.give(function, names, everything)
        return self.returned[function]

    def _call_object(
        self, one: Instance | ast.ClassDef, given: list[Objects], everything: Objects
    ) -> Objects:
        """Call a class, which makes an object, or an object, by any of its operators."""
        made = one if isinstance(one, Instance) else Instance(one)
        names = {name for name in self.known if name.startswith("__")}
        found: Objects = {made}
        for name in names - NEW if made is one else names & NEW:
            for method in self.methods(made, name):
                found |= self._call_method(method, given, everything)
        return found
