// A mail of somebody whom the desk does not know waits until an admin decides.
import { expect, test } from './support/test.mjs';

test('a mail of an unknown sender becomes a ticket of the person whom an admin names', async ({ as }) => {
  const page = await as('admin', { javaScriptEnabled: false });
  await page.goto('/admin/surat-masuk');
  await page.getByRole('link', { name: /^Putuskan surat Tidak bisa masuk/ }).click();
  await expect(page.getByText('saya menulis dari surel pribadi')).toBeVisible();
  await page.getByLabel('Untuk siapa tiketnya?').fill('budi santoso');
  await page.getByRole('button', { name: 'Cari' }).click();
  await page.getByRole('radio', { name: /^Budi Santoso/ }).check();
  await page.getByRole('button', { name: 'Jadikan tiket', exact: true }).last().click();
  await expect(page.getByRole('status').filter({ hasText: 'Surat menjadi tiket' })).toBeVisible();
  await page.goto('/admin/surat-masuk');
  await expect(page.getByRole('link', { name: /^Putuskan surat Tidak bisa masuk/ })).toHaveCount(0);
  const reporter = await as('requester');
  await reporter.goto('/');
  await expect(reporter.getByRole('link', { name: /Tidak bisa masuk aplikasi presensi/ })).toBeVisible();
});
