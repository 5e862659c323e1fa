// How much is sent, and how soon it is seen on a slow network and a slow computer:
//   node figures.mjs
// Bytes are those of the network, headers included, with an empty cache ("first") and with what the first
// page left in it ("next"). Slow 3G is 400 kbit/s; its 400 ms are those of a round trip, and "slow 3G as in
// DevTools" delays every request by 2,000 ms, as the preset of Chromium's DevTools does.
import { chromium } from '@playwright/test';
import { fill, places } from './pages.mjs';
import { LAUNCH } from './support/browser.mjs';
import { Desk } from './support/desk.mjs';
import { demo } from './support/server.mjs';
import { signIn } from './support/session.mjs';

const RATE = (400 * 1000) / 8;
const NETWORKS = {
  'slow 3G': { offline: false, latency: 400, downloadThroughput: RATE, uploadThroughput: RATE },
  'slow 3G as in DevTools': { offline: false, latency: 2000, downloadThroughput: RATE, uploadThroughput: RATE },
};

/** A browser with an empty cache in which somebody is signed in; counts what comes over the network. */
async function open(who) {
  const context = await browser.newContext({ baseURL: server.base, viewport: { width: 1280, height: 860 } });
  if (who) await signIn(context, who, server.base);
  const page = await context.newPage();
  const debug = await context.newCDPSession(page);
  await debug.send('Network.enable');
  const counted = { bytes: 0 };
  debug.on('Network.loadingFinished', ({ encodedDataLength }) => (counted.bytes += encodedDataLength));
  return { context, page, debug, counted };
}

async function bytes(who, ...paths) {
  const { context, page, counted } = await open(who);
  const figures = [];
  for (const path of paths) {
    counted.bytes = 0;
    await page.goto(path, { waitUntil: 'load' });
    figures.push(counted.bytes);
  }
  await context.close();
  return figures;
}

async function paint(who, path, network) {
  const { context, page, debug } = await open(who);
  await page.addInitScript(() => {
    globalThis.seen = { paint: 0, shift: 0 };
    const watch = (type, take) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    watch('largest-contentful-paint', (entry) => (globalThis.seen.paint = entry.startTime));
    watch('layout-shift', (entry) => (globalThis.seen.shift += entry.value));
  });
  await debug.send('Network.emulateNetworkConditions', network);
  await debug.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(path, { waitUntil: 'load', timeout: 60_000 });
  await page.waitForFunction(() => globalThis.seen.paint > 0);
  const seen = await page.evaluate(() => globalThis.seen);
  await context.close();
  return seen;
}

const server = await demo();
const browser = await chromium.launch(LAUNCH);
try {
  const known = await places(new Desk(server.base));
  const ticket = fill('/tiket/{handed}', known);
  const next = await secondPage();
  const kilobytes = (value) => `${(value / 1000).toFixed(1)} kB`;
  const [queue, following] = await bytes('supervisor', '/antrean', next);
  const [alone] = await bytes('agent', ticket);
  const [, after] = await bytes('agent', '/antrean', ticket);
  console.log('| what | sent |\n|---|---|');
  console.log(`| queue, first load with css and js | ${kilobytes(queue)} |`);
  console.log(`| queue, next page | ${kilobytes(following)} |`);
  console.log(`| ticket, first load with css and js | ${kilobytes(alone)} |`);
  console.log(`| ticket, after the queue | ${kilobytes(after)} |`);
  console.log('\n| page, CPU slowed four times | network | largest contentful paint | layout shift |\n|---|---|---|---|');
  for (const [network, conditions] of Object.entries(NETWORKS)) {
    for (const [what, who, path] of [
      ['queue', 'supervisor', '/antrean'],
      ['ticket', 'agent', ticket],
      ['home', 'requester', '/'],
      ['sign-in', null, '/masuk'],
    ]) {
      const seen = await paint(who, path, conditions);
      console.log(`| ${what} | ${network} | ${(seen.paint / 1000).toFixed(2)} s | ${seen.shift.toFixed(3)} |`);
    }
  }
} finally {
  await browser.close();
  await server.stop();
}

async function secondPage() {
  const { context, page } = await open('supervisor');
  await page.goto('/antrean');
  const href = await page.locator('a[rel=next]').first().getAttribute('href');
  await context.close();
  return href;
}
