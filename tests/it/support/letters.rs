//! Letters as they come in the real world, made from a fixed seed: of every kind that a mailbox of a service desk
//! sees, and of many that it should not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What should become of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A ticket of the person who wrote it.
    Ticket,
    /// Somebody decides.
    Triage,
    Automatic,
    Bounce,
    List,
    Repeated,
}

/// Whatever comes next, the same every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.next(from.len())]
    }
}

const WORDS: &[&str] = &[
    "Printer",
    "jaringan",
    "tidak",
    "dapat",
    "dipakai",
    "sejak",
    "pagi",
    "mohon",
    "bantuan",
    "aplikasi",
    "kepegawaian",
    "galat",
    "0x80",
    "ruang",
    "lantai",
    "2",
    "terima",
    "kasih",
    "absensi",
    "kata",
    "sandi",
    "lupa",
    "é",
    "–",
    "😀",
];

fn sentence(dice: &mut Dice, words: usize) -> String {
    (0..words).map(|_| dice.pick(WORDS)).collect::<Vec<_>>().join(" ")
}

/// So many letters, by turns of each kind, from people whom the desk knows and others.
pub fn letters(seed: u64, count: usize, known: &[String]) -> Vec<(Vec<u8>, Fate)> {
    let mut dice = Dice::new(seed);
    let mut made: Vec<(Vec<u8>, Fate)> = Vec::with_capacity(count);
    for at in 0..count {
        let from = if at % 7 == 6 { format!("orang{at}@lain.example") } else { known[dice.next(known.len())].clone() };
        let person = if at % 7 == 6 { Fate::Triage } else { Fate::Ticket };
        let kind = KINDS[at % KINDS.len()];
        let letter = if kind == "repeated" {
            let before = made.iter().rev().find(|(_, fate)| *fate == Fate::Ticket).unwrap();
            (before.0.clone(), Fate::Repeated)
        } else {
            one(&mut dice, kind, at, &from, person)
        };
        made.push(letter);
    }
    made
}

const KINDS: &[&str] = &[
    "plain",
    "html",
    "alternative",
    "related",
    "mixed",
    "latin1",
    "cp1252",
    "utf7",
    "quoted",
    "base64",
    "forward",
    "nested",
    "bounce",
    "old_bounce",
    "delayed",
    "out_of_office",
    "vacation",
    "receipt",
    "list",
    "newsletter",
    "broken_boundary",
    "no_boundary",
    "no_headers",
    "no_id",
    "no_date",
    "no_from",
    "two_from",
    "winmail",
    "invitation",
    "smime",
    "pgp",
    "encrypted",
    "zeros",
    "long_line",
    "repeated_headers",
    "rfc2231",
    "empty",
    "only_file",
    "bad_base64",
    "bad_charset",
    "deep",
    "outlook",
    "gmail",
    "bare_lf",
    "eight_bit",
    "repeated",
    "huge_subject",
    "injection",
    "many_files",
    "group",
];

fn one(dice: &mut Dice, kind: &str, at: usize, from: &str, person: Fate) -> (Vec<u8>, Fate) {
    let text = sentence(dice, 12);
    let subject = sentence(dice, 4);
    let encoded = format!("=?UTF-8?B?{}?=", STANDARD.encode(&subject));
    let head = |extra: &str| {
        format!(
            "Return-Path: <{from}>\r\nReceived: from mail.example (mail.example [192.0.2.{}])\r\n\tby mx.contoh.go.id; Mon, 2 Nov 2026 08:00:00 +0700\r\n\
             From: \"Nama, {at}\" <{from}>\r\nTo: Service Desk <service-desk@contoh.go.id>\r\nSubject: {encoded}\r\n\
             Date: Mon, 2 Nov 2026 08:{:02}:{:02} +0700\r\nMessage-ID: <{kind}.{at}@mail.example>\r\nMIME-Version: 1.0\r\n{extra}",
            at % 250,
            (at / 60) % 60,
            at % 60
        )
    };
    let plain = |extra: &str, body: &str| format!("{}\r\n{body}\r\n", head(extra)).into_bytes();
    let multi = |kind: &str, parts: &[&str]| {
        let mut raw = format!("{}Content-Type: multipart/{kind}; boundary=\"=_b{at}\"\r\n\r\nMIME.\r\n", head(""));
        for part in parts {
            raw += &format!("--=_b{at}\r\n{part}\r\n");
        }
        format!("{raw}--=_b{at}--\r\n").into_bytes()
    };
    let text_part = format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}");
    let html_part =
        format!("Content-Type: text/html; charset=utf-8\r\n\r\n<div>{text}</div><style>x</style><img src=\"cid:a\">");
    let file = |kind: &str, name: &str, content: &[u8]| {
        format!(
            "Content-Type: {kind}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}",
            STANDARD.encode(content)
        )
    };
    let returned = "Content-Type: message/rfc822\r\n\r\nFrom: service-desk@contoh.go.id\r\nMessage-ID: <surat-1.2.3.abc@contoh.go.id>\r\nSubject: x\r\n\r\nIsi";
    match kind {
        "plain" => (plain("Content-Type: text/plain; charset=utf-8\r\n", &text), person),
        "html" => (
            plain("Content-Type: text/html; charset=utf-8\r\n", &format!("<p>{text}<p>&nbsp;&euro;<script>x</script>")),
            person,
        ),
        "alternative" => (multi("alternative", &[&text_part, &html_part]), person),
        "related" => {
            let image = "Content-Type: image/png\r\nContent-ID: <a>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAANSUhEUg==";
            (multi("related", &[&html_part, image]), person)
        }
        "mixed" => (
            multi(
                "mixed",
                &[
                    &text_part,
                    &file("application/pdf", "surat.pdf", b"%PDF-1.7 x"),
                    &file("application/x-msdownload", "a.exe", b"MZ"),
                ],
            ),
            person,
        ),
        "latin1" => {
            let mut raw =
                head("Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
                    .into_bytes();
            raw.extend_from_slice(b"Caf\xe9 di lantai 2\r\n");
            (raw, person)
        }
        "cp1252" => {
            let mut raw = head("Content-Type: text/plain; charset=windows-1252\r\n\r\n").into_bytes();
            raw.extend_from_slice(b"\x93kutip\x94 \x96 \x80 100\r\n");
            (raw, person)
        }
        "utf7" => (plain("Content-Type: text/plain; charset=utf-7\r\n", "Caf+AOk- mati"), person),
        "quoted" => (
            plain(
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n",
                "Caf=C3=A9 =\r\nmati=ZZ=",
            ),
            person,
        ),
        "base64" => (
            plain(
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
                &STANDARD.encode(&text),
            ),
            person,
        ),
        "forward" => (
            plain(
                "",
                &format!(
                    "{text}\r\n\r\n---------- Forwarded message ---------\r\nDari: V <v@x.id>\r\nTo: B\r\nSubject: x\r\n\r\n{text}"
                ),
            ),
            person,
        ),
        "nested" => (
            multi("mixed", &["Content-Type: message/rfc822\r\n\r\nFrom: v@x.id\r\nSubject: dalam\r\n\r\nIsi dalam"]),
            person,
        ),
        "bounce" | "delayed" => {
            let action = if kind == "bounce" { "failed\r\nStatus: 5.1.1" } else { "delayed\r\nStatus: 4.4.1" };
            let status = format!(
                "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b.id\r\nAction: {action}\r\n"
            );
            (multi("report; report-type=delivery-status", &[&text_part, &status, returned]), Fate::Bounce)
        }
        "old_bounce" => {
            let raw = format!(
                "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\nMessage-ID: <ob{at}@mx>\r\n\r\nHi. 550 no user\r\n\r\n--- Below\r\n\r\nMessage-ID: <x@y>\r\n"
            );
            (raw.into_bytes(), Fate::Bounce)
        }
        "out_of_office" => (plain("Auto-Submitted: auto-replied\r\n", &text), Fate::Automatic),
        "vacation" => (plain("X-Autoreply: yes\r\nPrecedence: bulk\r\n", &text), Fate::Automatic),
        "receipt" => (
            multi(
                "report; report-type=disposition-notification",
                &[&text_part, "Content-Type: message/disposition-notification\r\n\r\nDisposition: x"],
            ),
            Fate::Automatic,
        ),
        "list" | "newsletter" => {
            let extra = if kind == "list" {
                "List-Id: <asn.contoh.go.id>\r\n"
            } else {
                "List-Unsubscribe: <mailto:x@y>\r\nPrecedence: bulk\r\n"
            };
            let raw = String::from_utf8(plain(extra, &text))
                .unwrap()
                .replace("Service Desk <service-desk@contoh.go.id>", "asn@contoh.go.id");
            (raw.into_bytes(), Fate::List)
        }
        "broken_boundary" => (
            plain("Content-Type: multipart/mixed; boundary=\"a\"\r\n", &format!("--b\r\n\r\n{text}\r\n--a-\r\n")),
            person,
        ),
        "no_boundary" => (plain("Content-Type: multipart/mixed\r\n", &text), person),
        "no_headers" => (text.clone().into_bytes(), Fate::Triage),
        "no_id" => (without(&plain("", &text), "Message-ID"), person),
        "no_date" => (without(&plain("", &text), "Date"), person),
        "no_from" => (without(&plain("", &text), "From"), Fate::Triage),
        "two_from" => (plain("From: orang@lain.example\r\n", &text), Fate::Triage),
        "winmail" => (
            multi("mixed", &[&text_part, &file("application/ms-tnef", "winmail.dat", b"\x78\x9f\x3e\x22\0\0")]),
            person,
        ),
        "invitation" => (
            multi(
                "alternative",
                &[&text_part, "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR"],
            ),
            person,
        ),
        "smime" => (
            multi(
                "signed; protocol=\"application/pkcs7-signature\"",
                &[&text_part, &file("application/pkcs7-signature", "smime.p7s", b"0")],
            ),
            person,
        ),
        "pgp" => (
            multi(
                "signed; protocol=\"application/pgp-signature\"",
                &[&text_part, "Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----"],
            ),
            person,
        ),
        "encrypted" => (
            plain(
                "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n",
                "MIAGCSqGSIb3DQEHA6CAMIACAQAx",
            ),
            person,
        ),
        "zeros" => (plain("", &format!("{text}\0\0{text}")), person),
        "long_line" => (plain("", &"x ".repeat(500_000)), person),
        "repeated_headers" => (
            plain(&format!("Subject: lagi\r\nTo: b@c.id\r\nDate: kacau\r\nMessage-ID: <lagi{at}@x>\r\n"), &text),
            person,
        ),
        "rfc2231" => (
            multi(
                "mixed",
                &[
                    &text_part,
                    "Content-Type: application/pdf; name*0*=utf-8''caf%C3%A9; name*1=\".pdf\"\r\n\r\n%PDF-1.7",
                ],
            ),
            person,
        ),
        "empty" => (plain("", ""), person),
        "only_file" => (multi("mixed", &[&file("image/jpeg", "IMG 1.JPG", b"\xff\xd8\xff\xe0\0\x10JFIF")]), person),
        "bad_base64" => (plain("Content-Transfer-Encoding: base64\r\n", "!!!! ini bukan base64 ===="), person),
        "bad_charset" => (plain("Content-Type: text/plain; charset=\"tidak-ada\"\r\n", &text), person),
        "deep" => {
            let mut raw = head("");
            for depth in 0..60 {
                raw += &format!("Content-Type: multipart/mixed; boundary=d{depth}\r\n\r\n--d{depth}\r\n");
            }
            (format!("{raw}\r\n{text}").into_bytes(), person)
        }
        "outlook" => (
            plain(
                "X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AdX\r\n",
                &format!(
                    "{text}\r\n\r\n________________________________\r\nDari: A\r\nDikirim: B\r\nKepada: C\r\nPerihal: D\r\n\r\nlama"
                ),
            ),
            person,
        ),
        "gmail" => (
            plain(
                "References: <tak-dikenal@mail.example>\r\nIn-Reply-To: <tak-dikenal@mail.example>\r\n",
                &format!("{text}\r\n\r\nPada Sen, 2 Nov 2026 pukul 10.00 A <a@b.id> menulis:\r\n\r\n> lama\r\n"),
            ),
            person,
        ),
        "bare_lf" => (String::from_utf8(plain("", &text)).unwrap().replace("\r\n", "\n").into_bytes(), person),
        "eight_bit" => {
            let mut raw = head("X-Aneh: \u{e9}\r\n").into_bytes();
            raw.extend_from_slice(b"X-Rusak: \xff\xfe\r\n\r\n\xff\xfe tanpa charset\r\n");
            (raw, person)
        }
        "huge_subject" => {
            (plain(&format!("X-Besar: {}\r\n", "y".repeat(100_000)), &text).into_iter().collect(), person)
        }
        "injection" => (
            plain("X-Nama: {{#each this}}\r\n", "<script>alert(1)</script>\r\n{{constructor}}\r\n.\r\nBcc: x@y.z"),
            person,
        ),
        "many_files" => {
            let files: Vec<String> = (0..60)
                .map(|n| file("text/plain", &format!("catatan {n}.txt"), format!("isi {at} {n}").as_bytes()))
                .collect();
            let parts: Vec<&str> =
                std::iter::once(text_part.as_str()).chain(files.iter().map(String::as_str)).collect();
            (multi("mixed", &parts), person)
        }
        "group" => {
            let raw = String::from_utf8(plain("", &text))
                .unwrap()
                .replace("Service Desk <service-desk@contoh.go.id>", "undisclosed-recipients:;");
            (raw.into_bytes(), person)
        }
        other => unreachable!("{other}"),
    }
}

/// Without a header field.
fn without(raw: &[u8], name: &str) -> Vec<u8> {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    text.split("\r\n")
        .filter(|line| !line.starts_with(&format!("{name}:")))
        .collect::<Vec<_>>()
        .join("\r\n")
        .into_bytes()
}
