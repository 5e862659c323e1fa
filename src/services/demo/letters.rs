//! Mails as they come into the mailbox of a desk: one that waits for somebody to decide, and two that nobody
//! needs to read.

use super::super::inbound::{boxes, take};
use super::super::{Desk, Result};

/// The mailbox that they are said to be in. Nothing is read from it.
const MAILBOX: &str = "layanan@surel.contoh.go.id/INBOX";

/// As they came, without their dates.
const LETTERS: [&str; 3] = [
    "From: Rudi Hartono <rudi.hartono@surel.example>\r\n\
     To: layanan@contoh.go.id\r\n\
     Subject: Tidak bisa masuk aplikasi presensi\r\n\
     Message-ID: <pribadi-1@surel.example>\r\n\
     Content-Type: text/plain; charset=utf-8\r\n\r\n\
     Selamat pagi,\r\n\r\n\
     saya Rudi dari Kecamatan Gringsing. Surel dinas saya belum aktif, jadi saya menulis dari surel pribadi.\r\n\
     Aplikasi presensi menolak kata sandi saya sejak Jumat.\r\n\r\n\
     Terima kasih.\r\n",
    "From: Agus Salim <agus@contoh.go.id>\r\n\
     To: layanan@contoh.go.id\r\n\
     Subject: Di luar kantor: Tiket Anda telah ditutup\r\n\
     Message-ID: <libur-1@surel.contoh.go.id>\r\n\
     Auto-Submitted: auto-replied\r\n\
     Content-Type: text/plain; charset=utf-8\r\n\r\n\
     Saya sedang cuti sampai hari Senin.\r\n",
    "From: Buletin Keamanan <buletin@milis.example>\r\n\
     To: layanan@contoh.go.id\r\n\
     Subject: Buletin mingguan\r\n\
     Message-ID: <buletin-47@milis.example>\r\n\
     List-Id: <buletin.milis.example>\r\n\
     Precedence: list\r\n\
     Content-Type: text/plain; charset=utf-8\r\n\r\n\
     Ringkasan pekan ini.\r\n",
];

/// Takes them in, as if the mailbox had just been read.
pub(super) fn receive(desk: &Desk) -> Result<()> {
    boxes::begin(desk, MAILBOX)?;
    let date = desk.now().to_rfc2822();
    for (uid, letter) in (1..).zip(LETTERS) {
        let raw = format!("Date: {date}\r\n{letter}");
        take::run(
            desk,
            &take::Found { mailbox: MAILBOX, uid_validity: 1, uid, raw: raw.as_bytes(), whole_size: None },
        )?;
    }
    boxes::left(desk, MAILBOX, 1, (1..).take(LETTERS.len()).collect(), true)?;
    Ok(())
}
