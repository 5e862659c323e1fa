// Signing in and out, and forms that prove where they come from.
import { PASSWORD, email } from './support/desk.mjs';
import { proofs, signIn } from './support/session.mjs';
import { expect, test } from './support/test.mjs';

async function fillIn(page, who, password) {
  await page.getByLabel('Alamat e-mail dinas').fill(email(who));
  await page.getByLabel('Kata sandi').fill(password);
  await page.getByRole('button', { name: 'Masuk' }).click();
}

test('whoever signs in comes to the page that was wanted', async ({ as }) => {
  const page = await as(null);
  await page.goto('/antrean?bagian=lewat');
  await expect(page).toHaveURL(/\/masuk\?ke=/);
  await fillIn(page, 'agent', PASSWORD);
  await expect(page).toHaveURL(/\/antrean\?bagian=lewat$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Lewat tenggat');
});

test('whoever comes back with a session that is over signs in again', async ({ as }) => {
  const page = await as(null);
  await page.context().addCookies([{ name: 'kentongan', value: 'a'.repeat(43), url: process.env.KENTONGAN_BASE }]);
  await page.goto('/antrean');
  await fillIn(page, 'agent', PASSWORD);
  await expect(page).toHaveURL(/\/antrean$/);
});

test('nobody is sent to another site after signing in', async ({ as }) => {
  const page = await as(null);
  for (const to of ['https://evil.example/', '//evil.example/', '/\\evil.example']) {
    await page.goto(`/masuk?ke=${encodeURIComponent(to)}`);
    await fillIn(page, 'agent', PASSWORD);
    await expect(page).not.toHaveURL(/masuk/);
    expect(new URL(page.url()).host).toBe(new URL(process.env.KENTONGAN_BASE).host);
  }
});

test('a wrong password is told and the address kept, and after some tries sign-in is locked', async ({ as, desk }) => {
  const person = await desk.person();
  const page = await as(null);
  await page.goto('/masuk');
  for (let tries = 0; tries < 5; tries++) {
    await fillIn(page, person.email, 'bukan kata sandinya');
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(page.getByLabel('Alamat e-mail dinas')).toHaveValue(person.email);
    await expect(page.getByLabel('Kata sandi')).toHaveValue('');
  }
  await fillIn(page, person.email, PASSWORD);
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page).toHaveURL(/\/masuk/);
  await expect(page.getByRole('button', { name: 'Masuk' })).toBeVisible();
});

test('an unknown address is refused as a wrong password is', async ({ as, desk }) => {
  const [page, person] = [await as(null), await desk.person()];
  const told = [];
  for (const address of [person.email, 'tidak.ada@contoh.go.id']) {
    await page.goto('/masuk');
    await fillIn(page, address, 'bukan kata sandinya');
    told.push(await page.getByRole('alert').innerText());
  }
  expect(told[0]).toBe(told[1]);
});

test('whoever signs out is out, also with the old cookie', async ({ as }) => {
  const page = await as('agent');
  await page.goto('/antrean');
  const cookies = await page.context().cookies();
  await page.locator('summary', { hasText: 'Menu akun' }).click();
  await page.getByRole('button', { name: 'Keluar' }).click();
  await expect(page.getByRole('status').first()).toContainText('Anda sudah keluar');
  await page.context().addCookies(cookies);
  await page.goto('/antrean');
  await expect(page).toHaveURL(/\/masuk/);
});

test('signing in gives a new session cookie that scripts cannot read', async ({ as }) => {
  const page = await as('agent');
  const session = async () => (await page.context().cookies()).find((cookie) => cookie.name === 'kentongan');
  const before = await session();
  expect(before).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  await signIn(page.context(), 'agent');
  expect((await session()).value).not.toBe(before.value);
});

test('a form without its proof, or with that of another browser, does nothing', async ({ as }) => {
  const [page, stranger] = [await as('agent'), await as('other_agent')];
  await page.goto('/antrean');
  await stranger.goto('/antrean');
  const foreign = proofs(await stranger.content());
  for (const form of [{}, { _csrf: '' }, { _csrf: 'a'.repeat(128) }, foreign]) {
    const answer = await page.context().request.post('/keluar', { form, maxRedirects: 0 });
    expect(answer.status(), JSON.stringify(form)).toBe(403);
  }
  await page.goto('/antrean');
  await expect(page).toHaveURL(/\/antrean/);
});

test('a session that is ended elsewhere is over', async ({ as, desk }) => {
  const person = await desk.person();
  const [here, there] = [await as(person.email), await as(person.email)];
  await there.goto('/akun');
  await here.goto('/akun');
  await here.getByRole('button', { name: 'Akhiri semua yang lain' }).click();
  await expect(here.locator('.news')).toBeVisible();
  await expect(here.getByRole('button', { name: /^Akhiri sesi/ })).toHaveCount(0);
  await there.goto('/akun');
  await expect(there).toHaveURL(/\/masuk\?ke=/);
  await here.reload();
  await expect(here).toHaveURL(/\/akun$/);
});

test('a password that is changed ends all other sessions and replaces the old one', async ({ as, desk }) => {
  const person = await desk.person();
  const [here, there] = [await as(person.email), await as(person.email)];
  const fresh = 'rangkaian kata yang baru';
  await here.goto('/akun');
  await here.getByLabel('Kata sandi saat ini').fill('bukan kata sandinya');
  await here.getByLabel('Kata sandi baru').fill(fresh);
  await here.getByRole('button', { name: 'Ganti kata sandi' }).click();
  await expect(here.getByText('kata sandi saat ini tidak cocok')).toBeVisible();
  await here.getByLabel('Kata sandi saat ini').fill(PASSWORD);
  await here.getByLabel('Kata sandi baru').fill(fresh);
  await here.getByRole('button', { name: 'Ganti kata sandi' }).click();
  await expect(here.locator('.news')).toBeVisible();
  await there.goto('/akun');
  await expect(there).toHaveURL(/\/masuk/);
  await fillIn(there, person.email, PASSWORD);
  await expect(there.getByRole('alert')).toBeVisible();
  await fillIn(there, person.email, fresh);
  await expect(there).not.toHaveURL(/\/masuk/);
});
