DROP INDEX clock_by_end;
CREATE INDEX clock_by_end ON clock (since, ticket_id) WHERE state = 'stopped';
DROP INDEX rating_by_time;
DROP INDEX event_reopened;
DROP INDEX handover_accepted;
DROP INDEX ticket_by_ending;
DROP INDEX ticket_by_opening;
DROP TABLE report_addendum;
DROP TABLE report;
