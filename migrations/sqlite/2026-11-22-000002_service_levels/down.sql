DROP INDEX outbox_digest;
DROP INDEX ticket_open_by_due;
ALTER TABLE ticket DROP COLUMN due_at;
DROP TABLE breach;
DROP TABLE alarm;
DROP TABLE clock;
DROP TABLE policy_version;
DROP TABLE calendar_version;
DROP TABLE calendar;
