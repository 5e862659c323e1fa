DROP INDEX handover_by_request;
DROP INDEX outbox_digest;
CREATE INDEX outbox_digest ON outbox (recipient_id) WHERE notice = 'alarm_digest' AND state = 'queued';
DROP TABLE presence;
DROP TABLE rating;
DROP TABLE saved_view;
DROP TABLE password_reset;
DROP TABLE web_session;
