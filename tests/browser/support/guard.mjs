// What no page may do, whatever a test is about: an error in the console (a violation of the content security
// policy is one), a script that fails, a dialog, an answer that is the server's fault.

/** Watches a context; `found` fills with what was wrong. */
export function guard(context) {
  const found = [];
  // What the browser says of a page that is refused on purpose, for example 404.
  const refused = new Set();
  context.on('response', (response) => {
    if (response.status() >= 500) found.push(`${response.status()} ${response.url()}`);
    if (response.status() >= 400 && response.request().isNavigationRequest()) refused.add(response.url());
  });
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    const isRefusal = message.text().startsWith('Failed to load resource') && refused.has(message.location().url);
    if (!isRefusal) found.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => found.push(`script: ${error.error()}`));
  context.on('dialog', async (dialog) => {
    found.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  return found;
}
