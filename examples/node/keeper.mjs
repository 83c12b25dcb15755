// Connects X accounts for users of yours, and takes their access tokens from the keeper. Node 18 or newer, nothing to install.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const base = `${process.env.KEEPER_URL ?? 'http://localhost:8080'}/api/v1`;

async function keeper(path, body) {
  const response = await fetch(base + path, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${process.env.KEEPER_KEY}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const json = await response.json();
  if (response.status === 409) { // the grant was revoked, or it lacks a scope: the link asks for what is needed
    throw new Error(`send the user ${json.consent_link}`);
  }
  if (!response.ok) {
    throw new Error(`${json.title}: ${json.detail}`);
  }
  return json;
}

/** The account of a user of yours. A user without one gets a consent link. */
export async function accountOf(reference) {
  const { accounts } = await keeper(`/accounts?${new URLSearchParams({ reference })}`);
  return accounts[0]?.id ?? connected(reference);
}

/** Waits until the user has connected an account. A web application waits for the webhook consent_link.ended instead. */
async function connected(reference) {
  const link = await keeper('/consent-links', {
    reference,
    return_to: process.env.RETURN_TO ?? '/',
    state: randomUUID(), // keep it in the user's session: the page at return_to compares it
  });
  console.log('send the user', link.page_url);
  for (;;) {
    const { status, account } = await keeper(`/consent-links/${link.id}`);
    if (status === 'CONNECTED') {
      return account;
    }
    if (status === 'EXPIRED' || status === 'WITHDRAWN') {
      throw new Error(`the link is ${status}`);
    }
    await pause(1000);
  }
}

/** Called before each use: the keeper answers from memory. */
export async function accessToken(account, scope = 'tweet.read users.read') {
  const parameters = new URLSearchParams({ min_ttl: 60, scope });
  return (await keeper(`/accounts/${account}/token?${parameters}`)).access_token;
}
