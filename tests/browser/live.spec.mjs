// What one person changes shows at another's within two seconds, also when they are on two instances.
import { join } from 'node:path';
import { unique } from './support/desk.mjs';
import { start } from './support/server.mjs';
import { expect, test } from './support/test.mjs';

const SOON = { timeout: 2_000 };

/** Opens a page and waits until it listens. */
async function listen(page, address) {
  const listening = page.waitForResponse((answer) => answer.url().includes('/peristiwa'));
  await page.goto(address);
  expect((await listening).status()).toBe(200);
}

test('a new ticket shows in the queue of its desk by itself', async ({ as, desk }) => {
  const page = await as('agent');
  await listen(page, '/antrean?urut=terbaru');
  const ticket = await desk.ticket();
  await expect(page.locator(`#t-${ticket}`)).toBeVisible(SOON);
});

test('a ticket that a colleague takes changes in the queue, and the list does not jump', async ({ as, desk }) => {
  // Due soon, so that it is on the first page of a queue whose order does not depend on who changes what.
  const ticket = await desk.ticket({ impact: 'high', urgency: 'high' });
  const colleague = await desk.person({ roles: ['tier1_agent'], name: `Rekan ${unique()}` });
  const page = await as('agent');
  await listen(page, '/antrean');
  const row = page.locator(`#t-${ticket}`);
  const rows = page.locator('.tickets .ticket');
  const before = await rows.evaluateAll((all) => all.map((one) => one.id));
  await desk.post(colleague.email, `/tickets/${ticket}/assign`);
  await expect(row).toContainText(colleague.name, SOON);
  const after = await rows.evaluateAll((all) => all.map((one) => one.id));
  expect(after.filter((id) => before.includes(id))).toEqual(before.filter((id) => after.includes(id)));
});

test('a handover shows at the team within two seconds', async ({ as, desk }) => {
  const ticket = await desk.ticket();
  const page = await as('tier2');
  await listen(page, '/antrean?antrean=team&bagian=diminta&urut=terbaru');
  await desk.handOver(ticket);
  await expect(page.locator(`#t-${ticket}`)).toBeVisible(SOON);
});

test('a change on one instance shows on another', async ({ as, desk }) => {
  const folder = process.env.KENTONGAN_FOLDER;
  const database = { KENTONGAN_DATABASE__URL: `sqlite://${join(folder, 'desk.db')}` };
  const other = await start('serve', folder, database);
  try {
    const page = await as('agent', { base: other.base });
    await listen(page, '/antrean?urut=terbaru');
    const ticket = await desk.ticket();
    await expect(page.locator(`#t-${ticket}`)).toBeVisible(SOON);
    await page.close();
  } finally {
    await other.stop();
  }
});

test('nobody hears of tickets of another OPD', async ({ as, desk }) => {
  const [foreign, own] = [await desk.ticket(), await desk.ticket({}, 'other_agent')];
  const page = await as('other_agent');
  await page.goto('/antrean');
  expect((await page.request.get(`/peristiwa?tiket=${foreign}`)).status()).toBe(404);
  const listener = await page.evaluateHandle(() => {
    const seen = [];
    const source = new EventSource('/peristiwa');
    source.addEventListener('tiket', (event) => seen.push(event.data));
    return new Promise((resolve) => (source.onopen = () => resolve({ seen })));
  });
  await desk.post('agent', `/tickets/${foreign}/assign`);
  await desk.post('other_agent', `/tickets/${own}/assign`);
  const seen = () => listener.evaluate(({ seen }) => seen.join(' '));
  await expect.poll(seen).toContain(own);
  expect(await seen()).not.toContain(foreign);
});
