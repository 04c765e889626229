//! The IRC connector over TLS: a certificate by a trusted authority lets it in, any other does not.

use crate::daemon::Daemon;
use crate::irc_client::Guard;
use qunguan::model::heard::{Heard, Status};

#[tokio::test]
async fn only_a_trusted_certificate_lets_us_in() {
    let ours = rcgen::generate_simple_self_signed(vec!["irc.test.local".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["irc.test.local".to_owned()]).unwrap();
    let key = ours.signing_key.serialize_pem();
    let Some(server) = Daemon::inspircd(Some((&ours.cert.pem(), &key))).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let settings = |name: &str, pem: String, host: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        format!("ca = '{}'\nserver_name = '{host}'", path.display())
    };
    let trusting = settings("ours.pem", ours.cert.pem(), "irc.test.local");
    let mut guard = Guard::start(server.port, "guard", &["#c"], &trusting);
    guard.until_roster("#c").await;
    guard.leave().await;

    let misnamed = settings("ours.pem", ours.cert.pem(), "elsewhere.test");
    let stranger = settings("other.pem", other.cert.pem(), "irc.test.local");
    for more in [misnamed, stranger] {
        let mut guard = Guard::start(server.port, "guard", &["#c"], &more);
        let offline = |heard: &Heard| match heard {
            Heard::Status(Status::Offline { reason, .. }) => Some(reason.key.clone()),
            Heard::Status(Status::Online { .. }) => Some("let in".to_owned()),
            _ => None,
        };
        assert_eq!(guard.until("a refusal", offline).await, "irc-tls");
        guard.leave().await;
    }
}
