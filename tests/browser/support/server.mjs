// The program as its users run it: a child process on a free port.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAM = process.env.KENTONGAN_PROGRAM ?? join(ROOT, 'target/debug/kentongan');

/** A fresh folder. */
export function freshFolder() {
  return mkdtempSync(join(tmpdir(), 'kentongan-browser-'));
}

/**
 * Starts a command that serves (`demo` or `serve`) on the database in a folder, and waits until it says where
 * it listens. `said` is what it prints, `stop` ends it by its id.
 */
export async function start(command, folder, settings = {}) {
  const child = spawn(PROGRAM, [command], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      KENTONGAN_SERVER__BIND: '127.0.0.1:0',
      KENTONGAN_DATABASE__URL: `sqlite://${join(folder, 'desk.db')}`,
      KENTONGAN_ATTACHMENTS__FOLDER: join(folder, 'attachments'),
      KENTONGAN_MAIL__URL: `file://${join(folder, 'mail')}`,
      KENTONGAN_ACCOUNTS__SIGN_INS_PER_MINUTE: '10000',
      KENTONGAN_TENANT__TICKET_PREFIX: 'BTG',
      KENTONGAN_LOG__LEVEL: 'warn',
      ...settings,
    },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout });
  const said = [];
  const base = await new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      said.push(line);
      const address = line.match(/listens on (http:\/\/[^\s/]+)/);
      if (address) resolve(address[1]);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${PROGRAM} ${command} ended with ${code}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { base, said, stop };
}

/** A demo in a fresh folder, which goes away with it. */
export async function startDemo() {
  const folder = freshFolder();
  const server = await start('demo', folder);
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { base: server.base, folder, stop };
}

/** The demo that `KENTONGAN_BASE` names, or one of our own. */
export async function demo() {
  const base = process.env.KENTONGAN_BASE;
  return base ? { base, folder: process.env.KENTONGAN_FOLDER, stop: async () => {} } : startDemo();
}
