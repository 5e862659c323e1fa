-- Signatures on reports, and who gets reports by mail.

-- A paper of a report that was signed: the bytes lie among the attachment files.
CREATE TABLE report_signature (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id BIGINT NOT NULL CONSTRAINT report_signature_report REFERENCES report (id),
    -- How many addenda the paper has: after another one there may be another paper.
    addenda BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    -- Of the certificate.
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL,
    serial TEXT NOT NULL,
    valid_until TIMESTAMP NOT NULL,
    -- Who had it signed; nobody if that was done on the command line.
    signed_by BIGINT CONSTRAINT report_signature_signed_by REFERENCES person (id),
    signed_at TIMESTAMP NOT NULL,
    CONSTRAINT report_signature_once UNIQUE (report_id, addenda)
);
CREATE INDEX report_signature_by_content ON report_signature (sha256);

-- Who gets which reports: people of the desk, or addresses beside them.
CREATE TABLE report_recipient (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- As in report: 0 for all OPDs.
    scope BIGINT NOT NULL,
    opd_id BIGINT CONSTRAINT report_recipient_opd REFERENCES opd (id),
    person_id BIGINT CONSTRAINT report_recipient_person REFERENCES person (id),
    address TEXT,
    name TEXT NOT NULL,
    -- With spaces between them: pdf xlsx.
    forms TEXT NOT NULL,
    moment TEXT NOT NULL CONSTRAINT report_recipient_moment CHECK (moment IN ('frozen', 'signed')),
    added_by BIGINT NOT NULL CONSTRAINT report_recipient_added_by REFERENCES person (id),
    added_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP,
    CONSTRAINT report_recipient_somebody CHECK ((person_id IS NULL) <> (address IS NULL)),
    CONSTRAINT report_recipient_scope CHECK (scope = coalesce(opd_id, 0))
);
CREATE UNIQUE INDEX report_recipient_person_once ON report_recipient (scope, person_id)
    WHERE removed_at IS NULL AND person_id IS NOT NULL;
CREATE UNIQUE INDEX report_recipient_address_once ON report_recipient (scope, address)
    WHERE removed_at IS NULL AND address IS NOT NULL;

-- That somebody is told of a report: once for each paper of it.
CREATE TABLE report_delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id BIGINT NOT NULL CONSTRAINT report_delivery_report REFERENCES report (id),
    recipient_id BIGINT NOT NULL CONSTRAINT report_delivery_recipient REFERENCES report_recipient (id),
    -- The signature; 0 for the report as it was frozen.
    paper BIGINT NOT NULL,
    CONSTRAINT report_delivery_once UNIQUE (report_id, recipient_id, paper)
);

ALTER TABLE outbox ADD COLUMN delivery_id BIGINT CONSTRAINT outbox_delivery REFERENCES report_delivery (id);
CREATE UNIQUE INDEX outbox_of_delivery ON outbox (delivery_id) WHERE delivery_id IS NOT NULL;
DROP INDEX outbox_unseen;
CREATE INDEX outbox_unseen ON outbox (recipient_id, id)
    WHERE seen_at IS NULL AND (event_id IS NOT NULL OR follow_up_id IS NOT NULL OR delivery_id IS NOT NULL);
