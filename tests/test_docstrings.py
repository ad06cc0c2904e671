"""Docstrings of public names: numpydoc's form, and a shape for every array of solvers and geo."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("territory", "solvers", "geo")
# What numpydoc must not find. Parameters that speak for themselves may go without a description,
# and a docstring of one line without a section; who begins one names all, in their order.
HELD = {"GL03", "GL06", "GL07", "PR01", "PR02", "PR03", "PR05", "PR06", "PR10", "SS03", "SS06"}
ARRAYS = {"Floats", "Ints", "Longs", "Bools", "NDArray"}
SHAPE = re.compile(r"\bshapes?\b|\blength \w|\([a-zA-Z0-9_ +*·./]+,[^)]*\)")


def files(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def public_names(path: Path) -> Iterator[str]:
    """Full names of the functions and classes that a module makes public and holds itself."""
    module = importlib.import_module(module_of(path))
    for name in getattr(module, "__all__", ()):
        found = getattr(module, name)
        own = getattr(found, "__module__", "") == module.__name__
        if own and (inspect.isfunction(found) or inspect.isclass(found)):
            yield f"{module.__name__}.{name}"


@pytest.mark.parametrize("package", PACKAGES)
def test_numpydoc_finds_nothing_wrong_with_a_public_name(package):
    from numpydoc.validate import validate

    wrong = []
    for path in files(package):
        if path.name == "__main__.py":
            continue
        for name in public_names(path):
            found = validate(name)
            sections = re.search(r"^ *Parameters$", found["docstring"], re.MULTILINE)
            wrong += [
                f"{name}: {code} {message}"
                for code, message in found["errors"]
                if code in HELD and (code != "PR01" or sections)
            ]
    assert not wrong


def is_array(annotation: ast.expr | None) -> bool:
    names = ast.walk(annotation) if annotation is not None else ()
    return any(isinstance(each, ast.Name) and each.id in ARRAYS for each in names)


def entry_of(name: str, doc: str) -> str:
    """What the section of parameters says of one; the whole docstring where it is not there."""
    found = re.search(rf"^(?:\w+, )*{name}(?:, \w+)* : .*(?:\n    .*)*", doc, re.MULTILINE)
    return found[0] if found else doc


def without_shape(function: ast.FunctionDef) -> list[str]:
    """Array parameters, and "return", of which the docstring says no shape."""
    doc = ast.get_docstring(function) or ""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    missing = [
        each.arg
        for each in arguments
        if is_array(each.annotation) and not SHAPE.search(entry_of(each.arg, doc))
    ]
    if is_array(function.returns):
        _, section, returns = doc.partition("Returns\n-------\n")
        if not SHAPE.search(returns if section else doc):
            missing.append("return")
    return missing


@pytest.mark.parametrize("path", files("solvers", "geo"), ids=module_of)
def test_every_array_of_a_public_function_has_its_shape_in_the_docstring(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = {
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for name in ast.literal_eval(node.value)
    }
    missing = {
        node.name: names
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name in public
        if (names := without_shape(node))
    }
    assert not missing, f"{module_of(path)}: say the shapes, as in (n,) or shape (n, k)"


def test_an_array_without_a_shape_is_found():
    source = (
        'def f(a: Floats, *, b: Ints) -> Bools:\n    """Do.\n\n    a : float, shape (n,)\n    """'
    )
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert without_shape(function) == []  # "b" and the return have the whole docstring's word
    bare = ast.parse('def f(a: Floats) -> Bools:\n    """Do."""').body[0]
    assert isinstance(bare, ast.FunctionDef)
    assert without_shape(bare) == ["a", "return"]
