# Python imports this module at its start. The recipes of docs/moving.md have the addresses of X and Nango built in; under test
# their requests go to stand-ins, and nothing else of them is changed.
import os

import requests

_request = requests.Session.request
_STAND_INS = {
    "https://api.x.com": os.environ["X_STAND_IN"],
    "https://api.twitter.com": os.environ["X_STAND_IN"],
    "https://api.nango.dev": os.environ["NANGO_STAND_IN"],
}


def _redirected(session, method, url, *args, **kwargs):
    for built_in, stand_in in _STAND_INS.items():
        if url.startswith(built_in):
            return _request(session, method, stand_in + url[len(built_in):], *args, **kwargs)
    raise RuntimeError("a request to the internet: " + url)


requests.Session.request = _redirected
