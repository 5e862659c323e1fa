DELETE FROM outbox WHERE delivery_id IS NOT NULL;
DROP INDEX outbox_unseen;
CREATE INDEX outbox_unseen ON outbox (recipient_id, id)
    WHERE seen_at IS NULL AND (event_id IS NOT NULL OR follow_up_id IS NOT NULL);
DROP INDEX outbox_of_delivery;
ALTER TABLE outbox DROP COLUMN delivery_id;
DROP TABLE report_delivery;
DROP TABLE report_recipient;
DROP TABLE report_signature;
