// The last page of a consent in a popup: posts the result to the window that opened it and closes. Without such a window it goes on to
// the caller's page.
(() => {
  'use strict';
  const {result, link, account, origin, href} = document.getElementById('finished').dataset;
  if (!window.opener) {
    location.replace(href);
    return;
  }
  const message = {source: 'x-token-keeper', result, link};
  if (account) message.account = account;
  // delivered only if the window still shows a page of this origin
  window.opener.postMessage(message, origin);
  window.close();
})();
