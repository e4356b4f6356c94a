// What every page of the console must hold, whatever it shows: no foreign request, a silent
// console, no report of the CSP, no sideways scroll, nothing serious for axe, budgets kept.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// ui.md section 7: gzip bytes over the wire, and elements.
export const BUDGETS = {
  page: { html: 20 * 1024, css: 12 * 1024, js: 20 * 1024, total: 52 * 1024, nodes: 1000, requests: 7 },
  list: { html: 16 * 1024, css: 12 * 1024, js: 20 * 1024, total: 60 * 1024, nodes: 1300, requests: 7 },
};

const gzipped = (body) => gzipSync(body, { level: 9 }).length;

const kindOf = (type = '') =>
  type.startsWith('text/html') ? 'html'
    : type.startsWith('text/css') ? 'css'
      : type.startsWith('text/javascript') ? 'js'
        : type.startsWith('text/event-stream') ? 'live'
          : 'other';

// Watches one page from before its first request.
export class Watch {
  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
    this.reset();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.faults.push(`console ${message.type()}: ${message.text()}`);
      }
    });
    page.on('pageerror', (error) => this.faults.push(`script error: ${error.message}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol === 'data:') return;
      this.requests += 1;
      if (url.origin !== origin) this.faults.push(`foreign request: ${url.href}`);
    });
    page.on('response', (response) => this.responses.push(response));
  }

  reset() {
    this.faults = [];
    this.responses = [];
    this.requests = 0;
  }

  // Bytes by kind; the live stream has no end and isn't counted.
  async bytes() {
    const bytes = { html: 0, css: 0, js: 0, live: 0, other: 0 };
    for (const response of this.responses) {
      const kind = kindOf(response.headers()['content-type']);
      if (kind === 'live' || response.status() >= 300) continue;
      bytes[kind] += gzipped(await response.body());
    }
    bytes.total = bytes.html + bytes.css + bytes.js + bytes.other;
    return bytes;
  }
}

// All faults of the page as it stands, and its figures.
export async function check(watch, budget, { axe = true, expectStatus = 200 } = {}) {
  const { page } = watch;
  const faults = [...watch.faults];
  const document = watch.responses.find((r) => kindOf(r.headers()['content-type']) === 'html');
  if (document?.status() !== expectStatus) faults.push(`status ${document?.status()}; expected ${expectStatus}`);
  const seen = await page.evaluate(() => ({
    over: document.documentElement.scrollWidth - window.innerWidth,
    nodes: document.querySelectorAll('*').length,
    h1: document.querySelectorAll('h1').length,
    title: document.title,
    violations: window.cspViolations ?? [],
    missing: document.body.innerText.match(/⟨[^⟩]*⟩/g) ?? [],
  }));
  if (seen.over > 0) faults.push(`scrolls sideways by ${seen.over} px`);
  if (seen.h1 !== 1) faults.push(`${seen.h1} headings of the first level; expected one`);
  if (!seen.title.endsWith('· Fairlock')) faults.push(`title ${JSON.stringify(seen.title)}`);
  for (const violation of seen.violations) faults.push(`CSP report: ${violation}`);
  for (const key of seen.missing) faults.push(`a word is missing: ${key}`);
  const bytes = await watch.bytes();
  for (const kind of ['html', 'css', 'js', 'total']) {
    if (bytes[kind] > budget[kind]) faults.push(`${kind}: ${bytes[kind]} bytes; at most ${budget[kind]}`);
  }
  if (seen.nodes > budget.nodes) faults.push(`${seen.nodes} nodes; at most ${budget.nodes}`);
  if (watch.requests > budget.requests) faults.push(`${watch.requests} requests; at most ${budget.requests}`);
  if (axe) faults.push(...(await axeFaults(page)));
  return { faults, bytes, nodes: seen.nodes, requests: watch.requests };
}

// What axe finds serious or critical.
export async function axeFaults(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter((v) => ['serious', 'critical'].includes(v.impact))
      .map((v) => `axe ${v.impact}: ${v.id} at ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`);
  });
  return found;
}

// Widths at which nothing may be cut: 320 px is 400 % of 1280.
export async function narrow(page, width) {
  const before = page.viewportSize();
  await page.setViewportSize({ width, height: 640 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.setViewportSize(before);
  return over > 0 ? [`at ${width} px it scrolls sideways by ${over} px`] : [];
}

// Text that a person reads: isolates gone, no-break spaces as spaces.
export async function textOf(page, selector = 'body') {
  const text = await page.locator(selector).first().innerText();
  return text.replace(/[\u2066-\u2069]/g, '').replace(/\u00a0/g, ' ');
}
