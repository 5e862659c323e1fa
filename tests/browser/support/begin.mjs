// Before all tests: a demo to test on. Gives what ends it.
import { demo } from './server.mjs';

export default async function begin() {
  const server = await demo();
  process.env.KENTONGAN_BASE = server.base;
  process.env.KENTONGAN_FOLDER = server.folder ?? '';
  return server.stop;
}
