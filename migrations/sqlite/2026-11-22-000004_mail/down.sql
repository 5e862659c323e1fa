CREATE TABLE outbox_old (
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
INSERT INTO outbox_old (id, event_id, recipient_id, notice, state, attempts, due_at, answer)
    SELECT id, event_id, recipient_id, notice, state, attempts, due_at, answer FROM outbox
    WHERE event_id IS NOT NULL AND recipient_id IS NOT NULL AND state IN ('queued', 'sent', 'dead');
DROP TABLE outbox;
ALTER TABLE outbox_old RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state = 'queued';
CREATE UNIQUE INDEX outbox_digest ON outbox (recipient_id) WHERE notice = 'alarm_digest' AND state = 'queued';
DROP TABLE inbound_mail;
DROP INDEX attachment_by_content;
DROP TABLE mailbox;
DROP TABLE mail_minute;
DROP TABLE notice_choice;
DROP INDEX person_bounced;
ALTER TABLE person DROP COLUMN bounce;
ALTER TABLE person DROP COLUMN bounced_at;
ALTER TABLE password_reset ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE password_reset ADD COLUMN answer TEXT;
CREATE INDEX password_reset_queued ON password_reset (id) WHERE state = 'queued';
