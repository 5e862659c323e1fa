//! What is shown of versions of calendars and of the policy.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::Named;
use crate::services::admin::versions::{Version, VersionState};

/// A version: from when on it holds, and who added it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionView {
    pub id: i64,
    /// It holds from then on, until the next one does.
    pub effective_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    /// Null if it came with the program.
    pub created_by: Option<Named>,
    pub state: VersionState,
}

impl From<&Version> for VersionView {
    fn from(version: &Version) -> Self {
        Self {
            id: version.id,
            effective_at: version.effective_at,
            created_at: version.created_at,
            created_by: version.created_by.as_ref().map(|(id, name)| Named { id: id.0, name: name.clone() }),
            state: version.state,
        }
    }
}

/// Versions in the order of their effect.
pub fn views(versions: &[Version]) -> Vec<VersionView> {
    versions.iter().map(VersionView::from).collect()
}

/// Those that will hold.
pub fn planned(versions: &[Version]) -> Vec<VersionView> {
    versions.iter().filter(|version| version.state == VersionState::Planned).map(VersionView::from).collect()
}
