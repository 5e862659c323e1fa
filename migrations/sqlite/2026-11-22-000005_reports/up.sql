-- Reports: frozen once for each period and scope, never changed; what is to be said later is an addendum.

CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 2026-10
    period TEXT NOT NULL,
    -- The OPD's id; 0 for all OPDs, so that the key below holds for them too.
    scope BIGINT NOT NULL,
    opd_id BIGINT CONSTRAINT report_opd REFERENCES opd (id),
    -- JSON of domain::report::Snapshot, the very bytes that the hash is of.
    snapshot TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    -- By which the public proves a paper.
    code TEXT NOT NULL CONSTRAINT report_code_unique UNIQUE,
    anchor TEXT,
    frozen_at TIMESTAMP NOT NULL,
    CONSTRAINT report_once UNIQUE (period, scope),
    CONSTRAINT report_scope CHECK (scope = coalesce(opd_id, 0))
);
CREATE INDEX report_by_scope ON report (scope, period);

CREATE TABLE report_addendum (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id BIGINT NOT NULL CONSTRAINT report_addendum_report REFERENCES report (id),
    author_id BIGINT NOT NULL CONSTRAINT report_addendum_author REFERENCES person (id),
    -- In a line, which the public may read.
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX report_addendum_by_report ON report_addendum (report_id, id);

-- What is computed for a month is found by when tickets were opened and ended, however many there are.
CREATE INDEX ticket_by_opening ON ticket (opened_at);
CREATE INDEX ticket_by_ending ON ticket ((coalesce(resolved_at, closed_at)), opened_at);
CREATE INDEX handover_accepted ON handover (ticket_id) WHERE accepted_at IS NOT NULL;
CREATE INDEX event_reopened ON event (at, ticket_id) WHERE kind = 'reopened';
CREATE INDEX rating_by_time ON rating (at, ticket_id);
-- A month has half a million clocks that ended: all that is counted of them is in the index.
DROP INDEX clock_by_end;
CREATE INDEX clock_by_end ON clock (since, kind, ticket_id, due_at, consumed_seconds, round, state)
    WHERE state = 'stopped';
