-- Service levels: when desks work, what they promise, and how far each ticket's clocks are.

CREATE TABLE calendar (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL CONSTRAINT calendar_name_unique UNIQUE
);

-- Versions are never changed: clocks refer to them. rules is the JSON of domain::sla::calendar.
CREATE TABLE calendar_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    calendar_id BIGINT NOT NULL CONSTRAINT calendar_version_calendar REFERENCES calendar (id),
    effective_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by_id BIGINT CONSTRAINT calendar_version_created_by REFERENCES person (id),
    rules TEXT NOT NULL
);
CREATE INDEX calendar_version_by_calendar ON calendar_version (calendar_id, effective_at, id);

-- rules is the JSON of domain::sla::policy.
CREATE TABLE policy_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    effective_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by_id BIGINT CONSTRAINT policy_version_created_by REFERENCES person (id),
    rules TEXT NOT NULL
);

-- How the clocks stand: what replaying the ledger gives, which is in the events of the ticket.
-- revision tells by how many versions of calendars and policy the row has been brought up to date.
CREATE TABLE clock (
    ticket_id BIGINT NOT NULL CONSTRAINT clock_ticket REFERENCES ticket (id),
    kind TEXT NOT NULL CONSTRAINT clock_kind CHECK (kind IN
        ('response', 'resolution', 'tier1', 'tier2_accept', 'tier2', 'legal', 'closing')),
    round BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT clock_state CHECK (state IN ('running', 'paused', 'stopped')),
    since TIMESTAMP NOT NULL,
    target TEXT NOT NULL,
    calendar_version_id BIGINT NOT NULL CONSTRAINT clock_calendar REFERENCES calendar_version (id),
    policy_version_id BIGINT NOT NULL CONSTRAINT clock_policy REFERENCES policy_version (id),
    consumed_seconds BIGINT NOT NULL,
    due_at TIMESTAMP,
    warn_at TIMESTAMP,
    alarm_at TIMESTAMP,
    revision BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, kind)
);
CREATE INDEX clock_by_alarm ON clock (alarm_at, ticket_id) WHERE alarm_at IS NOT NULL;
CREATE INDEX clock_by_end ON clock (since, ticket_id) WHERE state = 'stopped';
CREATE INDEX clock_by_revision ON clock (revision, ticket_id) WHERE state <> 'stopped';

-- Each alarm rings once in a round.
CREATE TABLE alarm (
    ticket_id BIGINT NOT NULL CONSTRAINT alarm_ticket REFERENCES ticket (id),
    kind TEXT NOT NULL,
    round BIGINT NOT NULL,
    percent BIGINT NOT NULL,
    due_at TIMESTAMP NOT NULL,
    at TIMESTAMP NOT NULL,
    event_id BIGINT NOT NULL CONSTRAINT alarm_event REFERENCES event (id),
    PRIMARY KEY (ticket_id, kind, round, percent)
);

-- Why a target was missed, as somebody of the desk sees it, and what supervision says to that.
CREATE TABLE breach (
    ticket_id BIGINT NOT NULL CONSTRAINT breach_ticket REFERENCES ticket (id),
    kind TEXT NOT NULL,
    round BIGINT NOT NULL,
    cause TEXT NOT NULL,
    explanation_id BIGINT NOT NULL CONSTRAINT breach_explanation REFERENCES message (id),
    proposed_by_id BIGINT NOT NULL CONSTRAINT breach_proposed_by REFERENCES person (id),
    proposed_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CONSTRAINT breach_state CHECK (state IN ('proposed', 'approved', 'refused')),
    decided_by_id BIGINT CONSTRAINT breach_decided_by REFERENCES person (id),
    decided_at TIMESTAMP,
    PRIMARY KEY (ticket_id, kind, round)
);
CREATE INDEX breach_undecided ON breach (ticket_id) WHERE state = 'proposed';

-- The nearest due time among the clocks that run: what queues are sorted by. The end of time where none
-- runs, so that those tickets come last from the same index.
ALTER TABLE ticket ADD COLUMN due_at TIMESTAMP NOT NULL DEFAULT '9999-12-31 00:00:00';
CREATE INDEX ticket_open_by_due ON ticket (due_at, id) WHERE is_open;

-- Digests that wait, of which a person has one.
CREATE INDEX outbox_digest ON outbox (recipient_id) WHERE notice = 'alarm_digest' AND state = 'queued';
