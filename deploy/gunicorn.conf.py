"""gunicorn's settings: `gunicorn --config deploy/gunicorn.conf.py`, started in the project's folder."""

import os

from portal import logs

wsgi_app = "wsgi:app"
# Only the proxy on this machine speaks to it.
bind = os.environ.get("PORTAL_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 16
# Longer than the proxy keeps an idle connection: never closed under a request that is just being sent.
keepalive = 75
# After TERM, requests in flight have so long to end. A change at a slow mail server takes its time.
graceful_timeout = 60
# A process ends after so many requests, each at another time, and is replaced.
max_requests = 50_000
max_requests_jitter = 5_000
# The token of a hand-off travels in the body; a signed call's in a header of at most 4 kB.
limit_request_field_size = 8190
# Whose X-Forwarded headers count, PORTAL_TRUSTED_PROXIES says, and nobody else.
forwarded_allow_ips = ""
control_socket_disable = True
# The portal writes a line for each request itself.
accesslog = None
logconfig_dict = logs.configuration(os.environ.get("PORTAL_LOG_FORMAT"))
