"""Whatever a reader may see comes from a catalogue: no bare words in templates, in scripts, in what speaks to readers.

Product names, and what HTTP or a file format calls a thing, are no words of ours.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from portal import ROOT

TRANSLATING = frozenset({"_", "_l", "_n", "_text", "N_", "ngettext", "pgettext"})
NAMES = frozenset({"EAS", "MAPI"})
WORD = re.compile(r"[^\W\d_]{2,}")
# A sentence, or a word as one would begin a label with; and no class, address or identifier.
LABEL = re.compile(r"^[A-ZÀ-Þ][a-zà-þ’]{2,}( |$|\W*$)|[a-zà-þ]{2,} [a-zà-þ]{2,}[^-]* [a-zà-þ]{2,}| [a-zà-þ]{2,}[.?]$")

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SEEN_ATTRIBUTES = ("aria-label", "aria-description", "title", "placeholder", "alt", "label", "summary")


def words(text: str) -> set[str]:
    return set(WORD.findall(text)) - NAMES


# --- templates ------------------------------------------------------------------------------------------------------


def bare_words(template: str) -> set[str]:
    """Words between elements and in attributes that are shown or read out. An attribute is told by its equals sign,
    wherever a condition cut its element in two."""
    text = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\0", text, flags=re.DOTALL)
    shown = re.findall(rf'(?:{"|".join(SEEN_ATTRIBUTES)})="([^"]*)"', text)
    # The button of a form shows its value; a word in data- with a space or a capital is a script's text.
    shown += re.findall(r'<input[^>]*type="(?:submit|button|reset)"[^>]*value="([^"]*)"', text)
    shown += [value for value in re.findall(r'data-[\w-]+="([^"]*)"', text) if LABEL.search(value)]
    shown.append(re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"|[\w-]+='[^']*'", "\0", text))
    return set().union(*map(words, shown))


def bare_strings(node: nodes.Node) -> Iterator[str]:
    """Strings in expressions that look like something to read, and are not given to a translating function."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATING:
        return
    if isinstance(node, nodes.Compare | nodes.Getitem):
        return
    if isinstance(node, nodes.Pair):
        yield from bare_strings(node.value)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and LABEL.search(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from bare_strings(child)


@pytest.mark.parametrize("path", TEMPLATES, ids=[path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES])
def test_a_template_holds_no_words_that_are_not_marked_for_translation(path: Path) -> None:
    template = path.read_text()

    assert bare_words(template) == set()
    assert [text for text in bare_strings(Environment().parse(template)) if words(text)] == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello there</p>",
        '<button title="Copy">{{ icon("copy") }}</button>',
        '<img alt="A chart" src="x">',
        '<input placeholder="Search">',
        '<input type="submit" value="Save">',
        '<p data-copied="Copied">{{ text }}</p>',
        '<p>{{ _("Save") if new else "Change" }}</p>',
        '{{ move(url_for("help.show"), "Help") }}',
        '{% for name, text in (("keys", "Keys"),) %}{{ text }}{% endfor %}',
        '<p>{{ name ~ " was not found anywhere" }}</p>',
    ],
)
def test_words_that_are_not_marked_are_found(template: str) -> None:
    assert bare_words(template) or list(bare_strings(Environment().parse(template)))


# --- what speaks to readers -----------------------------------------------------------------------------------------

# A log's, an exception's that nobody is shown, or what programs read.
UNSEEN = frozenset(
    {
        *("debug", "info", "warning", "error", "exception", "ValueError", "LookupError", "RuntimeError", "BadClaims"),
        *("_log_once", "Refusal", "get", "compile", "getLogger"),
    }
)


def speaks(path: Path, source: str) -> bool:
    """Views, and what has texts for them. The API's callers are programs; what they pass on, portal.api_texts says."""
    return "flask_babel" in source or path.is_relative_to(ROOT / "portal" / "views")


SPEAKERS = {
    path.relative_to(ROOT).as_posix(): source
    for path in sorted((ROOT / "portal").rglob("*.py"))
    if not path.is_relative_to(ROOT / "portal" / "sandbox")
    and not path.is_relative_to(ROOT / "portal" / "cli")
    and not path.is_relative_to(ROOT / "portal" / "views" / "api")
    and speaks(path, source := path.read_text())
}
# By module: what is no word of ours, or in no language.
OTHERS = {
    "portal/billing_texts.py": {"ActiveSync (EAS)", "ActiveSync (EAS) + MAPI/Exchange"},
    "portal/views/__init__.py": {"Portal"},
    "portal/views/devices.py": {"Configuration", "Incoming", "Outgoing"},
    "portal/views/system.py": {"Forwarded", "Via", "Bearer "},
    # Made-up people.
    "portal/brand_preview.py": {"Anna Weber", "Louis Martin"},
    # WHMCS's words, and the modules' names in it.
    "portal/reseller_texts.py": {"Mailporch", "Mailporch mailboxes", "Other"},
    "portal/languages.py": {"English", "Deutsch", "Español", "Français", "Bahasa Indonesia", "Português (Brasil)"},
}


def constants(tree: ast.AST) -> Iterator[str]:
    """Strings that look like something to read, but for docstrings, translated ones and what nobody is shown."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in TRANSLATING | UNSEEN:
                continue
        if isinstance(node, ast.Compare | ast.Subscript):
            continue
        if isinstance(node, ast.Dict):
            for value in node.values:
                yield from constants(ast.Expression(value))
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and LABEL.search(node.value):
            yield node.value
        yield from constants(node)


@pytest.mark.parametrize("module", SPEAKERS)
def test_what_speaks_to_readers_says_nothing_that_is_not_marked_for_translation(module: str) -> None:
    found = {text for text in constants(ast.parse(SPEAKERS[module])) if words(text)}

    assert found - OTHERS.get(module, set()) == set()


@pytest.mark.parametrize(
    "source",
    [
        'htmx.say("Mailbox created.")',
        'raise ValidationError("Enter a domain.")',
        'name = StringField("Name", validators=[])',
        'TEXTS = {"code": "The record is not there"}',
        'form.refuse("name", f"There is no {address} here")',
    ],
)
def test_constants_that_are_not_marked_are_found(source: str) -> None:
    assert list(constants(ast.parse(source)))


def test_no_text_to_translate_stands_in_an_f_string() -> None:
    """Its call would not be found there, and the text stay English."""
    found = [
        f"{path.name}:{call.lineno}"
        for path in (ROOT / "portal").rglob("*.py")
        for joined in ast.walk(ast.parse(path.read_text()))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TRANSLATING
    ]

    assert found == []


# --- scripts --------------------------------------------------------------------------------------------------------

SCRIPTS = [*sorted((ROOT / "static").glob("*.js")), *sorted((ROOT / "sso/whmcs").rglob("*.js"))]
# What is thrown is for whoever reads the console.
THROWN = re.compile(r"new Error\([^)]*\)")
KEYS = {"Enter", "Escape", "Tab"}


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_scripts_take_their_words_from_the_page(path: Path) -> None:
    code = THROWN.sub("", re.sub(r"^\s*//.*$|\s//\s.*$", "", path.read_text(), flags=re.MULTILINE))

    strings = [text for quoted in re.findall(r'"([^"\n]*)"|\'([^\'\n]*)\'|`([^`]*)`', code) for text in quoted]

    assert [text for text in strings if LABEL.search(re.sub(r"\$\{.*?\}", "", text)) and text not in KEYS] == []
