use super::*;
use crate::domain::mail::letter::{Item, Words};

/// A letter in which everything is said that could be.
fn letter(template: Template) -> Letter {
    let is_ticket = match template {
        Template::Trial => false,
        Template::Confidential => true,
        Template::Notice(notice) => !matches!(
            notice,
            Notice::AlarmDigest
                | Notice::Digest
                | Notice::Invited
                | Notice::Reset
                | Notice::PasswordChanged
                | Notice::UnknownSender
                | Notice::Triaged
                | Notice::ReportReady
                | Notice::NotTaken
                | Notice::RecommendationAdded
                | Notice::RecommendationMoved
                | Notice::RecommendationNear
                | Notice::RecommendationOverdue
        ),
    };
    let is_advice = matches!(
        template,
        Template::Notice(
            Notice::RecommendationAdded
                | Notice::RecommendationMoved
                | Notice::RecommendationNear
                | Notice::RecommendationOverdue
        )
    );
    let some = |text: &str| Some(text.to_owned()).filter(|_| is_ticket);
    let is_digest = matches!(template, Template::Notice(Notice::Digest | Notice::AlarmDigest));
    let item = |number: &str, subject: &str, notices: &[Notice]| Item {
        number: number.to_owned(),
        subject: subject.to_owned(),
        url: format!("https://layanan.contoh.go.id/tiket/{number}"),
        notices: notices.to_vec(),
    };
    Letter {
        at: "2026-11-23T03:00:00Z".parse().unwrap(),
        message_id: "surat-9@contoh.go.id".to_owned(),
        references: Vec::new(),
        reply_to: None,
        is_answer: false,
        name: "Budi Santoso".to_owned(),
        email: "budi@contoh.go.id".to_owned(),
        words: Words {
            notice: template,
            name: "Budi Santoso".to_owned(),
            tenant: "Pemerintah Kabupaten Batang".to_owned(),
            dinas: "Dinas Komunikasi dan Informatika".to_owned(),
            url: match is_advice {
                true => "https://layanan.contoh.go.id/evaluasi/3#r-14".to_owned(),
                false => "https://layanan.contoh.go.id/tiket/BTG-000412".to_owned(),
            },
            choices_url: "https://layanan.contoh.go.id/akun/pemberitahuan".to_owned(),
            number: if is_ticket { "BTG-000412".to_owned() } else { String::new() },
            subject: match template {
                Template::Confidential => "Tiket terbatas".to_owned(),
                _ if is_advice => "Tunjuk petugas pengganti untuk meja Tier 1".to_owned(),
                _ => "Internet kantor mati".to_owned(),
            },
            mine: false,
            followed: false,
            actor: "Dewi Lestari".to_owned(),
            requester: "Budi Santoso".to_owned(),
            opd: "Dinas Kesehatan".to_owned(),
            assignee: some("Sari Utami"),
            team: some("Tim Jaringan"),
            did: "mengembalikan".to_owned(),
            status: "Sedang ditindaklanjuti".to_owned(),
            text: match template {
                Template::Notice(Notice::RecommendationMoved) => Some("Surat tugasnya belum dilampirkan.".to_owned()),
                _ => some("Kabel di ruang server sudah kami ganti.\n\nMohon dicoba lagi.")
                    .filter(|_| template != Template::Confidential),
            },
            cut: false,
            asks: false,
            until: Some(
                if is_advice { "20 Desember 2026" } else { "Senin, 23 November 2026 pukul 12.00 WIB" }.to_owned(),
            ),
            stars: Some(4),
            items: if is_digest {
                vec![
                    item("BTG-000412", "Internet kantor mati", &[Notice::Replied, Notice::Resolved]),
                    item("BTG-000420", "Tiket terbatas", &[]),
                ]
            } else {
                Vec::new()
            },
            more: if is_digest { 3 } else { 0 },
            reason: Some("Lampirannya lebih besar daripada 10 MB.".to_owned()),
            signed: true,
            official: false,
            can_answer: is_ticket,
        },
        files: Vec::new(),
    }
}

fn all() -> Vec<Template> {
    let notices = Notice::ALL.iter().map(|notice| Template::Notice(*notice));
    notices.chain([Template::Confidential, Template::Trial]).collect()
}

#[test]
fn every_letter_as_text() {
    for template in all() {
        let mut drawn = String::new();
        let mut for_others = letter(template);
        for_others.words.followed = template == Template::Notice(Notice::Resolved);
        let mut to_requester = letter(template);
        to_requester.words.mine = true;
        to_requester.words.asks = true;
        to_requester.words.cut = true;
        let to_requester = write(to_requester).unwrap();
        let for_others = write(for_others).unwrap();
        assert_eq!(to_requester.subject, for_others.subject);
        drawn += &format!("Subject: {}\n\n{}", for_others.subject, for_others.text);
        if to_requester.text != for_others.text {
            drawn += &format!("\n===== to the requester =====\n\n{}", to_requester.text);
        }
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots"}, {
            insta::assert_snapshot!(format!("letter_{}", template.as_str()), drawn);
        });
    }
}

/// Says the same in both parts, has one link that matters, and nothing that old mail programs or filters dislike.
#[test]
fn html_says_what_the_text_says() {
    for template in all() {
        let mail = write(letter(template)).unwrap();
        let name = template.as_str();
        for forbidden in ["<script", "<img", "<form", "javascript:", "@import", "http://"] {
            assert!(!mail.html.contains(forbidden), "{name}: {forbidden}");
        }
        assert!(mail.html.contains("prefers-color-scheme: dark"), "{name}");
        assert_eq!(mail.html.matches("class=\"button\"").count(), 1, "{name}");
        assert!(mail.text.contains(&mail.letter.words.url), "{name}");
        for line in mail.text.lines().filter(|line| !line.is_empty() && !line.starts_with("http") && *line != "--") {
            for word in
                line.trim_start_matches("> ").split(' ').filter(|word| !word.contains(['*', '[', ':', '“', '(']))
            {
                assert!(mail.html.contains(word), "{name}: {word} stands in the text only");
            }
        }
        assert!(!mail.subject.contains('\n') && !mail.subject.is_empty(), "{name}");
        assert!(!mail.text.contains("\n\n\n") && !mail.text.contains('\r'), "{name}");
    }
}

#[test]
fn what_people_write_is_never_markup_nor_a_template_nor_a_header() {
    let evil = "{{secret}} <script>alert(1)</script> &amp; \"x\" {{> reset}}";
    let mut letter = letter(Template::Notice(Notice::Replied));
    let words = &mut letter.words;
    for field in [&mut words.name, &mut words.subject, &mut words.actor, &mut words.requester, &mut words.opd] {
        *field = evil.to_owned();
    }
    words.text = Some(format!("{evil}\n-- \nFrom: x\n.\n</td></table>"));
    words.subject += "\r\nBcc: x@evil.example";
    let mail = write(letter).unwrap();
    assert!(mail.text.contains(evil) && mail.text.contains("\n> .\n"), "{}", mail.text);
    assert!(mail.subject.contains("{{secret}} <script>") && !mail.subject.contains(['\r', '\n']), "{}", mail.subject);
    assert!(!mail.html.contains("<script") && mail.html.contains("&lt;script&gt;"), "{}", mail.html);
    assert_eq!(mail.html.matches("</table>").count(), mail.html.matches("<table").count(), "{}", mail.html);
    assert!(mail.html.contains("&amp;amp;"), "what was written is shown as it was written");
}

#[test]
fn a_confidential_letter_says_only_that_there_is_something() {
    let mail = write(letter(Template::Confidential)).unwrap();
    assert_eq!(mail.subject, "[BTG-000412] Tiket terbatas");
    for secret in ["Budi Santoso,", "Dewi", "Kesehatan", "Internet", "Jaringan"] {
        let body = mail.text.replace("Yth. Budi Santoso,", "");
        assert!(!body.contains(secret) && !mail.html.replace("Yth. Budi Santoso,", "").contains(secret), "{secret}");
    }
}
