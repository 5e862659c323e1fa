-- Mail both ways: what is told to whom and how, what of it has left, and what came in.

-- How far a mailbox has been read (RFC 3501, 2.3.1.1).
CREATE TABLE mailbox (
    name TEXT NOT NULL PRIMARY KEY,
    uid_validity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL,
    -- What came before is passed over.
    begins_at TIMESTAMP NOT NULL,
    -- How many messages since then the server said that there are, when it was asked last, and how many of them
    -- were processed.
    messages BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    -- Why it could not be read last, if it could not.
    problem TEXT
);

-- Every message that was found, once, with what became of it.
CREATE TABLE inbound_mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    message_id TEXT,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    sent_at TIMESTAMP,
    found_at TIMESTAMP NOT NULL,
    outcome TEXT NOT NULL CONSTRAINT inbound_mail_outcome CHECK (outcome IN ('reply', 'ticket', 'triage',
        'rejected', 'discarded', 'bounce', 'automatic', 'list', 'own', 'loop', 'repeated', 'broken')),
    -- More of why.
    reason TEXT,
    ticket_id BIGINT CONSTRAINT inbound_mail_ticket REFERENCES ticket (id),
    person_id BIGINT CONSTRAINT inbound_mail_person REFERENCES person (id),
    -- The message as it came, among the attachment files; gone when it has served its time.
    raw_sha256 TEXT,
    raw_size BIGINT NOT NULL,
    CONSTRAINT inbound_mail_once UNIQUE (mailbox, uid_validity, uid)
);
CREATE INDEX inbound_mail_by_message_id ON inbound_mail (message_id);
CREATE INDEX inbound_mail_by_sender ON inbound_mail (sender, found_at);
CREATE INDEX inbound_mail_rejected ON inbound_mail (found_at) WHERE outcome = 'rejected';
CREATE INDEX inbound_mail_triage ON inbound_mail (id) WHERE outcome = 'triage';
CREATE INDEX inbound_mail_raw ON inbound_mail (found_at) WHERE raw_sha256 IS NOT NULL;
CREATE INDEX inbound_mail_by_raw ON inbound_mail (raw_sha256) WHERE raw_sha256 IS NOT NULL;
CREATE INDEX attachment_by_content ON attachment (sha256);
CREATE INDEX inbound_mail_by_ticket ON inbound_mail (ticket_id) WHERE ticket_id IS NOT NULL;

-- Made anew, because SQLite changes no constraint in place.
CREATE TABLE outbox_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What it tells of: an event of a ticket, a wish for a new password, or a mail that it answers.
    event_id BIGINT CONSTRAINT outbox_event REFERENCES event (id),
    reset_id BIGINT CONSTRAINT outbox_reset REFERENCES password_reset (id),
    inbound_id BIGINT CONSTRAINT outbox_inbound REFERENCES inbound_mail (id),
    -- Whom: a person, or an address of nobody we know.
    recipient_id BIGINT CONSTRAINT outbox_recipient REFERENCES person (id),
    address TEXT,
    notice TEXT NOT NULL,
    -- queued: to leave by mail; collected: waits for the digest; kept: told on the pages only.
    state TEXT NOT NULL CONSTRAINT outbox_state
        CHECK (state IN ('queued', 'sent', 'dead', 'collected', 'digested', 'kept')),
    -- 0 leaves first: accounts; then what is urgent, what is usual, and digests.
    urgency BIGINT NOT NULL CONSTRAINT outbox_urgency CHECK (urgency BETWEEN 0 AND 3),
    attempts BIGINT NOT NULL,
    queued_at TIMESTAMP NOT NULL,
    -- When it may leave. A claim puts it off, so that what a dead instance had claimed comes again.
    due_at TIMESTAMP NOT NULL,
    -- When a mail server took it, or when it was given up.
    ended_at TIMESTAMP,
    answer TEXT,
    -- The notice that tells of this one among others.
    digest_id BIGINT CONSTRAINT outbox_digest_id REFERENCES outbox (id),
    -- When the recipient saw it on the pages.
    seen_at TIMESTAMP,
    CONSTRAINT outbox_once UNIQUE (event_id, recipient_id, notice),
    CONSTRAINT outbox_of_reset UNIQUE (reset_id),
    CONSTRAINT outbox_of_inbound UNIQUE (inbound_id),
    CONSTRAINT outbox_somebody CHECK (recipient_id IS NOT NULL OR address IS NOT NULL)
);
-- What nothing has sent so far is too old to be sent now.
INSERT INTO outbox_new
    (id, event_id, recipient_id, notice, state, urgency, attempts, queued_at, due_at, answer, seen_at)
    SELECT id, event_id, recipient_id, notice, CASE state WHEN 'queued' THEN 'kept' ELSE state END, 2, attempts, due_at, due_at, answer, due_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (urgency, due_at, id) WHERE state = 'queued';
CREATE UNIQUE INDEX outbox_digest ON outbox (recipient_id) WHERE notice = 'alarm_digest' AND state = 'queued';
CREATE UNIQUE INDEX outbox_daily ON outbox (recipient_id) WHERE notice = 'digest' AND state = 'queued';
CREATE INDEX outbox_collected ON outbox (recipient_id, id) WHERE state = 'collected';
CREATE INDEX outbox_collected_due ON outbox (due_at, recipient_id) WHERE state = 'collected';
CREATE INDEX outbox_digested ON outbox (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
CREATE INDEX outbox_sent ON outbox (ended_at, id) WHERE state = 'sent';
CREATE INDEX outbox_aside ON outbox (state, id) WHERE state IN ('collected', 'digested', 'kept');
CREATE INDEX outbox_address ON outbox (address, id) WHERE address IS NOT NULL;
CREATE INDEX outbox_of_recipient ON outbox (recipient_id, id);
CREATE INDEX outbox_unseen ON outbox (recipient_id, id) WHERE seen_at IS NULL AND event_id IS NOT NULL;

-- How somebody wants to be told of a kind of things. What is not here is as the rules have it.
CREATE TABLE notice_choice (
    person_id BIGINT NOT NULL CONSTRAINT notice_choice_person REFERENCES person (id),
    topic TEXT NOT NULL,
    way TEXT NOT NULL CONSTRAINT notice_choice_way CHECK (way IN ('mail', 'digest', 'app')),
    PRIMARY KEY (person_id, topic)
);

-- How much left within a minute, for relays that take only so much.
CREATE TABLE mail_minute (
    at TIMESTAMP NOT NULL PRIMARY KEY,
    taken BIGINT NOT NULL
);

-- A mail to this person came back.
ALTER TABLE person ADD COLUMN bounced_at TIMESTAMP;
ALTER TABLE person ADD COLUMN bounce TEXT;
CREATE INDEX person_bounced ON person (id) WHERE bounced_at IS NOT NULL;

-- Links to new passwords leave by the outbox, which keeps tries and answers.
DROP INDEX password_reset_queued;
ALTER TABLE password_reset DROP COLUMN attempts;
ALTER TABLE password_reset DROP COLUMN answer;
