// What makes open pages more pleasant; each of them works without it.
(() => {
  'use strict';
  document.documentElement.classList.add('script');

  // ---- Times by their distance from now, which stay true ----
  const words = seconds => {
    const days = Math.floor(seconds / 86400), hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60);
    if (days > 1) return `${days} days`;
    if (hours > 0) return `${hours} h ${minutes % 60} min`;
    return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
  };
  const showDistances = () => document.querySelectorAll('time[data-away]').forEach(time => {
    const away = Math.trunc((Date.parse(time.dateTime) - Date.now()) / 1000);
    const distance = away < 0 ? `${words(-away)} ago` : `in ${words(away)}`;
    if (time.textContent !== distance) time.textContent = distance;
  });
  showDistances();
  setInterval(showDistances, 1000);
  new MutationObserver(showDistances).observe(document.body, { childList: true, subtree: true });

  // ---- Copying: <button data-copy="id of what is copied"> ----
  document.addEventListener('click', async event => {
    const button = event.target.closest('button[data-copy]');
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = 'Selected: copy it now';
    }
    setTimeout(() => { button.textContent = before; }, 2000);
  });

  // ---- A session that is over: say so once, instead of asking in vain ----
  document.addEventListener('htmx:responseError', event => {
    if (event.detail.xhr.status === 401 && event.detail.pathInfo.requestPath.startsWith(`${document.documentElement.dataset.base}/live/`)) location.reload();
  });
})();

// ---- Importing a file: cut into pieces that fit a form, sent one after the other ----
(() => {
  'use strict';
  const form = document.querySelector('form[data-import]');
  if (!form) return;
  const part = name => form.querySelector(`[data-import-${name}]`);
  const LONGEST = 40000;
  const MOST_SHOWN = 200;

  const grantsOf = text => text.trimStart().startsWith('[')
    ? JSON.parse(text).map(grant => JSON.stringify(grant))
    : text.split('\n').filter(line => line.trim());

  const pieces = grants => {
    const cut = [[]];
    let length = 0;
    for (const grant of grants) {
      const more = encodeURIComponent(grant).length + 3;
      if (length + more > LONGEST && cut.at(-1).length) { cut.push([]); length = 0; }
      cut.at(-1).push(grant);
      length += more;
    }
    return cut;
  };

  const refuse = (line, result) => {
    const rows = part('refused').querySelector('tbody');
    part('refused').hidden = false;
    if (rows.children.length >= MOST_SHOWN) return;
    const row = rows.insertRow();
    for (const value of [line, result.x_user_id ?? '–', result.result, result.detail ?? '']) row.insertCell().textContent = value;
  };

  part('start').addEventListener('click', async () => {
    const status = part('status'), progress = part('progress'), file = part('file').files[0];
    if (!file) { status.textContent = 'Choose a file first.'; return; }
    const counts = {};
    let done = 0;
    part('start').disabled = true;
    part('refused').querySelector('tbody').replaceChildren();
    try {
      const grants = grantsOf(await file.text());
      progress.hidden = false;
      for (const piece of pieces(grants)) {
        const body = new URLSearchParams({ 'csrf-token': form.elements['csrf-token'].value, grants: piece.join('\n') });
        if (form.elements.verify.checked) body.set('verify', 'true');
        const answer = await fetch(`${document.documentElement.dataset.base}/operator/import/piece`, { method: 'POST', body, headers: { Accept: 'application/json' } });
        if (!answer.ok) throw new Error(answer.status === 401 ? 'the session is over' : `the answer was ${answer.status}`);
        for (const result of await answer.json()) {
          counts[result.result] = (counts[result.result] ?? 0) + 1;
          if (!['imported', 'verified', 'kept'].includes(result.result)) refuse(done + result.line, result);
        }
        done += piece.length;
        progress.value = 100 * done / grants.length;
        status.textContent = `${done} of ${grants.length}: ` + Object.entries(counts).map(([word, n]) => `${n} ${word}`).join(', ');
      }
    } catch (why) {
      status.textContent += ` Stopped after ${done} grants: ${why.message}. Importing the file once more does no harm.`;
    } finally {
      part('start').disabled = false;
    }
  });
})();
