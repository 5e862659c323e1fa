// Every page, in both widths and both themes: accessible, within its width, and without an error.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NO_PAGES, PAGES, fill } from './pages.mjs';
import { COLOURS, violations } from './support/axe.mjs';
import { WIDTHS } from './support/browser.mjs';
import { expect, test } from './support/test.mjs';

for (const { name, path, roles, status = 200 } of PAGES) {
  for (const who of roles) {
    test(`${name} for ${who ?? 'anybody'} is accessible and fits`, async ({ as, places }) => {
      const page = await as(who);
      const address = fill(path, places);
      for (const viewport of WIDTHS) {
        await page.setViewportSize(viewport);
        const answer = await page.goto(address);
        expect(answer.status()).toBe(status);
        await page.emulateMedia({ colorScheme: 'light' });
        await check(page, `${address} at ${viewport.width}`);
        // Themes differ in nothing but colours.
        await page.emulateMedia({ colorScheme: 'dark' });
        expect.soft(await violations(page, COLOURS), `axe: ${address} at ${viewport.width}, dark`).toEqual([]);
      }
    });
  }
}

async function check(page, where) {
  expect.soft(await violations(page), `axe: ${where}`).toEqual([]);
  const seen = await page.evaluate(() => ({
    headings: document.querySelectorAll('h1').length,
    wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    // Tables that have to be scrolled though there is room for a desk's screen.
    cut: [...document.querySelectorAll('.table')].filter((one) => innerWidth > 1000 && one.scrollWidth > one.clientWidth)
      .length,
    title: document.title,
    language: document.documentElement.lang,
  }));
  expect.soft(seen, where).toEqual({
    headings: 1,
    wider: 0,
    cut: 0,
    title: expect.stringMatching(/\S · Kentongan$/),
    language: 'id',
  });
}

test('every page of the program is among those that are looked at', () => {
  const folder = fileURLToPath(new URL('../../src/web', import.meta.url));
  const tables = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('routes.rs'));
  const source = tables.map((file) => readFileSync(join(folder, file), 'utf8')).join('');
  const routes = [...source.matchAll(/\.route\(\s*"([^"]+)",\s*(?:web::)?get\(\)/g)].map(([, path]) => path);
  expect(routes.length).toBeGreaterThan(30);
  const looked = PAGES.map(({ path }) => path.split('?')[0]);
  const covers = (route) => looked.some((path) => new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
  expect(routes.filter((route) => !NO_PAGES.includes(route) && !covers(route))).toEqual([]);
});
