//! Overseeing the desks.

pub mod breaches;
pub mod chart;
pub mod desks;

use serde::Serialize;

use super::words::number;
use crate::domain::people::Actor;
use crate::services::supervision::{breaches as causes, oversees};
use crate::services::{Desk, Result, inbound};

/// A part of this place.
#[derive(Debug, Serialize)]
struct Tab {
    href: &'static str,
    label: String,
    count: Option<String>,
    current: bool,
}

/// The parts; none for the head of an OPD, who has only one.
fn tabs(desk: &Desk, actor: &Actor, current: &str) -> Result<Vec<Tab>> {
    if !oversees(actor) {
        return Ok(Vec::new());
    }
    let waiting = causes::count(desk, actor)?;
    let waiting =
        (waiting > 0).then(|| if waiting > causes::MOST { format!("{}+", causes::MOST) } else { waiting.to_string() });
    let desks = format!("Meja {}", desk.config.tenant.opd_word);
    let causes = "Penyebab pelanggaran".to_owned();
    let mails = inbound::list::waiting(desk, actor)?;
    let mails = mails.map(|count| ("/admin/surat-masuk", "Surat masuk".to_owned(), (count > 0).then(|| number(count))));
    let tabs = [("/penyelia", desks, None), ("/penyelia/pelanggaran", causes, waiting)].into_iter().chain(mails);
    Ok(tabs.map(|(href, label, count)| Tab { href, label, count, current: href == current }).collect())
}

/// A share of a hundred as it is written here: 92,5 %.
fn percent(share: f64) -> String {
    let tenths = (share * 10.0).round() as i64;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} %"),
        (whole, tenth) => format!("{whole},{tenth} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_at_most_one_decimal() {
        for (share, told) in [(100.0, "100 %"), (92.5, "92,5 %"), (66.666, "66,7 %"), (0.0, "0 %"), (99.96, "100 %")] {
            assert_eq!(percent(share), told);
        }
    }
}
