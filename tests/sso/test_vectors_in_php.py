import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal import handles
from portal.billing.rates import money

# PHP keeps the last of two equal keys and reads 1e999 as infinity: what only a reader of ours need refuse.
READ_BY_PHP = {"a key twice", "a key twice further inside", "a number beyond all bounds"}


@pytest.fixture(scope="module")
def in_php(php_program: str, vectors: Any) -> Any:
    """What PHP made of each vector, in their order."""
    ended = subprocess.run(
        [php_program, str(Path(__file__).with_name("vectors.php"))],
        input=json.dumps(vectors),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)


def test_php_seals_each_vector_to_the_same_bytes(in_php: Any, vectors: Any) -> None:
    tokens = dict(zip([vector["name"] for vector in vectors["seal"]], in_php["seal"], strict=True))

    assert tokens == {vector["name"]: vector["token"] for vector in vectors["seal"]}


def test_php_refuses_to_seal_what_must_not_be_sealed(in_php: Any, vectors: Any) -> None:
    assert in_php["refuse_to_seal"] == [None] * len(vectors["refuse_to_seal"])


def test_php_opens_and_refuses_what_python_opens_and_refuses(in_php: Any, vectors: Any) -> None:
    for vector, found in zip(vectors["open"], in_php["open"], strict=True):
        if vector["name"] not in READ_BY_PHP:
            assert found == {name: vector[name] for name in found}, vector["name"]


def test_php_multiplies_money_without_losing_a_cent(in_php: Any, vectors: Any) -> None:
    results = dict(zip([vector["name"] for vector in vectors["multiply"]], in_php["multiply"], strict=True))

    assert results == {vector["name"]: vector["result"] for vector in vectors["multiply"]}


def test_php_bills_nothing_by_an_amount_that_it_cannot_read(in_php: Any, vectors: Any) -> None:
    assert in_php["refuse_to_multiply"] == [None] * len(vectors["refuse_to_multiply"])


@pytest.mark.parametrize("language", ["php", "python"])
def test_the_name_of_a_mailbox_is_judged_alike(in_php: Any, vectors: Any, language: str) -> None:
    judged = {
        "php": lambda: in_php["handles"],
        "python": lambda: [
            [normal, handles.fault(normal)] for normal in map(handles.normal, (it["text"] for it in vectors["handles"]))
        ],
    }[language]()

    names = [vector["name"] for vector in vectors["handles"]]
    told = dict(zip(names, judged, strict=True))
    assert told == {vector["name"]: [vector["normal"], vector["fault"]] for vector in vectors["handles"]}


def test_python_multiplies_money_alike(vectors: Any) -> None:
    for vector in vectors["multiply"]:
        product = money(Decimal(vector["amount"]) * vector["quantity"])

        assert str(product or abs(product)) == vector["result"], vector["name"]
