"""Takes an access token from the keeper and asks X whose it is: python3 me.py 2244994945. Needs requests."""

import os
import sys

import requests

KEEPER = os.environ.get("KEEPER_URL", "http://localhost:8080")
X = os.environ.get("X_API_URL", "https://api.x.com")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def access_token(account):
    """Called before each use: the keeper answers from memory."""
    answer = requests.get(
        f"{KEEPER}/api/v1/accounts/{account}/token",
        params={"min_ttl": 60},
        headers=bearer(os.environ["KEEPER_KEY"]),
        timeout=60,
    )
    if answer.status_code == 409:
        sys.exit("consent again: " + answer.json()["consent_link"])
    answer.raise_for_status()
    return answer.json()["access_token"]


if __name__ == "__main__":
    me = requests.get(f"{X}/2/users/me", headers=bearer(access_token(sys.argv[1])), timeout=30)
    me.raise_for_status()
    print(me.json()["data"]["username"])
