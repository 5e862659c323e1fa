-- The digest of what is late tells of what was collected, and of no event of its own any more.
UPDATE outbox SET event_id = NULL WHERE notice = 'alarm_digest';
