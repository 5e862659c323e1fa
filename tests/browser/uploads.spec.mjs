// Files that are refused: with a reason that is shown, and what was typed is kept.
import { expect, test } from './support/test.mjs';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const FORBIDDEN = [
  { name: 'halaman.html', content: '<!doctype html><script>alert(1)</script>' },
  { name: 'gambar.svg', content: '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>' },
  { name: 'program.exe', content: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]) },
  { name: 'skrip.js', content: 'alert(1)' },
  { name: 'makro.docm', content: 'PK' },
  { name: 'kosong.txt', content: '' },
  { name: 'palsu.png', content: '<!doctype html><script>alert(1)</script>' },
  { name: 'palsu.pdf', content: PNG },
  { name: 'palsu.txt', content: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]) },
  { name: 'surat.pdf.exe', content: '%PDF-1.7' },
  { name: 'besar.log', content: Buffer.alloc(10 * 1024 * 1024 + 1, 'a') },
];

for (const { name, content } of FORBIDDEN) {
  test(`${name} is refused with a reason, and the reply is kept`, async ({ as, desk }) => {
    const ticket = await desk.ticket();
    const page = await as('agent');
    await page.goto(`/tiket/${ticket}?buka=balas`);
    await page.getByRole('textbox', { name: 'Balasan untuk pelapor' }).fill('Lihat berkas berikut.');
    await page.getByLabel('Lampirkan berkas (boleh kosong)', { exact: true }).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
    const answer = page.waitForResponse((one) => one.request().method() === 'POST' && one.url().includes('/balas'));
    await page.getByRole('button', { name: 'Kirim', exact: true }).click();
    expect([413, 415, 422]).toContain((await answer).status());
    await expect(page.getByRole('alert')).toContainText(/berkas|paling besar/i);
    await expect(page.getByRole('textbox', { name: 'Balasan untuk pelapor' })).toHaveValue('Lihat berkas berikut.');
    expect((await desk.get('agent', `/tickets/${ticket}/attachments`)).items).toEqual([]);
    expect((await desk.messages(ticket)).map(({ body }) => body)).not.toContain('Lihat berkas berikut.');
  });
}

test('accepted files go along with a reply and come back as they were', async ({ as, desk }) => {
  const ticket = await desk.ticket();
  const page = await as('agent');
  await page.goto(`/tiket/${ticket}?buka=balas`);
  await page.getByRole('textbox', { name: 'Balasan untuk pelapor' }).fill('Lihat dua berkas berikut.');
  await page.getByLabel('Lampirkan berkas (boleh kosong)', { exact: true }).setInputFiles([
    { name: 'titik.png', mimeType: 'image/png', buffer: PNG },
    { name: 'catatan.txt', mimeType: 'text/plain', buffer: Buffer.from('isi') },
  ]);
  await page.getByRole('button', { name: 'Kirim', exact: true }).click();
  const own = await as('requester');
  await own.goto(`/tiket/${ticket}`);
  await expect(own.getByText('Lihat dua berkas berikut.')).toBeVisible();
  const [download] = await Promise.all([own.waitForEvent('download'), own.getByRole('link', { name: /titik\.png/ }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  expect(Buffer.concat(chunks)).toEqual(PNG);
});
