-- How the promises of a ticket stand, beside when the first is due: when the first of those that run is nearly
-- used up (the end of time where none runs), and whether one was missed. Queues count by them.
ALTER TABLE ticket ADD COLUMN warn_at TIMESTAMP NOT NULL DEFAULT '9999-12-31 00:00:00';
ALTER TABLE ticket ADD COLUMN missed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE ticket SET warn_at = first_warning.at
FROM (SELECT ticket_id, min(warn_at) AS at FROM clock
      WHERE state = 'running' AND kind <> 'closing' AND warn_at IS NOT NULL GROUP BY ticket_id) AS first_warning
WHERE first_warning.ticket_id = ticket.id;
UPDATE ticket SET missed = TRUE
WHERE id IN (SELECT ticket_id FROM clock WHERE state <> 'running' AND kind <> 'closing' AND due_at < since);

-- All that is counted, so that no ticket itself is read.
DROP INDEX ticket_open_standing;
CREATE INDEX ticket_open_standing ON ticket (status, assignee_id, handover_state, due_at, warn_at, missed, is_open)
    WHERE is_open;
