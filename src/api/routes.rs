//! The table of routes, from which the OpenAPI document is generated too.

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use super::openapi;
use super::v1::{
    attachments, audit, auth, bulk, calendars, categories, clocks, consultations, evaluations, handovers, inbound,
    keys, mail, me, messages, moves, notifications, opds, people, policy, priorities, ratings, recipients, reports,
    service_levels, signatures, teams, tickets, ties,
};

/// Every operation of version 1.
pub fn v1(config: &mut ServiceConfig<'_>) {
    config
        // signing in, oneself
        .service(auth::token)
        .service(auth::refresh)
        .service(auth::sign_out)
        .service(me::read)
        .service(me::change_password)
        .service(keys::list)
        .service(keys::create)
        .service(keys::revoke)
        // what one is told
        .service(notifications::list)
        .service(notifications::see_all)
        .service(notifications::see)
        .service(notifications::read_choices)
        .service(notifications::replace_choices)
        // organisation
        .service(opds::list)
        .service(opds::add)
        .service(opds::read)
        .service(opds::change)
        .service(opds::make_reminder_letter)
        .service(people::list)
        .service(people::add)
        .service(people::read)
        .service(people::change)
        .service(people::deactivate)
        .service(people::grant)
        .service(people::revoke)
        .service(teams::list)
        .service(teams::add)
        .service(teams::read)
        .service(teams::change)
        .service(teams::members)
        .service(teams::join)
        .service(teams::leave)
        .service(categories::list)
        .service(categories::add)
        .service(categories::read)
        .service(categories::change)
        .service(priorities::read)
        .service(priorities::replace)
        // service levels
        .service(calendars::list)
        .service(calendars::add)
        .service(calendars::read)
        .service(calendars::change)
        .service(calendars::read_version)
        .service(calendars::read_year)
        .service(calendars::import_holidays)
        .service(policy::read)
        .service(policy::replace)
        .service(policy::list_versions)
        .service(policy::read_version)
        .service(service_levels::foretell)
        .service(audit::list)
        // mail
        .service(mail::list)
        .service(mail::count)
        .service(mail::retry_all)
        .service(mail::retry)
        .service(inbound::list_mailboxes)
        .service(inbound::list)
        .service(inbound::take)
        .service(inbound::discard)
        // tickets
        .service(tickets::list)
        .service(tickets::open)
        .service(tickets::counts)
        .service(bulk::run)
        .service(tickets::read)
        .service(tickets::edit)
        .service(tickets::history)
        .service(moves::assign)
        .service(moves::release)
        .service(moves::hold)
        .service(moves::resume)
        .service(moves::resolve)
        .service(moves::reopen)
        .service(moves::close)
        .service(moves::cancel)
        .service(moves::reject)
        // conversation
        .service(messages::list)
        .service(messages::reply)
        .service(messages::note)
        .service(messages::erase)
        .service(ratings::list)
        .service(ratings::rate)
        .service(attachments::list)
        .service(attachments::add)
        .service(attachments::download)
        // service levels
        .service(clocks::list)
        .service(clocks::explain)
        .service(clocks::propose)
        .service(clocks::decide)
        .service(clocks::undecided)
        .service(clocks::compliance)
        // reports
        .service(reports::list)
        .service(reports::schema)
        .service(reports::read)
        .service(reports::list_tickets)
        .service(reports::list_addenda)
        .service(reports::add_addendum)
        .service(signatures::list)
        .service(signatures::add)
        .service(signatures::download)
        .service(recipients::list)
        .service(recipients::add)
        .service(recipients::remove)
        // evaluation
        .service(evaluations::list_all)
        .service(evaluations::begin_one)
        .service(evaluations::read_one)
        .service(evaluations::reword)
        .service(evaluations::note)
        .service(evaluations::unnote)
        .service(evaluations::advise)
        .service(evaluations::list_recommendations)
        .service(evaluations::read_recommendation)
        .service(evaluations::change_one)
        .service(evaluations::follow_up)
        .service(evaluations::list_evidence)
        .service(evaluations::add_evidence)
        .service(evaluations::download)
        .service(evaluations::download_package)
        // Tier 2
        .service(handovers::list)
        .service(handovers::hand_over)
        .service(handovers::accept)
        .service(handovers::give_back)
        .service(handovers::withdraw)
        .service(consultations::list)
        .service(consultations::ask)
        .service(consultations::answer)
        // ties
        .service(ties::list_watchers)
        .service(ties::watch)
        .service(ties::unwatch)
        .service(ties::list_links)
        .service(ties::tie)
        .service(ties::untie)
        .service(ties::merge)
        .service(ties::tag);
}

/// Adds the API, its document and the page to browse it.
pub fn configure(config: &mut web::ServiceConfig) {
    openapi::configure(config);
    config.service(
        web::scope(openapi::BASE)
            .configure(|config| v1(&mut ServiceConfig::new(config)))
            .default_service(web::to(openapi::nothing_here)),
    );
}
