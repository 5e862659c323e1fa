// The whole story, four times: somebody reports, Tier 1 takes it, tries and hands over, Tier 2 returns it with
// an instruction, Tier 1 hands over again, Tier 2 accepts and resolves, it is reopened, resolved again, confirmed
// and rated.
import { unique } from './support/desk.mjs';
import { Finger, Keyboard, Mouse } from './support/hands.mjs';
import { expect, test } from './support/test.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

const WAYS = [
  { way: 'by mouse', Hands: Mouse, options: {} },
  { way: 'by keyboard alone', Hands: Keyboard, options: {} },
  { way: 'without JavaScript', Hands: Mouse, options: { javaScriptEnabled: false } },
  { way: 'on a phone of 360 px', Hands: Finger, options: PHONE },
];

/** Somebody at a browser. */
class Person {
  constructor(page, hands) {
    this.page = page;
    this.hands = hands;
  }

  button(name) {
    return this.page.getByRole('main').getByRole('button', { name, exact: true }).filter({ visible: true });
  }

  link(name) {
    return this.page.getByRole('main').getByRole('link', { name, exact: true });
  }

  /** A field by what is written above it, whether or not it may be empty. */
  field(label) {
    const all = this.page.locator('main').locator('textarea, select, input:not([type=radio])');
    const words = label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return all.and(this.page.getByLabel(new RegExp(`^${words}( \\(boleh kosong\\))?$`))).filter({ visible: true });
  }

  /** From the queue to a ticket, by a part of the queue. */
  async find(part, ticket) {
    await this.page.goto('/antrean');
    await this.hands.press(this.page.getByRole('link', { name: part }));
    await this.hands.press(this.page.locator(`#t-${ticket}`).getByRole('link'));
    await expect(this.page).toHaveURL(new RegExp(`/tiket/${ticket}$`));
  }

  /** Turns to one of the forms to write in. */
  async turnTo(tab) {
    await this.hands.tick(this.page.getByRole('radio', { name: tab, exact: true }));
  }

  /** Fills in a form and sends it. */
  async send(fields, button) {
    for (const [label, value] of Object.entries(fields)) {
      const field = this.field(label);
      const isSelect = (await field.evaluate((element) => element.tagName)) === 'SELECT';
      if (isSelect) await this.hands.choose(field, value);
      else await this.hands.fill(field, value);
    }
    await this.hands.press(this.button(button));
    await this.done();
  }

  /** What was done is told. */
  async done() {
    await expect(this.page.locator('.news')).toBeVisible();
  }

  async status(word) {
    await expect(this.page.locator('.status').first()).toHaveText(word);
  }
}

for (const { way, Hands, options } of WAYS) {
  test(`the whole story ${way}`, async ({ as, desk }) => {
    test.setTimeout(150_000);
    const at = async (who) => {
      const page = await as(who, options);
      return new Person(page, new Hands(page));
    };
    const [budi, dewi, andi] = [await at('requester'), await at('agent'), await at('tier2')];
    const subject = `Internet ruang pelayanan mati ${unique()}`;

    const ticket = await test.step('the employee reports', async () => {
      await budi.page.goto('/');
      await budi.hands.press(budi.link(/^Laporkan gangguan/));
      await budi.hands.fill(budi.page.getByLabel('Apa yang terganggu?'), subject);
      await budi.hands.fill(budi.page.getByLabel('Ceritakan yang terjadi'), 'Sejak pagi semua komputer.');
      await budi.hands.tick(budi.page.getByLabel('Seluruh kantor'));
      await budi.hands.tick(budi.page.getByLabel('Tidak bisa sama sekali'));
      await budi.hands.press(budi.button('Kirim laporan'));
      await expect(budi.page.getByRole('heading', { level: 1 })).toContainText(subject);
      return budi.page.url().split('/').at(-1);
    });

    await test.step('Tier 1 takes it, tells the requester, and notes what was tried', async () => {
      await dewi.find('Belum diambil', ticket);
      await dewi.hands.press(dewi.button('Ambil'));
      await dewi.done();
      await dewi.status('Ditangani');
      await dewi.send({ 'Balasan untuk pelapor': 'Sedang kami periksa.' }, 'Kirim');
      await dewi.turnTo('Catatan internal');
      await dewi.send({ 'Catatan internal': 'Router dimulai ulang.' }, 'Simpan catatan');
    });

    await test.step('Tier 1 hands over', async () => {
      await dewi.turnTo('Eskalasi');
      const why = { Tim: 'Tim Jaringan', Alasan: 'Perlu perangkat atau suku cadang' };
      await expect(dewi.field('Yang sudah dicoba')).toHaveValue('Router dimulai ulang.');
      await dewi.send({ ...why, 'Yang sudah dicoba': 'Router, kabel dan listrik.' }, 'Eskalasi');
    });

    await test.step('Tier 2 returns it with an instruction', async () => {
      await andi.find('Menunggu diterima', ticket);
      await expect(andi.page.getByText('Router, kabel dan listrik.')).toBeVisible();
      await andi.turnTo('Kembalikan');
      await andi.send({ 'Petunjuk untuk Tier 1': 'Ukur redaman ONT lebih dulu.' }, 'Kembalikan ke Tier 1');
    });

    await test.step('Tier 1 reads the instruction and hands over again', async () => {
      await dewi.find('Milik saya', ticket);
      await expect(dewi.page.getByText('Ukur redaman ONT lebih dulu.')).toBeVisible();
      await dewi.turnTo('Eskalasi');
      const why = { Tim: 'Tim Jaringan', Alasan: 'Perlu keahlian yang tidak dimiliki' };
      await dewi.send({ ...why, 'Yang sudah dicoba': 'Redaman -29 dBm.' }, 'Eskalasi');
    });

    await test.step('Tier 2 accepts and resolves', async () => {
      await andi.find('Menunggu diterima', ticket);
      await andi.hands.press(andi.button('Terima'));
      await andi.done();
      await andi.hands.press(andi.link('Selesaikan'));
      await andi.send({ Penyelesaian: 'Konektor serat optik diganti.' }, 'Selesaikan');
      await andi.status('Selesai');
    });

    await test.step('the employee reopens', async () => {
      await budi.page.goto('/tiket');
      await budi.hands.press(budi.page.getByRole('link', { name: subject }));
      await expect(budi.page.getByText('Konektor serat optik diganti.')).toBeVisible();
      await expect(budi.page.getByText('Router dimulai ulang.')).toHaveCount(0);
      await budi.hands.press(budi.link('Belum beres'));
      await budi.send({ 'Apa yang belum beres?': 'Masih putus-putus.' }, 'Buka kembali');
    });

    await test.step('Tier 2 resolves again', async () => {
      await andi.find('Milik saya', ticket);
      await expect(andi.page.getByText('Masih putus-putus.')).toBeVisible();
      await andi.hands.press(andi.link('Selesaikan'));
      await andi.send({ Penyelesaian: 'Kabel di tiang diganti.' }, 'Selesaikan');
    });

    await test.step('the employee confirms and rates', async () => {
      await budi.page.goto('/');
      await budi.hands.press(budi.page.getByRole('link', { name: subject }));
      await budi.hands.press(budi.button('Ya, sudah beres'));
      await budi.done();
      await budi.status('Ditutup');
      await budi.hands.tick(budi.page.getByRole('radio', { name: 'Sangat baik' }));
      await budi.hands.press(budi.button('Kirim nilai'));
      await budi.done();
    });

    const kinds = (await desk.history(ticket)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'handed_over')).toHaveLength(2);
    expect((await desk.read(ticket)).status).toBe('closed');
    expect(kinds).toContain('rated');
  });
}
