//! Roles of people, with the letter (SK) behind an appointment (Perbup Sumenep 39/2023 Ps 31(1)a).

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use serde_json::json;

use super::super::fields::Fields;
use super::super::{Caller, Desk, Error, Result, Work};
use super::require_admin;
use crate::domain::Refusal;
use crate::domain::ids::PersonId;
use crate::domain::people::{Appointment, Role};
use crate::domain::text::Name;
use crate::store::people::{self, Grant};

/// The letter; all of it may be absent.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Appointment)]
pub struct Input {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub letter_number: Option<String>,
    #[serde(default)]
    pub letter_on: Option<NaiveDate>,
    /// The last day.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// Gives a role, or replaces the letter behind it.
pub fn grant(desk: &Desk, caller: &Caller, person: PersonId, role: Role, input: &Input) -> Result<()> {
    require_admin(&caller.actor)?;
    let mut fields = Fields::default();
    let letter_number = fields.take_some("/letter_number", input.letter_number.as_deref(), Name::parse);
    if input.letter_on.zip(input.valid_until).is_some_and(|(on, until)| until < on) {
        fields.wrong("/valid_until", "before_start", "tidak boleh sebelum tanggal surat");
    }
    for (pointer, date) in [("/letter_on", input.letter_on), ("/valid_until", input.valid_until)] {
        if date.is_some_and(|date| !(1900..=2999).contains(&date.year())) {
            fields.wrong(pointer, "out_of_range", "tahun 1900 sampai 2999");
        }
    }
    let letter_number = fields.finish(Some(letter_number))?;
    let appointment = Appointment {
        letter_number: letter_number.map(|number| number.as_str().to_owned()),
        letter_on: input.letter_on,
        valid_until: input.valid_until,
    };
    desk.act(caller, |work| {
        people::by_id(work.tx, person)?.ok_or(Error::NotFound)?;
        apply(work, Some(caller.actor.id), person, role, &appointment)?;
        require_an_admin(work)
    })
}

/// Gives a role, inside a transaction.
pub fn apply(
    work: &mut Work<'_, '_>,
    by: Option<PersonId>,
    person: PersonId,
    role: Role,
    appointment: &Appointment,
) -> Result<()> {
    people::grant(work.tx, &Grant { person, role, appointment: appointment.clone() }, work.now)?;
    work.audit("role_granted", by, json!({"person": person, "role": role, "appointment": appointment}))
}

/// Refuses to leave the desk without an admin. Asked after writing to the audit trail, whose writers go
/// one after the other, so that two people cannot each remove the other's last colleague.
pub(super) fn require_an_admin(work: &mut Work<'_, '_>) -> Result<()> {
    let today = work.today();
    if people::count_with_role(work.tx, Role::Admin, today)? == 0 {
        return Err(Refusal::LastAdmin.into());
    }
    Ok(())
}

/// Takes a role away. Doing it twice changes nothing; the last admin stays.
pub fn revoke(desk: &Desk, caller: &Caller, person: PersonId, role: Role) -> Result<()> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| {
        people::by_id(work.tx, person)?.ok_or(Error::NotFound)?;
        if !people::revoke(work.tx, person, role)? {
            return Ok(());
        }
        work.audit("role_revoked", Some(caller.actor.id), json!({"person": person, "role": role}))?;
        require_an_admin(work)
    })
}
