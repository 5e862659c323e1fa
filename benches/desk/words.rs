//! Texts as they come to a service desk, the same at every run: words that nearly every ticket has,
//! words of a topic, of a place, and inventory numbers that only a few tickets have.

/// A small generator (splitmix64) with a seed of its own for every ticket.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that always fall the same for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number from 0 to `bound` - 1.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(bound).expect("bounds are small")).expect("below a bound")
    }

    /// One of these.
    pub fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// In about every second ticket.
pub const GENERAL: &[&str] = &[
    "tidak",
    "bisa",
    "mohon",
    "bantuan",
    "sejak",
    "pagi",
    "kemarin",
    "sudah",
    "dicoba",
    "ruang",
    "kantor",
    "pegawai",
    "komputer",
    "aplikasi",
    "masih",
    "sering",
    "muncul",
    "pesan",
    "gagal",
    "saat",
    "dibuka",
    "lambat",
    "segera",
    "untuk",
    "pelayanan",
    "masyarakat",
    "lantai",
    "dua",
    "bagian",
    "umum",
    "sekretariat",
    "kepala",
    "bidang",
    "perlu",
    "diperiksa",
    "kembali",
    "normal",
    "terima",
    "kasih",
    "data",
    "laporan",
    "hari",
    "ini",
    "setelah",
    "diganti",
    "dengan",
    "baru",
    "yang",
    "lama",
    "rusak",
    "mati",
    "hidup",
    "terus",
    "kadang",
    "beberapa",
    "kali",
    "minta",
    "petugas",
    "datang",
    "lokasi",
];

/// Topics, the frequent ones first; a ticket holds most words of one.
pub const TOPICS: &[&[&str]] = &[
    &["internet", "jaringan", "koneksi", "putus", "wifi", "kabel", "switch", "router", "indihome", "sinyal"],
    &["printer", "cetak", "tinta", "toner", "kertas", "macet", "driver", "epson", "rol", "buram"],
    &["sandi", "akun", "masuk", "lupa", "terkunci", "pengguna", "reset", "verifikasi", "otp", "profil"],
    &["email", "surel", "kotak", "kirim", "lampiran", "penuh", "spam", "pos", "penerima", "tertunda"],
    &["laptop", "layar", "baterai", "keyboard", "adaptor", "panas", "engsel", "tetikus", "kipas", "biru"],
    &["sipd", "anggaran", "penatausahaan", "spm", "sp2d", "bendahara", "keuangan", "rekening", "dpa", "kas"],
    &["srikandi", "surat", "disposisi", "naskah", "arsip", "tte", "sertifikat", "elektronik", "tandatangan", "segel"],
    &["siasn", "kepegawaian", "pangkat", "mutasi", "gaji", "berkala", "skp", "kinerja", "absensi", "sidikjari"],
    &["website", "laman", "situs", "konten", "berita", "banner", "subdomain", "hosting", "plugin", "galeri"],
    &["server", "database", "cadangan", "basisdata", "query", "penyimpanan", "disk", "raid", "listrik", "ups"],
    &["zoom", "rapat", "daring", "kamera", "mikrofon", "suara", "proyektor", "hdmi", "tautan", "siaran"],
    &["cctv", "rekaman", "dvr", "pantau", "simpang", "terminal", "kamera2", "infra", "merah", "buram2"],
    &["puskesmas", "pcare", "bpjs", "antrean", "rekammedis", "farmasi", "pasien", "obat", "satusehat", "rujukan"],
    &["dapodik", "sekolah", "siswa", "rapor", "ujian", "asesmen", "guru", "kurikulum", "bos", "sinkron"],
    &["ktp", "perekaman", "siak", "dukcapil", "kk", "akta", "blangko", "ribbon", "iris", "kia"],
    &["oss", "perizinan", "nib", "usaha", "izin", "verifikator", "berusaha", "pbg", "simbg", "imb"],
    &["lpse", "spse", "lelang", "pengadaan", "penyedia", "katalog", "sirup", "kontrak", "pokja", "adendum"],
    &["pajak", "pbb", "bphtb", "retribusi", "qris", "pembayaran", "tagihan", "sspd", "bank", "denda"],
    &["virus", "malware", "phishing", "ransomware", "serangan", "bocor", "peretasan", "deface", "log", "forensik"],
    &["vpn", "firewall", "port", "akses", "whitelist", "ip", "publik", "dns", "proxy", "bandwidth"],
    &["peta", "gis", "geoportal", "koordinat", "citra", "drone", "spasial", "layer", "simpul", "shp"],
    &["desa", "siskeudes", "prodeskel", "idm", "bumdes", "apbdes", "posyandu", "stunting", "sdgs", "padat"],
    &["lisensi", "office", "windows", "aktivasi", "antivirus", "pembaruan", "excel", "word", "pdf", "font"],
    &["radio", "ht", "repeater", "antena", "menara", "frekuensi", "siaga", "bencana", "sirene", "ews"],
];

const BEGINNINGS: &[&str] =
    &["karang", "sumber", "suka", "tanjung", "wono", "banyu", "kali", "gunung", "sido", "purwo"];
const ENDINGS: &[&str] =
    &["sari", "mulyo", "rejo", "agung", "asri", "jaya", "makmur", "tirto", "anyar", "wangi", "lor", "kidul"];

/// A village: one of 120, each in somewhat less than one ticket of a hundred.
pub fn place(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(BEGINNINGS), dice.pick(ENDINGS))
}

/// An inventory number: one of 20,000.
pub fn inventory(dice: &mut Dice) -> String {
    format!("inv{:05}", dice.below(20_000))
}

/// A topic; the first is some twenty times as frequent as the last.
pub fn topic(dice: &mut Dice) -> &'static [&'static str] {
    let (a, b) = (dice.below(TOPICS.len()), dice.below(TOPICS.len()));
    TOPICS[a.min(b)]
}

/// A sentence of so many words about a topic.
pub fn sentence(dice: &mut Dice, topic: &[&str], words: usize) -> String {
    let mut text = String::with_capacity(words * 8);
    for place in 0..words {
        if place > 0 {
            text.push(' ');
        }
        let list = if dice.below(3) == 0 { topic } else { GENERAL };
        text.push_str(dice.pick(list));
    }
    text
}
