use chrono_tz::Tz;

use super::letter::{Official, Verification};
use super::*;
use crate::config::Letterhead;
use crate::domain::handover::{HandoverReason, HandoverState};
use crate::domain::ids::{CategoryId, OpdId, TeamId};
use crate::domain::priority::Priority;
use crate::domain::report::facts::{
    Facts, HandoverFact, Named, Names, Of, Outcome, PromiseFact, RatingFact, Scope, TicketFact,
};
use crate::domain::report::figures::{Input, compute};
use crate::domain::report::period::Period;
use crate::domain::report::snapshot::{Row, TenantPart, Value};
use crate::domain::sla::breach::{Cause, Decision};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::{Channel, TicketType};
use crate::paper::Block;

/// A month of 44 desks, each day something else; one name is what somebody might try.
fn sample() -> Snapshot {
    let zone: Tz = "Asia/Jakarta".parse().unwrap();
    let period = Period::parse("2026-10").unwrap();
    let (from, _) = period.bounds(zone);
    let named = |name: String| Named { code: name.to_lowercase(), name, active: true };
    let mut names = Names {
        opds: (1..=43).map(|id| (OpdId(id), named(format!("Dinas Contoh Urusan Pemerintahan {id}")))).collect(),
        teams: (1..=5).map(|id| (TeamId(id), named(format!("Tim {id}")))).collect(),
        categories: (1..=12).map(|id| (CategoryId(id), named(format!("Kategori {id}")))).collect(),
    };
    names.opds.insert(
        OpdId(44),
        named("=cmd|' /C calc'!A0 <script>alert(1)</script> \u{202e}🙂 &amp; \"Kecamatan\"".to_owned()),
    );
    let mut facts = Facts::default();
    for n in 0_i64..900 {
        let of = Of { opd: OpdId(1 + n * n % 44), confined: false };
        let kind = *TicketType::ALL.get((n * 7 % 5) as usize).unwrap();
        let priority = *Priority::ALL.get((n * 3 % 4) as usize).unwrap();
        let opened_at = from.timestamp() + n * 2_970;
        let ended = (n % 6 != 0).then_some((opened_at + 3_600 * (1 + n % 90), Outcome::Resolved));
        let category = Some(CategoryId(1 + n * n % 12));
        let channel = *Channel::ALL.get((n % 6) as usize).unwrap();
        let (tier2, due_at) = (n % 4 == 0, Some(opened_at + 90_000));
        facts.tickets.push(TicketFact {
            of,
            kind,
            priority,
            channel,
            category,
            confidential: false,
            security: n % 200 == 0,
            opened_at,
            ended,
            tier2,
            due_at,
        });
        let breach = (n % 13 == 0).then_some((Cause::Vendor, Decision::Approved));
        for clock in [ClockKind::Response, ClockKind::Resolution, ClockKind::Tier1] {
            let (late, seconds) = (n % 7 == 0, 60 * (5 + n % 700));
            facts.promises.push(PromiseFact { of, kind, priority, clock, late, seconds, breach });
        }
        if tier2 {
            let state = if n % 12 == 0 { HandoverState::Returned } else { HandoverState::Accepted };
            facts.handovers.push(HandoverFact { of, team: TeamId(1 + n % 5), reason: HandoverReason::Skill, state });
        }
        if n % 3 == 0 {
            facts.ratings.push(RatingFact { of, stars: 1 + n % 5 });
        }
    }
    let tenant = TenantPart { name: "Pemerintah Kabupaten".to_owned(), dinas: "Dinas Kominfo".to_owned() };
    let now = "2026-11-06T00:00:00Z".parse().unwrap();
    let (scope, facts, names) = (Scope::All, &facts, &names);
    compute(&Input { period, zone, scope, tenant: &tenant, facts, names, anchor: None, now })
}

#[test]
fn charts_show_values_and_nothing_that_a_name_smuggles_in() {
    let snapshot = sample();
    let charts = chart::charts(&snapshot);
    let tables: Vec<_> = charts.iter().map(|chart| chart.table).collect();
    assert_eq!(tables, ["course", "by_opd", "by_category", "compliance", "tier_time"]);
    for chart in &charts {
        assert!(!chart.svg.contains("<script"), "{}", chart.svg);
        assert!(!chart.alt.is_empty() && chart.svg.starts_with("<svg"), "{}", chart.title);
    }
    // Ten bars of 44 desks.
    assert_eq!(charts[1].alt.matches(';').count(), 9, "{}", charts[1].alt);
    let empty = Snapshot { tables: Vec::new(), ..snapshot };
    assert_eq!(chart::charts(&empty), []);
}

#[test]
fn a_letter_is_made_of_any_report() {
    let head = Letterhead::default();
    let proof = Verification { address: "https://desk.example/verifikasi/abc".to_owned(), hash: "0".repeat(64) };
    for verification in [None, Some(proof)] {
        let addenda = vec!["Adendum".to_owned()];
        let official =
            Official { head: &head, logo: None, opd_word: "PD", number: "", verification, addenda, electronic: false };
        let document = letter::document(&sample(), &official);
        assert!(document.footer.contains("Oktober 2026"));
        assert!(letter::pdf(&sample(), &official).unwrap().starts_with(b"%PDF-1.7"));
    }
}

#[test]
fn a_workbook_has_a_sheet_for_each_table() {
    let snapshot = sample();
    let bytes = sheet::xlsx(&snapshot).unwrap();
    assert!(bytes.starts_with(b"PK"));
    // Each file of an archive is named twice, before its content and in the list at the end.
    let named = bytes.windows(20).filter(|window| window.starts_with(b"xl/worksheets/sheet")).count();
    assert_eq!(named, 2 * (snapshot.tables.len() + 2), "the tables, the summary and the definitions");
}

#[test]
fn a_letter_says_how_earlier_recommendations_stand() {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    for (standings, said) in [
        (vec![], ""),
        (vec!["Selesai"], " Dari 1 rekomendasi sebelumnya, 1 selesai."),
        (
            vec!["Sedang ditindaklanjuti", "Selesai", "Belum ditindaklanjuti, lewat batas waktu", "Dihentikan"],
            " Dari 4 rekomendasi sebelumnya, 1 selesai, 1 dihentikan, dan 2 belum selesai.",
        ),
    ] {
        let mut snapshot = sample();
        let table = snapshot.tables.iter_mut().find(|table| table.key == "follow_up").unwrap();
        for standing in standings {
            let cells = ["Tunjuk petugas", "September 2026", "Dinas", "1 November 2026", standing, "Berjalan"];
            let row = Row { key: "R-1".to_owned(), label: "R-1".to_owned(), cells: cells.map(text).into() };
            table.rows.push(row);
        }
        let point = narrative::points(&snapshot, "OPD").pop().unwrap();
        assert_eq!(point.text, format!("Belum ada rekomendasi yang dicatat untuk periode ini.{said}"));
    }
}

/// What is said of a matter.
fn said(snapshot: &Snapshot, lead: &str, opd_word: &str) -> String {
    narrative::points(snapshot, opd_word).into_iter().find(|point| point.lead == lead).unwrap().text
}

#[test]
fn a_share_is_told_although_every_missed_target_is_excused() {
    for (adjusted, bracket) in [
        (None, ""),
        (Some(Value::Number(0.0)), ""),
        (Some(Value::Number(50.0)), " (50,00\u{a0}% tanpa penyebab di luar kendali)"),
    ] {
        let mut snapshot = sample();
        for figure in &mut snapshot.figures {
            match figure.key.as_str() {
                "response_raw" => figure.value = Some(Value::Number(0.0)),
                "response_adjusted" => figure.value = adjusted.clone(),
                _ => {}
            }
        }
        let text = said(&snapshot, "Kepatuhan waktu.", "OPD");
        assert!(
            text.starts_with(&format!("Tepat waktu: tanggapan pertama 0,00\u{a0}%{bracket} dan penyelesaian")),
            "{text}"
        );
    }
}

#[test]
fn recurring_problems_are_told_as_far_as_the_table_knows_them() {
    let mut snapshot = sample();
    let table = snapshot.tables.iter_mut().find(|table| table.key == "recurring").unwrap();
    let problems = table.columns.iter().position(|column| column.key == "problems").unwrap();
    let all = table.rows.len();
    for row in &mut table.rows {
        row.cells[problems] = Some(Value::Count(1));
    }
    let everywhere =
        "Untuk setiap kategori dalam tabel Masalah berulang ada tiket masalah yang dibuka pada periode ini.";
    assert!(said(&snapshot, "Masalah berulang.", "OPD").ends_with(everywhere));
    let table = snapshot.tables.iter_mut().find(|table| table.key == "recurring").unwrap();
    table.rows[0].cells[problems] = Some(Value::Count(0));
    let text = said(&snapshot, "Masalah berulang.", "OPD");
    let one = format!("Dari {all} kategori dalam tabel Masalah berulang, 1 tidak mempunyai tiket masalah yang dibuka");
    assert!(text.contains(&one), "{text}");
}

#[test]
fn what_is_quoted_keeps_its_words_whatever_units_are_called() {
    let mut snapshot = sample();
    let table = snapshot.tables.iter_mut().find(|table| table.key == "recurring").unwrap();
    table.rows[0].label = "Jaringan OPD".to_owned();
    let text = said(&snapshot, "Masalah berulang.", "PD");
    assert!(text.contains("Jaringan OPD (") && text.contains(" PD)"), "{text}");
    let head = Letterhead { basis: "Peraturan Bupati tentang OPD".to_owned(), ..Letterhead::default() };
    let official = Official {
        head: &head,
        logo: None,
        opd_word: "PD",
        number: "",
        verification: None,
        addenda: Vec::new(),
        electronic: false,
    };
    let document = letter::document(&snapshot, &official);
    let begins = |block: &Block| matches!(block, Block::Paragraph(text) if text.starts_with("Berdasarkan Peraturan Bupati tentang OPD, bersama ini") && text.contains("untuk seluruh PD pada"));
    assert!(document.blocks.iter().any(begins), "{:?}", document.blocks);
}

#[test]
fn figures_of_more_than_a_month_promise_no_freezing() {
    let head = Letterhead::default();
    let official = Official {
        head: &head,
        logo: None,
        opd_word: "OPD",
        number: "",
        verification: None,
        addenda: Vec::new(),
        electronic: false,
    };
    for (span, name) in [(Span::Quarter, "triwulan"), (Span::Semester, "semester"), (Span::Year, "tahun")] {
        let mut snapshot = sample();
        snapshot.period.span = span;
        let expected = format!("tercatat saat itu; laporan {name} tidak dibekukan.");
        let document = letter::document(&snapshot, &official);
        let notes: Vec<&String> = document
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Note(text) => Some(text),
                _ => None,
            })
            .collect();
        assert!(notes[0].ends_with(&expected), "{notes:?}");
        assert!(document.footer.starts_with("Tidak dibekukan."), "{}", document.footer);
        let page = page::html(&snapshot, &official);
        assert!(page.contains(&expected) && !page.contains("SEMENTARA"), "{name}");
    }
    assert!(page::html(&sample(), &official).contains("dapat berubah sampai laporan dibekukan."));
}
