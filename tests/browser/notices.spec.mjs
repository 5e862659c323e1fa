// What people are told on the pages: the bell, the page behind it, and how they want to be told.
import { violations } from './support/axe.mjs';
import { WIDTHS } from './support/browser.mjs';
import { unique } from './support/desk.mjs';
import { expect, test } from './support/test.mjs';

const bell = (page) => page.getByRole('link', { name: /^Kabar/ });

for (const [way, options] of [
  ['', {}],
  [' without JavaScript', { javaScriptEnabled: false }],
]) {
  test(`the bell leads to what is new, and marking it empties the bell${way}`, async ({ as, desk }) => {
    const somebody = await desk.person({ roles: ['requester'], name: `Pelapor ${unique()}` });
    const tickets = [await desk.ticket({}, somebody.email), await desk.ticket({}, somebody.email)];
    for (const ticket of tickets) await desk.post('agent', `/tickets/${ticket}/replies`, { body: 'Kami periksa.' });
    const page = await as(somebody.email, options);
    await page.goto('/');
    await expect(bell(page)).toHaveText(/2\s*belum dibaca/);
    await bell(page).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kabar 2 baru');
    // Opening a ticket is reading what was told of it.
    await page.getByRole('link', { name: tickets[0] }).click();
    await expect(page).toHaveURL(new RegExp(`/tiket/${tickets[0]}$`));
    await expect(bell(page)).toHaveText(/1\s*belum dibaca/);
    await bell(page).click();
    await page.getByRole('link', { name: /Belum dibaca/ }).click();
    await expect(page.getByRole('link', { name: tickets[1] })).toBeVisible();
    await expect(page.getByRole('link', { name: tickets[0] })).toHaveCount(0);
    await page.getByRole('button', { name: 'Tandai semua sudah dibaca' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'ditandai sudah dibaca' })).toBeVisible();
    await expect(bell(page)).toHaveText('Kabar');
  });
}

test('the bell rings by itself, on a page that has nothing else to follow', async ({ as, desk }) => {
  const somebody = await desk.person({ roles: ['requester'], name: `Pelapor ${unique()}` });
  const ticket = await desk.ticket({}, somebody.email);
  const page = await as(somebody.email);
  const listening = page.waitForResponse((answer) => answer.url().includes('/peristiwa'));
  await page.goto('/akun');
  expect((await listening).status()).toBe(200);
  await desk.post('agent', `/tickets/${ticket}/replies`, { body: 'Kami periksa.' });
  await expect(bell(page)).toHaveText(/1\s*belum dibaca/, { timeout: 6_000 });
  await expect(page.locator('#kabar')).toHaveText('Ada kabar baru');
});

test('what somebody chooses is kept', async ({ as, desk }) => {
  const somebody = await desk.person({ roles: ['tier1_agent'], name: `Petugas ${unique()}` });
  const page = await as(somebody.email);
  await page.goto('/akun');
  await page.getByRole('navigation', { name: 'Akun' }).getByRole('link', { name: 'Pemberitahuan' }).click();
  const work = page.getByRole('group', { name: /^Tiket meja/ });
  await expect(work.getByRole('radio', { name: /^E-mail seketika/ })).toBeChecked();
  await work.getByRole('radio', { name: /^Rangkuman harian/ }).check();
  await page.getByRole('button', { name: 'Simpan pilihan' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'disimpan' })).toBeVisible();
  await expect(work.getByRole('radio', { name: /^Rangkuman harian/ })).toBeChecked();
  expect((await desk.get(somebody.email, '/me/notification-choices')).work).toBe('digest');
});

test('while there is no mail server, admins read what was written, but no secret', async ({ as, desk }) => {
  const somebody = await desk.person({ name: `Pelupa ${unique()}` });
  const guest = await as(null);
  await guest.goto('/lupa-sandi');
  await guest.getByRole('textbox', { name: /e-mail/i }).fill(somebody.email);
  await guest.getByRole('main').getByRole('button').click();
  const page = await as('admin');
  const written = page.getByRole('listitem').filter({ hasText: somebody.email }).getByRole('link');
  await expect(async () => {
    await page.goto('/admin/surat/berkas');
    await expect(written).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await written.click();
  await expect(page.getByText(somebody.email)).toBeVisible();
  await expect(page.locator('.letter')).toContainText('/sandi-baru/(rahasia, tidak ditampilkan)');
  for (const viewport of WIDTHS) {
    await page.setViewportSize(viewport);
    expect(await violations(page)).toEqual([]);
    const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(wider)).toBe(0);
  }
});
