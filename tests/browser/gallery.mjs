// The gallery of parts and pages as static files: every part in every state, in both colours, at
// several widths, and with words that are 40 % longer. It is written by the tests of `web`; without it this says loudly that it skipped.

import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { axeFaults, narrow } from './checks.mjs';

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript' };

function serve(folder) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

export async function walkGallery(browser, folder, shots, report) {
  if (!existsSync(join(folder, 'index.html'))) {
    console.log('!! SKIPPED: the gallery. Run `cargo test -p fairlock-web` first; it writes target/gallery.');
    return;
  }
  const server = await serve(folder);
  const base = `http://127.0.0.1:${server.address().port}`;
  try {
    for (const colours of ['light', 'dark']) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        colorScheme: colours,
      });
      const page = await context.newPage();
      await parts(page, base, colours, shots, report);
      for (const file of readdirSync(folder).filter((f) => f.endsWith('.html') && f !== 'index.html')) {
        // Longer words change widths and nothing that axe sees; colours change no widths.
        const longer = file.startsWith('longer-');
        if (longer && colours === 'dark') continue;
        await page.goto(`${base}/${file}`);
        const faults = longer ? [] : await axeFaults(page);
        for (const width of colours === 'light' ? [320, 360, 768] : []) {
          faults.push(...(await narrow(page, width)));
        }
        report(`gallery ${file}, ${colours}`, faults);
      }
      await context.close();
    }
  } finally {
    server.close();
  }
}

async function parts(page, base, colours, shots, report) {
  await page.goto(`${base}/index.html`);
  const faults = await axeFaults(page);
  for (const width of [320, 360, 768]) faults.push(...(await narrow(page, width)));
  await page.screenshot({ path: join(shots, `gallery-1440-${colours}.png`), fullPage: true });
  report(`gallery of parts, ${colours}`, faults);
}
