//! `/admin/kebijakan/ubah`: the policy in an editor of tables, with a preview before it is saved.

use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::Spoken;
use super::dates::instant;
use super::policy_fields::{CLOCKS, GENERAL, SPARE, read, values};
use super::policy_names::{Names, choices};
use super::preview::{self, Asked, Preview};
use super::section::{self, Choice, Section};
use crate::domain::priority::Priority;
use crate::domain::sla::policy::{Alarmed, Policy};
use crate::domain::ticket::TicketType;
use crate::http::Problem;
use crate::services::admin::policy::{self, Input};
use crate::services::admin::versions;
use crate::services::{Caller, Desk, Error, Result};

/// What the clocks are called above the table.
const COLUMNS: [&str; 5] = ["Tanggapan", "Penyelesaian", "Tier 1", "Penerimaan Tier 2", "Tier 2"];

/// A field of a table.
#[derive(Serialize)]
struct Cell {
    name: String,
    label: String,
    value: String,
    error: Option<String>,
}

/// A choice of a table.
#[derive(Serialize)]
struct Select {
    name: String,
    label: String,
    blank: Option<&'static str>,
    choices: Vec<Choice>,
    error: Option<String>,
}

/// A box to tick.
#[derive(Serialize)]
struct Tick {
    name: String,
    label: String,
    on: bool,
}

#[derive(Serialize)]
struct Row {
    about: String,
    selects: Vec<Select>,
    cells: Vec<Cell>,
    boxes: Vec<Tick>,
}

#[derive(Serialize)]
struct FormPage {
    version: i64,
    draft: Draft,
    general: Option<String>,
    columns: [&'static str; 5],
    rules: Vec<Row>,
    added: Vec<Row>,
    alarms: Vec<Row>,
    pausing: Vec<Select>,
    calendar: Select,
    opds: Vec<Row>,
    teams: Vec<Row>,
    handover: Vec<Row>,
    fallback: Select,
    preview: Preview,
}

impl Section for FormPage {
    const TEMPLATE: &'static str = "pages/admin/policy_form";
    const PART: &'static str = "/admin/kebijakan";

    fn title(&self) -> String {
        "Ubah kebijakan".to_owned()
    }
}

/// What the fields of the form are made of.
struct Fields<'a> {
    draft: &'a Draft,
    names: &'a Names,
}

impl Fields<'_> {
    fn value(&self, name: &str) -> String {
        self.draft.values.get(name).cloned().unwrap_or_default()
    }

    fn error(&self, name: &str) -> Option<String> {
        self.draft.errors.get(name).cloned()
    }

    fn cell(&self, name: String, label: String) -> Cell {
        Cell { value: self.value(&name), error: self.error(&name), name, label }
    }

    fn select(&self, name: String, label: &str, blank: Option<&'static str>, mut all: Vec<Choice>) -> Select {
        let chosen = self.value(&name);
        all.iter_mut().for_each(|choice| choice.chosen = choice.code == chosen);
        Select { error: self.error(&name), name, label: label.to_owned(), blank, choices: all }
    }

    fn targets(&self, row: &str, about: &str) -> Vec<Cell> {
        let cells = CLOCKS.iter().zip(COLUMNS);
        cells.map(|(clock, column)| self.cell(format!("{row}-{clock}"), format!("{column}: {about}"))).collect()
    }

    fn kind(&self, row: &str) -> Select {
        let all = TicketType::choices().into_iter().map(|word| Choice::new(word.code, word.label)).collect();
        self.select(format!("{row}-kind"), "Jenis", Some("Semua jenis"), all)
    }

    fn priority(&self, row: &str) -> Select {
        let all = Priority::choices().into_iter().map(|word| Choice::new(word.code, word.label)).collect();
        self.select(format!("{row}-priority"), "Prioritas", Some("Semua prioritas"), all)
    }

    fn opd(&self, row: &str) -> Select {
        self.select(format!("{row}-opd"), "Perangkat daerah", Some("Semua perangkat daerah"), choices(&self.names.opds))
    }

    fn owners(&self, row: &str, count: usize, label: &'static str, all: &[(i64, String)]) -> Vec<Row> {
        let rows = (0..count).map(|index| {
            let of = self.select(format!("{row}{index}-of"), label, Some("Tidak ada"), choices(all));
            let calendars = choices(&self.names.calendars);
            let calendar = self.select(format!("{row}{index}-calendar"), "Kalender", Some("Pilih kalender"), calendars);
            Row { about: String::new(), selects: vec![of, calendar], cells: Vec::new(), boxes: Vec::new() }
        });
        rows.collect()
    }

    fn rules(&self, base: &Policy) -> Vec<Row> {
        let rows = base.targets.iter().enumerate().map(|(index, rule)| {
            let about = self.names.rule(rule.kind, rule.priority, rule.category_id, rule.opd_id);
            let name = format!("t{index}-remove");
            let remove = Tick { on: self.value(&name) == "true", label: format!("Hapus aturan {about}"), name };
            let cells = self.targets(&format!("t{index}"), &about);
            Row { about, selects: Vec::new(), cells, boxes: vec![remove] }
        });
        rows.collect()
    }

    fn added(&self) -> Vec<Row> {
        let rows = (0..SPARE).map(|index| {
            let row = format!("n{index}");
            let category = choices(&self.names.categories);
            let category = self.select(format!("{row}-category"), "Kategori", Some("Semua kategori"), category);
            let about = format!("aturan baru {}", index + 1);
            let cells = self.targets(&row, &about);
            let selects = vec![self.kind(&row), self.priority(&row), category, self.opd(&row)];
            Row { about, selects, cells, boxes: Vec::new() }
        });
        rows.collect()
    }

    fn alarms(&self, base: &Policy) -> Vec<Row> {
        let rows = (0..base.alarms.len() + SPARE).map(|index| {
            let percent = self.cell(format!("a{index}-percent"), format!("Persen peringatan {}", index + 1));
            let boxes = Alarmed::ALL.iter().map(|who| {
                let name = format!("a{index}-{who}");
                Tick { on: self.value(&name) == "true", label: who.label().to_owned(), name }
            });
            Row { about: String::new(), selects: Vec::new(), cells: vec![percent], boxes: boxes.collect() }
        });
        rows.collect()
    }

    fn handover(&self, base: &Policy) -> Vec<Row> {
        let rows = (0..base.automatic_handover.len() + SPARE).map(|index| {
            let row = format!("h{index}");
            let all = vec![Choice::new("true", "diserahkan sendiri"), Choice::new("false", "tidak diserahkan sendiri")];
            let enabled = self.select(format!("{row}-enabled"), "Perlakuan", Some("Tidak ada aturan"), all);
            let selects = vec![self.kind(&row), self.priority(&row), self.opd(&row), enabled];
            Row { about: String::new(), selects, cells: Vec::new(), boxes: Vec::new() }
        });
        rows.collect()
    }

    fn pausing(&self) -> Vec<Select> {
        let all = || vec![Choice::new("true", "waktu berhenti"), Choice::new("false", "waktu tetap berjalan")];
        [
            ("pause-requester", "Menunggu pelapor"),
            ("pause-third-party", "Menunggu pihak ketiga"),
            ("pause-approval", "Menunggu persetujuan"),
        ]
        .map(|(name, label)| self.select(name.to_owned(), label, None, all()))
        .into()
    }
}

/// The policy from which the form begins: the one in force; and the version to be seen by whoever saves.
fn base(desk: &Desk) -> Result<(Policy, i64)> {
    let all = policy::versions(desk)?;
    Ok((versions::current(&all)?.rules()?, versions::newest(&all)))
}

fn page(desk: &Desk, draft: Option<Draft>, preview: Preview) -> Result<FormPage> {
    let (base, version) = base(desk)?;
    let names = Names::read(desk)?;
    let draft = draft.unwrap_or_else(|| Draft { values: values(&base), ..Draft::default() });
    let fields = Fields { draft: &draft, names: &names };
    let calendars = || choices(&names.calendars);
    Ok(FormPage {
        version,
        general: fields.error(GENERAL),
        columns: COLUMNS,
        rules: fields.rules(&base),
        added: fields.added(),
        alarms: fields.alarms(&base),
        pausing: fields.pausing(),
        calendar: fields.select("calendar".to_owned(), "Kalender umum", None, calendars()),
        opds: fields.owners("co", base.calendars.opds.len() + SPARE, "Perangkat daerah", &names.opds),
        teams: fields.owners("ct", base.calendars.teams.len() + SPARE, "Tim", &names.teams),
        handover: fields.handover(&base),
        fallback: fields.select(
            "fallback".to_owned(),
            "Tim bila kategori tidak menyebut tim",
            Some("Tim aktif pertama"),
            choices(&names.teams),
        ),
        preview,
        draft,
    })
}

/// `GET /admin/kebijakan/ubah`
pub async fn begin(visitor: Visitor) -> Answer {
    section::edit(visitor, |desk, caller| page(desk, None, preview::of(desk, caller, &Asked::default(), None)?)).await
}

/// `POST /admin/kebijakan/ubah`
pub async fn save(visitor: Visitor, form: Form) -> Answer {
    section::submit(
        visitor,
        form,
        |desk, caller, form| {
            let read = read(form, &base(desk)?.0)?;
            let effective_at = instant(form, "effective_at", desk.zone)?;
            let input = Input { rules: read.policy.clone(), effective_at };
            policy::replace(desk, caller, &input).map_err(|error| read.by_field(error))?;
            Ok(Next::saying("/admin/kebijakan", "kebijakan-versi"))
        },
        |desk, caller, draft| {
            let preview = preview::of(desk, caller, &Asked::from_draft(&draft), None)?;
            page(desk, Some(draft), preview)
        },
    )
    .await
}

/// `POST /admin/kebijakan/pratinjau`: the form again, with what tickets would be promised by it.
pub async fn try_out(visitor: Visitor, form: Form) -> Answer {
    section::edit(visitor, move |desk, caller| tried(desk, caller, &form)).await
}

fn tried(desk: &Desk, caller: &Caller, form: &Form) -> Result<FormPage> {
    let read = read(form, &base(desk)?.0).and_then(|read| {
        read.check()?;
        Ok(read.policy)
    });
    let (draft, policy) = match read {
        Ok(policy) => (Draft { values: form.values(), ..Draft::default() }, Some(policy)),
        Err(error @ Error::Invalid(_)) => (Draft::refused(form, &Problem::from(error)), None),
        Err(other) => return Err(other),
    };
    let preview = preview::of(desk, caller, &Asked::from_draft(&draft), policy.as_ref())?;
    page(desk, Some(draft), preview)
}
