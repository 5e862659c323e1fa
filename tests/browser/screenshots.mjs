// Pictures of every page in both widths and both themes, for every role that has it:
//   node screenshots.mjs FOLDER
// Names: page-role-width-theme.png. What the README shows is written at 1280 × 800 as readme-queue.png and so on, to be
// copied to docs/images/queue.png.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { README, everyPage } from './pages.mjs';
import { LAUNCH, THEMES, WIDTHS } from './support/browser.mjs';
import { demo } from './support/server.mjs';
import { signIn } from './support/session.mjs';

const folder = resolve(process.argv[2] ?? '../../target/screenshots');
mkdirSync(folder, { recursive: true });
const server = await demo();
const browser = await chromium.launch(LAUNCH);
try {
  const pages = await everyPage(server.base);
  const roles = [...new Set(pages.map(({ who }) => who))];
  let count = 0;
  for (const who of roles) {
    const context = await browser.newContext({ baseURL: server.base, locale: 'id-ID', timezoneId: 'Asia/Jakarta' });
    if (who) await signIn(context, who, server.base);
    const page = await context.newPage();
    for (const { name, path, status } of pages.filter((one) => one.who === who)) {
      for (const viewport of WIDTHS) {
        await page.setViewportSize(viewport);
        const answer = await page.goto(path);
        if (answer.status() !== status) throw new Error(`${path} for ${who}: ${answer.status()}`);
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme });
          const file = `${name}-${who ?? 'anybody'}-${viewport.width}-${colorScheme}.png`;
          await page.screenshot({ path: join(folder, file), fullPage: true });
          count++;
        }
      }
      const shown = README.find((one) => one.name === name && one.who === who);
      if (shown) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.emulateMedia({ colorScheme: 'light' });
        await page.goto(path);
        await page.screenshot({ path: join(folder, `readme-${shown.picture}.png`) });
      }
    }
    await context.close();
  }
  console.log(`${count} pictures in ${folder}`);
} finally {
  await browser.close();
  await server.stop();
}
