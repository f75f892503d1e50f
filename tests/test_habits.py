"""The project's own rules: who may import whom, what templates may hold, what is pinned, what is vendored."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOT_OURS = {
    ".git",
    ".venv",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    "__pycache__",
    "instance",
    "screens",
    "vendor",
}
ANYTHING = "*"


@dataclass(frozen=True)
class Rule:
    """`modules`, `besides` left out, never import `never`, `but` left out. A pattern covers what lies below it.

    The standard library is free to all, and so are the other parts of a module's own card.
    """

    modules: str
    never: tuple[str, ...]
    but: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


# README, "Who may import whom".
RULES = [
    Rule("portal.plan", never=(ANYTHING,)),
    Rule("portal.passwords", never=(ANYTHING,)),
    Rule("portal.handles", never=(ANYTHING,)),
    Rule("portal.billing", never=(ANYTHING,), but=("portal.billing",)),
    Rule("portal.metrics", never=(ANYTHING,), but=("prometheus_client",)),
    Rule("portal.logs", never=(ANYTHING,), but=("structlog",)),
    Rule("portal.pools", never=(ANYTHING,)),
    Rule("portal.mail", never=("flask", "portal"), but=("portal.mail", "portal.metrics", "portal.pools")),
    Rule("portal.alias_graph", never=("flask", "portal"), but=("portal.mail",)),
    Rule("portal.listing", never=("flask", "portal"), but=("portal.mail",)),
    Rule("portal.dkim_state", never=("flask", "portal"), but=("portal.mail", "portal.dns")),
    Rule("portal.recording", never=("flask", "portal"), but=("portal.mail", "portal.store")),
    Rule(
        "portal.dkim_verification",
        never=("flask", "requests", "peewee", "portal"),
        but=("portal.dkim_state", "portal.recording", "portal.mail", "portal.dns", "portal.store"),
    ),
    Rule(
        "portal.checking",
        never=("flask", "requests", "peewee", "portal"),
        but=("portal.mail", "portal.plan", "portal.store"),
    ),
    Rule("portal.resellers", never=("flask", "requests", "peewee", "portal"), but=("portal.store",)),
    Rule(
        "portal.reseller_check",
        never=("flask", "requests", "peewee", "portal"),
        but=(
            *("portal.resellers", "portal.connections", "portal.mail", "portal.dns", "portal.plan"),
            "portal.version",
            "portal.store",
        ),
    ),
    Rule("portal.chart", never=(ANYTHING,)),
    Rule("portal.brand", never=(ANYTHING,)),
    Rule("portal.host_names", never=(ANYTHING,), but=("portal.domains",)),
    Rule("portal.pictures", never=(ANYTHING,), but=("PIL", "portal.svg")),
    Rule("portal.svg", never=(ANYTHING,), but=("defusedxml", "py_svg_hush")),
    Rule(
        "portal.statements",
        never=("flask", "requests", "peewee", "portal"),
        but=("portal.billing", "portal.plan", "portal.store"),
    ),
    Rule(
        "portal.deliverability",
        never=("flask", "requests", "peewee", "portal"),
        but=(
            *("portal.dkim_state", "portal.dkim_verification", "portal.dns", "portal.mail", "portal.plan"),
            "portal.store",
        ),
    ),
    Rule(
        "portal.shared_mailbox",
        never=("flask", "requests", "peewee", "portal"),
        but=(
            *("portal.shared_mailbox", "portal.recording", "portal.mail", "portal.plan", "portal.handles"),
            "portal.store",
        ),
    ),
    Rule(
        "portal.provisioning",
        never=("flask", "requests", "peewee", "portal"),
        but=(
            *("portal.provisioning", "portal.recording", "portal.mail", "portal.plan", "portal.passwords"),
            *("portal.shared_mailbox", "portal.handles", "portal.store"),
        ),
    ),
    Rule(
        "portal.jobs",
        never=("flask", "requests", "peewee", "portal.views", "portal.current", "portal.changes"),
    ),
    Rule(
        "portal.collection",
        never=("flask", "requests", "peewee", "portal"),
        but=("portal.connections", "portal.mail", "portal.store", "portal.pools"),
    ),
    Rule(
        "portal.worker",
        never=("flask", "requests", "portal.views", "portal.current", "portal.changes"),
    ),
    Rule("portal.connections", never=("flask", "portal"), but=("portal.mail", "portal.store", "portal.pools")),
    Rule(
        "portal.*",
        never=("portal.mail.smartermail", "portal.mail.polarismail"),
        besides=("portal.connections", "portal.mail"),
    ),
    Rule("portal.dns", never=("flask", "portal"), but=("portal.dns", "portal.metrics")),
    Rule("portal.store", never=("flask", "portal"), but=("portal.store",)),
    Rule(
        "portal.views.*",
        never=("requests", "peewee", "playhouse", "portal.views.*", "portal.mail.*"),
        but=("portal.mail.mailbox_service",),
    ),
    Rule(
        "portal.views.*",
        never=("portal.plan", "portal.provisioning", "sso"),
        besides=("portal.views.api", "portal.views.sso", "portal.views.console", "portal.views.staff"),
    ),
    Rule("portal.views.staff", never=("portal.plan", "sso")),
    *(
        Rule(f"portal.{module}", never=("requests", "peewee", "playhouse", "portal.views"))
        for module in (
            "changes",
            "alias_cards",
            "sections",
            "shared_alias_cards",
            "shared_cards",
            "mailbox_parts",
            "domain_aliases",
            "dkim",
            "address_lines",
            "clashes",
            "checklist",
            "dns_cards",
            "dkim_card",
            "dns_texts",
            "billing_texts",
            "estimate",
            "sign_on",
            "visits",
            "history_texts",
            "console",
            "console_forms",
            "brand_form",
            "brand_preview",
            "reseller_texts",
        )
    ),
    *(
        Rule(f"portal.{module}", never=("portal.views",))
        for module in ("auth", "session", "security", "htmx", "current")
    ),
    *(Rule(f"portal.{module}", never=("portal.mail",)) for module in ("auth", "session", "security", "htmx")),
    Rule("portal.sandbox", never=("peewee", "portal"), but=("portal.sandbox",)),
    Rule("sso.envelope", never=(ANYTHING,), but=("itsdangerous",)),
]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {
    module_name(path): path
    for path in [*ROOT.glob("portal/**/*.py"), *ROOT.glob("sso/**/*.py")]
    if "__pycache__" not in path.parts
}
SOURCES = {module: path.read_text() for module, path in PATHS.items()}


def covers(pattern: str, module: str) -> bool:
    return fnmatchcase(module, pattern) or fnmatchcase(module, f"{pattern}.*")


def imports(module: str, source: str) -> Iterator[str]:
    """Every module a source imports, wherever the statement stands; of `from a import b` also a.b if it is ours."""
    is_package = module in PATHS and PATHS[module].stem == "__init__"
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package)
            below = {f"{origin}.{alias.name}" for alias in node.names} & PATHS.keys()
            yield from below
            if len(below) < len(node.names):
                yield origin


def same_card(module: str, imported: str) -> bool:
    card = module.split(".")[:3]
    return card[:2] == ["portal", "views"] and imported.split(".")[:3] == card


def breaks(rule: Rule, module: str, imported: str) -> bool:
    return (
        covers(rule.modules, module)
        and not any(covers(pattern, module) for pattern in rule.besides)
        and any(covers(pattern, imported) for pattern in rule.never)
        and not same_card(module, imported)
        and not any(covers(pattern, imported) for pattern in rule.but)
    )


def forbidden_imports(module: str, source: str) -> list[str]:
    return [
        f"{module} imports {imported}"
        for imported in imports(module, source)
        if imported.partition(".")[0] not in sys.stdlib_module_names
        and any(breaks(rule, module, imported) for rule in RULES)
    ]


def test_modules_import_only_what_the_table_allows() -> None:
    assert [line for module, source in SOURCES.items() for line in forbidden_imports(module, source)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.modules)
def test_every_rule_is_about_a_module_that_exists(rule: Rule) -> None:
    assert any(covers(rule.modules, module) for module in SOURCES)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("portal.plan", "import requests"),
        ("portal.plan", "def later():\n    from portal.store import tenants"),
        ("portal.billing.rates", "from portal.plan import Price"),
        ("portal.billing", "import peewee"),
        ("portal.mail.smartermail", "from flask import request"),
        ("portal.mail.smartermail", "from portal import store"),
        ("portal.current", "from portal.mail.smartermail import SmarterMail"),
        ("portal.cli", "from portal.mail.polarismail import PolarisMail"),
        ("portal.connections", "from flask import g"),
        ("portal.domain_aliases", "from portal.views.domain_aliases import bp"),
        ("portal.listing", "from portal import current"),
        ("portal.dkim_verification", "from portal import current"),
        ("portal.jobs", "from portal import changes"),
        ("portal.provisioning.life", "from portal import current"),
        ("portal.views.usage", "from portal import provisioning"),
        ("portal.dns.lookup", "from portal import store"),
        ("portal.store.tenants", "import portal.views.usage"),
        ("portal.views.usage", "from portal.views import dashboard"),
        ("portal.views.mailboxes.page", "from portal.views.aliases import bp"),
        ("portal.views.usage", "from portal.mail.smartermail import SmarterMail"),
        ("portal.views.usage", "from sso import envelope"),
        ("portal.session", "from portal.views import dashboard"),
        ("portal.sandbox.dns.server", "from portal.mail import Mailbox"),
        ("portal.sandbox.web", "from ..mail import Mailbox"),
        ("sso.envelope", "from portal import plan"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str) -> None:
    assert len(forbidden_imports(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("portal.plan", "from decimal import Decimal"),
        ("portal.billing.statements", "from decimal import Decimal\nfrom portal.billing.windows import parts"),
        ("portal.mail.smartermail", "import requests\nfrom portal.mail import Mailbox"),
        ("portal.connections", "from portal.mail.smartermail import SmarterMail"),
        ("portal.views.api.services", "from portal import plan\nfrom sso import envelope"),
        ("portal.views.mailboxes.page", "from portal.views.mailboxes.card import bp"),
        ("portal.sandbox.smartermail.users", "from .. import web\nfrom .access import login"),
        ("sso.envelope", "import itsdangerous"),
    ],
)
def test_an_allowed_import_is_not_found(module: str, source: str) -> None:
    assert forbidden_imports(module, source) == []


def test_the_portal_does_not_need_its_sandbox() -> None:
    users = [
        module
        for module, source in SOURCES.items()
        if not covers("portal.sandbox", module)
        and any(covers("portal.sandbox", name) for name in imports(module, source))
    ]

    assert users == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name, source in SOURCES.items() if not ast.get_docstring(ast.parse(source))] == []


TEMPLATES = {path.relative_to(ROOT).as_posix(): path.read_text() for path in ROOT.glob("templates/**/*.html")}
# Where text may go into a page without being escaped, each with a reason beside it.
# The texts of the catalogues are our own, and the values put into them are escaped; address_lines keeps what a template
# made.
REVIEWED = frozenset({"portal.languages", "portal.address_lines"})
FORBIDDEN_IN_TEMPLATES = {
    "an expression in an attribute without quotes": r"""=[^\s"'<>{]*\{\{""",
    "an inline style": r"\sstyle\s*=|<style\b",
    "an inline handler": r"\s(on\w+|hx-on\S*)\s*=",
    "an inline script": r"<script(?![^>]*\ssrc=)[^>]*>",
    "a script address": r"javascript:",
    "unescaped text": r"\|\s*safe\b|\bMarkup\(|autoescape\s+false",
}


def forbidden(template: str) -> list[str]:
    text = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    return [what for what, pattern in FORBIDDEN_IN_TEMPLATES.items() if re.search(pattern, text, re.IGNORECASE)]


def test_templates_hold_nothing_that_the_content_security_policy_or_escaping_forbids() -> None:
    found = {name: forbidden(text) for name, text in TEMPLATES.items() if name not in REVIEWED}

    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("<a href={{ url }}>", "an expression in an attribute without quotes"),
        ("<a id=row-{{ n }}>", "an expression in an attribute without quotes"),
        ('<p style="color: red">', "an inline style"),
        ('<button\n  onclick="go()">', "an inline handler"),
        ('<button hx-on:click="go()">', "an inline handler"),
        ("<script>go()</script>", "an inline script"),
        ('<a href="javascript:go()">', "a script address"),
        ("{{ text | safe }}", "unescaped text"),
    ],
)
def test_what_is_forbidden_in_a_template_is_found(template: str, what: str) -> None:
    assert forbidden(template) == [what]


def test_what_is_allowed_in_a_template_is_not_found() -> None:
    template = '<a href="{{ url }}" {{ rest }}>{% if a == "b" %}x={{ y }}{% endif %}</a><script src="a.js"></script>'

    assert forbidden(template.replace("x={{ y }}", "x is {{ y }}")) == []


def test_python_puts_no_unescaped_text_into_pages() -> None:
    found = [name for name, source in SOURCES.items() if re.search(r"\bMarkup\(|\|\s*safe\b", source)]

    assert [name for name in found if name not in REVIEWED] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_to_one_version(name: str) -> None:
    lines = [line.strip() for line in (ROOT / name).read_text().splitlines()]

    packages = [line for line in lines if line and not line.startswith(("#", "-r "))]

    assert [line for line in packages if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line)] == []


@pytest.mark.parametrize("folder", ["static/vendor", "tests/vendor"])
def test_vendored_libraries_carry_their_version_and_licence(folder: str) -> None:
    libraries = list((ROOT / folder).iterdir())

    assert libraries
    assert [library.name for library in libraries if not re.search(r"-\d+(\.\d+)+$", library.name)] == []
    assert [library.name for library in libraries if not (library / "LICENSE").is_file()] == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    machine = re.compile(rb"(?<![\w.:-])/(work|root|home)/|--(extra-)?index-url|--find-links|--trusted-host")
    paths = [path for path in ROOT.rglob("*") if path.is_file() and NOT_OURS.isdisjoint(path.relative_to(ROOT).parts)]

    assert [path for path in paths if path != Path(__file__) and machine.search(path.read_bytes())] == []
