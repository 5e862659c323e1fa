-- Settings that the program keeps for itself (token secret, tenant number prefix ...).
CREATE TABLE setting (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- People and organisation ---------------------------------------------------------------

CREATE TABLE opd (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL CONSTRAINT opd_code_unique UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    independent_ict BOOLEAN NOT NULL DEFAULT FALSE,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    opd_id BIGINT NOT NULL CONSTRAINT person_opd REFERENCES opd (id),
    name TEXT NOT NULL,
    email TEXT NOT NULL CONSTRAINT person_email_unique UNIQUE,
    nip TEXT,
    phone TEXT,
    password_hash TEXT,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX person_by_opd ON person (opd_id, id);

-- A role of a person; for tier1_agent it is the appointment (SK) that regulation asks for.
CREATE TABLE role_grant (
    person_id BIGINT NOT NULL CONSTRAINT role_grant_person REFERENCES person (id),
    role TEXT NOT NULL CONSTRAINT role_grant_role CHECK (role IN
        ('requester', 'tier1_agent', 'tier2_agent', 'supervisor', 'opd_head', 'auditor', 'admin')),
    letter_number TEXT,
    letter_on DATE,
    valid_until DATE,
    granted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, role)
);
CREATE INDEX role_grant_by_role ON role_grant (role, person_id);

CREATE TABLE team (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL CONSTRAINT team_code_unique UNIQUE,
    name TEXT NOT NULL,
    csirt BOOLEAN NOT NULL DEFAULT FALSE,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE team_member (
    team_id BIGINT NOT NULL CONSTRAINT team_member_team REFERENCES team (id),
    person_id BIGINT NOT NULL CONSTRAINT team_member_person REFERENCES person (id),
    PRIMARY KEY (team_id, person_id)
);
CREATE INDEX team_member_by_person ON team_member (person_id);

CREATE TABLE category (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL CONSTRAINT category_name_unique UNIQUE,
    team_id BIGINT CONSTRAINT category_team REFERENCES team (id),
    active BOOLEAN NOT NULL DEFAULT TRUE,
    version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE priority_rule (
    impact TEXT NOT NULL,
    urgency TEXT NOT NULL,
    priority TEXT NOT NULL CONSTRAINT priority_rule_priority CHECK (priority IN ('p1', 'p2', 'p3', 'p4')),
    PRIMARY KEY (impact, urgency)
);
INSERT INTO priority_rule (impact, urgency, priority) VALUES
    ('high', 'high', 'p1'), ('high', 'medium', 'p2'), ('medium', 'high', 'p2'),
    ('medium', 'medium', 'p3'), ('high', 'low', 'p3'), ('low', 'high', 'p3'),
    ('medium', 'low', 'p4'), ('low', 'medium', 'p4'), ('low', 'low', 'p4');

-- Tickets -------------------------------------------------------------------------------

-- version is also the sequence number of the ticket's last event: one event, one version.
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version BIGINT NOT NULL,
    type TEXT NOT NULL CONSTRAINT ticket_type CHECK (type IN
        ('complaint', 'incident', 'problem', 'request', 'change')),
    status TEXT NOT NULL CONSTRAINT ticket_status CHECK (status IN
        ('new', 'in_progress', 'waiting_requester', 'waiting_third_party', 'waiting_approval',
         'resolved', 'closed', 'cancelled', 'rejected')),
    is_open BOOLEAN NOT NULL,
    subject TEXT,
    impact TEXT NOT NULL,
    urgency TEXT NOT NULL,
    priority TEXT NOT NULL CONSTRAINT ticket_priority CHECK (priority IN ('p1', 'p2', 'p3', 'p4')),
    channel TEXT NOT NULL,
    classification TEXT NOT NULL CONSTRAINT ticket_classification CHECK (classification IN
        ('open', 'restricted', 'secret')),
    security BOOLEAN NOT NULL,
    personal_data BOOLEAN NOT NULL,
    major BOOLEAN NOT NULL,
    opd_id BIGINT NOT NULL CONSTRAINT ticket_opd REFERENCES opd (id),
    requester_id BIGINT NOT NULL CONSTRAINT ticket_requester REFERENCES person (id),
    recorder_id BIGINT NOT NULL CONSTRAINT ticket_recorder REFERENCES person (id),
    owner_id BIGINT NOT NULL CONSTRAINT ticket_owner REFERENCES person (id),
    assignee_id BIGINT CONSTRAINT ticket_assignee REFERENCES person (id),
    team_id BIGINT CONSTRAINT ticket_team REFERENCES team (id),
    handover_id BIGINT,
    handover_state TEXT CONSTRAINT ticket_handover_state CHECK (handover_state IN ('requested', 'accepted')),
    bounces BIGINT NOT NULL,
    reopenings BIGINT NOT NULL,
    category_id BIGINT CONSTRAINT ticket_category REFERENCES category (id),
    merged_into_id BIGINT CONSTRAINT ticket_merged_into REFERENCES ticket (id),
    tags TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    resolved_at TIMESTAMP,
    closed_at TIMESTAMP,
    -- An unresolved handover and the team that holds it come and go together.
    CONSTRAINT ticket_handover_whole CHECK (
        (handover_id IS NULL) = (team_id IS NULL) AND (handover_id IS NULL) = (handover_state IS NULL))
);
-- Queues read open tickets only: what is closed costs them nothing.
CREATE INDEX ticket_open_by_opd ON ticket (opd_id, updated_at, id) WHERE is_open;
CREATE INDEX ticket_open_by_team ON ticket (team_id, updated_at, id) WHERE is_open AND team_id IS NOT NULL;
CREATE INDEX ticket_open_by_assignee ON ticket (assignee_id, updated_at, id)
    WHERE is_open AND assignee_id IS NOT NULL;
CREATE INDEX ticket_open_by_update ON ticket (updated_at, id) WHERE is_open;
CREATE INDEX ticket_by_opd ON ticket (opd_id, updated_at, id);
CREATE INDEX ticket_by_requester ON ticket (requester_id, updated_at, id);
CREATE INDEX ticket_by_update ON ticket (updated_at, id);

-- Every text that people write about a ticket. Erasing one empties body and salt; the event
-- that told of it keeps the salted digest, so the chain stays whole.
CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id BIGINT NOT NULL CONSTRAINT message_ticket REFERENCES ticket (id),
    kind TEXT NOT NULL,
    public BOOLEAN NOT NULL,
    author_id BIGINT CONSTRAINT message_author REFERENCES person (id),
    at TIMESTAMP NOT NULL,
    body TEXT,
    salt TEXT,
    digest TEXT NOT NULL,
    erased_at TIMESTAMP
);
CREATE INDEX message_by_ticket ON message (ticket_id, id);

CREATE TABLE handover (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id BIGINT NOT NULL CONSTRAINT handover_ticket REFERENCES ticket (id),
    from_opd_id BIGINT NOT NULL CONSTRAINT handover_from REFERENCES opd (id),
    to_team_id BIGINT NOT NULL CONSTRAINT handover_to REFERENCES team (id),
    reason TEXT NOT NULL,
    automatic BOOLEAN NOT NULL,
    state TEXT NOT NULL CONSTRAINT handover_state CHECK (state IN
        ('requested', 'accepted', 'returned', 'withdrawn')),
    tried_id BIGINT NOT NULL CONSTRAINT handover_tried REFERENCES message (id),
    answer_id BIGINT CONSTRAINT handover_answer REFERENCES message (id),
    requested_by_id BIGINT CONSTRAINT handover_requested_by REFERENCES person (id),
    requested_at TIMESTAMP NOT NULL,
    accepted_by_id BIGINT CONSTRAINT handover_accepted_by REFERENCES person (id),
    accepted_at TIMESTAMP,
    ended_at TIMESTAMP
);
CREATE INDEX handover_by_ticket ON handover (ticket_id, id);
-- One unresolved handover a ticket.
CREATE UNIQUE INDEX handover_one_unresolved ON handover (ticket_id) WHERE ended_at IS NULL;

CREATE TABLE consultation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id BIGINT NOT NULL CONSTRAINT consultation_ticket REFERENCES ticket (id),
    team_id BIGINT NOT NULL CONSTRAINT consultation_team REFERENCES team (id),
    question_id BIGINT NOT NULL CONSTRAINT consultation_question REFERENCES message (id),
    asked_by_id BIGINT NOT NULL CONSTRAINT consultation_asked_by REFERENCES person (id),
    asked_at TIMESTAMP NOT NULL,
    answer_id BIGINT CONSTRAINT consultation_answer REFERENCES message (id),
    answered_by_id BIGINT CONSTRAINT consultation_answered_by REFERENCES person (id),
    answered_at TIMESTAMP
);
CREATE INDEX consultation_by_ticket ON consultation (ticket_id, id);
CREATE INDEX consultation_unanswered ON consultation (team_id, ticket_id) WHERE answered_at IS NULL;

CREATE TABLE watcher (
    ticket_id BIGINT NOT NULL CONSTRAINT watcher_ticket REFERENCES ticket (id),
    person_id BIGINT NOT NULL CONSTRAINT watcher_person REFERENCES person (id),
    PRIMARY KEY (ticket_id, person_id)
);
CREATE INDEX watcher_by_person ON watcher (person_id, ticket_id);

CREATE TABLE link (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id BIGINT NOT NULL CONSTRAINT link_ticket REFERENCES ticket (id),
    kind TEXT NOT NULL CONSTRAINT link_kind CHECK (kind IN
        ('duplicate_of', 'caused_by', 'child_of', 'follows')),
    other_id BIGINT NOT NULL CONSTRAINT link_other REFERENCES ticket (id),
    CONSTRAINT link_unique UNIQUE (ticket_id, kind, other_id)
);
CREATE INDEX link_by_other ON link (other_id);

CREATE TABLE attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id BIGINT NOT NULL CONSTRAINT attachment_ticket REFERENCES ticket (id),
    handover_id BIGINT CONSTRAINT attachment_handover REFERENCES handover (id),
    uploader_id BIGINT NOT NULL CONSTRAINT attachment_uploader REFERENCES person (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    public BOOLEAN NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX attachment_by_ticket ON attachment (ticket_id, id);
CREATE INDEX attachment_by_uploader ON attachment (uploader_id, size);

-- History -------------------------------------------------------------------------------

-- Append-only. hash = SHA-256(hash of the ticket's event before || canonical JSON of this row).
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id BIGINT NOT NULL CONSTRAINT event_ticket REFERENCES ticket (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor_id BIGINT CONSTRAINT event_actor REFERENCES person (id),
    at TIMESTAMP NOT NULL,
    payload TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT event_seq_unique UNIQUE (ticket_id, seq)
);

-- One chain for everything that is not a ticket: accounts, organisation, imports, erasures.
CREATE TABLE audit_event (
    seq BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    actor_id BIGINT CONSTRAINT audit_event_actor REFERENCES person (id),
    at TIMESTAMP NOT NULL,
    payload TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE INDEX audit_event_by_actor ON audit_event (actor_id, seq);
CREATE INDEX audit_event_by_kind ON audit_event (kind, seq);
CREATE INDEX audit_event_by_time ON audit_event (at, seq);

-- Merkle root over the heads of all tickets that changed in events (first, last], chained.
CREATE TABLE anchor (
    day DATE NOT NULL PRIMARY KEY,
    first_event_id BIGINT NOT NULL,
    last_event_id BIGINT NOT NULL,
    heads BIGINT NOT NULL,
    audit_seq BIGINT NOT NULL,
    audit_hash TEXT NOT NULL,
    root TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id BIGINT NOT NULL CONSTRAINT outbox_event REFERENCES event (id),
    recipient_id BIGINT NOT NULL CONSTRAINT outbox_recipient REFERENCES person (id),
    notice TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT outbox_state CHECK (state IN ('queued', 'sent', 'dead')),
    attempts BIGINT NOT NULL,
    due_at TIMESTAMP NOT NULL,
    answer TEXT,
    CONSTRAINT outbox_once UNIQUE (event_id, recipient_id, notice)
);
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state = 'queued';

-- Access --------------------------------------------------------------------------------

-- Wrong tries to sign in by address, whether anybody has it or not. Bounded: see store::tries.
CREATE TABLE sign_in_try (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- A keyed digest: what people mistype is nobody's business.
    address TEXT NOT NULL CONSTRAINT sign_in_try_address UNIQUE,
    failures BIGINT NOT NULL,
    locked_until TIMESTAMP,
    tried_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_try_by_age ON sign_in_try (tried_at);

CREATE TABLE refresh_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id BIGINT NOT NULL CONSTRAINT refresh_token_person REFERENCES person (id),
    family TEXT NOT NULL,
    hash TEXT NOT NULL CONSTRAINT refresh_token_hash UNIQUE,
    -- When the sign-in began from which it descends.
    signed_in_at TIMESTAMP NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX refresh_token_by_family ON refresh_token (family);
CREATE INDEX refresh_token_by_person ON refresh_token (person_id);

CREATE TABLE api_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id BIGINT NOT NULL CONSTRAINT api_key_person REFERENCES person (id),
    name TEXT NOT NULL,
    hash TEXT NOT NULL CONSTRAINT api_key_hash UNIQUE,
    scopes TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE INDEX api_key_by_person ON api_key (person_id);

CREATE TABLE idempotency (
    person_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    output TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (at);

-- Work that runs on one instance at a time.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until TIMESTAMP NOT NULL
);

-- What of another desk's log has been taken over already.
CREATE TABLE imported (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    ticket_id BIGINT NOT NULL CONSTRAINT imported_ticket REFERENCES ticket (id),
    rows_done BIGINT NOT NULL,
    last_row TEXT NOT NULL,
    PRIMARY KEY (source, external_id)
);

-- Search --------------------------------------------------------------------------------

-- rowid is the ticket's id. scope holds who may find it (domain::scope), so that a search
-- never looks at what its reader may not see.
CREATE VIRTUAL TABLE ticket_search USING fts5 (
    public_text, internal_text, scope,
    detail = 'column', -- The program writes only letters, digits and spaces; every letter of every script is one.
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* S*'"
);
