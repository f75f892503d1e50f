"""The WSGI application: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import gc
import logging.config

from portal import config, create_app, languages, logs

settings = config.from_env()
logging.config.dictConfig(logs.configuration(settings["PORTAL_LOG_FORMAT"]))
app = create_app(settings)
# A first page would otherwise wait for its templates and its language.
languages.preload(app)
for template in app.jinja_env.list_templates(["html"]):
    app.jinja_env.get_template(template)
# What is here now stays. Reading a large domain makes ten thousands of objects, and none of them is in a cycle.
gc.freeze()
gc.set_threshold(50_000, 20, 20)
