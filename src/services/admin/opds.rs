//! Perangkat Daerah.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::fields::Fields;
use super::super::{Caller, Desk, Error, Result, Work};
use super::{require_admin, taken};
use crate::domain::ids::{OpdId, PersonId};
use crate::domain::text::{Code, Name};
use crate::store::organisation::{self, OpdFields, OpdRow};

/// An OPD to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOpd)]
pub struct Input {
    /// Capitals, digits and dashes; stays for ever.
    #[schema(min_length = 2, max_length = 32)]
    pub code: String,
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// dinas, badan, kecamatan, rumah_sakit ...
    #[schema(min_length = 1, max_length = 120)]
    pub kind: String,
    /// PD Mandiri TIK (Perbup Sumenep 39/2023 Ps 26).
    #[serde(default)]
    pub independent_ict: bool,
}

/// What is to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeOpd)]
pub struct Change {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub name: Option<String>,
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub kind: Option<String>,
    #[serde(default)]
    pub independent_ict: Option<bool>,
    #[serde(default)]
    pub active: Option<bool>,
}

/// The id of what was added.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Added {
    pub id: i64,
}

/// A page of OPDs after an id. For everybody who is signed in.
pub fn list(desk: &Desk, after: i64, limit: i64) -> Result<Vec<OpdRow>> {
    desk.read(|conn| Ok(organisation::opds(conn, after, limit)?))
}

/// One OPD.
pub fn read(desk: &Desk, id: OpdId) -> Result<OpdRow> {
    desk.read(|conn| organisation::opd_by_id(conn, id)?.ok_or(Error::NotFound))
}

/// Adds an OPD.
pub fn add(desk: &Desk, caller: &Caller, input: &Input) -> Result<Added> {
    require_admin(&caller.actor)?;
    let fields = parse(input)?;
    desk.act(caller, |work| Ok(Added { id: apply(work, Some(caller.actor.id), &fields)?.0 }))
}

/// Checks the input.
pub fn parse(input: &Input) -> Result<OpdFields> {
    let mut fields = Fields::default();
    let code = fields.take("/code", Code::parse(&input.code));
    let name = fields.take("/name", Name::parse(&input.name));
    let kind = fields.take("/kind", Name::parse(&input.kind));
    let values = code.zip(name).zip(kind).map(|((code, name), kind)| OpdFields {
        code: code.as_str().to_owned(),
        name: name.as_str().to_owned(),
        kind: kind.as_str().to_owned(),
        independent_ict: input.independent_ict,
        active: true,
    });
    fields.finish(values)
}

/// Adds an OPD inside a transaction.
pub fn apply(work: &mut Work<'_, '_>, by: Option<PersonId>, fields: &OpdFields) -> Result<OpdId> {
    if organisation::opd_by_code(work.tx, &fields.code)?.is_some() {
        return Err(taken("/code"));
    }
    let id = organisation::insert_opd(work.tx, fields)?;
    work.audit("opd_added", by, json!({"opd": id, "code": fields.code}))?;
    Ok(id)
}

/// Changes an OPD.
pub fn change(desk: &Desk, caller: &Caller, id: OpdId, input: &Change) -> Result<()> {
    require_admin(&caller.actor)?;
    let mut fields = Fields::default();
    let name = fields.take_some("/name", input.name.as_deref(), Name::parse);
    let kind = fields.take_some("/kind", input.kind.as_deref(), Name::parse);
    let (name, kind) = fields.finish(Some((name, kind)))?;
    desk.act(caller, |work| {
        let row = organisation::opd_by_id(work.tx, id)?.ok_or(Error::NotFound)?;
        work.require_version(row.version)?;
        let fields = OpdFields {
            code: row.code,
            name: name.as_ref().map_or(row.name, |name| name.as_str().to_owned()),
            kind: kind.as_ref().map_or(row.kind, |kind| kind.as_str().to_owned()),
            independent_ict: input.independent_ict.unwrap_or(row.independent_ict),
            active: input.active.unwrap_or(row.active),
        };
        organisation::update_opd(work.tx, id, row.version, &fields)?;
        work.audit("opd_changed", Some(caller.actor.id), json!({"opd": id, "active": fields.active}))
    })
}
