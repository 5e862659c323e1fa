use super::*;

fn lines(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

#[test]
fn a_message_of_people() {
    let raw = lines(
        "Return-Path: <budi@contoh.go.id>\nDelivered-To: desk+4.7.ab@contoh.go.id\nReceived: from a by b;\n Mon, 2 Nov 2026\n\
         From: =?utf-8?Q?Budi_Sant=C3=B3so?= <Budi@Contoh.go.id>\nTo: \"Desk, Tim\" <desk@contoh.go.id>\nCc: Lain <lain@x.id>\n\
         Subject: =?iso-8859-1?Q?Caf=E9?=\n =?utf-8?B?IGxhbnRhaSAy?=\nDate: Mon, 2 Nov 2026 10:00:00 +0700\n\
         Message-ID: <abc@x.id>\nIn-Reply-To: <b@x>\nReferences: <a@x> <b@x>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\nHalo =96 apa kabar=\n?\n",
    );
    let message = read(&raw, None);
    assert_eq!(message.from, Some(("budi@contoh.go.id".to_owned(), "Budi Santóso".to_owned())));
    assert_eq!(message.subject, "Café lantai 2");
    assert_eq!(message.text.trim(), "Halo – apa kabar?");
    assert_eq!(message.message_id.as_deref(), Some("abc@x.id"));
    assert_eq!(message.answers, ["b@x", "b@x", "a@x"]);
    assert_eq!(message.addressed, ["desk@contoh.go.id", "lain@x.id"]);
    assert!(message.recipients.contains(&"desk+4.7.ab@contoh.go.id".to_owned()));
    assert_eq!(message.sent_at, "2026-11-02T03:00:00Z".parse().ok());
    assert_eq!(message.header("received"), Some("from a by b; Mon, 2 Nov 2026"));
    assert_eq!(message.header("return-path"), Some("<budi@contoh.go.id>"));
}

#[test]
fn files_are_what_is_not_shown() {
    let raw = lines(
        "From: a@b.id\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=A\n\n\
         --A\nContent-Type: multipart/related; boundary=B\n\n\
         --B\nContent-Type: multipart/alternative; boundary=C\n\n\
         --C\nContent-Type: text/plain\n\nIsi.\n--C\nContent-Type: text/html\n\n<p>Isi <img src=\"cid:1\"></p>\n--C--\n\
         --B\nContent-Type: image/png\nContent-ID: <1>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--B--\n\
         --A\nContent-Type: application/pdf; name*=utf-8''laporan%20%C3%A9.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjc=\n\
         --A\nContent-Type: text/csv; charset=iso-8859-1\nContent-Disposition: attachment;\n filename*0=\"data-\"; filename*1=\"satu.csv\"\n\na;\u{e9}\n\
         --A\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nxx\n\
         --A\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+Ig==\n--A--\n",
    );
    let message = read(&raw, None);
    assert_eq!(message.text.trim(), "Isi.");
    let names: Vec<_> = message.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["gambar-1.png", "laporan é.pdf", "data-satu.csv", "winmail.dat"]);
    assert_eq!(read(&raw, Some(9)).files, [], "the beginning of a message has no whole files");
}

#[test]
fn what_is_passed_on_as_a_file_is_read_too() {
    let nested = "Content-Type: message/rfc822\n\nFrom: vendor@x.id\nSubject: Galat 0x80\nDate: Mon, 2 Nov 2026 10:00:00 +0700\n\nMohon ganti disk.\n";
    let raw = lines(&format!(
        "From: a@b.id\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=A\n\n--A\n{nested}\n--A--\n"
    ));
    let message = read(&raw, None);
    assert!(message.text.contains("Perihal: Galat 0x80\n\nMohon ganti disk."), "{}", message.text);
    assert_eq!(message.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["Galat 0x80.txt"]);
}

#[test]
fn a_bounce_tells_of_which_mail() {
    let raw = lines(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=A\n\n--A\n\nMaaf.\n\
         --A\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; b@x.id\nAction: failed\nStatus: 5.1.1\n\n\
         --A\nContent-Type: text/rfc822-headers\n\nMessage-ID: <surat-1.4.7.ab@contoh.go.id>\nTo: Budi <b@x.id>\n\n--A--\n",
    );
    let message = read(&raw, None);
    assert_eq!(message.report.as_deref(), Some("delivery-status"));
    assert_eq!(message.returned, Some(("surat-1.4.7.ab@contoh.go.id".to_owned(), Some("b@x.id".to_owned()))));
    assert!(message.statuses.concat().contains("Status: 5.1.1"), "{:?}", message.statuses);
    let old = lines("From: MAILER-DAEMON@mx\n\nHi.\n550 no user\n--- below ---\nMessage-ID: <surat-9.4.7.ab@x>\n");
    assert_eq!(read(&old, None).returned, Some(("surat-9.4.7.ab@x".to_owned(), None)));
}

#[test]
fn an_author_is_one_or_none() {
    for (from, expected) in [
        ("From: a@b.id", Some("a@b.id")),
        ("From: \"A\" <A@B.id>, c@d.id", None),
        ("From: a@b.id\nFrom: c@d.id", None),
        ("From: undisclosed", None),
        ("From:", None),
        ("X: y", None),
        ("From: <a@b.id>\nSender: x@y.id", Some("a@b.id")),
    ] {
        let message = read(&lines(&format!("{from}\nSubject: x\n\nIsi\n")), None);
        assert_eq!(message.from.as_ref().map(|(address, _)| address.as_str()), expected, "{from}");
    }
}

#[test]
fn whatever_comes_is_read() {
    assert_eq!(read(b"", None), Incoming::default());
    assert_eq!(read(b"\xff\xfe\x00", None).from, None);
    for raw in [
        "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n----\n",
        "Content-Type: text/plain; charset=utf-7\n\n+AOk-",
    ] {
        read(&lines(raw), None);
    }
    assert_eq!(
        read(&lines("From: a@b.id\nContent-Type: text/plain; charset=utf-7\n\nCaf+AOk-\n"), None).text.trim(),
        "Café"
    );
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_never_fail(raw in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
        read(&raw, None);
    }

    #[test]
    fn broken_mime_never_fails(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        read(pieces.concat().as_bytes(), None);
    }
}

const PIECES: &[&str] = &[
    "From: a@b.id\r\n",
    "From: =?utf-8?B?\r\n",
    "Subject: =?x?Q?=?=\r\n",
    "Date: 99 Foo\r\n",
    "To: <<>>,;:\r\n",
    "Content-Type: multipart/mixed; boundary=A\r\n",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=A\r\n",
    "Content-Type: message/rfc822\r\n",
    "Content-Type: text/html; charset=utf-7\r\n",
    "Content-Type: ;=\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "Content-Disposition: attachment; filename*0*=x''%ff; filename*1=\"\r\n",
    "\r\n",
    "\n",
    "--A\r\n",
    "--A--\r\n",
    "=3D=\r\n",
    "=",
    "!!!!",
    "\u{e9}\u{1f600}",
    "<p style=\"",
    "<blockquote>",
    "</",
    "&#xffffffff;",
    " folded\r\n",
    "References: <a@b> <\r\n",
];
