//! What a queue's address asks for.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{CategoryId, OpdId, PersonId};
use crate::domain::priority::Priority;
use crate::domain::ticket::{Status, TicketType, word_enum};
use crate::services::tickets::list::View;
use crate::store::queues::{Counts, Filter, Handed, Order, Pressing};

word_enum! {
    /// A part of a queue that has a name and a count.
    Part {
        Open = "semua",
        Unassigned = "belum-diambil",
        Mine = "milik-saya",
        Near = "mendekati",
        Over = "lewat",
        Waiting = "menunggu",
        Requested = "diminta",
        Handed = "di-tier-2",
        Resolved = "selesai",
        Ended = "berakhir",
    }
}

/// What is asked for, as the address has it. What cannot be read is as if it were not there: an address is
/// typed by hand at times.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    /// Whose queue: the widest that the roles allow, if absent.
    #[serde(skip_serializing_if = "is_blank")]
    antrean: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    bagian: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    jenis: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    prioritas: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    kategori: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    petugas: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    opd: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    urut: Option<String>,
    /// Where the page begins.
    #[serde(skip_serializing_if = "is_blank")]
    pub sesudah: Option<String>,
}

fn is_blank(value: &Option<String>) -> bool {
    value.as_ref().is_none_or(String::is_empty)
}

fn id(value: &Option<String>) -> Option<i64> {
    value.as_deref()?.parse().ok()
}

impl Query {
    pub fn view(&self) -> Option<View> {
        self.antrean.as_deref().and_then(View::parse)
    }

    pub fn part(&self) -> Part {
        self.bagian.as_deref().and_then(Part::parse).unwrap_or(Part::Open)
    }

    pub fn order(&self) -> Order {
        if self.urut.as_deref() == Some("terbaru") { Order::Updated } else { Order::Due }
    }

    pub fn kind(&self) -> Option<TicketType> {
        self.jenis.as_deref().and_then(TicketType::parse)
    }

    pub fn priority(&self) -> Option<Priority> {
        self.prioritas.as_deref().and_then(Priority::parse)
    }

    pub fn category(&self) -> Option<CategoryId> {
        id(&self.kategori).map(CategoryId)
    }

    pub fn assignee(&self) -> Option<PersonId> {
        id(&self.petugas).map(PersonId)
    }

    pub fn opd(&self) -> Option<OpdId> {
        id(&self.opd).map(OpdId)
    }

    /// Whether it asks for less than a whole part.
    pub fn is_filtered(&self) -> bool {
        self.kind().is_some()
            || self.priority().is_some()
            || self.category().is_some()
            || self.assignee().is_some()
            || self.opd().is_some()
    }

    /// Which tickets.
    pub fn filter(&self) -> Filter {
        let mut filter = self.part().filter();
        filter.kinds = self.kind().into_iter().collect();
        filter.priorities = self.priority().into_iter().collect();
        filter.category = self.category();
        filter.opd = self.opd();
        if let Some(person) = self.assignee() {
            filter.assignee = Some(Some(person));
        }
        filter
    }

    /// The query string, from its first page.
    pub fn text(&self) -> String {
        serde_html_form::to_string(Self { sesudah: None, ..self.clone() }).unwrap_or_default()
    }

    /// The address.
    pub fn address(&self) -> String {
        let query = serde_html_form::to_string(self).unwrap_or_default();
        if query.is_empty() { "/antrean".to_owned() } else { format!("/antrean?{query}") }
    }

    /// The page that begins there.
    pub fn from(&self, place: String) -> Self {
        Self { sesudah: Some(place), ..self.clone() }
    }

    /// Another queue, with nothing else.
    pub fn of(view: View) -> Self {
        Self { antrean: Some(view.as_str().to_owned()), ..Self::default() }
    }

    /// The same of this queue.
    pub fn within(&self, view: View) -> Self {
        Self { antrean: Some(view.as_str().to_owned()), sesudah: None, ..self.clone() }
    }

    /// The same of another part.
    pub fn part_of(&self, part: Part) -> Self {
        Self { bagian: Some(part.as_str().to_owned()), sesudah: None, ..self.clone() }
    }
}

impl Part {
    /// Which tickets.
    fn filter(self) -> Filter {
        let open = Filter { open: Some(true), ..Filter::default() };
        let among = |wanted: fn(Status) -> bool| Status::ALL.iter().copied().filter(|s| wanted(*s)).collect();
        match self {
            Self::Open | Self::Mine => open,
            // As the count of what nobody works on has it.
            Self::Unassigned => Filter {
                assignee: Some(None),
                statuses: among(|status| !status.is_final() && status != Status::Resolved),
                ..open
            },
            Self::Near => Filter { pressing: Some(Pressing::Near), ..open },
            Self::Over => Filter { pressing: Some(Pressing::Breached), ..open },
            Self::Waiting => Filter { statuses: among(Status::is_waiting), ..open },
            Self::Requested => Filter { handed: Some(Handed::Requested), ..open },
            Self::Handed => Filter { handed: Some(Handed::Any), ..open },
            Self::Resolved => Filter { statuses: vec![Status::Resolved], ..open },
            Self::Ended => Filter { open: Some(false), ..Filter::default() },
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Semua terbuka",
            Self::Unassigned => "Belum diambil",
            Self::Mine => "Milik saya",
            Self::Near => "Mendekati tenggat",
            Self::Over => "Lewat tenggat",
            Self::Waiting => "Menunggu",
            Self::Requested => "Menunggu diterima",
            Self::Handed => "Di Tier 2",
            Self::Resolved => "Selesai",
            Self::Ended => "Sudah ditutup",
        }
    }

    /// How many it has; what has ended is not counted.
    pub fn count(self, counts: &Counts, mine: i64) -> Option<i64> {
        match self {
            Self::Open => Some(counts.open),
            Self::Unassigned => Some(counts.unassigned),
            Self::Mine => Some(mine),
            Self::Near => Some(counts.near),
            Self::Over => Some(counts.breached),
            Self::Waiting => Some(counts.waiting),
            Self::Requested => Some(counts.requested),
            Self::Handed => Some(counts.handed),
            Self::Resolved => Some(counts.resolved),
            Self::Ended => None,
        }
    }

    /// How pressing so many in it are.
    pub fn tone(self, count: Option<i64>) -> &'static str {
        match self {
            Self::Over if count > Some(0) => "over",
            Self::Near if count > Some(0) => "near",
            _ => "calm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_in_an_address_is_as_if_it_were_not_there() {
        let query: Query =
            serde_html_form::from_str("antrean=nowhere&bagian=x&prioritas=p9&kategori=a&opd=-&petugas=1").unwrap();
        assert_eq!((query.view(), query.part(), query.priority()), (None, Part::Open, None));
        assert_eq!((query.category(), query.opd(), query.assignee()), (None, None, Some(PersonId(1))));
    }

    #[test]
    fn an_address_names_the_same_query_again() {
        let query: Query = serde_html_form::from_str("antrean=desk&jenis=incident&prioritas=&sesudah=abc").unwrap();
        assert_eq!(query.address(), "/antrean?antrean=desk&jenis=incident&sesudah=abc");
        assert_eq!(query.text(), "antrean=desk&jenis=incident");
        assert_eq!(query.part_of(Part::Over).address(), "/antrean?antrean=desk&bagian=lewat&jenis=incident");
    }
}
