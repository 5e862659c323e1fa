// A ticket of one OPD does not exist for another: not by any address, in any list, for any form. The addresses
// are made by hand, as somebody would who knows the number.
import { readFileSync } from 'node:fs';
import { unique } from './support/desk.mjs';
import { proofs } from './support/session.mjs';
import { expect, test } from './support/test.mjs';

/** Every form of a ticket, filled in so that it would be accepted from somebody who may. */
const FORMS = {
  balas: { body: 'Teks.' },
  catat: { body: 'Teks.' },
  eskalasi: { team_id: '1', reason: 'skill', tried: 'Sudah.' },
  kembalikan: { handover: '1', instruction: 'Coba lagi.' },
  konsultasi: { team_id: '1', question: 'Bagaimana?' },
  jawab: { consultation: '1', answer: 'Begini.' },
  terima: { handover: '1' },
  tarik: { handover: '1', reason: 'Sebab.' },
  ambil: {},
  alihkan: { assignee_id: '2' },
  lepaskan: {},
  tunggu: { for: 'requester', reason: 'Menunggu.' },
  lanjutkan: {},
  selesaikan: { resolution: 'Selesai.' },
  'buka-kembali': { reason: 'Sebab.' },
  tutup: {},
  batalkan: { reason: 'Sebab.' },
  tolak: { reason: 'Sebab.' },
  gabungkan: { into: 'BTG-000001' },
  kaitkan: { kind: 'caused_by', other: 'BTG-000001' },
  'lepas-kaitan': { link: '1' },
  'gangguan-besar': { other: 'BTG-000001' },
  klasifikasi: { classification: 'secret' },
  judul: { subject: 'Judul', description: 'Uraian' },
  jenis: { type: 'request' },
  kategori: { category_id: '1' },
  dampak: { impact: 'high', urgency: 'high' },
  prioritas: { priority: 'p1', reason: 'Sebab.' },
  'data-pribadi': { personal_data: 'true' },
  tag: { tags: 'hujan' },
  amati: { person: '2' },
  'berhenti-amati': { person: '2' },
  nilai: { stars: '1', comment: 'Teks.' },
  'selesaikan-anak': { ticket: 'BTG-000001', resolution: 'Selesai.' },
  'hapus-teks': { message: '1', reason: 'Sebab.' },
  hadir: {},
  'mengapa-terlambat/tier-1/penyebab': { cause: 'vendor', explanation: 'Vendor.' },
  'mengapa-terlambat/tier-1/putusan': { putusan: 'setuju' },
};

/** Whoever is not of the OPD of the ticket, and has no business with it. */
const STRANGERS = ['other_agent', 'head', 'tier2', 'csirt'];

async function secret(desk) {
  const word = `rahasiadapur${unique()}`;
  const ticket = await desk.ticket({ subject: `Uji ${word}`, description: `Isi ${word}` });
  const file = await desk.attach('agent', ticket, `${word}.txt`, 'isi');
  return { word, ticket, file: file.id };
}

async function state(desk, ticket) {
  const { version, status } = await desk.read(ticket);
  return { version, status, events: (await desk.history(ticket)).length };
}

/** The pages of a ticket. */
const ENDS = ['', '/riwayat', '/mengapa-terlambat', '/mengapa-terlambat/penyelesaian'];

test('these are the pages and forms that a ticket has', async ({ as, desk }) => {
  const { ticket, file } = await secret(desk);
  const page = await as('agent');
  for (const end of [...ENDS, `/lampiran/${file}`]) {
    expect((await page.request.get(`/tiket/${ticket}${end}`)).status(), end).toBe(200);
  }
  const source = readFileSync(new URL('../../src/web/ticket/acts.rs', import.meta.url), 'utf8');
  const verbs = [...source.matchAll(/^ +\w+ = "([a-z-]+)",$/gm)].map(([, verb]) => verb);
  expect(verbs.length).toBeGreaterThan(20);
  expect(verbs.filter((verb) => !(verb in FORMS))).toEqual([]);
});

for (const who of STRANGERS) {
  test(`no address shows ${who} a ticket of another OPD`, async ({ as, desk }) => {
    const { word, ticket, file } = await secret(desk);
    const page = await as(who);
    const ends = [...ENDS, '/nilai', `/lampiran/${file}`];
    const opened = Object.keys(FORMS).map((verb) => `?buka=${verb}`);
    const addresses = [...ends, ...opened].map((end) => `/tiket/${ticket}${end}`);
    const own = await desk.ticket({}, who);
    for (const address of [...addresses, `/tiket/${own}/lampiran/${file}`]) {
      const answer = await page.request.get(address);
      expect(answer.status(), address).toBe(404);
      expect(await answer.text(), address).not.toContain(word);
    }
  });

  test(`no list of ${who} has a ticket of another OPD`, async ({ as, desk }) => {
    const { word, ticket } = await secret(desk);
    const page = await as(who);
    const parts = ['semua', 'belum-diambil', 'milik-saya', 'mendekati', 'lewat', 'menunggu', 'diminta', 'di-tier-2'];
    const views = ['desk', 'team', 'all', 'own', 'watched', 'requested', 'assigned'];
    const opd = await desk.opd('KEC-GRINGSING');
    const addresses = [
      '/',
      '/tiket',
      `/cari?q=${word}`,
      `/cari?q=${ticket}`,
      ...views.flatMap((view) => parts.map((part) => `/antrean?antrean=${view}&bagian=${part}&urut=terbaru`)),
      `/antrean?opd=${opd}&urut=terbaru`,
      `/antrean?opd_id=${opd}&urut=terbaru`,
      `/antrean?q=${word}`,
      `/tiket?q=${word}`,
    ];
    for (const address of addresses) {
      const answer = await page.request.get(address);
      expect(answer.status(), address).toBeLessThan(500);
      const text = (await answer.text()).replaceAll(`value="${word}"`, '').replaceAll(`“${word}”`, '');
      expect(text, address).not.toContain(`Uji ${word}`);
      expect(text, address).not.toContain(`/tiket/${ticket}`);
    }
  });
}

test('no form of another OPD does anything, though its proof is right', async ({ as, desk }) => {
  const { ticket } = await secret(desk);
  const before = await state(desk, ticket);
  for (const who of STRANGERS) {
    const page = await as(who);
    const proof = proofs(await (await page.request.get('/antrean')).text());
    for (const [verb, fields] of Object.entries(FORMS)) {
      const form = { ...proof, _version: String(before.version), ...fields };
      const send = async (number) => (await page.request.post(`/tiket/${number}/${verb}`, { form, maxRedirects: 0 })).status();
      // What only admins may do to any text is refused before the ticket is looked for.
      expect(await send(ticket), `${who}: ${verb}`).toBe(verb === 'hapus-teks' ? 403 : 404);
      expect(await send('BTG-999999'), `${who}: ${verb}`).toBe(verb === 'hapus-teks' ? 403 : 404);
    }
    const form = { ...proof, ticket, tindakan: 'ambil' };
    await page.request.post('/antrean/massal', { form, maxRedirects: 0 });
  }
  expect(await state(desk, ticket)).toEqual(before);
});

test('a hidden ticket and one that never was look the same', async ({ as, desk }) => {
  const { ticket } = await secret(desk);
  const page = await as('other_agent');
  const read = async (number) => {
    const text = await (await page.request.get(`/tiket/${number}`)).text();
    return text.replace(/<code>[0-9a-f]{16}<\/code>/g, '');
  };
  expect(await read(ticket)).toBe(await read('BTG-999999'));
});

test('whoever reports sees nothing that is internal', async ({ as, desk }) => {
  const word = `rahasiadapur${unique()}`;
  const ticket = await desk.ticket();
  await desk.post('agent', `/tickets/${ticket}/notes`, { body: `Catatan ${word}` });
  const team = await desk.team('JARINGAN');
  const tried = { team_id: team, reason: 'skill', tried: `Sudah dicoba ${word}` };
  const { id } = await desk.post('agent', `/tickets/${ticket}/handovers`, tried);
  await desk.post('tier2', `/tickets/${ticket}/handovers/${id}/return`, { instruction: `Petunjuk ${word}` });
  const page = await as('requester');
  for (const address of [`/tiket/${ticket}`, `/tiket/${ticket}/riwayat`, '/tiket', `/cari?q=${word}`]) {
    const text = await (await page.request.get(address)).text();
    expect(text.replaceAll(`value="${word}"`, ''), address).not.toMatch(new RegExp(`(Catatan|dicoba|Petunjuk) ${word}`));
  }
});

test('a saved view of somebody else cannot be removed', async ({ as, desk }) => {
  const [owner, other] = [await as('agent'), await as('other_agent')];
  const name = `Tampilan ${unique()}`;
  const save = { ...proofs(await (await owner.request.get('/antrean')).text()), name, saringan: 'bagian=lewat' };
  expect((await owner.request.post('/antrean/tampilan', { form: save, maxRedirects: 0 })).status()).toBe(303);
  await owner.goto('/antrean');
  const action = await owner.locator(`form:has(button[aria-label$="${name}"])`).getAttribute('action');
  const proof = proofs(await (await other.request.get('/antrean')).text());
  expect((await other.request.post(action, { form: proof, maxRedirects: 0 })).status()).toBe(404);
  await owner.reload();
  await expect(owner.getByRole('link', { name })).toBeVisible();
  await other.goto('/antrean');
  await expect(other.getByText(name)).toHaveCount(0);
});
