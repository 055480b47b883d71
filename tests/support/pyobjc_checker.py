"""Compares how our code uses PyObjC with what the real wheels say, without running it."""

import ast
import re
from pathlib import Path

from pyobjc_wheels import Framework

_SELECTOR = re.compile(r"^[a-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*_$")


class Checker(ast.NodeVisitor):
    """Collects the faults of one module.

    Attributes:
        faults: Uses that this release of PyObjC would refuse.
        unknown: Selectors of which the wheels say nothing.
        checked: Number of uses compared.
    """

    def __init__(
        self, known: dict[str, Framework], selectors: dict[str, frozenset[int]], objc: set[str]
    ) -> None:
        self._known = known
        self._selectors = selectors
        self._objc = objc
        self._imported: dict[str, str] = {}
        self.faults: list[str] = []
        self.unknown: set[str] = set()
        self.checked = 0

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name in self._known or alias.name == "objc":
                self._imported[alias.asname or alias.name] = alias.name

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module in self._known or node.module == "objc":
            self._fault(node, "import the module, not names of it: names are checked by module")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        module = self._module(node)
        if module == "objc":
            self.checked += 1
            if node.attr not in self._objc:
                self._fault(node, f"objc has no {node.attr}")
        elif module is not None:
            self.checked += 1
            if not self._known[module].knows(node.attr):
                self._fault(node, f"{module} has no {node.attr}")
        elif self._imported and _SELECTOR.match(node.attr):
            self.checked += 1
            if self._selector(node.attr) not in self._selectors:
                self.unknown.add(node.attr)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            module = self._module(node.func)
            if module is not None and module != "objc":
                self._function(node, module, node.func.attr)
            elif module is None and self._imported and _SELECTOR.match(node.func.attr):
                self._message(node, node.func.attr)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        call, target = node.value, node.targets[0]
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            module = self._module(call.func)
            if module is not None and module != "objc":
                function = self._known[module].functions.get(call.func.attr)
                wanted = len(target.elts) if isinstance(target, ast.Tuple) else 1
                several = function is not None and function.results not in {None, wanted}
                if several and (wanted > 1 or isinstance(target, ast.Name)):
                    self._fault(
                        node, f"{call.func.attr} gives {function.results} results, not {wanted}"
                    )
            elif module is None and isinstance(target, ast.Tuple):
                outs = self._selectors.get(self._selector(call.func.attr))
                if outs is not None and len(target.elts) != 1 + len(outs):
                    self._fault(
                        node,
                        f"{call.func.attr} gives {1 + len(outs)} results, not {len(target.elts)}",
                    )
        self.generic_visit(node)

    def _function(self, node: ast.Call, module: str, name: str) -> None:
        function = self._known[module].functions.get(name)
        if function is None or function.arguments is None:
            return
        given = len(node.args)
        fits = given >= function.arguments if function.variadic else given == function.arguments
        if node.keywords or not fits:
            self._fault(node, f"{name} takes {function.arguments} arguments, not {given}")
            return
        self._outs(node, name, function.outs)

    def _message(self, node: ast.Call, name: str) -> None:
        wanted = name.count("_")
        if node.keywords or len(node.args) != wanted:
            self._fault(node, f"{name} takes {wanted} arguments, not {len(node.args)}")
            return
        self._outs(node, name, self._selectors.get(self._selector(name), frozenset()))

    def _outs(self, node: ast.Call, name: str, outs: frozenset[int]) -> None:
        for index in outs:
            argument = node.args[index]
            if not (isinstance(argument, ast.Constant) and argument.value is None):
                self._fault(node, f"argument {index} of {name} is a result: pass None")

    def _module(self, node: ast.Attribute) -> str | None:
        return self._imported.get(node.value.id) if isinstance(node.value, ast.Name) else None

    @staticmethod
    def _selector(name: str) -> str:
        return name.replace("_", ":")

    def _fault(self, node: ast.AST, text: str) -> None:
        self.faults.append(f"line {getattr(node, 'lineno', 0)}: {text}")


def defined_in(path: Path) -> set[str]:
    """Names that a module's source defines at its top level."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
    return found
