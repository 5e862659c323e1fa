// A desk that is worked with keys alone.
import { unique } from './support/desk.mjs';
import { expect, test } from './support/test.mjs';

/** An OPD of its own with an agent and so many new tickets. */
async function deskWith(desk, count) {
  const code = `OPD-${unique().toUpperCase()}`;
  await desk.post('admin', '/opds', { code, name: `Dinas ${code}`, kind: 'dinas' });
  const requester = await desk.person({ opd: code });
  const agent = await desk.person({ opd: code, roles: ['tier1_agent'] });
  const tickets = [];
  for (let at = 0; at < count; at++) tickets.push(await desk.ticket({}, requester.email));
  return { agent, tickets };
}

test('an agent clears ten tickets with the keyboard alone', async ({ as, desk }) => {
  test.setTimeout(90_000);
  const { agent, tickets } = await deskWith(desk, 10);
  const page = await as(agent.email);
  const key = (name) => page.keyboard.press(name);
  await page.goto('/antrean');
  for (let at = 0; at < tickets.length; at++) {
    await key('j');
    await key('x');
  }
  await key('a');
  await expect(page.locator('.news')).toContainText('10 tiket diubah');
  for (let at = 0; at < tickets.length; at++) {
    await page.goto('/antrean?bagian=milik-saya');
    const here = page.locator('.tickets > .ticket.here');
    do await key('j');
    while ((await here.locator('.status').innerText()) === 'Selesai');
    await key('Enter');
    await page.waitForURL(/\/tiket\/BTG-/);
    await key('r');
    await expect(page.getByRole('textbox', { name: 'Balasan untuk pelapor' })).toBeFocused();
    await page.keyboard.type('Sudah kami perbaiki, silakan dicoba.');
    const send = page.getByRole('button', { name: 'Kirim & selesaikan' });
    for (let tabs = 0; !(await send.evaluate((button) => button === document.activeElement)); tabs++) {
      expect(tabs).toBeLessThan(10);
      await key('Tab');
    }
    await key('Enter');
    await expect(page.locator('.status').first()).toHaveText('Selesai');
  }
  for (const ticket of tickets) expect((await desk.read(ticket, agent.email)).status).toBe('resolved');
});

test('keys do nothing while somebody types', async ({ as, desk }) => {
  const { agent, tickets } = await deskWith(desk, 1);
  const page = await as(agent.email);
  await page.goto(`/tiket/${tickets[0]}`);
  const reply = page.getByRole('textbox', { name: 'Balasan untuk pelapor' });
  await reply.click();
  await page.keyboard.type('jaringan / ? aer');
  await expect(reply).toHaveValue('jaringan / ? aer');
  expect((await desk.read(tickets[0], agent.email)).status).toBe('new');
});

test('the list of shortcuts opens by its own, and closes', async ({ as }) => {
  const page = await as('agent');
  await page.goto('/antrean');
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Pintasan papan tik' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
