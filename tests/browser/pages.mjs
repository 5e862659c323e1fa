// Every page, and who has it. The tests look at each of them, and so does the screenshot command.
import { Desk } from './support/desk.mjs';

const AGENTS = ['agent', 'tier2'];
const OVERSEERS = ['supervisor', 'auditor'];
const ADMINS = ['admin', 'auditor'];

/**
 * By name: the address, where `{…}` is one of `places`, and the roles of the cast that have it (null: nobody
 * is signed in). `status` if it is not 200.
 */
export const PAGES = [
  { name: 'masuk', path: '/masuk', roles: [null] },
  { name: 'lupa-sandi', path: '/lupa-sandi', roles: [null] },
  { name: 'sandi-baru-tidak-berlaku', path: '/sandi-baru/tidak-berlaku', roles: [null] },
  { name: 'ketentuan', path: '/ketentuan', roles: [null] },
  { name: 'tidak-ada', path: '/tidak-ada', roles: [null], status: 404 },
  { name: 'tidak-berwenang', path: '/admin', roles: ['requester'], status: 403 },

  { name: 'beranda', path: '/', roles: ['requester', ...AGENTS, ...OVERSEERS, 'head', 'admin'] },
  { name: 'tiket-saya', path: '/tiket', roles: ['requester', 'agent'] },
  { name: 'tiket-saya-berakhir', path: '/tiket?bagian=berakhir', roles: ['requester'] },
  { name: 'tiket-saya-diikuti', path: '/tiket?bagian=diikuti', roles: ['requester'] },
  { name: 'tiket-baru', path: '/tiket/baru', roles: ['requester'] },
  { name: 'tiket-baru-gangguan', path: '/tiket/baru/gangguan', roles: ['requester'] },
  { name: 'tiket-baru-permintaan', path: '/tiket/baru/permintaan', roles: ['requester'] },
  { name: 'tiket-baru-keluhan', path: '/tiket/baru/keluhan', roles: ['requester'] },
  { name: 'tiket-baru-masalah', path: '/tiket/baru/masalah', roles: ['requester'] },
  { name: 'tiket-baru-perubahan', path: '/tiket/baru/perubahan', roles: ['requester'] },
  { name: 'tiket-baru-keamanan', path: '/tiket/baru/insiden-keamanan', roles: ['requester'] },
  { name: 'nilai', path: '/tiket/{resolved}/nilai', roles: ['requester'] },
  { name: 'catat', path: '/catat', roles: [...AGENTS, 'supervisor'] },
  { name: 'cari', path: '/cari?q=internet', roles: ['requester', 'agent'] },
  { name: 'cari-kosong', path: '/cari?q=tidakadakatanya', roles: ['requester'] },

  { name: 'laporan', path: '/laporan', roles: ['agent', 'head', ...OVERSEERS, 'admin'] },
  { name: 'evaluasi', path: '/evaluasi', roles: ['agent', 'head', ...OVERSEERS, 'admin'] },
  { name: 'evaluasi-baru', path: '/evaluasi/baru', roles: ['supervisor', 'admin'] },
  { name: 'evaluasi-satu', path: '/evaluasi/1', roles: ['agent', 'head', ...OVERSEERS, 'admin'] },
  { name: 'evaluasi-ubah', path: '/evaluasi/1/ubah', roles: ['supervisor'] },
  { name: 'evaluasi-temuan', path: '/evaluasi/1/temuan?tabel=by_opd', roles: ['supervisor'] },
  { name: 'evaluasi-rekomendasi', path: '/evaluasi/1/rekomendasi?temuan=1', roles: ['supervisor'] },
  { name: 'evaluasi-rekomendasi-ubah', path: '/evaluasi/rekomendasi/2/ubah', roles: ['supervisor'] },
  { name: 'laporan-bulan', path: '/laporan/{month}', roles: ['agent', 'head', ...OVERSEERS, 'admin'] },
  { name: 'laporan-penerima', path: '/laporan/penerima', roles: [...OVERSEERS, 'admin'] },
  { name: 'verifikasi', path: '/verifikasi', roles: [null] },
  { name: 'verifikasi-tidak-dikenal', path: '/verifikasi/0000-0000-0000-0000', roles: [null] },

  { name: 'antrean', path: '/antrean', roles: [...AGENTS, 'head', ...OVERSEERS] },
  { name: 'antrean-lewat', path: '/antrean?bagian=lewat', roles: ['agent'] },
  { name: 'antrean-disaring', path: '/antrean?jenis=incident&urut=terbaru', roles: ['supervisor'] },
  { name: 'antrean-kosong', path: '/antrean?prioritas=p1&kategori=999999', roles: ['agent'] },

  { name: 'tiket', path: '/tiket/{handed}', roles: ['requester', ...AGENTS, ...OVERSEERS] },
  { name: 'tiket-ditangani', path: '/tiket/{taken}', roles: ['requester', 'agent'] },
  { name: 'tiket-selesai', path: '/tiket/{resolved}', roles: ['requester', 'agent'] },
  { name: 'tiket-keamanan', path: '/tiket/{security}', roles: ['csirt', 'supervisor'] },
  { name: 'tiket-induk', path: '/tiket/{major}', roles: ['supervisor'] },
  { name: 'tiket-catatan', path: '/tiket/{taken}?buka=catat', roles: ['agent'] },
  { name: 'tiket-eskalasi', path: '/tiket/{taken}?buka=eskalasi', roles: ['agent'] },
  { name: 'tiket-konsultasi', path: '/tiket/{taken}?buka=konsultasi', roles: ['agent'] },
  { name: 'tiket-kembalikan', path: '/tiket/{handed}?buka=kembalikan', roles: ['tier2'] },
  { name: 'tiket-selesaikan', path: '/tiket/{taken}?buka=selesaikan', roles: ['agent'] },
  { name: 'tiket-tunggu', path: '/tiket/{taken}?buka=tunggu', roles: ['agent'] },
  { name: 'tiket-alihkan', path: '/tiket/{taken}?buka=alihkan', roles: ['agent'] },
  { name: 'tiket-judul', path: '/tiket/{taken}?buka=judul', roles: ['agent'] },
  { name: 'tiket-dampak', path: '/tiket/{taken}?buka=dampak', roles: ['agent'] },
  { name: 'tiket-tag', path: '/tiket/{taken}?buka=tag', roles: ['agent'] },
  { name: 'tiket-kaitkan', path: '/tiket/{taken}?buka=kaitkan', roles: ['agent'] },
  { name: 'tiket-amati', path: '/tiket/{taken}?buka=amati', roles: ['agent'] },
  { name: 'tiket-tolak', path: '/tiket/{taken}?buka=tolak', roles: ['agent'] },
  { name: 'tiket-buka-kembali', path: '/tiket/{resolved}?buka=buka-kembali', roles: ['requester'] },
  { name: 'riwayat', path: '/tiket/{handed}/riwayat', roles: ['agent', 'auditor'] },
  { name: 'mengapa-terlambat', path: '/tiket/{late}/mengapa-terlambat', roles: OVERSEERS },
  { name: 'ke-mana-waktunya', path: '/tiket/{taken}/mengapa-terlambat/penyelesaian', roles: ['agent'] },

  { name: 'penyelia', path: '/penyelia', roles: OVERSEERS },
  { name: 'penyelia-pelanggaran', path: '/penyelia/pelanggaran', roles: OVERSEERS },

  { name: 'admin', path: '/admin', roles: ADMINS },
  { name: 'admin-opd', path: '/admin/opd', roles: ADMINS },
  { name: 'admin-opd-baru', path: '/admin/opd/baru', roles: ['admin'] },
  { name: 'admin-opd-satu', path: '/admin/opd/{opd}', roles: ADMINS },
  { name: 'admin-tim', path: '/admin/tim', roles: ADMINS },
  { name: 'admin-tim-baru', path: '/admin/tim/baru', roles: ['admin'] },
  { name: 'admin-tim-satu', path: '/admin/tim/{team}', roles: ADMINS },
  { name: 'admin-kategori', path: '/admin/kategori', roles: ADMINS },
  { name: 'admin-kategori-baru', path: '/admin/kategori/baru', roles: ['admin'] },
  { name: 'admin-kategori-satu', path: '/admin/kategori/1', roles: ['admin'] },
  { name: 'admin-prioritas', path: '/admin/prioritas', roles: ADMINS },
  { name: 'admin-orang', path: '/admin/orang', roles: ADMINS },
  { name: 'admin-orang-baru', path: '/admin/orang/baru', roles: ['admin'] },
  { name: 'admin-orang-satu', path: '/admin/orang/{person}', roles: ADMINS },
  { name: 'admin-orang-peran', path: '/admin/orang/{person}?peran=tier1_agent', roles: ['admin'] },
  { name: 'admin-kalender', path: '/admin/kalender', roles: ADMINS },
  { name: 'admin-kalender-baru', path: '/admin/kalender/baru', roles: ['admin'] },
  { name: 'admin-kalender-satu', path: '/admin/kalender/1', roles: ADMINS },
  { name: 'admin-kalender-versi-baru', path: '/admin/kalender/1/versi-baru', roles: ['admin'] },
  { name: 'admin-kebijakan', path: '/admin/kebijakan', roles: ADMINS },
  { name: 'admin-kebijakan-ubah', path: '/admin/kebijakan/ubah', roles: ['admin'] },
  { name: 'admin-jejak-audit', path: '/admin/jejak-audit', roles: ADMINS },
  { name: 'admin-surat', path: '/admin/surat', roles: ADMINS },
  { name: 'admin-surat-gagal', path: '/admin/surat?keadaan=dead', roles: ['admin'] },
  { name: 'admin-surat-menunggu', path: '/admin/surat?keadaan=queued', roles: ['admin'] },
  { name: 'admin-surat-orang', path: '/admin/surat?penerima=dewi', roles: ['admin'] },
  { name: 'admin-surat-berkas', path: '/admin/surat/berkas', roles: ['admin'] },
  { name: 'admin-surat-masuk', path: '/admin/surat-masuk', roles: ['admin', 'supervisor'] },
  { name: 'admin-surat-masuk-semua', path: '/admin/surat-masuk?hasil=semua', roles: ['admin'] },
  { name: 'admin-surat-masuk-satu', path: '/admin/surat-masuk/1', roles: ['admin', 'supervisor'] },
  { name: 'admin-pengaturan', path: '/admin/pengaturan', roles: ADMINS },

  { name: 'akun', path: '/akun', roles: ['requester', 'agent', 'tier2'] },
  { name: 'akun-pemberitahuan', path: '/akun/pemberitahuan', roles: ['requester', 'agent'] },
  { name: 'kabar', path: '/kabar', roles: ['requester', ...AGENTS, 'supervisor'] },
  { name: 'kabar-baru', path: '/kabar?tampil=baru', roles: ['agent'] },
  { name: 'kabar-kosong', path: '/kabar', roles: ['head'] },
  { name: 'pintasan', path: '/bantuan/pintasan', roles: ['requester', 'agent'] },
];

/** What the README shows: the page, and the name of its picture in `docs/images`. */
export const README = [
  { name: 'antrean', who: 'agent', picture: 'queue' },
  { name: 'tiket', who: 'tier2', picture: 'ticket' },
];

/**
 * Addresses that give something else than a page of their own, and those that are looked at elsewhere: the first
 * start in `first.spec.mjs`, a mail that was written in `notices.spec.mjs`. No mails come in to the demo.
 */
export const NO_PAGES = [
  '/laporan/{period}/unduh',
  '/laporan/{period}/tiket',
  '/evaluasi/bukti',
  '/evaluasi/rekomendasi/{id}/bukti/{file}',
  '/aset/{hash}/{name}',
  '/peristiwa',
  '/saran/orang',
  '/kabar/lonceng',
  '/tiket/{number}/lampiran/{id}',
  '/logo',
  '/mulai',
  '/admin/surat/berkas/{name}',
  '/admin/surat-masuk/{id}/asli',
];

/** The names in `{…}` of the addresses, for this demo. */
export async function places(desk) {
  const find = async (q) =>
    (await desk.get('supervisor', `/tickets?view=all&state=any&limit=1&q=${encodeURIComponent(q)}`)).items[0]?.number;
  const people = await desk.get('admin', '/people?q=dewi');
  return {
    month: new Date().toISOString().slice(0, 7),
    handed: await find('Internet kantor Kecamatan Gringsing mati sejak pagi'),
    security: await securityTicket(desk),
    major: await find('Internet 4 kecamatan timur putus'),
    late: await lateTicket(desk),
    ...(await ownTickets(desk)),
    opd: await desk.opd('KEC-GRINGSING'),
    team: await desk.team('JARINGAN'),
    person: people.items.find(({ email }) => email === 'dewi@contoh.go.id').id,
  };
}

/** One that only the CSIRT reads. */
async function securityTicket(desk) {
  const { items } = await desk.get('csirt', '/tickets?view=team&limit=100');
  return items.find(({ security }) => security)?.number;
}

/** One that missed a target, with its content. */
async function lateTicket(desk) {
  const { items } = await desk.get('supervisor', '/tickets?view=all&sla=breached&limit=50');
  return items.find(({ redacted }) => !redacted)?.number;
}

/** A ticket that Tier 1 works on and one that it has resolved, made where the demo has none of this requester. */
async function ownTickets(desk) {
  const fields = { subject: 'Printer loket KTP mencetak garis hitam', impact: 'medium', urgency: 'medium' };
  const description = 'Sejak Jumat setiap cetakan bergaris hitam di tepi kanan. Tinta baru diganti.';
  const { items } = await desk.get('requester', `/tickets?view=requested&state=any&q=${encodeURIComponent(fields.subject)}`);
  const known = (status) => items.find((ticket) => ticket.status === status)?.number;
  if (known('resolved')) return { taken: known('in_progress'), resolved: known('resolved') };
  const [taken, resolved] = [await desk.ticket({ ...fields, description }), await desk.ticket({ ...fields, description })];
  for (const ticket of [taken, resolved]) {
    await desk.post('agent', `/tickets/${ticket}/assign`);
    await desk.post('agent', `/tickets/${ticket}/replies`, { body: 'Terima kasih, kami periksa siang ini.' });
    await desk.post('agent', `/tickets/${ticket}/notes`, { body: 'Kemungkinan drum; cadangan ada di gudang.' });
    await desk.attach('requester', ticket, 'hasil-cetak.txt', 'garis hitam di tepi kanan');
  }
  await desk.post('agent', `/tickets/${resolved}/resolve`, { resolution: 'Drum diganti, hasil cetak bersih.' });
  return { taken, resolved };
}

/** Every page for every role that has it: `{name, who, path, status}`. */
export async function everyPage(base) {
  const known = await places(new Desk(base));
  return PAGES.flatMap(({ name, path, roles, status = 200 }) =>
    roles.map((who) => ({ name, who, status, path: fill(path, known) })),
  );
}

/** An address with its places. */
export function fill(path, known) {
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    if (known[name] === undefined) throw new Error(`the demo has no ${name} for ${path}`);
    return known[name];
  });
}
