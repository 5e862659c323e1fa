//! Help that belongs to the pages themselves.

use serde::Serialize;

use super::Answer;
use super::frame::{Place, has_queue};
use super::visitor::{Page, Visitor};
use crate::domain::people::Actor;

/// A key, or several one after the other, and what it does.
#[derive(Debug, Serialize)]
struct Shortcut {
    keys: Vec<&'static str>,
    does: &'static str,
}

/// Shortcuts that work in the same place.
#[derive(Debug, Serialize)]
struct Group {
    place: &'static str,
    shortcuts: Vec<Shortcut>,
}

#[derive(Serialize)]
struct ShortcutsPage {
    groups: Vec<Group>,
}

impl Page for ShortcutsPage {
    const TEMPLATE: &'static str = "pages/help/shortcuts";
    const PLACE: Place = Place::Nowhere;

    fn title(&self) -> String {
        "Pintasan papan tik".to_owned()
    }
}

/// `GET /bantuan/pintasan`
pub async fn shortcuts(visitor: Visitor) -> Answer {
    visitor.show(|_, caller| Ok(ShortcutsPage { groups: groups(&caller.actor) })).await
}

fn groups(actor: &Actor) -> Vec<Group> {
    let works = has_queue(actor);
    let group = |place, rows: &[(&'static str, &'static str, bool)]| Group {
        place,
        shortcuts: rows
            .iter()
            .filter(|(.., everybody)| *everybody || works)
            .map(|(keys, does, _)| Shortcut { keys: keys.split(' ').collect(), does })
            .collect(),
    };
    vec![
        group(
            "Di mana saja",
            &[
                ("/", "Cari tiket", true),
                ("n", "Buat tiket baru", true),
                ("g b", "Buka beranda", true),
                ("g a", "Buka antrean", false),
                ("g t", "Buka tiket saya", true),
                ("g k", "Buka kabar", true),
                ("?", "Tampilkan pintasan ini", true),
                ("Esc", "Tutup menu atau kotak dialog", true),
            ],
        ),
        group(
            "Dalam daftar tiket",
            &[
                ("j", "Pindah ke tiket berikutnya", true),
                ("k", "Pindah ke tiket sebelumnya", true),
                ("Enter", "Buka tiket", true),
                ("x", "Pilih atau batal memilih tiket", false),
                ("a", "Ambil tiket", false),
                ("e", "Eskalasi tiket ke Tier 2", false),
                ("r", "Balas", true),
            ],
        ),
        group(
            "Pada halaman tiket",
            &[("a", "Ambil tiket", false), ("e", "Eskalasi ke Tier 2", false), ("r", "Tulis balasan", true)],
        ),
    ]
}
