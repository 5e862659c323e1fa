-- Evaluations of reports: what was found in the figures, what is recommended, and what became of it.

CREATE TABLE evaluation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Of a report: 2026-10, 2026-Q4, 2026-S2 or 2026.
    period TEXT NOT NULL,
    -- The OPD's id; 0 for all OPDs, so that the key below holds for them too.
    scope BIGINT NOT NULL,
    opd_id BIGINT CONSTRAINT evaluation_opd REFERENCES opd (id),
    summary TEXT NOT NULL,
    author_id BIGINT NOT NULL CONSTRAINT evaluation_author REFERENCES person (id),
    added_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT evaluation_once UNIQUE (period, scope),
    CONSTRAINT evaluation_scope CHECK (scope = coalesce(opd_id, 0))
);

CREATE TABLE finding (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    evaluation_id BIGINT NOT NULL CONSTRAINT finding_evaluation REFERENCES evaluation (id),
    -- Which figure of the report: "overdue" of the summary, "by_opd/DINKES/overdue" of a table.
    figure TEXT NOT NULL,
    -- What it was called and what it said when it was looked at: unit, and value as JSON.
    title TEXT NOT NULL,
    unit TEXT NOT NULL,
    seen TEXT NOT NULL,
    -- Of the frozen report; nothing if it was provisional.
    report_sha256 TEXT,
    body TEXT NOT NULL,
    author_id BIGINT NOT NULL CONSTRAINT finding_author REFERENCES person (id),
    at TIMESTAMP NOT NULL
);
CREATE INDEX finding_by_evaluation ON finding (evaluation_id, id);

CREATE TABLE recommendation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    evaluation_id BIGINT NOT NULL CONSTRAINT recommendation_evaluation REFERENCES evaluation (id),
    -- On what it rests.
    finding_id BIGINT CONSTRAINT recommendation_finding REFERENCES finding (id),
    -- Who is to follow it up.
    owner_id BIGINT NOT NULL CONSTRAINT recommendation_owner REFERENCES opd (id),
    body TEXT NOT NULL,
    -- The last day on which it is in time.
    due_on DATE NOT NULL,
    status TEXT NOT NULL CONSTRAINT recommendation_status
        CHECK (status IN ('open', 'in_progress', 'submitted', 'done', 'dropped')),
    version BIGINT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    -- When it was done or dropped.
    ended_at TIMESTAMP,
    -- When its owner was reminded, and when it went to supervision, for being late; each once for a due date.
    reminded_at TIMESTAMP,
    escalated_at TIMESTAMP
);
CREATE INDEX recommendation_by_evaluation ON recommendation (evaluation_id, id);
CREATE INDEX recommendation_by_owner ON recommendation (owner_id, id);
CREATE INDEX recommendation_by_ending ON recommendation (ended_at);
CREATE INDEX recommendation_waiting ON recommendation (due_on)
    WHERE status IN ('open', 'in_progress') AND escalated_at IS NULL;

-- What happened to a recommendation. Rows are only ever added.
CREATE TABLE recommendation_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recommendation_id BIGINT NOT NULL CONSTRAINT recommendation_event_of REFERENCES recommendation (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- Nobody: it happened by itself.
    actor_id BIGINT CONSTRAINT recommendation_event_actor REFERENCES person (id),
    at TIMESTAMP NOT NULL,
    -- As it is from then on.
    status TEXT NOT NULL,
    -- What was said.
    note TEXT,
    -- What was changed, as JSON.
    facts TEXT,
    CONSTRAINT recommendation_event_once UNIQUE (recommendation_id, seq)
);

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recommendation_id BIGINT NOT NULL CONSTRAINT evidence_of REFERENCES recommendation (id),
    uploader_id BIGINT NOT NULL CONSTRAINT evidence_uploader REFERENCES person (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX evidence_of_recommendation ON evidence (recommendation_id, id);
CREATE INDEX evidence_by_uploader ON evidence (uploader_id);
CREATE INDEX evidence_by_content ON evidence (sha256);

-- What happens to a recommendation is told as what happens to a ticket is.
ALTER TABLE outbox ADD COLUMN follow_up_id BIGINT CONSTRAINT outbox_follow_up REFERENCES recommendation_event (id);
CREATE UNIQUE INDEX outbox_of_follow_up ON outbox (follow_up_id, recipient_id, notice) WHERE follow_up_id IS NOT NULL;
DROP INDEX outbox_unseen;
CREATE INDEX outbox_unseen ON outbox (recipient_id, id)
    WHERE seen_at IS NULL AND (event_id IS NOT NULL OR follow_up_id IS NOT NULL);
