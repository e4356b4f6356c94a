// What a live page says about itself: that it is live no longer, and, at most every ten seconds,
// what its answer has become, for people who listen. Words come from the page; nothing here
// writes HTML.
(() => {
  const note = document.getElementById('live-note');
  const said = document.getElementById('live-said');
  if (!note || !said) return;
  const answer = () => document.querySelector('#live h1')?.textContent.trim() ?? '';
  let last = answer();
  let at = -10_000;
  const stale = (is) => { note.hidden = !is; };
  document.addEventListener('htmx:sse:error', () => stale(true));
  document.addEventListener('htmx:sse:close', () => stale(true));
  document.addEventListener('htmx:sse:after:connection', () => stale(false));
  document.addEventListener('htmx:sse:after:message', () => {
    stale(false);
    const now = answer();
    if (now === last || performance.now() - at < 10_000) return;
    last = now;
    at = performance.now();
    said.textContent = now;
  });
  addEventListener('pagehide', () => stale(false));
})();
