DROP INDEX ticket_open_standing;
CREATE INDEX ticket_open_standing ON ticket (status, assignee_id, handover_state, is_open) WHERE is_open;
ALTER TABLE ticket DROP COLUMN missed;
ALTER TABLE ticket DROP COLUMN warn_at;
