//! Addresses that must not be called: refused when they are typed, and no way leads there.

use crate::fixture::{Fixture, fixture, workspace};
use admin::{ClientRegistration, ConnectionDraft, Proof};
use domain::ConnectionId;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

fn id() -> ConnectionId {
    ConnectionId::new("wd-consent").unwrap()
}

/// Hosts of the consent and services addresses; the table of hosts themselves is `lambda_kit`'s.
#[tokio::test]
async fn hostile_hosts_are_refused_in_both_addresses() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let hostile = [
        "https://evil.example.com",
        "https://workday.com",
        "https://myworkday.com",
        "https://workday.com.evil.example",
        "https://evilworkday.com",
        "https://impl.workday.com.",
        "https://impl.workday.com:8443",
        "http://impl.workday.com",
        "ftp://impl.workday.com",
        "//impl.workday.com",
        "impl.workday.com",
        "https://user@impl.workday.com",
        "https://user:password@impl.workday.com",
        "https://impl.workday.com@evil.example",
        "https://10.0.0.1",
        "https://192.168.1.1",
        "https://172.16.0.1",
        "https://169.254.169.254",
        "https://100.64.0.1",
        "https://0.0.0.0",
        "https://0x7f000001",
        "https://2130706433",
        "https://017700000001",
        "https://127.1",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[fe80::1]",
        "https://[64:ff9b::a9fe:a9fe]",
        "https://xn--80ak6aa92e.workday.com",
        "https://\u{430}pple.workday.com",
        "https://.workday.com",
        "https://a..workday.com",
        "https://-a.workday.com",
        "https://a_b.workday.com",
        "https://a%2eworkday.com",
        "https://impl.workday.com\\@evil.example",
        "https://impl\u{3002}workday.com",
        "https:\\\\impl.workday.com",
        "https:///impl.workday.com@evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https://impl.workday.com\u{0}",
        "https://impl.workday\u{ad}.com",
        "https://im pl.workday.com",
        "https://impl.workday.com\r\nHost: evil.example",
        "https://evil.example#.workday.com",
        "https://evil.example?.workday.com",
        "https://evil.example/.workday.com",
        "gopher://impl.workday.com",
        "http://127.0.0.1.nip.io",
        "https://localhost",
        "https://localtest.me",
        "https://wd2.workday.com%00.evil.example",
        "https://evil.example%2f.workday.com",
        "https://wd2-workday.com",
        "https://workday.com.internal",
        "https://metadata.google.internal",
        "https://localhost.localdomain",
        "https://*.workday.com",
        "https://xn--wrkday-wxa.com",
        "https://\u{24e6}orkday.com",
        "https://impl.workday.com\u{ff0f}.evil.example",
        "https://[fd00:ec2::254]",
        "https://[::ffff:a9fe:a9fe]",
        "https://0251.0376.0251.0376",
        "https://8.8.8.8",
        "https://impl.workday.com:80",
        "https://impl.workday.com:0",
        "https://impl.workday.com:99999",
        "ws://impl.workday.com",
    ];
    assert!(hostile.len() >= 70);
    for host in hostile {
        for (services, sign_in) in [(host, "https://impl.workday.com"), ("https://wd2-impl-services1.workday.com", host)] {
            let draft = ConnectionDraft {
                sign_in_url: Some(sign_in.to_owned()),
                ..ConnectionDraft::new(id(), services, "acme")
            };
            let client = ClientRegistration {
                client_id: "c".to_owned(),
                client_secret: "s".to_owned().into(),
                pkce: false,
            };
            let refused = fixture.admin().prepare_consent(&workspace(), draft, client).await;
            assert!(refused.is_err(), "{services:?} {sign_in:?} was accepted");
        }
    }
    assert!(fixture.store().connection(&workspace(), &id()).await.unwrap().is_none());
}

/// A server that must stay uncalled.
struct Trap(TcpListener);

impl Trap {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    fn assert_uncalled(&self, how: &str) {
        let outcome = self.0.accept().map(|(_, caller)| caller);
        assert_eq!(outcome.map_err(|error| error.kind()), Err(ErrorKind::WouldBlock), "called by {how}");
    }
}

/// Answers one request with a redirect.
fn redirecting_once(target: String) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = std::thread::spawn(move || {
        let (mut caller, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert!(caller.read(&mut request).unwrap() > 0);
        // 307 asks for the same request again: body, credential and all.
        let answer = format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        caller.write_all(answer.as_bytes()).unwrap();
    });
    (address, served)
}

async fn connecting_fails(fixture: &Fixture, services_url: &str) {
    let proof = Proof::RefreshToken {
        client_id: "heymilo-demo-client".to_owned(),
        client_secret: "demo-client-secret".to_owned().into(),
        refresh_token: "demo-refresh-token".to_owned().into(),
    };
    let draft = ConnectionDraft::new(id(), services_url, "acme_preview");
    let outcome = fixture.admin().connect(&workspace(), draft, proof).await;
    assert!(outcome.is_err(), "{services_url} was connected");
}

/// A local run may call this machine, so the trap is within reach: only the rules keep us from it.
#[tokio::test]
async fn an_unsafe_address_gets_no_call_however_it_is_written() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let trap = Trap::new();
    let port = trap.port();
    for address in [
        format!("http://user@127.0.0.1:{port}"),
        format!("http://user:password@127.0.0.1:{port}"),
        format!("http://impl.workday.com@127.0.0.1:{port}"),
        format!("http://127.1:{port}"),
        format!("http://2130706433:{port}"),
        format!("http://0x7f000001:{port}"),
        format!("http://0177.0.0.1:{port}"),
        format!("http://0.0.0.0:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("http://localhost.:{port}"),
        format!("http://127.0.0.1.nip.io:{port}"),
        format!("http:\\\\127.0.0.1:{port}"),
        format!("http:127.0.0.1:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("https://localhost:{port}"),
        format!("ftp://127.0.0.1:{port}"),
        format!("http://127.0.0.1%3A{port}"),
        format!("http://127.0.0.1:{port}\r\nX: y"),
        format!("http://\u{ff11}27.0.0.1:{port}"),
    ] {
        connecting_fails(&fixture, &address).await;
        trap.assert_uncalled(&address);
    }
    assert!(fixture.store().connection(&workspace(), &id()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_redirect_from_an_allowed_host_is_not_followed() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let trap = Trap::new();
    let targets = [
        format!("http://127.0.0.1:{}/ccx/oauth2/acme_preview/token", trap.port()),
        format!("//127.0.0.1:{}/", trap.port()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ];
    for target in targets {
        let (address, served) = redirecting_once(target.clone());
        connecting_fails(&fixture, &format!("http://{address}")).await;
        served.join().unwrap();
        trap.assert_uncalled(&target);
    }
}
