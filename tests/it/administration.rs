//! Administration in a browser: who may see it, who may change things, and that forms do what they say.

use crate::support::app::{App, PASSWORD, email};
use crate::support::browser::{Browser, Page};
use crate::support::database::on_both;

const PAGES: &[&str] = &[
    "/admin",
    "/admin/opd",
    "/admin/opd?hanya=tanpa-tier-1",
    "/admin/opd/1",
    "/admin/orang",
    "/admin/orang?q=agent&peran=tier1_agent&status=semua",
    "/admin/orang/1",
    "/admin/tim",
    "/admin/tim/1",
    "/admin/kategori",
    "/admin/prioritas",
    "/admin/kalender",
    "/admin/kalender/1",
    "/admin/kalender/1?tahun=2027",
    "/admin/kebijakan",
    "/admin/jejak-audit",
    "/admin/jejak-audit?siapa=a&jenis=role_granted&dari=2020-01-01&sampai=2099-12-31",
    "/admin/surat",
    "/admin/surat?keadaan=queued",
    "/admin/pengaturan",
];

const FORMS: &[&str] = &[
    "/admin/opd/baru",
    "/admin/orang/baru",
    "/admin/tim/baru",
    "/admin/kategori/baru",
    "/admin/kalender/baru",
    "/admin/kalender/1/versi-baru",
    "/admin/kebijakan/ubah",
];

/// Sends a form of a page with the version that the page showed.
fn send(browser: &Browser, from: &str, to: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.get(from).expect(200);
    let version = page.field("_version");
    let own = version.as_deref().map(|version| ("_version", version));
    browser.submit(&page, to, &fields.iter().copied().chain(own).collect::<Vec<_>>())
}

#[test]
fn admins_keep_it_auditors_read_it_and_nobody_else_sees_it() {
    on_both(|kind| {
        let app = App::on(kind);
        let (admin, auditor) = (app.browse("admin"), app.browse("auditor"));
        for path in PAGES {
            admin.get(path).expect(200);
            let page = auditor.get(path).expect(200).text();
            assert!(!page.contains("action=\"/admin/opd/1/ubah\""), "{path}");
        }
        for path in FORMS {
            admin.get(path).expect(200);
            auditor.get(path).expect(403);
        }
        for name in ["requester", "agent", "tier2", "supervisor", "head"] {
            let browser = app.browse(name);
            for path in PAGES.iter().chain(FORMS) {
                assert_eq!(browser.get(path).status, 403, "{name} at {path}");
            }
            let fields = [("code", "X-1"), ("name", "X"), ("kind", "dinas")];
            let page = browser.get("/bantuan/pintasan");
            assert_eq!(browser.submit(&page, "/admin/opd/baru", &fields).status, 403, "{name}");
        }
        admin.get("/admin/orang/999999").expect(404);
        admin.get("/admin/opd/x").expect(404);
    });
}

#[test]
fn an_opd_gets_its_desk() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.browse("admin");
        let wrong = [("code", "kec x"), ("name", "Kecamatan X"), ("kind", "kecamatan")];
        let page = send(&admin, "/admin/opd/baru", "/admin/opd/baru", &wrong).expect(422).text();
        assert!(page.contains("value=\"kec x\"") && page.contains("huruf besar"), "{page}");
        let fields = [("code", "KEC-X"), ("name", "Kecamatan X"), ("kind", "kecamatan"), ("independent_ict", "true")];
        let opd = send(&admin, "/admin/opd/baru", "/admin/opd/baru", &fields).expect(200);
        assert!(opd.text().contains("Belum ada petugas Tier 1"), "{}", opd.text());
        let id = opd.address.rsplit('/').next().unwrap().to_owned();
        let fields = [("name", "Wati"), ("email", "wati@contoh.go.id"), ("opd_id", &id), ("password", PASSWORD)];
        let person = send(&admin, "/admin/orang/baru", "/admin/orang/baru", &fields).expect(200).address;
        let fields = [("role", "tier1_agent"), ("letter_number", "800/1"), ("valid_until", "2999-12-31")];
        let page = send(&admin, &person, &format!("{person}/peran"), &fields).expect(200).text();
        assert!(page.contains("800/1") && page.contains("31 Desember 2999"), "{page}");
        let page = admin.get(&opd.address).text();
        assert!(page.contains("Wati") && !page.contains("Belum ada petugas Tier 1"), "{page}");
        let trail = admin.get("/admin/jejak-audit?jenis=role_granted").expect(200).text();
        assert!(trail.contains("Petugas Tier 1") && trail.contains("800/1"), "{trail}");
    });
}

#[test]
fn who_leaves_hands_on_what_was_open() {
    on_both(|kind| {
        let app = App::on(kind);
        app.ticket();
        let admin = app.browse("admin");
        let agents = ["agent", "agent2"].map(|name| app.people[name]);
        let owner = agents.iter().find(|id| admin.get(&format!("/admin/orang/{id}")).text().contains("1 tiket"));
        let owner = *owner.expect("one of the desk owns it");
        let other = *agents.iter().find(|id| **id != owner).unwrap();
        let person = format!("/admin/orang/{owner}");
        let act = format!("{person}/nonaktifkan");
        let page = send(&admin, &person, &act, &[]).text();
        assert!(page.contains("role=\"alert\""), "{page}");
        let page = send(&admin, &person, &act, &[("successor_id", &other.to_string())]).expect(200).text();
        assert!(page.contains("Nonaktif") && page.contains("0 tiket"), "{page}");
        assert!(admin.get(&format!("/admin/orang/{other}")).text().contains("1 tiket"));
    });
}

#[test]
fn a_calendar_and_the_policy_get_versions() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.browse("admin");
        let base = [("name", "Kalender uji"), ("tz", "Asia/Jakarta"), ("mon", "07.30-12.00, 13:00-16:00")];
        let wrong = [("holidays", "2026-12-25 Natal; besar"), ("tue", "pagi")];
        let fields: Vec<_> = base.iter().chain(&wrong).copied().collect();
        let page = send(&admin, "/admin/kalender/baru", "/admin/kalender/baru", &fields).expect(422).text();
        assert!(page.contains("e-holidays") && page.contains("e-tue") && page.contains("pagi"), "{page}");
        let fields: Vec<_> = base.iter().copied().chain([("holidays", "2026-12-25 Natal; libur nasional")]).collect();
        let calendar = send(&admin, "/admin/kalender/baru", "/admin/kalender/baru", &fields).expect(200).address;
        let page = admin.get(&calendar).expect(200);
        let version = page.field("_version").unwrap();
        let csv = b"date,name,kind\n2026-12-28,Cuti,cuti_bersama\n";
        let files = [("csv", "libur.csv", csv.as_slice())];
        let page = admin.upload(&page, &format!("{calendar}/libur"), &[("_version", &version)], &files).expect(200);
        assert!(page.text().contains("1 hari libur ditambahkan"), "{}", page.text());

        let form = admin.get("/admin/kebijakan/ubah").expect(200);
        let mut fields = fields_of(&form.text());
        let to = "/admin/kebijakan/ubah";
        fields.insert(0, ("t0-response".to_owned(), "3 hari".to_owned()));
        fields.retain({
            let mut seen = std::collections::BTreeSet::new();
            move |(name, _)| seen.insert(name.clone())
        });
        let sent: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let page = admin.submit(&form, to, &sent).expect(422).text();
        assert!(page.contains("e-t0-response") && page.contains("value=\"3 hari\""), "{page}");
        fields[0].1 = "20 menit kerja".to_owned();
        let sent: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let page = admin.submit(&form, "/admin/kebijakan/pratinjau", &sent).expect(200).text();
        assert!(page.contains("class=\"promise\"") && page.contains("value=\"20 menit kerja\""), "{page}");
        let page = admin.submit(&form, to, &sent).expect(200).text();
        assert!(page.contains("20 menit kerja") && page.contains("Versi baru kebijakan disimpan"), "{page}");
    });
}

/// What a browser would send of the policy form: inputs with values, boxes that are ticked, chosen options.
fn fields_of(text: &str) -> Vec<(String, String)> {
    let of = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    let mut fields = Vec::new();
    let form = text.split("novalidate>").nth(1).unwrap();
    for tag in form.split('<').filter(|tag| tag.starts_with("input")) {
        let Some(name) = of(tag, "name").filter(|name| !["_csrf", "_nonce"].contains(&name.as_str())) else { continue };
        if !tag.contains("type=\"checkbox\"") || tag.contains(" checked") {
            fields.push((name, of(tag, "value").unwrap_or_default()));
        }
    }
    for select in form.split("<select").skip(1) {
        let name = of(select, "name").unwrap();
        let chosen =
            select.split("</select").next().unwrap().split("<option").find(|option| option.contains(" selected"));
        fields.push((name, chosen.and_then(|option| of(option, "value")).unwrap_or_default()));
    }
    fields
}

#[test]
fn nobody_is_locked_out_for_good() {
    let app = App::start();
    let (admin, person) = (app.browse("admin"), app.people["requester"]);
    let guest = Browser::new(app.address);
    for _ in 0..6 {
        let page = guest.get("/masuk");
        guest.submit(&page, "/masuk", &[("email", &email("requester")), ("password", "salah salah salah")]);
    }
    let path = format!("/admin/orang/{person}");
    assert!(admin.get(&path).text().contains("Terkunci"));
    let page = send(&admin, &path, &format!("{path}/buka"), &[]).expect(200).text();
    assert!(!page.contains("Terkunci"), "{page}");
    Browser::signed_in(app.address, "requester");
}
