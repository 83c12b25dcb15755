// Asks X whose account it is: node me.mjs 2244994945. Needs twitter-api-v2.
import { TwitterApi } from 'twitter-api-v2';
import { accessToken } from './keeper.mjs';

// a new client for each use, so that its token is good
const client = new TwitterApi(await accessToken(process.argv[2]));
console.log((await client.v2.me()).data.username);
