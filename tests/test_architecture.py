"""The build of the house (docs: "Apps and the direction of imports"): who may import whom, and what no file may do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent
LAYERS = [
    "accounts",
    "grids",
    "residents",
    "locating",
    "facilities",
    "rosters",
    "workorders",
    "coordination",
    "supervision",
    "admission",
    "gateway",
    "messaging",
    "care",
    "visits",
    "hotline",
    "public",
    "insights",
    "onemap",
    "alerts",
    "surveys",
    "appraisal",
    "bulletins",
    "demo",
    "governance",
]
"""Lowest first: a package imports from itself and from those before it."""
GROUND = {"governance.embedded", "governance.env", "governance.keeper"}
"""What the settings themselves stand on; it knows no app, so that any layer may use it."""
MAX_LINES = 400
BANNED_NAMES = {"utils.py", "helpers.py", "constants.py", "selectors.py", "signals.py", "common.py", "misc.py"}
BUSINESS = {
    *(
        "accounts",
        "grids",
        "residents",
        "locating",
        "rosters",
        "workorders",
        "coordination",
        "supervision",
        "gateway",
        "admission",
    ),
    *("messaging", "care", "visits", "hotline", "public", "facilities"),
    *("insights", "onemap", "alerts", "surveys", "appraisal", "bulletins"),
}


def packages() -> list[str]:
    """Find the project's own packages: directories with an __init__.py at the top."""
    found = {path.parent.name for path in BASE.glob("*/__init__.py")}
    return sorted(found - {"tests", "bench"})


def modules(package: str) -> list[Path]:
    return [path for path in sorted((BASE / package).rglob("*.py")) if "migrations" not in path.parts]


def own_files() -> list[Path]:
    return [path for package in [*packages(), "tests"] for path in modules(package)]


def shown(path: Path) -> str:
    return path.relative_to(BASE).as_posix()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Name everything that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)}:{node.lineno}: import by the full name, not relatively"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_any(name: str, modules: set[str]) -> bool:
    """Say whether this is one of the modules, or something in one of them."""
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def test_every_package_has_its_layer():
    assert sorted(set(packages()) - set(LAYERS)) == []


@pytest.mark.parametrize("package", packages())
def test_a_package_imports_only_from_those_below_it(package):
    above = set(LAYERS[LAYERS.index(package) + 1 :]) | {"tests"}
    wrong = [
        f"{shown(path)}:{line} imports {name}"
        for path in modules(package)
        for line, name in imports(path)
        if name.split(".")[0] in above and not is_any(name, GROUND)
    ]
    assert wrong == []


def test_the_ground_knows_nothing_above_it():
    wrong = [
        f"{name} imports {imported}"
        for name in sorted(GROUND)
        for _line, imported in imports(BASE / f"{name.replace('.', '/')}.py")
        if imported.split(".")[0] in set(LAYERS) and not is_any(imported, GROUND)
    ]
    assert wrong == []


@pytest.mark.parametrize("package", sorted(BUSINESS))
def test_migrations_never_import_the_code_that_changes_under_them(package):
    """Fields and defaults of models are named there by Django itself; what rows are filled with stands in them."""
    allowed = {f"{package}.models", "accounts.fields"} | {f"{other}.models" for other in BUSINESS}
    allowed |= {f"{other}.querysets" for other in BUSINESS}
    wrong = [
        f"{shown(path)}:{line} imports {name}"
        for path in sorted((BASE / package / "migrations").glob("*.py"))
        for line, name in imports(path)
        if name.split(".")[0] in BUSINESS and not is_any(name, allowed)
    ]
    assert wrong == []


def test_a_file_is_named_by_what_it_is_about():
    assert [shown(path) for path in own_files() if path.name in BANNED_NAMES] == []


def test_no_file_grows_beyond_four_hundred_lines():
    long = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in own_files()}
    assert {path: lines for path, lines in long.items() if lines > MAX_LINES}.keys() == set()


def test_nothing_hangs_on_django_signals():
    wrong = [
        f"{shown(path)}:{line} imports {name}"
        for package in packages()
        for path in modules(package)
        for line, name in imports(path)
        if is_any(name, {"django.dispatch"}) or (".signals" in name and not is_any(name, {"celery.signals"}))
    ]
    assert wrong == []


def test_no_deadline_is_left_to_the_broker():
    """Deadlines are rows that a sweep finds; `eta` and `countdown` would lose them with the broker."""
    wrong = [
        f"{shown(path)}:{call.lineno}"
        for package in packages()
        for path in modules(package)
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"apply_async", "signature", "s", "retry"}
        if {keyword.arg for keyword in call.keywords} & {"eta", "countdown"}
    ]
    assert wrong == []


def test_no_model_hides_business_in_save():
    wrong = [
        f"{shown(path)}:{node.lineno}"
        for package in packages()
        for path in modules(package)
        if path.name == "models.py" or "models" in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "save"
    ]
    assert wrong == []


def test_labels_of_cards_begin_with_a_capital():
    """Heads of tables get theirs from the style sheet; what a card shows of `data-label` cannot."""
    label = re.compile(r"""data-label=(["']){% translate ["'][a-z]""")
    templates = sorted((BASE / "templates").rglob("*.html"))
    assert [shown(path) for path in templates if label.search(path.read_text(encoding="utf-8"))] == []


def test_templates_carry_no_script_and_no_style_of_their_own():
    """The Content-Security-Policy would stop them in the reader's browser; here it is said earlier."""
    signs = ["<style", " style=", "javascript:", "<script>", " onclick=", " onchange=", " onsubmit=", " oninput="]
    wrong = []
    for path in sorted((BASE / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8").lower()
        wrong += [f"{shown(path)}: {sign}" for sign in signs if sign in text]
    assert wrong == []
