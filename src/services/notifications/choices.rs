//! How somebody wants to be told of what: at once by mail, once a day, or on the pages only.

use serde::{Deserialize, Serialize};

use super::super::{Caller, Desk, Error, Result};
use crate::domain::Instant;
use crate::domain::notice::{Topic, Way};
use crate::domain::people::Actor;
use crate::store::{notice_choices, people};

/// What holds for each topic that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationChoices)]
pub struct Choices {
    /// What one asked for oneself.
    pub mine: Way,
    /// Tickets of one's desk, one's teams, and those one works on.
    pub work: Way,
    /// Tickets that one follows.
    pub watched: Way,
    /// Targets that are near or missed. What is critical or a security matter comes by mail to whoever works
    /// on it all the same.
    pub alarm: Way,
}

impl Choices {
    /// What holds for a topic.
    pub fn of(self, topic: Topic) -> Way {
        match topic {
            Topic::Mine => self.mine,
            Topic::Work => self.work,
            Topic::Watched => self.watched,
            Topic::Alarm => self.alarm,
            Topic::Account => topic.usual(),
        }
    }
}

/// What holds for the actor.
pub fn read(desk: &Desk, actor: &Actor) -> Result<Choices> {
    let chosen = desk.read(|conn| Ok::<_, Error>(notice_choices::of(conn, actor.id)?))?;
    let way = |topic: Topic| chosen.iter().find(|(of, _)| *of == topic).map_or(topic.usual(), |(_, way)| *way);
    Ok(Choices {
        mine: way(Topic::Mine),
        work: way(Topic::Work),
        watched: way(Topic::Watched),
        alarm: way(Topic::Alarm),
    })
}

/// Chooses. What is as usual is not kept, so that it follows the rules when they change.
pub fn replace(desk: &Desk, caller: &Caller, choices: &Choices) -> Result<()> {
    desk.act(caller, |work| {
        for topic in Topic::CHOOSABLE {
            let way = Some(choices.of(*topic)).filter(|way| *way != topic.usual());
            notice_choices::set(work.tx, caller.actor.id, *topic, way)?;
        }
        Ok(())
    })
}

/// When a mail to the actor came back, and what was said; nothing if none did.
pub fn bounce(desk: &Desk, actor: &Actor) -> Result<Option<(Instant, String)>> {
    desk.read(|conn| Ok(people::bounce(conn, actor.id)?))
}
