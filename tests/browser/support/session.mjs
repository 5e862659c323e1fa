// Signing in without looking at the page: as a browser without a window would.
import { PASSWORD, email } from './desk.mjs';

/** The hidden proofs of the first form of a page. */
export function proofs(html) {
  const value = (name) => html.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '';
  return { _csrf: value('_csrf'), _nonce: value('_nonce') };
}

/** Signs a browser context in. */
export async function signIn(context, who, base = process.env.KENTONGAN_BASE) {
  // A connection that was kept may be ended by the server just as it is used again.
  const page = await context.request.get(`${base}/masuk`, { maxRetries: 2 });
  const form = { ...proofs(await page.text()), ke: '/', email: email(who), password: PASSWORD };
  const answer = await context.request.post(`${base}/masuk`, { form, maxRedirects: 0 });
  if (answer.status() !== 303) throw new Error(`sign-in of ${who}: ${answer.status()}\n${await answer.text()}`);
}
