"""Runs the real PHP module without WHMCS, by php-cli."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).with_name("php") / "run.php"

# What a script could reach the network by.
NETWORK = (
    "curl_exec,curl_multi_init,fsockopen,pfsockopen,stream_socket_client,socket_create,"
    "dns_get_record,checkdnsrr,getmxrr,gethostbyname,gethostbynamel,mail,exec,shell_exec,system,passthru,proc_open,popen"
)


class ModuleFault(Exception):
    """The module did what it must never do in WHMCS: a PHP warning, output of its own, or a bug it had to catch."""


def available() -> bool:
    """Whether php is here with what the module needs, and with a Smarty for its templates."""
    return shutil.which("php") is not None and _smarty() is not None


def run(function: str, params: Mapping[str, Any] | None = None, **context: Any) -> dict[str, Any]:
    """Call a function of a module with WHMCS's `$params` and answer what came of it. Raise ModuleFault.

    `context` is what WHMCS would know; what the function asks for and does not find is a ModuleFault:

    - `session`: `area` ("client", "admin", or "" in the cron), `user` and `admin` (each `id`, `fullName`, `email`),
      `masquerading`, `language` (WHMCS's name of it);
    - `config`: `SystemURL`, `Language`;
    - `permissions`: what the user may do, as names; asked for users other than `params.clientsdetails.owner_user_id`;
    - `currency`: `code`, `prefix`, `suffix` of the client;
    - `service`: the row of GetClientsProducts: `billingcycle`, `recurringamount`, `nextduedate`, `regdate`, `status`;
    - `refused`: commands of WHMCS's API that fail, by name with WHMCS's message;
    - `database`: the file of WHMCS's database (SQLite), with the tables the function uses; without it, an empty one;
    - `create_refused`: what the database says instead of making a table;
    - `offline`: PHP runs without any function that reaches the network, and WHMCS sends no mail;
    - `lacking`: a function that this PHP has not got;
    - `module`: "mailporch", where it is not "mailporchbox"; `active`: those whose hooks WHMCS has found, else both;
    - `modules`: the folder that they are in, else that of this project;
    - `request`: the page's query and form fields, together;
    - `render`: render the page's template, True or the name of a Smarty ("smarty3", "smarty4").

    The answer has `result` (of the function), `html` (the rendered template or None), `headers`, `module_calls`
    (what it left in WHMCS's module log), `activity` (in the activity log) and `mails` (to the admins).
    """
    return _answer({"function": function, "params": dict(params or {}), **context})


def hook(name: str, variables: Mapping[str, Any] | None = None, **context: Any) -> dict[str, Any]:
    """Reach one of WHMCS's hook points, with the module's hooks loaded. As `run`.

    For a sidebar `result` is what is left of it, and `variables` are its menus as nested names:
    {"Service Details Actions": {"Change Password": {}}}.
    """
    return _answer({"hook": name, "params": dict(variables or {}), **context})


def _answer(call: dict[str, Any]) -> dict[str, Any]:
    if call.get("render") is True:
        call["render"] = _smarty()
    options = ["-d", "display_errors=stderr", "-d", "error_reporting=-1"]
    if call.get("offline"):
        options += ["-d", f"disable_functions={NETWORK}", "-d", "allow_url_fopen=0"]
    elif lacking := call.get("lacking"):
        options += ["-d", f"disable_functions={lacking}"]
    ended = subprocess.run(
        ["php", *options, str(RUNNER)],
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
