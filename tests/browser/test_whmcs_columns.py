"""The stand-in WHMCS has the content column of the Twenty-One theme, in which the portal's frame has to live."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from portal.sandbox.web import Web
from portal.sandbox.whmcs.app import create_app
from portal.sandbox.whmcs.python_module import PythonModule
from portal.sandbox.whmcs.shop import shops


@pytest.fixture(scope="module")
def page_address() -> Iterator[str]:
    northwind = shops()[0]
    with Web(create_app([northwind], PythonModule(), lambda *_: None)) as web:
        northwind.url = f"http://{northwind.host}:{web.port}"
        northwind.portal, northwind.key = northwind.url, "k" * 43
        yield f"{northwind.url}/clientarea.php?action=productdetails&id=101"


@pytest.mark.parametrize(
    ("window", "column"),
    [(1600, 825), (1200, 825), (1199, 610), (1024, 610), (992, 610), (991, 690), (768, 690), (600, 510), (375, 345)],
)
def test_the_frame_is_as_wide_as_in_the_theme(browser: Browser, page_address: str, window: int, column: int) -> None:
    context = browser.new_context(viewport={"width": window, "height": 800})
    page = context.new_page()

    page.goto(page_address)

    assert page.locator("iframe").bounding_box()["width"] == column
    assert page.evaluate("document.documentElement.scrollWidth") == window
    context.close()
