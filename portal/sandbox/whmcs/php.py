"""Runs the real PHP module without WHMCS, by php-cli."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).with_name("php") / "run.php"


class ModuleFault(Exception):
    """The module did what it must never do in WHMCS: a PHP warning, output of its own, or a bug it had to catch."""


def available() -> bool:
    """Whether php is here with what the module needs, and with a Smarty for its templates."""
    return shutil.which("php") is not None and _smarty() is not None


def run(function: str, params: Mapping[str, Any] | None = None, **context: Any) -> dict[str, Any]:
    """Call `mailporch_<function>` with WHMCS's `$params` and answer what came of it. Raise ModuleFault.

    `context` is what WHMCS would know; what the function asks for and does not find is a ModuleFault:

    - `session`: `area` ("client" or "admin"), `user` and `admin` (each `id`, `fullName`, `email`), `masquerading`,
      `language` (WHMCS's name of it);
    - `config`: `SystemURL`, `Language`;
    - `permissions`: what the user may do, as names; asked for users other than `params.clientsdetails.owner_user_id`;
    - `currency`: `code`, `prefix`, `suffix` of the client;
    - `service`: the row of GetClientsProducts: `billingcycle`, `recurringamount`, `nextduedate`, `regdate`, `status`;
    - `refused`: commands of WHMCS's API that fail, by name with WHMCS's message;
    - `render`: render the page's template, True or the name of a Smarty ("smarty3", "smarty4").

    The answer has `result` (of the function), `html` (the rendered template or None), `headers` and `module_calls`
    (what it left in WHMCS's module log).
    """
    call = {"function": function, "params": dict(params or {}), **context}
    if call.get("render") is True:
        call["render"] = _smarty()
    ended = subprocess.run(
        ["php", "-d", "display_errors=stderr", "-d", "error_reporting=-1", str(RUNNER)],
        input=json.dumps(call),
        capture_output=True,
        text=True,
        timeout=60,
    )
    if ended.returncode:
        raise ModuleFault(ended.stderr.strip())
    answer: dict[str, Any] = json.loads(ended.stdout)
    if answer["errors"]:
        raise ModuleFault("; ".join(answer["errors"]))
    return answer


def _smarty() -> str | None:
    """The newest Smarty on PHP's include path, where Debian's packages put it."""
    found = subprocess.run(
        [
            "php",
            "-r",
            "foreach (['smarty4', 'smarty3'] as $s)"
            ' if (stream_resolve_include_path("$s/Smarty.class.php")) exit(print $s);',
        ],
        capture_output=True,
        text=True,
    )
    return found.stdout or None
