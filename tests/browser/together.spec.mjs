// Two people on one ticket.
import { unique } from './support/desk.mjs';
import { expect, test } from './support/test.mjs';

test('the second sees what the first does, and what is being typed is kept', async ({ as, desk }) => {
  const ticket = await desk.ticket();
  const page = await as('agent');
  const listening = page.waitForResponse((answer) => answer.url().includes('/peristiwa'));
  await page.goto(`/tiket/${ticket}?buka=catat`);
  await listening;
  const typed = `Sedang saya tulis ${unique()}`;
  await page.getByRole('textbox', { name: 'Catatan internal' }).fill(typed);
  const colleague = await desk.person({ roles: ['tier1_agent'], name: `Rekan ${unique()}` });
  const reply = `Kami periksa ${unique()}`;
  await desk.post(colleague.email, `/tickets/${ticket}/replies`, { body: reply });
  await expect(page.getByText(reply)).toBeVisible({ timeout: 2_000 });
  await expect(page.getByRole('textbox', { name: 'Catatan internal' })).toHaveValue(typed);
});

test('who else looks at a ticket is told', async ({ as, desk }) => {
  const ticket = await desk.ticket();
  const colleague = await desk.person({ roles: ['tier1_agent'], name: `Rekan ${unique()}` });
  const [first, second] = [await as('agent'), await as(colleague.email)];
  await first.goto(`/tiket/${ticket}`);
  await second.goto(`/tiket/${ticket}`);
  await expect(first.getByText(`Sedang dibuka juga oleh ${colleague.name}`)).toBeVisible();
});

test('a change on top of one that was not seen is refused, and the text is kept', async ({ as, desk }) => {
  const ticket = await desk.ticket();
  // Without JavaScript the page stays as it was.
  const page = await as('agent', { javaScriptEnabled: false });
  await page.goto(`/tiket/${ticket}?buka=judul`);
  const subject = `Judul dari yang terlambat ${unique()}`;
  await page.getByRole('textbox', { name: 'Judul' }).fill(subject);
  const first = `Judul dari yang lebih dulu ${unique()}`;
  const colleague = await desk.person({ roles: ['tier1_agent'] });
  await desk.send(colleague.email, 'PATCH', `/tickets/${ticket}`, { subject: first });
  const refused = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await page.getByRole('button', { name: 'Simpan', exact: true }).click();
  expect([409, 412]).toContain((await refused).status());
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Judul' })).toHaveValue(subject);
  expect((await desk.read(ticket)).subject).toBe(first);
});

test('a form that is sent twice happens once', async ({ as, desk }) => {
  const ticket = await desk.ticket();
  const page = await as('agent');
  await page.goto(`/tiket/${ticket}?buka=catat`);
  const form = await page.locator('form[action$="/catat"]').evaluate((form) => Object.fromEntries(new FormData(form)));
  const multipart = { _csrf: form._csrf, _nonce: form._nonce, body: `Sekali saja ${unique()}` };
  for (let times = 0; times < 2; times++) {
    const answer = await page.request.post(`/tiket/${ticket}/catat`, { multipart, maxRedirects: 0 });
    expect(answer.status()).toBe(303);
  }
  const notes = (await desk.messages(ticket)).filter(({ body }) => body === multipart.body);
  expect(notes).toHaveLength(1);
});

test('two people who take one ticket: the second hears that it is taken', async ({ as, desk }) => {
  const ticket = await desk.ticket();
  const colleague = await desk.person({ roles: ['tier1_agent'], name: `Rekan ${unique()}` });
  const page = await as('agent', { javaScriptEnabled: false });
  await page.goto(`/tiket/${ticket}`);
  await desk.post(colleague.email, `/tickets/${ticket}/assign`);
  await page.getByRole('button', { name: 'Ambil', exact: true }).click();
  const { assignee } = await desk.read(ticket);
  await expect(page.getByRole('main')).toContainText(assignee.name);
});
