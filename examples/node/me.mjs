// Connects an X account for a user of yours and asks X whose it is: node me.mjs customer-42 [scope]. Needs twitter-api-v2.
import { TwitterApi } from 'twitter-api-v2';
import { accessToken, accountOf } from './keeper.mjs';

const [reference, scope] = process.argv.slice(2);
// a new client for each use, so that its token is good
const client = new TwitterApi(await accessToken(await accountOf(reference), scope));
console.log((await client.v2.me()).data.username);
