// The first start, when nobody is there yet, and the way back in for whoever has forgotten the password.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PASSWORD } from './support/desk.mjs';
import { freshFolder, start } from './support/server.mjs';
import { expect, test } from './support/test.mjs';

/** The links in the letters of a folder, the newest letter last. */
function links(folder) {
  const letters = readdirSync(folder).filter((name) => name.endsWith('.eml')).sort();
  const text = letters.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const plain = text.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
  return [...plain.matchAll(/https?:\/\/\S+\/sandi-baru\/[\w-]+/g)].map(([link]) => new URL(link).pathname);
}

test('the first admin is made by the link that the program prints, then the password is forgotten', async ({ as }) => {
  const folder = freshFolder();
  const server = await start('serve', folder);
  try {
    const page = await as(null, { base: server.base });
    await page.goto('/');
    await page.goto('/mulai?kode=salah');
    await expect(page.getByRole('alert')).toContainText('Kode tidak cocok');
    const begin = () => server.said.join('\n').match(/\/mulai\?kode=\S+/)?.[0];
    await expect.poll(begin).toBeTruthy();
    await page.goto(begin());
    await page.getByLabel('Nama Dinas').fill('Dinas Komunikasi dan Informatika');
    await page.getByLabel('Kode', { exact: true }).fill('DISKOMINFO');
    await page.getByLabel('Nama lengkap').fill('Admin Pertama');
    await page.getByLabel('Alamat e-mail dinas').fill('admin@contoh.go.id');
    await page.getByLabel('Kata sandi').fill(PASSWORD);
    await page.getByRole('button', { name: 'Buat dan masuk' }).click();
    await expect(page.getByText('Menu akun')).toHaveCount(1);
    await page.goto('/admin');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

    const other = await as(null, { base: server.base });
    await other.goto(begin());
    await expect(other.getByRole('button', { name: 'Buat dan masuk' })).toHaveCount(0);

    await other.goto('/masuk');
    await other.getByRole('link', { name: 'Lupa kata sandi?' }).click();
    await other.getByLabel('Alamat e-mail dinas').fill('admin@contoh.go.id');
    await other.getByRole('button', { name: 'Kirim tautan' }).click();
    const mail = join(folder, 'mail');
    await expect.poll(() => { try { return links(mail).length; } catch { return 0; } }).toBeGreaterThan(0);
    const [link] = links(mail);
    await other.goto(link);
    await other.getByLabel('Kata sandi baru').fill('rangkaian kata yang baru');
    await other.getByRole('button', { name: 'Simpan kata sandi' }).click();
    await expect(other).toHaveURL(/\/masuk/);
    await other.goto(link);
    await expect(other.getByText('Tautan ini tidak berlaku lagi')).toBeVisible();
    await page.goto('/admin');
    await expect(page).toHaveURL(/\/masuk/);
    await page.close();
    await other.close();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
