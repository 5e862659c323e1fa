//! The forms of a ticket, with what they offer to choose from.

use super::super::words::{Spoken, Word};
use super::acts::{Acts, Verb};
use super::sheet::{Choice, Field, FormView};
use crate::domain::conversation::MessageKind;
use crate::domain::handover::HandoverReason;
use crate::domain::ids::PersonId;
use crate::domain::lifecycle::Waiting;
use crate::domain::priority::{Level, Priority};
use crate::domain::ticket::{Classification, LinkKind, TicketType};
use crate::services::Desk;

fn words<T: Spoken>() -> Vec<Choice> {
    T::choices().into_iter().map(choice).collect()
}

fn choice(word: Word) -> Choice {
    Choice { code: word.code.to_owned(), label: word.label.to_owned() }
}

/// What makes the forms of a ticket.
pub struct Forms<'a> {
    pub desk: &'a Desk,
    pub acts: Acts<'a>,
    /// The text that a form is about, if it is about one.
    pub about: Option<i64>,
}

impl Forms<'_> {
    /// The form of a verb; nothing if it needs none, being a mere button.
    pub fn of(&self, verb: Verb) -> Option<FormView> {
        let form = match verb {
            Verb::Reply | Verb::Note | Verb::HandOver | Verb::GiveBack | Verb::Consult | Verb::Answer => {
                self.writing(verb)
            }
            Verb::Assign | Verb::Hold | Verb::Resolve | Verb::Withdraw | Verb::Merge | Verb::Link | Verb::Major => {
                self.moving(verb)
            }
            Verb::Reopen | Verb::Cancel | Verb::Reject | Verb::Erase | Verb::Children => self.ending(verb),
            Verb::Classify | Verb::Subject | Verb::Kind | Verb::Category | Verb::Impact => self.editing(verb),
            Verb::Priority | Verb::Personal | Verb::Tags | Verb::Watch => self.editing(verb),
            Verb::Accept | Verb::Take | Verb::Release | Verb::Resume | Verb::Close | Verb::Unlink | Verb::Unwatch => {
                None
            }
        };
        let base = format!("/tiket/{}", self.desk.prefix.number(self.acts.ticket().id));
        form.filter(|_| self.acts.can(verb)).map(|form| FormView { base, ..form })
    }

    fn teams(&self, name: &'static str) -> Field {
        let teams = self.acts.whole.teams.iter();
        let choices = teams.map(|team| Choice { code: team.id.to_string(), label: team.name.clone() }).collect();
        let field = Field::select(name, "Tim", choices).blank("Pilih tim");
        match self.acts.whole.suggested {
            Some(team) => field.holding(team).hinting("Disarankan dari kategori tiket."),
            None => field,
        }
    }

    /// What the desk wrote down for itself, as the beginning of what was tried.
    fn tried(&self) -> String {
        let notes = self.acts.whole.texts.iter().filter(|text| text.kind == MessageKind::Note.as_str());
        notes.filter_map(|text| text.body.as_deref()).collect::<Vec<_>>().join("\n\n")
    }

    fn writing(&self, verb: Verb) -> Option<FormView> {
        let acts = self.acts;
        let handover = acts.ticket().handover.map(|handover| handover.id);
        Some(match verb {
            Verb::Reply if acts.is_requester() => {
                let body = Field::area("body", "Balasan Anda").hinting("Dibaca petugas yang menangani tiket ini.");
                FormView::new(verb, "Balas", "Kirim", vec![body]).with_files("Lampirkan berkas")
            }
            Verb::Reply => {
                let body =
                    Field::area("body", "Balasan untuk pelapor").hinting("Dibaca pelapor dan dikirim lewat e-mail.");
                let mut form = FormView::new(verb, "Balas pelapor", "Kirim", vec![body]).with_files("Lampirkan berkas");
                if acts.can(Verb::Hold) {
                    form = form.or("Kirim & tunggu pelapor", "tunggu");
                }
                if acts.can(Verb::Resolve) {
                    form = form.or("Kirim & selesaikan", "selesai");
                }
                form
            }
            Verb::Note => {
                let body = Field::area("body", "Catatan internal").hinting("Tidak terlihat pelapor.");
                let form = FormView::new(verb, "Catatan internal", "Simpan catatan", vec![body]);
                if acts.whole.may(crate::domain::permission::Action::Attach) && acts.ticket().is_open() {
                    form.with_files("Lampirkan berkas (internal)")
                } else {
                    form
                }
            }
            Verb::HandOver => {
                let reason = Field::select("reason", "Alasan", words::<HandoverReason>()).blank("Pilih alasan");
                let tried = Field::area("tried", "Yang sudah dicoba").tall(6).holding(self.tried());
                let tried =
                    tried.hinting("Tim melanjutkan dari sini. Terisi dari catatan internal; rapikan seperlunya.");
                let fields = vec![self.teams("team_id"), reason, tried];
                FormView::new(verb, "Eskalasi ke Tier 2", "Eskalasi", fields).with_files("Lampirkan berkas (internal)")
            }
            Verb::GiveBack => {
                let text = Field::area("instruction", "Petunjuk untuk Tier 1")
                    .hinting("Apa yang perlu dilakukan meja Tier 1.");
                let fields = vec![Field::hidden("handover", handover?), text];
                FormView::new(verb, "Kembalikan", "Kembalikan ke Tier 1", fields)
                    .with_files("Lampirkan berkas (internal)")
            }
            Verb::Consult => {
                let text =
                    Field::area("question", "Pertanyaan").hinting("Tiket tetap pada Anda; tim menjawab di sini.");
                FormView::new(verb, "Konsultasi", "Tanyakan", vec![self.teams("team_id"), text])
            }
            _ => {
                let asked = Field::hidden("consultation", acts.question()?.id);
                FormView::new(verb, "Jawab konsultasi", "Kirim jawaban", vec![asked, Field::area("answer", "Jawaban")])
            }
        })
    }

    fn moving(&self, verb: Verb) -> Option<FormView> {
        Some(match verb {
            Verb::Assign => {
                let to = Field::select("assignee_id", "Petugas", self.people()).blank("Pilih petugas");
                FormView::new(verb, "Alihkan ke petugas", "Alihkan", vec![to])
            }
            Verb::Hold => {
                let whom = Field::select("for", "Menunggu", words::<Waiting>()).blank("Pilih");
                let why = Field::area("reason", "Apa yang ditunggu").hinting("Dibaca pelapor.");
                FormView::new(verb, "Tunggu", "Tandai menunggu", vec![whom, why])
            }
            Verb::Resolve => {
                let text = Field::area("resolution", "Penyelesaian").hinting("Apa yang dilakukan. Dibaca pelapor.");
                FormView::new(verb, "Selesaikan", "Selesaikan", vec![text]).with_files("Lampirkan berkas")
            }
            Verb::Withdraw => {
                let handover = Field::hidden("handover", self.acts.ticket().handover?.id);
                let fields = vec![handover, Field::area("reason", "Alasan")];
                FormView::new(verb, "Tarik kembali eskalasi", "Tarik kembali", fields)
            }
            Verb::Merge => {
                let into = Field::line("into", "Nomor tiket yang tetap")
                    .hinting("Sejenis dan dari perangkat daerah yang sama.");
                let hint = "Tiket ini ditutup sebagai ganda; pelapor dan pengamatnya mengikuti tiket yang tetap.";
                FormView::new(verb, "Gabungkan", "Gabungkan", vec![into]).hinting(hint).dangerous()
            }
            Verb::Link => {
                let kind = Field::select("kind", "Tiket ini", words::<LinkKind>()).blank("Pilih kaitan");
                FormView::new(verb, "Kaitkan", "Kaitkan", vec![kind, Field::line("other", "Nomor tiket lain")])
            }
            _ => {
                let child =
                    Field::line("other", "Nomor tiket anak").hinting("Laporan lain tentang gangguan yang sama.");
                let hint = "Tiket ini menjadi induk gangguan besar begitu ada tiket anak pertama.";
                FormView::new(verb, "Tambah tiket anak", "Tambahkan", vec![child]).hinting(hint)
            }
        })
    }

    fn ending(&self, verb: Verb) -> Option<FormView> {
        let reason = || vec![Field::area("reason", "Alasan").hinting("Dibaca pelapor.")];
        Some(match verb {
            Verb::Reopen if self.acts.is_requester() => {
                let why = Field::area("reason", "Apa yang belum beres?");
                FormView::new(verb, "Buka kembali", "Buka kembali", vec![why])
            }
            Verb::Reopen => FormView::new(verb, "Buka kembali", "Buka kembali", reason()),
            Verb::Cancel => FormView::new(verb, "Batalkan tiket", "Batalkan tiket", reason()).dangerous(),
            Verb::Reject => FormView::new(verb, "Tolak tiket", "Tolak tiket", reason()).dangerous(),
            Verb::Erase => {
                let fields = vec![Field::hidden("message", self.about?), Field::area("reason", "Dasar penghapusan")];
                let hint = "Teks dihapus untuk selamanya (UU PDP). Riwayat tetap utuh tanpa isinya.";
                FormView::new(verb, "Hapus teks", "Hapus selamanya", fields).hinting(hint).dangerous()
            }
            _ => self.children(),
        })
    }

    fn children(&self) -> FormView {
        let choices = self.acts.open_children().into_iter().map(|seen| {
            let number = self.desk.prefix.number(seen.listed.ticket.id);
            let subject = seen.listed.ticket.subject.clone().filter(|_| seen.has_content()).unwrap_or_default();
            Choice { label: format!("{number} {subject} ({})", seen.listed.opd_name), code: number }
        });
        let tickets = Field { choices: choices.collect(), ..Field::new("checks", "ticket", "Tiket anak") };
        let last = self.acts.whole.texts.iter().rev().find(|text| text.kind == MessageKind::Resolution.as_str());
        let text = last.and_then(|text| text.body.clone()).unwrap_or_default();
        let resolution = Field::area("resolution", "Penyelesaian").holding(text).hinting("Dibaca para pelapor.");
        FormView::new(Verb::Children, "Selesaikan tiket anak", "Selesaikan yang dipilih", vec![tickets, resolution])
            .hinting("Induknya sudah selesai. Tiket anak yang masih terbuka dapat diselesaikan dengan teks yang sama.")
    }

    fn people(&self) -> Vec<Choice> {
        let name = |person: &PersonId| self.acts.whole.names.get(person).cloned();
        let known = self.acts.whole.people.iter().filter_map(|person| Some((person, name(person)?)));
        let mut choices: Vec<_> = known.map(|(id, label)| Choice { code: id.to_string(), label }).collect();
        choices.sort_by(|a, b| a.label.cmp(&b.label));
        choices
    }

    fn editing(&self, verb: Verb) -> Option<FormView> {
        let ticket = self.acts.ticket();
        let mut form = match verb {
            Verb::Classify => {
                let to = Field::select("classification", "Klasifikasi", words::<Classification>());
                let form = FormView::new(verb, "Klasifikasi", "Simpan", vec![to.holding(ticket.classification)]);
                form.hinting(
                    "Terbatas dan rahasia tidak dibaca penyelia dan auditor; pengamat yang tidak berhak dilepas.",
                )
            }
            Verb::Subject => {
                let subject = Field::line("subject", "Judul").holding(ticket.subject.clone().unwrap_or_default());
                let text = self.acts.whole.seen.description.clone().unwrap_or_default();
                let text = Field::area("description", "Uraian").holding(text).tall(6);
                FormView::new(verb, "Ubah judul dan uraian", "Simpan", vec![subject, text])
            }
            Verb::Kind => {
                let kind = Field::select("type", "Jenis", words::<TicketType>()).holding(ticket.kind);
                FormView::new(verb, "Ubah jenis", "Simpan", vec![kind])
            }
            Verb::Category => {
                let rows = self.acts.whole.categories.iter();
                let choices = rows.map(|row| Choice { code: row.id.to_string(), label: row.name.clone() }).collect();
                let now = ticket.category.map(|id| id.to_string()).unwrap_or_default();
                let field = Field::select("category_id", "Kategori", choices).blank("Tanpa kategori").optional();
                FormView::new(verb, "Ubah kategori", "Simpan", vec![field.holding(now)])
            }
            Verb::Impact => {
                let impact = Field::select("impact", "Dampak", words::<Level>()).holding(ticket.impact);
                let urgency = Field::select("urgency", "Urgensi", words::<Level>()).holding(ticket.urgency);
                FormView::new(verb, "Dampak dan urgensi", "Simpan", vec![impact, urgency])
                    .hinting("Prioritas mengikuti tabel dampak dan urgensi.")
            }
            Verb::Priority => {
                let to = Field::select("priority", "Prioritas", words::<Priority>()).holding(ticket.priority);
                let why =
                    Field::area("reason", "Alasan").hinting("Internal. Wajib bila berbeda dari tabel.").optional();
                FormView::new(verb, "Tetapkan prioritas", "Simpan", vec![to, why])
            }
            Verb::Personal => {
                let choices = [("true", "Ya"), ("false", "Tidak")];
                let choices = choices.map(|(code, label)| Choice { code: code.to_owned(), label: label.to_owned() });
                let to = Field::select("personal_data", "Menyangkut data pribadi", choices.into());
                FormView::new(verb, "Data pribadi", "Simpan", vec![to.holding(ticket.personal_data)])
                    .hinting("Bila ya, waktu pemberitahuan 3×24 jam (UU PDP Pasal 46) berjalan.")
            }
            Verb::Tags => {
                let tags: Vec<&str> = ticket.tags.iter().map(|tag| tag.as_str()).collect();
                let field = Field::line("tags", "Tag").holding(tags.join(", ")).optional();
                FormView::new(verb, "Ubah tag", "Simpan", vec![field.hinting("Pisahkan dengan koma.")])
            }
            _ => {
                let who = Field::select("person", "Orang", self.people()).blank("Pilih orang");
                return Some(FormView::new(verb, "Tambah pengamat", "Tambahkan", vec![who]));
            }
        };
        form.version = Some(ticket.version);
        Some(form)
    }
}
