//! `/admin/kategori`: the categories with the team that usually gets them.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::addresses::id;
use super::section::{self, Choice, Section, typed, yes_or_no};
use crate::domain::ids::CategoryId;
use crate::services::admin::{categories, teams};
use crate::services::{Desk, Result};

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    team: Option<String>,
    active: bool,
}

#[derive(Serialize)]
struct CategoriesPage {
    rows: Vec<Row>,
}

impl Section for CategoriesPage {
    const TEMPLATE: &'static str = "pages/admin/categories";
    const PART: &'static str = "/admin/kategori";

    fn title(&self) -> String {
        "Kategori".to_owned()
    }
}

/// `GET /admin/kategori`
pub async fn show(visitor: Visitor) -> Answer {
    section::show(visitor, |desk, _| list(desk)).await
}

fn list(desk: &Desk) -> Result<CategoriesPage> {
    let teams = teams::list(desk, 0, i64::MAX)?;
    let team = |id: i64| teams.iter().find(|team| team.id == id).map(|team| team.name.clone());
    let mut rows = categories::list(desk, 0, i64::MAX)?;
    rows.sort_by(|a, b| (!a.active, &a.name).cmp(&(!b.active, &b.name)));
    let rows = rows.into_iter().map(|row| Row {
        id: row.id,
        team: row.team_id.and_then(team),
        name: row.name,
        active: row.active,
    });
    Ok(CategoriesPage { rows: rows.collect() })
}

#[derive(Serialize)]
struct CategoryPage {
    /// Nothing for one that is to be added.
    id: Option<i64>,
    version: i64,
    heading: String,
    action: String,
    draft: Draft,
    teams: Vec<Choice>,
    yes_or_no: Vec<Choice>,
}

impl Section for CategoryPage {
    const TEMPLATE: &'static str = "pages/admin/category";
    const PART: &'static str = "/admin/kategori";

    fn title(&self) -> String {
        self.heading.clone()
    }
}

fn page(desk: &Desk, id: Option<i64>, refused: Option<Draft>) -> Result<CategoryPage> {
    let row = id.map(|id| categories::read(desk, CategoryId(id))).transpose()?;
    let teams = teams::list(desk, 0, i64::MAX)?.into_iter().filter(|team| team.active);
    let begin = || match &row {
        Some(row) => Draft::with([
            ("name", row.name.clone()),
            ("team_id", row.team_id.map(|team| team.to_string()).unwrap_or_default()),
            ("active", row.active.to_string()),
        ]),
        None => Draft::default(),
    };
    Ok(CategoryPage {
        id,
        version: row.as_ref().map_or(0, |row| row.version),
        heading: row.as_ref().map_or_else(|| "Tambah kategori".to_owned(), |row| row.name.clone()),
        action: id.map_or_else(|| "/admin/kategori/baru".to_owned(), |id| format!("/admin/kategori/{id}/ubah")),
        draft: refused.unwrap_or_else(begin),
        teams: teams.map(|team| Choice::new(team.id.to_string(), team.name)).collect(),
        yes_or_no: yes_or_no(),
    })
}

/// `GET /admin/kategori/baru`
pub async fn begin(visitor: Visitor) -> Answer {
    section::edit(visitor, |desk, _| page(desk, None, None)).await
}

/// `GET /admin/kategori/{id}`
pub async fn edit(visitor: Visitor, path: web::Path<String>) -> Answer {
    let id = id(&path)?;
    section::edit(visitor, move |desk, _| page(desk, Some(id), None)).await
}

/// `POST /admin/kategori/baru`
pub async fn add(visitor: Visitor, form: Form) -> Answer {
    section::submit(
        visitor,
        form,
        |desk, caller, form| {
            categories::add(desk, caller, &form.input()?)?;
            Ok(Next::saying("/admin/kategori", "kategori-ditambah"))
        },
        |desk, _, draft| page(desk, None, Some(draft)),
    )
    .await
}

/// `POST /admin/kategori/{id}/ubah`
pub async fn change(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    section::submit(
        visitor,
        form,
        move |desk, caller, form| {
            let change = categories::Change {
                name: Some(typed(form, "name").unwrap_or_default().to_owned()),
                team_id: Some(typed(form, "team_id").and_then(|team| team.parse().ok())),
                active: typed(form, "active").map(|active| active == "true"),
            };
            categories::change(desk, caller, CategoryId(id), &change)?;
            Ok(Next::saying("/admin/kategori", "disimpan"))
        },
        move |desk, _, draft| page(desk, Some(id), Some(draft)),
    )
    .await
}
