//! Who may be given tickets of a queue, by name.

use super::super::{Desk, Result};
use super::list::View;
use crate::domain::ids::PersonId;
use crate::domain::people::Actor;
use crate::store::people;

/// The agents of the actor's desk, or the members of their teams; nobody for other queues.
pub fn run(desk: &Desk, actor: &Actor, view: View) -> Result<Vec<(PersonId, String)>> {
    let today = desk.today();
    desk.read(|conn| match view {
        View::Desk => Ok(people::desk_agents(conn, actor.opd, today)?),
        View::Team => Ok(people::team_members(conn, &actor.teams, today)?),
        View::Assigned | View::Requested | View::Watched | View::All => Ok(Vec::new()),
    })
}
