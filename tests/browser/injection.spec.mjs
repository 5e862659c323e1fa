// Whatever people write is shown as they wrote it, and never becomes part of a page.
import { unique } from './support/desk.mjs';
import { expect, test } from './support/test.mjs';

const ATTACKS = {
  script: '<script>alert(1)</script>',
  image: '"><img src=x onerror=alert(1)>',
  drawing: "'><svg onload=alert(1)>",
  textarea: '</textarea></title><script>alert(1)</script>',
  template: '{{7*7}} ${7*7} {{{page}}}',
  address: 'javascript:alert(1)',
  encoded: '&lt;script&gt;alert(1)&lt;/script&gt;',
};

/** Looks at a page: nothing of an attack became an element, and what is expected is there literally. */
async function check(page, address, ...texts) {
  const answer = await page.goto(address);
  expect(answer.status(), address).toBe(200);
  const found = await page.evaluate(() => {
    const all = [...document.querySelectorAll('*')];
    const handlers = all.filter((one) => [...one.attributes].some(({ name }) => name.startsWith('on')));
    const links = all.filter((one) => /^\s*javascript:/i.test(one.getAttribute('href') ?? ''));
    const scripts = [...document.scripts].filter((script) => !script.src.includes('/aset/'));
    const images = [...document.querySelectorAll('img[src=x]')];
    return [...handlers, ...links, ...scripts, ...images].map((one) => one.outerHTML);
  });
  expect(found, address).toEqual([]);
  const body = await page.evaluate(() => document.body.textContent + [...document.querySelectorAll('input,textarea')].map((field) => field.value).join('\n'));
  for (const text of texts) expect(body, address).toContain(text);
}

for (const [kind, attack] of Object.entries(ATTACKS)) {
  test(`an attack by ${kind} is only text`, async ({ as, desk }) => {
    const text = (what) => `${what} ${unique()} ${attack}`;
    const names = { opd: text('OPD'), person: text('Pelapor'), agent: text('Petugas'), category: text('Kategori') };
    const said = { subject: text('Judul'), description: text('Uraian'), reply: text('Balasan'), note: text('Catatan') };
    const done = { tried: text('Dicoba'), instruction: text('Petunjuk'), resolution: text('Selesai') };
    const code = `OPD-${unique().toUpperCase()}`;
    await desk.post('admin', '/opds', { code, name: names.opd, kind: 'dinas' });
    const requester = await desk.person({ opd: code, name: names.person });
    const agent = await desk.person({ opd: code, name: names.agent, roles: ['tier1_agent'] });
    const team = await desk.team('JARINGAN');
    const category = await desk.post('admin', '/categories', { name: names.category, team_id: team });
    const ticket = await desk.ticket(
      { subject: said.subject, description: said.description, category_id: category.id },
      requester.email,
    );
    await desk.post(agent.email, `/tickets/${ticket}/assign`);
    await desk.post(agent.email, `/tickets/${ticket}/replies`, { body: said.reply });
    await desk.post(agent.email, `/tickets/${ticket}/notes`, { body: said.note });
    const file = `lampiran ${attack.replace(/[<>"/\\:|*?]/g, '')}.txt`;
    await desk.attach(agent.email, ticket, file, 'isi');
    const handover = { team_id: team, reason: 'skill', tried: done.tried };
    const { id } = await desk.post(agent.email, `/tickets/${ticket}/handovers`, handover);
    await desk.post('tier2', `/tickets/${ticket}/handovers/${id}/return`, { instruction: done.instruction });
    await desk.post(agent.email, `/tickets/${ticket}/resolve`, { resolution: done.resolution });

    const internal = await as(agent.email);
    await check(internal, `/tiket/${ticket}`, ...Object.values({ ...said, ...done, ...names }), file);
    await check(internal, `/tiket/${ticket}/riwayat`);
    await check(internal, `/tiket/${ticket}/mengapa-terlambat`);
    await check(internal, `/tiket/${ticket}?buka=judul`, said.subject, said.description);
    await check(internal, '/antrean?urut=terbaru', said.subject, names.category, names.person, names.opd);
    await check(internal, `/cari?q=${encodeURIComponent(attack)}`, attack);
    await check(internal, '/catat');
    await check(internal, '/akun', names.agent);

    const own = await as(requester.email);
    await check(own, '/', said.subject);
    await check(own, '/tiket', said.subject);
    await check(own, `/tiket/${ticket}`, said.subject, said.description, said.reply, done.resolution);
    expect(await own.evaluate(() => document.body.textContent)).not.toContain(said.note);

    const admin = await as('admin');
    await check(admin, '/admin/opd', names.opd);
    await check(admin, '/admin/kategori', names.category);
    await check(await as('supervisor'), '/penyelia', names.opd);
  });
}

test('the name of a saved view, and what is searched for, are only text', async ({ as }) => {
  const page = await as('agent', { viewport: { width: 360, height: 740 } });
  const name = `<img src=x onerror=alert(1)> ${unique()}`;
  await page.goto('/antrean?bagian=lewat');
  await page.getByText('Saring dan urutkan').click();
  await page.getByText('Simpan tampilan').click();
  await page.getByLabel('Nama tampilan').fill(name);
  await page.getByRole('button', { name: 'Simpan', exact: true }).click();
  await expect(page.getByRole('link', { name })).toBeVisible();
  await check(page, '/antrean', name);
  for (const attack of Object.values(ATTACKS)) {
    await check(page, `/cari?q=${encodeURIComponent(attack)}`, attack);
    const key = encodeURIComponent(attack);
    for (const name of ['antrean', 'bagian', 'jenis', 'kategori', 'urut', 'sesudah', 'petugas', 'opd']) {
      const answer = await page.request.get(`/antrean?${name}=${key}`);
      expect(answer.status(), name).toBeLessThan(500);
      const html = await answer.text();
      if (/[<>]/.test(attack)) expect(html, name).not.toContain(attack);
    }
    const back = await page.request.get(`/masuk?ke=${key}`);
    if (/[<>]/.test(attack)) expect(await back.text()).not.toContain(attack);
  }
});

test('an attachment is never opened as a page', async ({ as, desk }) => {
  const ticket = await desk.ticket();
  const file = await desk.attach('agent', ticket, 'catatan.txt', 'lihat <b onclick=alert(1)>ini</b>');
  const page = await as('agent');
  const answer = await page.request.get(`/tiket/${ticket}/lampiran/${file.id}`);
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-disposition']).toMatch(/^attachment/);
  expect(answer.headers()['x-content-type-options']).toBe('nosniff');
});
