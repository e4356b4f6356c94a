// Tells a reader when the live part of a page is no longer live, and when it is again.
// Words come from the page; nothing here writes HTML.
(() => {
  const note = document.getElementById('live-note');
  if (!note) return;
  const stale = (is) => { note.hidden = !is; };
  document.addEventListener('htmx:sse:error', () => stale(true));
  document.addEventListener('htmx:sse:close', () => stale(true));
  document.addEventListener('htmx:sse:after:connection', () => stale(false));
  addEventListener('pagehide', () => stale(false));
})();
