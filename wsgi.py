"""The WSGI application: `gunicorn wsgi:app`, `flask --app wsgi …`."""

from portal import config, create_app

app = create_app(config.from_env())
