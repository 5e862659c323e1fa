-- Of which event a digest began is not known any more; such a digest has none.
UPDATE outbox SET event_id = NULL WHERE notice = 'alarm_digest';
