// A client of the REST API: it makes what a test begins with, and reads what came of it.

/** The password of every demo account. */
export const PASSWORD = 'kentongan demo 2026';

/**
 * The people of the demo that the tests play, by role. `requester`, `agent` are of Kecamatan Gringsing,
 * `other_agent` and `head` of Disdikbud, `tier2` of the network team.
 */
export const CAST = {
  requester: 'budi',
  agent: 'dewi',
  other_agent: 'sari',
  tier2: 'andi',
  tier2_colleague: 'ketut.wirawan',
  csirt: 'rina',
  supervisor: 'hendra',
  head: 'ratna',
  auditor: 'agus',
  admin: 'admin',
};

/** The e-mail address of somebody of the cast, or of a person that a test made. */
export function email(who) {
  return who.includes('@') ? who : `${CAST[who] ?? who}@contoh.go.id`;
}

/** Different in every test. */
export function unique() {
  return Math.random().toString(36).slice(2, 10);
}

export class Desk {
  constructor(base) {
    this.base = base;
    this.tokens = new Map();
  }

  async token(who) {
    if (!this.tokens.has(who)) {
      const body = { email: email(who), password: PASSWORD };
      const answer = await this.send(null, 'POST', '/auth/token', body);
      this.tokens.set(who, answer.access_token);
    }
    return this.tokens.get(who);
  }

  /** The status and the body of an answer, whatever it is. */
  async ask(who, method, path, body) {
    const headers = who ? { authorization: `Bearer ${await this.token(who)}` } : {};
    const isForm = body instanceof FormData;
    if (body && !isForm) headers['content-type'] = 'application/json';
    const answer = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers,
      body: isForm || !body ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  }

  async send(who, method, path, body) {
    const answer = await this.ask(who, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get(who, path) {
    return this.send(who, 'GET', path);
  }

  post(who, path, body = {}) {
    return this.send(who, 'POST', path, body);
  }

  /** Opens a ticket and gives its number. */
  async ticket(fields = {}, who = 'requester') {
    const usual = { type: 'incident', subject: `Internet kantor mati ${unique()}`, description: 'Sejak pagi.' };
    return (await this.post(who, '/tickets', { ...usual, ...fields })).number;
  }

  /** A ticket that Tier 1 has handed over and the network team has accepted. */
  async accepted(fields = {}) {
    const ticket = await this.ticket(fields);
    const handover = await this.handOver(ticket);
    await this.post('tier2', `/tickets/${ticket}/handovers/${handover}/accept`);
    return ticket;
  }

  /** Hands a ticket over to the network team and gives the handover's id. */
  async handOver(ticket, who = 'agent') {
    const body = { team_id: await this.team('JARINGAN'), reason: 'skill', tried: 'Perangkat dimulai ulang.' };
    return (await this.post(who, `/tickets/${ticket}/handovers`, body)).id;
  }

  async attach(who, ticket, name, content) {
    const form = new FormData();
    form.append('file', new Blob([content]), name);
    return this.post(who, `/tickets/${ticket}/attachments`, form);
  }

  read(ticket, who = 'agent') {
    return this.get(who, `/tickets/${ticket}`);
  }

  async messages(ticket, who = 'agent') {
    return (await this.get(who, `/tickets/${ticket}/messages`)).items;
  }

  async history(ticket, who = 'agent') {
    return (await this.get(who, `/tickets/${ticket}/history?limit=100`)).items;
  }

  async opd(code) {
    return this.#idOf('/opds', code);
  }

  async team(code) {
    return this.#idOf('/teams', code);
  }

  async #idOf(path, code) {
    const { items } = await this.get('admin', `${path}?limit=100`);
    const found = items.find((item) => item.code === code);
    if (!found) throw new Error(`no ${code} in ${path}`);
    return found.id;
  }

  /** Adds a person with roles (a Tier 1 agent with an appointment) and gives id and e-mail address. */
  async person({ name = `Orang ${unique()}`, opd = 'KEC-GRINGSING', roles = ['requester'] } = {}) {
    const address = `${unique()}@contoh.go.id`;
    const body = { name, email: address, opd_id: await this.opd(opd), password: PASSWORD };
    const { id } = await this.post('admin', '/people', body);
    const letter = { letter_number: '800/1/2026', letter_on: '2026-01-05', valid_until: '2030-12-31' };
    for (const role of roles) {
      await this.send('admin', 'PUT', `/people/${id}/roles/${role}`, role === 'tier1_agent' ? letter : {});
    }
    return { id, email: address, name };
  }
}
