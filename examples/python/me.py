"""Connects an X account for a user of yours and asks X whose it is: python3 me.py customer-42 [scope]. Needs requests."""

import os
import secrets
import sys
import time

import requests

KEEPER = os.environ.get("KEEPER_URL", "http://localhost:8080") + "/api/v1"
X = os.environ.get("X_API_URL", "https://api.x.com")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def keeper(method, path, **parameters):
    return requests.request(
        method, KEEPER + path, headers=bearer(os.environ["KEEPER_KEY"]), timeout=60, **parameters
    )


def answer(response):
    response.raise_for_status()
    return response.json()


def account_of(reference):
    """The account of a user of yours. A user without one gets a consent link."""
    found = answer(keeper("GET", "/accounts", params={"reference": reference}))["accounts"]
    return found[0]["id"] if found else connected(reference)


def connected(reference):
    """Waits until the user has connected an account. A web application waits for the webhook consent_link.ended instead."""
    request = {
        "reference": reference,
        "return_to": os.environ.get("RETURN_TO", "/"),
        # keep it in the user's session: the page at return_to compares it
        "state": secrets.token_urlsafe(16),
    }
    link = answer(keeper("POST", "/consent-links", json=request))
    print("send the user", link["page_url"], flush=True)
    while (ended := answer(keeper("GET", f"/consent-links/{link['id']}")))["status"] != "CONNECTED":
        if ended["status"] in ("EXPIRED", "WITHDRAWN"):
            sys.exit(f"the link is {ended['status']}")
        time.sleep(1)
    return ended["account"]


def access_token(account, scope="tweet.read users.read"):
    """Called before each use: the keeper answers from memory."""
    response = keeper("GET", f"/accounts/{account}/token", params={"min_ttl": 60, "scope": scope})
    if response.status_code == 409:  # the grant was revoked, or it lacks a scope: the link asks for what is needed
        sys.exit("send the user " + response.json()["consent_link"])
    return answer(response)["access_token"]


if __name__ == "__main__":
    token = access_token(account_of(sys.argv[1]), *sys.argv[2:])
    print(answer(requests.get(f"{X}/2/users/me", headers=bearer(token), timeout=30))["data"]["username"])
