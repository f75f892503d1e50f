"""What everybody starts from: make's targets, continuous integration, the documents, and programs that are missing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from portal import config

ROOT = Path(__file__).parent.parent
DOCUMENTS = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "sso/README.md", "docs/operations.md"]
NEEDS_PHP = "from tests.missing import needs\n\ndef test_that_needs_php():\n    needs('php')\n"


def test_continuous_integration_runs_make_test_in_the_root_wherever_it_is_started(tmp_path: Path) -> None:
    make = tmp_path / "make"
    make.write_text('#!/bin/sh\necho "$(pwd): $*"\n')
    make.chmod(0o755)

    said = subprocess.run(
        [ROOT / ".ci" / "run"], cwd=tmp_path, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True
    )

    assert said.stdout.decode() == f"{ROOT}: test\n"


@pytest.mark.parametrize(
    ("target", "commands"),
    [
        ("demo", ["-m portal.sandbox"]),
        ("test", ["ruff format --check", "ruff check", "mypy", "djlint --lint", "scripts/php-syntax", "-m pytest"]),
        ("check", ["ruff format --check", "ruff check", "mypy", "djlint --lint", "scripts/php-syntax"]),
        ("bench", ["-m bench"]),
    ],
)
def test_each_target_does_what_its_name_says(target: str, commands: list[str]) -> None:
    said = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True)

    assert said.returncode == 0
    assert [command for command in commands if command not in said.stdout] == []


@pytest.mark.parametrize(("ci", "code", "outcome"), [("", 0, "NOT RUN"), ("1", 1, "php is not installed")])
def test_a_missing_program_is_listed_at_the_end_and_fails_where_everything_has_to_run(
    tmp_path: Path, ci: str, code: int, outcome: str
) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(NEEDS_PHP)
    environment = {"PATH": str(tmp_path), "CI": ci}

    said = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            ROOT,
            "-c",
            "pyproject.toml",
            test,
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert said.returncode == code
    assert outcome in said.stdout
    assert "php is not installed" in said.stdout


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_to_a_file(document: str) -> None:
    path = ROOT / document

    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", path.read_text())]

    assert [link for link in links if link and not (path.parent / link).is_file()] == []


def test_the_readme_names_every_setting() -> None:
    environment = {
        "PORTAL_SECRET_KEYS": "s" * 43,
        "PORTAL_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PORTAL_BASE_URL": "https://portal.test",
    }

    settings = config.from_env(environment)

    readme = (ROOT / "README.md").read_text()
    assert [name for name in settings if f"`{name}`" not in readme] == []
