"""The same with Tweepy: python3 me_tweepy.py customer-42. Needs requests and tweepy."""

import sys

import tweepy

from me import access_token, account_of


def client(account):
    """A new one for each use, so that its token is good; the token stands where Tweepy expects a bearer token."""
    return tweepy.Client(access_token(account))


if __name__ == "__main__":
    # user_auth=False: not OAuth 1.0a. The token is a user's all the same.
    print(client(account_of(sys.argv[1])).get_me(user_auth=False).data.username)
