// One walk through portfolio, contract, plan, grant and phone of a running Fairlock.
//
//   FAIRLOCK_URL=http://127.0.0.1:PORT node walk.mjs
//
// FAIRLOCK_CHROMIUM names the browser (/usr/bin/chromium if not set). Screenshots go to
// target/screenshots; the gallery of parts (target/gallery, written by the tests of `web`) is
// checked too when it is there. Ends with "N passed, N failed"; exits 1 if any failed.

import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { BUDGETS, Watch, check, narrow, textOf } from './checks.mjs';
import { walkGallery } from './gallery.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const shots = join(root, 'target', 'screenshots');
const base = process.env.FAIRLOCK_URL?.replace(/\/$/, '');
if (!base) {
  console.error('walk: FAIRLOCK_URL is not set; expected the address of a running Fairlock');
  process.exit(2);
}
const executablePath = process.env.FAIRLOCK_CHROMIUM || '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  console.error(`walk: no browser at ${executablePath}; expected Debian's chromium, or FAIRLOCK_CHROMIUM`);
  process.exit(2);
}

// How long a live part may take: long enough for a machine that builds something else meanwhile.
// A part that never comes fails all the same.
const LIVE_TIMEOUT_MS = 60_000;

// Width, colours, JavaScript: each value of each, in four walks.
const WALKS = [
  { width: 360, colours: 'light', script: true },
  { width: 1440, colours: 'dark', script: true },
  { width: 1440, colours: 'light', script: false },
  { width: 360, colours: 'dark', script: false },
];

const AMOUNT = /\b[A-Z]{3} \d{1,3}(,\d{3})*(\.\d+)?\b/;
const LEVEL = /\b(free|remind|reduce|lock|released)\b/;

let passed = 0;
let failed = 0;

function report(name, faults, figures = '') {
  if (faults.length === 0) {
    passed += 1;
    console.log(`ok    ${name}${figures}`);
  } else {
    failed += 1;
    console.log(`FAIL  ${name}${figures}`);
    for (const fault of faults) console.log(`      ${fault}`);
  }
}

function missing(text, wanted) {
  return Object.entries(wanted)
    .filter(([, pattern]) => !pattern.test(text))
    .map(([what]) => `${what} isn't on the page`);
}

class Walk {
  constructor(page, setup) {
    this.page = page;
    this.setup = setup;
    this.watch = new Watch(page, new URL(base).origin);
    this.name = `${setup.width} ${setup.colours}${setup.script ? '' : ' no-js'}`;
  }

  // Opens an address, checks it, keeps its picture, and returns its text.
  async open(what, address, wanted, { live = false, budget = BUDGETS.page, expectStatus = 200, act = null } = {}) {
    this.watch.reset();
    const streaming = live && this.setup.script
      ? this.page.waitForResponse((r) => r.url().includes('/live/'), { timeout: LIVE_TIMEOUT_MS })
      : null;
    await this.page.goto(base + address, { waitUntil: 'load' });
    const faults = [];
    if (act) {
      // What is looked at is the page that comes of it.
      this.watch.reset();
      await Promise.all([this.page.waitForEvent('load'), act(this.page)]);
    }
    if (streaming) {
      const response = await streaming.catch(() => null);
      if (response?.status() !== 200) faults.push(`the live part answered ${response?.status() ?? 'nothing'}`);
      const swapped = this.page.waitForFunction(() => window.liveParts > 0, null, { timeout: LIVE_TIMEOUT_MS });
      await swapped.catch(() => faults.push('no live part was put into the page'));
    }
    const text = await textOf(this.page, 'main');
    faults.push(...missing(text, wanted));
    // axe needs scripts; the page without them is the same page.
    const found = await check(this.watch, budget, { expectStatus, axe: this.setup.script });
    // A missing page is meant to be missing: Chromium says so in its console.
    const expected = expectStatus === 200 ? [] : found.faults.filter((f) => f.includes(`status of ${expectStatus}`));
    faults.push(...found.faults.filter((f) => !expected.includes(f)));
    faults.push(...(await narrow(this.page, 320)));
    const { html, css, js, total } = found.bytes;
    const picture = `${what}-${this.name.replaceAll(' ', '-')}`;
    await this.page.screenshot({ path: join(shots, `${picture}.png`) });
    await this.page.screenshot({ path: join(shots, `${picture}-whole.png`), fullPage: true });
    report(
      `${what}, ${this.name}`,
      faults,
      ` (gzip: html ${html} css ${css} js ${js} all ${total}; ${found.nodes} nodes, ${found.requests} requests)`,
    );
    return text;
  }

  async hrefs(selector) {
    return this.page.locator(selector).evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  }
}

// A table of our own making through the page that tries mappings: read, and not read.
async function mapping(w) {
  const header = 'Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Other Party Info,A/C No.\n';
  const row = (n, paid, balance) => `SC12ABC${n},2026-03-02 14:05:11,2026-03-02 14:05:09,Pay Bill,Completed,${paid},,${balance},2547***126 - ASHA,RF93447120\n`;
  const give = (text, more = {}) => async (page) => {
    await page.setInputFiles('#table', { name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    if (more.own) await page.setInputFiles('#own', { name: 'own-bank.toml', mimeType: 'text/plain', buffer: Buffer.from(more.own) });
    await page.click('form.decide button');
  };
  await w.open('mapping', '/payments/mapping', { 'the form': /Read it/, 'that nothing is kept': /Nothing of it is kept/ });
  const whole = header + row(101, '"1,500.00"', '"1,500.00"') + row(102, '250.00', '"1,750.00"');
  await w.open('mapping-read', '/payments/mapping', {
    'how many': /2 entries, every cell is read/,
    'an amount': /KES 1,500\.00/,
    'the sum': /KES 1,750\.00/,
    'that the balances agree': /agree with the entries/,
    'the mapping': /mpesa-portal/,
  }, { act: give(whole) });
  await w.open('mapping-wrong', '/payments/mapping', {
    'row and column': /row 2, column Paid In/,
    'what stood there': /12\.\.34/,
    'what was expected': /an amount such as/,
  }, { act: give(header + row(101, '12..34', '0')) });
  await w.open('mapping-refused', '/payments/mapping', {
    'file and line': /own-bank\.toml:1/,
  }, { act: give(whole, { own: 'amounts = 7\n' }) });
}

// Money that is nobody's: the list, and its oldest item when there is one.
async function suspense(w) {
  await w.open('suspense', '/payments/suspense', { 'the answer': /nobody's|No money is in suspense/ });
  const item = (await w.hrefs('.rows a.k'))[0];
  if (!item) return;
  await w.open('suspense-item', item, {
    'an amount': AMOUNT,
    'the message': /Message as received/,
    'the question': /Whose money is this\?/,
    'that it may stay': /Keep open/,
    'the trail': /What people did/,
  });
}

// Feeds: the strips, and time for all contracts of one that two people decide on; the first isn't
// the second. And the newest day's reconciliation.
async function feeds(w) {
  const said = { 'the answer': /All feeds are whole|not whole/, 'a strip': /28 days/, 'the watermark': /Complete up to/ };
  await w.open('feeds', '/payments/feeds', said);
  const faults = [];
  const page = w.page;
  const give = page.locator('form[action$="give-time"]').first();
  await page.locator('details', { has: give }).first().locator('summary').click();
  await give.locator('input[name=days]').fill('2');
  await give.locator('input[name=by]').fill('Amina');
  await give.locator('input[name=reason]').fill('The bank told of an outage');
  await give.locator('button').click();
  if (!/Proposed\. A second person decides/.test(await textOf(page, 'main'))) faults.push('nothing says that it was proposed');
  const decide = () => page.locator('form[action$="decide"]').first();
  const answer = async (name, button) => {
    await decide().locator('input[name=by]').fill(name);
    await decide().locator('input[name=reason]').fill('Looked at');
    await decide().locator(`button[value=${button}]`).click();
    return textOf(page, 'main');
  };
  if (!/expected a second one/.test(await answer(' AMINA ', 'approve'))) faults.push('one person was two');
  w.watch.reset(); // the refusal is meant
  if (!/Refused\. Nothing changed/.test(await answer('Ben', 'refuse'))) faults.push('nothing says that it was refused');
  report(`time for all contracts of a feed, ${w.name}`, faults);
  await w.open('reconciliation', '/payments/reconciliation', {
    'the answer': /The money agrees|break|Nothing was reconciled/,
    'the proof': /proof holds|proof fails|not proved yet/,
  });
}

// The contract worth looking at: one with a phone, the longest past due, with a grant.
async function walk(browser, setup) {
  const context = await browser.newContext({
    viewport: { width: setup.width, height: setup.width === 360 ? 640 : 900 },
    colorScheme: setup.colours,
    javaScriptEnabled: setup.script,
    reducedMotion: 'reduce',
  });
  await context.addInitScript(() => {
    window.cspViolations = [];
    window.liveParts = 0;
    document.addEventListener('htmx:sse:after:message', () => { window.liveParts += 1; });
    document.addEventListener('securitypolicyviolation', (e) => {
      window.cspViolations.push(`${e.violatedDirective} ${e.blockedURI}`);
    });
  });
  context.setDefaultTimeout(LIVE_TIMEOUT_MS);
  const w = new Walk(await context.newPage(), setup);
  const levels = { 'the level free': /\bfree\b/, 'the level lock': /\block\b/, 'an amount': AMOUNT };
  await w.open('portfolio', '/', levels, { live: true, budget: BUDGETS.list });
  await w.open('list', '/contracts?phone=1', { 'an amount': AMOUNT, 'a level': LEVEL }, { live: true, budget: BUDGETS.list });
  const contract = (await w.hrefs('.rows a.k'))[0];
  if (!contract) {
    report(`contract, ${w.name}`, ['no contract with a phone is listed']);
    await context.close();
    return;
  }
  await w.open('contract', contract, {
    'an amount': AMOUNT,
    'the wanted level': /Wanted\s+(free|remind|reduce|lock|released)/,
    'the reported level': /Reported[\s\S]{0,40}(free|remind|reduce|lock|released)/,
    'the schedule': /instalments are covered|instalments is covered/,
    'its time zone': /time \(UTC[+−]\d/,
  }, { live: true });
  const grant = (await w.hrefs(`a[href^="${contract}/grants/"]`))[0];
  const text = await w.open('plan', `${contract}/plan`, {
    'a level': LEVEL,
    'an amount': AMOUNT,
    'a verdict': /\b(met|not met|stopped)\b/,
    'a citation': /\bv\d+\b/,
    'a decision hash': /\b[0-9a-f]{8}\b/,
  });
  await plan(w, contract, text);
  if (grant) {
    await w.open('grant', grant, {
      'its number': /Grant \d+/,
      'a step': /\bnow: (free|remind|reduce|lock|released)/,
      'its signer': /(RESTRICT|RELAX|RELEASE) key [0-9a-f]{8}/,
      'a signature that holds': /checked just now and holds/,
    });
  } else {
    report(`grant, ${w.name}`, ['the contract has no grant to look at']);
  }
  await w.open('phone', `${contract}/phone`, { 'the mirror': /What the borrower sees now/ }, { live: true });
  await w.open('phone-reported', `${contract}/phone?view=reported`, { 'the report': /as reported/ }, { live: true });
  await w.open('rules', '/rules', { 'a pack': /sandbox/ });
  await mapping(w);
  await suspense(w);
  await feeds(w);
  await w.open('missing', '/contracts/C-none-of-ours', { 'what was expected': /Expected:/ }, { expectStatus: 404 });
  await context.close();
}

// From a verdict to its rule: the first citation leads to an anchor that is there. And the plan
// of another instant keeps the instant that was asked for.
async function plan(w, contract, text) {
  const cited = (await w.hrefs('.cite a'))[0];
  const faults = [];
  if (!cited) {
    faults.push('no citation to follow');
  } else {
    await w.page.goto(base + cited);
    const anchor = cited.split('#')[1];
    if ((await w.page.locator(`[id="${anchor}"]`).count()) !== 1) faults.push(`${cited}: no rule stands there`);
  }
  const hash = text.match(/\b[0-9a-f]{8}\b/)?.[0];
  const at = '2026-01-20T12:00:00Z';
  await w.page.goto(`${base}${contract}/plan?at=${at}`);
  const then = await textOf(w.page, 'main');
  if (!/20 Jan 2026/.test(then) && !/shown is now/.test(then)) faults.push('?at= shows another instant than asked');
  if (hash && then.includes(hash)) faults.push('the plan of another instant has the same decision hash');
  await w.page.goto(`${base}${contract}/plan?at=yesterday`);
  if (!/is no instant/.test(await textOf(w.page, 'main'))) faults.push('?at=yesterday is taken without a word');
  report(`plan's links, ${w.name}`, faults);
}

// The page by keyboard: the first Tab shows the skip link, Enter goes to the content.
async function keyboard(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(base);
  await page.keyboard.press('Tab');
  const faults = [];
  const focused = await page.evaluate(() => document.activeElement?.className);
  if (focused !== 'skip') faults.push(`the first Tab goes to ${focused}; expected the skip link`);
  await page.keyboard.press('Enter');
  const target = await page.evaluate(() => location.hash);
  if (target !== '#main') faults.push(`the skip link goes to ${target}`);
  report('keyboard, 1440', faults);
  await page.close();
}

// What is typed finds its contract; what is nobody's says so and stands in no address.
async function search(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  context.setDefaultTimeout(LIVE_TIMEOUT_MS);
  const page = await context.newPage();
  const faults = [];
  await page.goto(`${base}/contracts?phone=1`);
  const id = (await page.locator('.rows a.k').first().innerText()).trim();
  await page.fill('#find', ` ${id.toLowerCase()} `);
  await page.locator('.find-one button').click();
  if (!page.url().endsWith(`/contracts/${id}`)) faults.push(`${id} led to ${page.url()}`);
  await page.fill('#find', 'Nobody Atall');
  await page.locator('.find-one button').click();
  if (page.url() !== `${base}/find`) faults.push(`a name led to ${page.url()}`);
  if (!/No contract found/.test(await textOf(page, 'main'))) faults.push('a name found something');
  report('find, no-js', faults);
  await context.close();
}

// Chosen colours stay, without JavaScript, and lead back to the page they were chosen on.
async function appearance(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: 'light' });
  context.setDefaultTimeout(LIVE_TIMEOUT_MS);
  const page = await context.newPage();
  await page.goto(`${base}/rules`);
  await page.selectOption('#theme', 'dark');
  await page.locator('.foot button').click();
  const faults = [];
  if (new URL(page.url()).pathname !== '/rules') faults.push(`came back to ${page.url()}`);
  const theme = await page.locator('html').getAttribute('data-theme');
  if (theme !== 'dark') faults.push(`the page is ${theme}; expected dark`);
  report('appearance, no-js', faults);
  await context.close();
}

mkdirSync(shots, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-dev-shm-usage', '--font-render-hinting=none',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
});
// A part that breaks off is a failure of that part, and the others go on.
async function part(name, run) {
  try {
    await run();
  } catch (error) {
    report(name, [`broke off: ${error.message.split('\n')[0]}`]);
  }
}

try {
  for (const setup of WALKS) {
    await part(`walk, ${setup.width} ${setup.colours}`, () => walk(browser, setup));
  }
  await part('keyboard', () => keyboard(browser));
  await part('find', () => search(browser));
  await part('appearance', () => appearance(browser));
  const gallery = join(root, 'target', 'gallery');
  await part('gallery', () => walkGallery(browser, gallery, shots, report));
} finally {
  await browser.close();
}
console.log(`\nbrowser walk: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
