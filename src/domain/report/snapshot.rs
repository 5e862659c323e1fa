//! A report as data. Whatever shows a report (page, paper, sheet, CSV, JSON) shows this and computes nothing,
//! so that a number is the same everywhere. It explains itself: titles and definitions of its day are in it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::Instant;
use super::super::ticket::word_enum;
use super::period::Span;

/// Which form of [`Snapshot`] this program writes. Grows when the meaning of a field changes, or one goes.
pub const SCHEMA_VERSION: u32 = 1;

word_enum! {
    /// In what a value is told.
    Unit {
        /// so many; a whole number
        Count = "count",
        /// of a hundred, with two decimals
        Percent = "percent",
        /// seconds of working time; of the wall clock where a target is in hours of the calendar
        Seconds = "seconds",
        /// one to five stars, with two decimals
        Stars = "stars",
        /// a place in an order; a whole number
        Rank = "rank",
        /// words
        Text = "text",
    }
}

/// A value of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
#[schema(as = ReportValue)]
pub enum Value {
    Count(i64),
    Number(f64),
    Text(String),
}

impl From<i64> for Value {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A cell; empty where there is nothing to tell, such as a share of nothing.
pub type Cell = Option<Value>;

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportSnapshot)]
pub struct Snapshot {
    /// The form of this document, 1.
    pub schema_version: u32,
    pub period: PeriodPart,
    pub scope: ScopePart,
    pub tenant: TenantPart,
    /// When the figures were computed (UTC).
    #[schema(value_type = String, format = DateTime)]
    pub generated_at: Instant,
    /// Whether the period was over by then; otherwise the figures reach up to `generated_at`.
    pub complete: bool,
    /// The anchor of the history of the last day of the period, or of the last day before it that has one.
    #[schema(required)]
    pub anchor: Option<AnchorPart>,
    /// The figures of the summary, in order.
    pub figures: Vec<Figure>,
    /// The tables, in order.
    pub tables: Vec<Table>,
    /// What each figure and column means, by `key`.
    pub definitions: Vec<DefinitionPart>,
}

/// For which time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportPeriod)]
pub struct PeriodPart {
    /// `2026-10`, `2026-Q4`, `2026-S2` or `2026`.
    pub code: String,
    pub span: Span,
    /// "Oktober 2026".
    pub name: String,
    #[schema(value_type = String, format = Date)]
    pub first_day: NaiveDate,
    #[schema(value_type = String, format = Date)]
    pub last_day: NaiveDate,
    /// By which days begin: a name of the tz database.
    pub time_zone: String,
}

/// For whom: without `opd` for all OPDs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportScope)]
pub struct ScopePart {
    #[schema(required)]
    pub opd: Option<OpdPart>,
}

/// An OPD as it was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportOpd)]
pub struct OpdPart {
    pub code: String,
    pub name: String,
}

/// Whose report it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportTenant)]
pub struct TenantPart {
    /// The local government.
    pub name: String,
    /// The Dinas that runs the desk.
    pub dinas: String,
}

/// An anchor of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportAnchor)]
pub struct AnchorPart {
    #[schema(value_type = String, format = Date)]
    pub day: NaiveDate,
    /// SHA-256, hex.
    pub hash: String,
}

/// A single figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportFigure)]
pub struct Figure {
    pub key: String,
    pub title: String,
    pub unit: Unit,
    #[schema(required, value_type = Option<Value>)]
    pub value: Cell,
}

/// A table. Every row has as many cells as there are columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportTable)]
pub struct Table {
    pub key: String,
    pub title: String,
    /// What the rows are: "Jenis layanan".
    pub rows_title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// The line below, where there is one. What can be added up is the sum of the rows.
    #[schema(required, value_type = Option<Vec<Option<Value>>>)]
    pub total: Option<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportColumn)]
pub struct Column {
    pub key: String,
    pub title: String,
    pub unit: Unit,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportRow)]
pub struct Row {
    /// Stable where the row is a word of the rules; an OPD's or a team's code; a day.
    pub key: String,
    pub label: String,
    #[schema(value_type = Vec<Option<Value>>)]
    pub cells: Vec<Cell>,
}

/// What a figure or a column means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportDefinition)]
pub struct DefinitionPart {
    pub key: String,
    pub title: String,
    pub unit: Unit,
    /// What counts.
    pub counts: String,
    /// What does not; empty where nothing needs to be said.
    pub leaves_out: String,
}

impl Snapshot {
    /// A figure of the summary.
    pub fn figure(&self, key: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.key == key)
    }

    /// A table.
    pub fn table(&self, key: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.key == key)
    }

    /// What a figure or a column means.
    pub fn definition(&self, key: &str) -> Option<&DefinitionPart> {
        self.definitions.iter().find(|definition| definition.key == key)
    }
}

impl Table {
    /// A row.
    pub fn row(&self, key: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.key == key)
    }

    /// The cells of a column from the first row to the last.
    pub fn column(&self, key: &str) -> Option<Vec<&Cell>> {
        let index = self.columns.iter().position(|column| column.key == key)?;
        self.rows.iter().map(|row| row.cells.get(index)).collect()
    }

    /// The cell below a column.
    pub fn total_of(&self, key: &str) -> Option<&Cell> {
        let index = self.columns.iter().position(|column| column.key == key)?;
        self.total.as_ref()?.get(index)
    }
}
