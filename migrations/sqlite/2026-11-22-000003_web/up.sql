-- The web: who is signed in with a browser, views that people keep, what requesters think of the help, and
-- who looks at a ticket at this moment.

CREATE TABLE web_session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL CONSTRAINT web_session_hash UNIQUE,
    person_id BIGINT NOT NULL CONSTRAINT web_session_person REFERENCES person (id),
    signed_in_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    -- What the browser says of itself, and from where it came: for people to recognise their own.
    browser TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX web_session_by_person ON web_session (person_id);

-- A wish for a new password. The secret of the link is made when the mail is; only its hash is kept.
CREATE TABLE password_reset (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id BIGINT NOT NULL CONSTRAINT password_reset_person REFERENCES person (id),
    state TEXT NOT NULL CONSTRAINT password_reset_state CHECK (state IN ('queued', 'sent', 'used', 'failed')),
    hash TEXT CONSTRAINT password_reset_hash UNIQUE,
    asked_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    answer TEXT
);
CREATE INDEX password_reset_by_person ON password_reset (person_id, asked_at);
CREATE INDEX password_reset_queued ON password_reset (id) WHERE state = 'queued';

CREATE TABLE saved_view (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id BIGINT NOT NULL CONSTRAINT saved_view_person REFERENCES person (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    CONSTRAINT saved_view_name UNIQUE (person_id, name)
);

-- One for each time that a ticket was resolved. The word beside it is a message.
CREATE TABLE rating (
    ticket_id BIGINT NOT NULL CONSTRAINT rating_ticket REFERENCES ticket (id),
    round BIGINT NOT NULL,
    stars BIGINT NOT NULL CONSTRAINT rating_stars CHECK (stars BETWEEN 1 AND 5),
    message_id BIGINT CONSTRAINT rating_message REFERENCES message (id),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (ticket_id, round)
);

CREATE TABLE presence (
    ticket_id BIGINT NOT NULL CONSTRAINT presence_ticket REFERENCES ticket (id),
    person_id BIGINT NOT NULL CONSTRAINT presence_person REFERENCES person (id),
    seen_at TIMESTAMP NOT NULL,
    typing BOOLEAN NOT NULL,
    PRIMARY KEY (ticket_id, person_id)
);
CREATE INDEX presence_by_age ON presence (seen_at);

-- A person has one digest that waits, whoever sweeps beside whom.
DROP INDEX outbox_digest;
CREATE UNIQUE INDEX outbox_digest ON outbox (recipient_id) WHERE notice = 'alarm_digest' AND state = 'queued';

-- Supervision looks at the handovers of the month.
CREATE INDEX handover_by_request ON handover (requested_at);

-- A desk's queue by time left, and how all queues stand, from open tickets alone: without the first SQLite
-- reads every ticket that the desk ever had; the second has all that is counted, is_open too, so that no
-- ticket itself is read.
CREATE INDEX ticket_open_of_desk ON ticket (opd_id, due_at, id) WHERE is_open;
CREATE INDEX ticket_open_standing ON ticket (status, assignee_id, handover_state, is_open) WHERE is_open;
