// Takes an access token from the keeper. Node 18 or newer, nothing to install.
const keeper = process.env.KEEPER_URL ?? 'http://localhost:8080';

/** Called before each use: the keeper answers from memory. */
export async function accessToken(account) {
  const answer = await fetch(`${keeper}/api/v1/accounts/${account}/token?min_ttl=60`, {
    headers: { Authorization: `Bearer ${process.env.KEEPER_KEY}` },
  });
  const json = await answer.json();
  if (answer.status === 409) {
    throw new Error(`consent again: ${json.consent_link}`);
  }
  if (!answer.ok) {
    throw new Error(`${json.title}: ${json.detail}`);
  }
  return json.access_token;
}
