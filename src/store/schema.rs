//! The tables, by hand: one description for both databases. A test compares it with each.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! { setting (key) { key -> Text, value -> Text, } }

table! {
    opd (id) {
        id -> BigInt, code -> Text, name -> Text, kind -> Text,
        independent_ict -> Bool, active -> Bool, version -> BigInt,
    }
}

table! {
    person (id) {
        id -> BigInt, opd_id -> BigInt, name -> Text, email -> Text,
        nip -> Nullable<Text>, phone -> Nullable<Text>, password_hash -> Nullable<Text>,
        active -> Bool, created_at -> Timestamp, version -> BigInt,
        bounced_at -> Nullable<Timestamp>, bounce -> Nullable<Text>,
    }
}

table! {
    role_grant (person_id, role) {
        person_id -> BigInt, role -> Text, letter_number -> Nullable<Text>,
        letter_on -> Nullable<Date>, valid_until -> Nullable<Date>, granted_at -> Timestamp,
    }
}

table! {
    team (id) {
        id -> BigInt, code -> Text, name -> Text, csirt -> Bool, active -> Bool, version -> BigInt,
    }
}

table! { team_member (team_id, person_id) { team_id -> BigInt, person_id -> BigInt, } }

table! {
    category (id) {
        id -> BigInt, name -> Text, team_id -> Nullable<BigInt>, active -> Bool, version -> BigInt,
    }
}

table! { priority_rule (impact, urgency) { impact -> Text, urgency -> Text, priority -> Text, } }

table! {
    ticket (id) {
        id -> BigInt,
        version -> BigInt,
        #[sql_name = "type"]
        kind -> Text,
        status -> Text,
        is_open -> Bool,
        subject -> Nullable<Text>,
        impact -> Text,
        urgency -> Text,
        priority -> Text,
        channel -> Text,
        classification -> Text,
        security -> Bool,
        personal_data -> Bool,
        major -> Bool,
        opd_id -> BigInt,
        requester_id -> BigInt,
        recorder_id -> BigInt,
        owner_id -> BigInt,
        assignee_id -> Nullable<BigInt>,
        team_id -> Nullable<BigInt>,
        handover_id -> Nullable<BigInt>,
        handover_state -> Nullable<Text>,
        bounces -> BigInt,
        reopenings -> BigInt,
        category_id -> Nullable<BigInt>,
        merged_into_id -> Nullable<BigInt>,
        tags -> Text,
        opened_at -> Timestamp,
        updated_at -> Timestamp,
        resolved_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        due_at -> Timestamp,
        warn_at -> Timestamp,
        missed -> Bool,
    }
}

table! {
    message (id) {
        id -> BigInt, ticket_id -> BigInt, kind -> Text, public -> Bool,
        author_id -> Nullable<BigInt>, at -> Timestamp, body -> Nullable<Text>,
        salt -> Nullable<Text>, digest -> Text, erased_at -> Nullable<Timestamp>,
    }
}

table! {
    handover (id) {
        id -> BigInt, ticket_id -> BigInt, from_opd_id -> BigInt, to_team_id -> BigInt,
        reason -> Text, automatic -> Bool, state -> Text, tried_id -> BigInt,
        answer_id -> Nullable<BigInt>, requested_by_id -> Nullable<BigInt>, requested_at -> Timestamp,
        accepted_by_id -> Nullable<BigInt>, accepted_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

table! {
    consultation (id) {
        id -> BigInt, ticket_id -> BigInt, team_id -> BigInt, question_id -> BigInt,
        asked_by_id -> BigInt, asked_at -> Timestamp, answer_id -> Nullable<BigInt>,
        answered_by_id -> Nullable<BigInt>, answered_at -> Nullable<Timestamp>,
    }
}

table! { watcher (ticket_id, person_id) { ticket_id -> BigInt, person_id -> BigInt, } }

table! { link (id) { id -> BigInt, ticket_id -> BigInt, kind -> Text, other_id -> BigInt, } }

table! {
    attachment (id) {
        id -> BigInt, ticket_id -> BigInt, handover_id -> Nullable<BigInt>, uploader_id -> BigInt,
        name -> Text, media_type -> Text, size -> BigInt, sha256 -> Text, public -> Bool,
        at -> Timestamp,
    }
}

table! {
    event (id) {
        id -> BigInt, ticket_id -> BigInt, seq -> BigInt, kind -> Text,
        actor_id -> Nullable<BigInt>, at -> Timestamp, payload -> Text, hash -> Text,
    }
}

table! {
    audit_event (seq) {
        seq -> BigInt, kind -> Text, actor_id -> Nullable<BigInt>, at -> Timestamp,
        payload -> Text, hash -> Text,
    }
}

table! {
    anchor (day) {
        day -> Date, first_event_id -> BigInt, last_event_id -> BigInt, heads -> BigInt,
        audit_seq -> BigInt, audit_hash -> Text, root -> Text, hash -> Text,
    }
}

table! {
    outbox (id) {
        id -> BigInt, event_id -> Nullable<BigInt>, reset_id -> Nullable<BigInt>,
        inbound_id -> Nullable<BigInt>, recipient_id -> Nullable<BigInt>, address -> Nullable<Text>,
        notice -> Text, state -> Text, urgency -> BigInt, attempts -> BigInt, queued_at -> Timestamp,
        due_at -> Timestamp, ended_at -> Nullable<Timestamp>, answer -> Nullable<Text>,
        digest_id -> Nullable<BigInt>, seen_at -> Nullable<Timestamp>, follow_up_id -> Nullable<BigInt>,
        delivery_id -> Nullable<BigInt>,
    }
}

table! {
    notice_choice (person_id, topic) { person_id -> BigInt, topic -> Text, way -> Text, }
}

table! { mail_minute (at) { at -> Timestamp, taken -> BigInt, } }

table! {
    mailbox (name) {
        name -> Text, uid_validity -> BigInt, last_uid -> BigInt, begins_at -> Timestamp,
        messages -> BigInt, taken -> BigInt, checked_at -> Timestamp, problem -> Nullable<Text>,
    }
}

table! {
    inbound_mail (id) {
        id -> BigInt, mailbox -> Text, uid_validity -> BigInt, uid -> BigInt,
        message_id -> Nullable<Text>, sender -> Text, subject -> Text, sent_at -> Nullable<Timestamp>,
        found_at -> Timestamp, outcome -> Text, reason -> Nullable<Text>, ticket_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>, raw_sha256 -> Nullable<Text>, raw_size -> BigInt,
    }
}

table! {
    sign_in_try (id) {
        id -> BigInt, address -> Text, failures -> BigInt, locked_until -> Nullable<Timestamp>,
        tried_at -> Timestamp,
    }
}

table! {
    refresh_token (id) {
        id -> BigInt, person_id -> BigInt, family -> Text, hash -> Text, signed_in_at -> Timestamp,
        issued_at -> Timestamp, expires_at -> Timestamp, used_at -> Nullable<Timestamp>,
    }
}

table! {
    api_key (id) {
        id -> BigInt, person_id -> BigInt, name -> Text, hash -> Text, scopes -> Text,
        created_at -> Timestamp, expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>, revoked_at -> Nullable<Timestamp>,
    }
}

table! {
    idempotency (person_id, key) {
        person_id -> BigInt, key -> Text, fingerprint -> Text, output -> Text, at -> Timestamp,
    }
}

table! { lease (name) { name -> Text, holder -> Text, until -> Timestamp, } }

table! {
    imported (source, external_id) {
        source -> Text, external_id -> Text, ticket_id -> BigInt, rows_done -> BigInt, last_row -> Text,
    }
}

table! { calendar (id) { id -> BigInt, name -> Text, } }

table! {
    calendar_version (id) {
        id -> BigInt, calendar_id -> BigInt, effective_at -> Timestamp,
        created_at -> Timestamp, created_by_id -> Nullable<BigInt>, rules -> Text,
    }
}

table! {
    policy_version (id) {
        id -> BigInt, effective_at -> Timestamp,
        created_at -> Timestamp, created_by_id -> Nullable<BigInt>, rules -> Text,
    }
}

table! {
    clock (ticket_id, kind) {
        ticket_id -> BigInt, kind -> Text, round -> BigInt, state -> Text, since -> Timestamp,
        target -> Text, calendar_version_id -> BigInt, policy_version_id -> BigInt,
        consumed_seconds -> BigInt, due_at -> Nullable<Timestamp>, warn_at -> Nullable<Timestamp>,
        alarm_at -> Nullable<Timestamp>, revision -> BigInt,
    }
}

table! {
    alarm (ticket_id, kind, round, percent) {
        ticket_id -> BigInt, kind -> Text, round -> BigInt, percent -> BigInt,
        due_at -> Timestamp, at -> Timestamp, event_id -> BigInt,
    }
}

table! {
    breach (ticket_id, kind, round) {
        ticket_id -> BigInt, kind -> Text, round -> BigInt, cause -> Text, explanation_id -> BigInt,
        proposed_by_id -> BigInt, proposed_at -> Timestamp, state -> Text,
        decided_by_id -> Nullable<BigInt>, decided_at -> Nullable<Timestamp>,
    }
}

table! {
    web_session (id) {
        id -> BigInt, hash -> Text, person_id -> BigInt, signed_in_at -> Timestamp, seen_at -> Timestamp,
        expires_at -> Timestamp, browser -> Text, address -> Text,
    }
}

table! {
    password_reset (id) {
        id -> BigInt, person_id -> BigInt, state -> Text, hash -> Nullable<Text>, asked_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! { saved_view (id) { id -> BigInt, person_id -> BigInt, name -> Text, query -> Text, } }

table! {
    rating (ticket_id, round) {
        ticket_id -> BigInt, round -> BigInt, stars -> BigInt, message_id -> Nullable<BigInt>, at -> Timestamp,
    }
}

table! {
    presence (ticket_id, person_id) {
        ticket_id -> BigInt, person_id -> BigInt, seen_at -> Timestamp, typing -> Bool,
    }
}

table! {
    report (id) {
        id -> BigInt, period -> Text, scope -> BigInt, opd_id -> Nullable<BigInt>, snapshot -> Text,
        sha256 -> Text, code -> Text, anchor -> Nullable<Text>, frozen_at -> Timestamp,
    }
}

table! {
    report_addendum (id) {
        id -> BigInt, report_id -> BigInt, author_id -> BigInt, reason -> Text, body -> Text, at -> Timestamp,
    }
}

table! {
    evaluation (id) {
        id -> BigInt, period -> Text, scope -> BigInt, opd_id -> Nullable<BigInt>, summary -> Text,
        author_id -> BigInt, added_at -> Timestamp, version -> BigInt,
    }
}

table! {
    report_signature (id) {
        id -> BigInt, report_id -> BigInt, addenda -> BigInt, sha256 -> Text, size -> BigInt, subject -> Text,
        issuer -> Text, serial -> Text, valid_until -> Timestamp, signed_by -> Nullable<BigInt>,
        signed_at -> Timestamp,
    }
}

table! {
    finding (id) {
        id -> BigInt, evaluation_id -> BigInt, figure -> Text, title -> Text, unit -> Text, seen -> Text,
        report_sha256 -> Nullable<Text>, body -> Text, author_id -> BigInt, at -> Timestamp,
    }
}

table! {
    report_recipient (id) {
        id -> BigInt, scope -> BigInt, opd_id -> Nullable<BigInt>, person_id -> Nullable<BigInt>,
        address -> Nullable<Text>, name -> Text, forms -> Text, moment -> Text, added_by -> BigInt,
        added_at -> Timestamp, removed_at -> Nullable<Timestamp>,
    }
}

table! {
    recommendation (id) {
        id -> BigInt, evaluation_id -> BigInt, finding_id -> Nullable<BigInt>, owner_id -> BigInt, body -> Text,
        due_on -> Date, status -> Text, version -> BigInt, added_at -> Timestamp, ended_at -> Nullable<Timestamp>,
        reminded_at -> Nullable<Timestamp>, escalated_at -> Nullable<Timestamp>,
    }
}

table! {
    recommendation_event (id) {
        id -> BigInt, recommendation_id -> BigInt, seq -> BigInt, kind -> Text, actor_id -> Nullable<BigInt>,
        at -> Timestamp, status -> Text, note -> Nullable<Text>, facts -> Nullable<Text>,
    }
}

table! {
    evidence (id) {
        id -> BigInt, recommendation_id -> BigInt, uploader_id -> BigInt, name -> Text, media_type -> Text,
        size -> BigInt, sha256 -> Text, at -> Timestamp,
    }
}

table! {
    report_delivery (id) { id -> BigInt, report_id -> BigInt, recipient_id -> BigInt, paper -> BigInt, }
}

table! {
    ticket_search (rowid) {
        rowid -> BigInt, public_text -> Text, internal_text -> Text, scope -> Text,
    }
}

joinable!(person -> opd (opd_id));
joinable!(role_grant -> person (person_id));
joinable!(team_member -> team (team_id));
joinable!(team_member -> person (person_id));
joinable!(ticket -> opd (opd_id));
joinable!(ticket -> team (team_id));
joinable!(ticket -> category (category_id));
joinable!(message -> ticket (ticket_id));
joinable!(clock -> ticket (ticket_id));
joinable!(breach -> ticket (ticket_id));
joinable!(watcher -> person (person_id));
joinable!(watcher -> ticket (ticket_id));
joinable!(handover -> team (to_team_id));
joinable!(consultation -> team (team_id));
joinable!(web_session -> person (person_id));
joinable!(password_reset -> person (person_id));
joinable!(notice_choice -> person (person_id));
joinable!(rating -> ticket (ticket_id));
joinable!(rating -> message (message_id));
joinable!(presence -> person (person_id));
joinable!(report_addendum -> person (author_id));
joinable!(report_addendum -> report (report_id));
joinable!(evaluation -> person (author_id));
joinable!(finding -> evaluation (evaluation_id));
joinable!(recommendation -> evaluation (evaluation_id));
joinable!(recommendation -> opd (owner_id));
joinable!(recommendation_event -> recommendation (recommendation_id));
joinable!(evidence -> recommendation (recommendation_id));
joinable!(evidence -> person (uploader_id));
joinable!(report_delivery -> report (report_id));
joinable!(report_delivery -> report_recipient (recipient_id));

allow_tables_to_appear_in_same_query!(
    opd,
    person,
    role_grant,
    team,
    team_member,
    category,
    ticket,
    message,
    handover,
    consultation,
    watcher,
    link,
    attachment,
    event,
    outbox,
    notice_choice,
    mail_minute,
    mailbox,
    inbound_mail,
    clock,
    alarm,
    breach,
    ticket_search,
    api_key,
    refresh_token,
    web_session,
    password_reset,
    saved_view,
    rating,
    presence,
    report,
    report_addendum,
    evaluation,
    finding,
    recommendation,
    recommendation_event,
    evidence,
    report_signature,
    report_recipient,
    report_delivery,
);
