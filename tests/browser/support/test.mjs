// What every test begins with: the running demo, its API, and browsers that are signed in.
import { test as plain, expect } from '@playwright/test';
import { places } from '../pages.mjs';
import { Desk } from './desk.mjs';
import { guard } from './guard.mjs';
import { signIn } from './session.mjs';

export { expect };

export const test = plain.extend({
  /** The API of the demo. */
  desk: [
    async ({}, use) => {
      await use(new Desk(process.env.KENTONGAN_BASE));
    },
    { scope: 'worker' },
  ],

  /** Tickets and others of the demo, by name. */
  places: [
    async ({ desk }, use) => {
      await use(await places(desk));
    },
    { scope: 'worker' },
  ],

  /** Opens a guarded browser of its own for somebody; nobody is signed in if `who` is null. */
  as: async ({ browser }, use) => {
    const opened = [];
    await use(async (who, options = {}) => {
      const { base = process.env.KENTONGAN_BASE, ...rest } = options;
      const context = await browser.newContext({ baseURL: base, viewport: { width: 1280, height: 860 }, ...rest });
      const found = guard(context);
      opened.push({ who, context, found });
      if (who) await signIn(context, who, base);
      return context.newPage();
    });
    for (const { context } of opened) await context.close();
    for (const { who, found } of opened) expect(found, `what went wrong in the browser of ${who}`).toEqual([]);
  },
});
