"""The stand-in WHMCS's pages: client area, product page, admin service page, admin servers page."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Flask, Response, abort, g, redirect, render_template, request, send_from_directory, url_for

from .api import ApiError
from .shop import Admin, Service, Shop, Visitor

# Its script is for both modules.
MODULE_FOLDER = Path(__file__).parents[3] / "sso" / "whmcs" / "modules" / "servers" / "mailporch"
MODULE_ASSETS = (".js", ".css", ".png", ".svg")
PRODUCTS = ("domain", "mailbox")
LANGUAGES = {
    "english": "English",
    "french": "Français",
    "german": "Deutsch",
    "indonesian": "Bahasa Indonesia",
    "portuguese-br": "Português (Brasil)",
    "spanish": "Español",
}
STATUSES = ("Pending", "Active", "Suspended", "Terminated")
# WHMCS's own module commands, and the status that it gives a service when they succeed.
COMMANDS = {
    "Create": ("CreateAccount", "Active"),
    "Suspend": ("SuspendAccount", "Suspended"),
    "Unsuspend": ("UnsuspendAccount", "Active"),
    "Terminate": ("TerminateAccount", "Terminated"),
    "Change package": ("ChangePackage", ""),
}
TEXTS = {
    "english": {"home": "My services", "details": "Product details", "order": "Order a mailbox"},
    "french": {"home": "Mes services", "details": "Détails du produit", "order": "Commander une boîte"},
    "german": {"home": "Meine Produkte", "details": "Produktdetails", "order": "Postfach bestellen"},
    "indonesian": {"home": "Layanan saya", "details": "Detail produk", "order": "Pesan kotak surat"},
    "portuguese-br": {"home": "Meus serviços", "details": "Detalhes do produto", "order": "Pedir uma caixa de correio"},
    "spanish": {"home": "Mis servicios", "details": "Detalles del producto", "order": "Pedir un buzón"},
}


class SignOnRefused(Exception):
    """The module answered a single sign-on with an error; the text is the module's, for whoever clicked."""


class Module(Protocol):
    """What WHMCS asks of the provisioning module, in WHMCS's own occasions. `note` is shown above its output."""

    note: str

    def client_area(self, shop: Shop, service: Service, visitor: Visitor, language: str) -> str:
        """The HTML in place of the product page's overview."""
        ...

    def service_sign_on(self, shop: Shop, service: Service, who: Visitor | Admin, language: str) -> str:
        """Where to send the browser. SignOnRefused when the module says no."""
        ...

    def admin_rows(self, shop: Shop, service: Service, language: str) -> Mapping[str, str]:
        """Label and HTML of extra rows on the admin's service page."""
        ...

    def buttons(self, shop: Shop, product: str, language: str) -> Mapping[str, str]:
        """Label and function of the module's own buttons on the admin's service page."""
        ...

    def command(self, shop: Shop, service: Service, function: str, language: str) -> str:
        """Have a function done for a service: "success", or what staff read instead."""
        ...

    def operator_sign_on(self, shop: Shop, product: str, language: str) -> str:
        """Where to send an admin who signs on to the server entry. SignOnRefused when the module says no."""
        ...

    def server_link(self, shop: Shop, product: str, language: str) -> str:
        """HTML beside the server entry."""
        ...

    def settings(self, shop: Shop, product: str, language: str) -> Mapping[str, Mapping[str, Any]]:
        """The product's module settings, as WHMCS's form shows them."""
        ...

    def cart_faults(self, shop: Shop, handle: str, visitor: Visitor, language: str) -> Sequence[str]:
        """What the customer reads when a mailbox of that name cannot be ordered."""
        ...

    def cron(self, shop: Shop) -> Sequence[str]:
        """Run WHMCS's cron: what staff get to read."""
        ...

    def test_connection(self, shop: Shop, product: str) -> tuple[bool, str]:
        """Whether the server entry works, and what the module said when not."""
        ...


def create_app(shops: Sequence[Shop], module: Module, register: Callable[[Shop, Service], object]) -> Flask:
    """One app for all installations, told apart by the host name. `register` tells the portal about a service."""
    app = Flask(__name__, template_folder="templates", static_folder="static", static_url_path="/whmcs-static")
    by_host = {shop.host: shop for shop in shops}

    @app.before_request
    def look_around() -> None:
        g.shop = by_host.get(request.host.rpartition(":")[0]) or abort(404)
        # The choice may also stand in the address, for browsers that keep no cookies.
        g.who = _choice("as", g.shop.visitors)
        g.visitor = g.shop.visitors[g.who]
        g.language = _choice("language", LANGUAGES)
        g.text = TEXTS[g.language]

    @app.after_request
    def remember(response: Response) -> Response:
        for name, value in (("as", g.get("who")), ("language", g.get("language"))):
            if name in request.args and value:
                response.set_cookie(name, value, httponly=True, samesite="Lax")
        if request.endpoint not in ("static", "module_asset"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        return {"languages": LANGUAGES, "switch": _switch, "note": module.note}

    @app.get("/")
    def index() -> Any:
        return redirect(url_for("client_area"))

    @app.get("/clientarea.php")
    def client_area() -> Any:
        if request.args.get("action") != "productdetails":
            return render_template("home.html", services=g.shop.services_of(g.visitor))
        service = _service()
        if service not in g.shop.services_of(g.visitor):
            abort(404)
        if request.args.get("dosinglesignon"):
            return _sign_on(lambda: module.service_sign_on(g.shop, service, g.visitor, g.language))
        output = module.client_area(g.shop, service, g.visitor, g.language)
        return render_template("service.html", service=service, output=output)

    @app.get("/cart.php")
    def cart() -> str:
        return render_template("cart.html", faults=[], typed={})

    @app.post("/cart.php")
    def order() -> str:
        typed = {name: request.form.get(name, "").strip() for name in ("handle", "domain")}
        faults = module.cart_faults(g.shop, typed["handle"], g.visitor, g.language)
        ordered = None if faults else g.shop.order(g.visitor.client, typed["handle"], typed["domain"])
        return render_template("cart.html", faults=faults, typed=typed, ordered=ordered)

    @app.get("/modules/servers/mailporch/<path:name>")
    def module_asset(name: str) -> Response:
        if not name.endswith(MODULE_ASSETS):
            abort(403)
        return send_from_directory(MODULE_FOLDER, name)

    @app.get("/admin/")
    def admin_home() -> str:
        return render_template("admin_home.html", told=None)

    def service_page(service: Service, result: str = "") -> str:
        rows = module.admin_rows(g.shop, service, g.language)
        commands = {label: function for label, (function, _) in COMMANDS.items()}
        buttons = commands | dict(module.buttons(g.shop, service.product, g.language))
        return render_template(
            "admin_service.html", service=service, rows=rows, statuses=STATUSES, buttons=buttons, result=result
        )

    @app.get("/admin/clientsservices.php")
    def admin_service() -> str:
        return service_page(_service())

    @app.post("/admin/clientsservices.php/command")
    def module_command() -> str:
        service = _service()
        function = request.form["function"]
        if function not in {*dict(COMMANDS.values()), *module.buttons(g.shop, service.product, g.language).values()}:
            abort(400)
        result = module.command(g.shop, service, function, g.language)
        if result == "success":
            service.status = dict(COMMANDS.values()).get(function) or service.status
        return service_page(service, result)

    @app.get("/admin/clientsservices.php/sign-on")
    def admin_service_sign_on() -> Any:
        service = _service()
        return _sign_on(lambda: module.service_sign_on(g.shop, service, g.shop.admin, g.language))

    @app.post("/admin/clientsservices.php")
    def change_status() -> Any:
        service = _service()
        if request.form["status"] not in STATUSES:
            abort(400)
        service.status = request.form["status"]
        try:
            register(g.shop, service)
        except ApiError as error:
            return render_template("message.html", message=f"The portal was not told: {error}"), 502
        return redirect(url_for("admin_service", id=service.svc))

    @app.post("/admin/cron")
    def cron() -> str:
        return render_template("admin_home.html", told=module.cron(g.shop))

    def settings_page(product: str, *, saved: bool) -> str:
        options = module.settings(g.shop, product, g.language)
        values = g.shop.settings_for(product)
        return render_template("admin_product.html", product=product, options=options, values=values, saved=saved)

    @app.get("/admin/configproducts.php")
    def product_settings() -> str:
        return settings_page(_product(), saved=False)

    @app.post("/admin/configproducts.php")
    def save_product_settings() -> str:
        product = _product()
        values = g.shop.settings_for(product)
        for name in values:
            values[name] = request.form.get(name, "")
        return settings_page(product, saved=True)

    def servers_page(result: tuple[bool, str] | None) -> str:
        links = {product: module.server_link(g.shop, product, g.language) for product in PRODUCTS}
        return render_template("admin_servers.html", result=result, links=links)

    @app.get("/admin/configservers.php")
    def admin_servers() -> str:
        return servers_page(None)

    @app.post("/admin/configservers.php")
    def test_connection() -> str:
        return servers_page(module.test_connection(g.shop, _product()))

    @app.get("/admin/configservers.php/sign-on")
    def operator_sign_on() -> Any:
        return _sign_on(lambda: module.operator_sign_on(g.shop, _product(), g.language))

    return app


def _choice(name: str, known: Mapping[str, Any]) -> str:
    wishes = (request.args.get(name, ""), request.cookies.get(name, ""))
    return next((wish for wish in wishes if wish in known), next(iter(known)))


def _service() -> Service:
    shop: Shop = g.shop
    return shop.service(request.args.get("id", 0, type=int)) or abort(404)


def _product() -> str:
    product = request.args.get("product", PRODUCTS[0])
    return product if product in PRODUCTS else abort(404)


def _switch(**choice: str) -> str:
    """This page's address with another choice in it."""
    return f"{request.path}?{urlencode({**request.args, **choice})}"


def _sign_on(ask: Callable[[], str]) -> Any:
    try:
        return redirect(ask())
    except SignOnRefused as refusal:
        return render_template("message.html", message=str(refusal)), 403
