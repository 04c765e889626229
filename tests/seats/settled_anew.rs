//! What a configuration settles otherwise than before: a server that ends for it, a theme that is broken, a connector
//! that is gone.

use crate::live::seat::Seat;
use crate::{home_with, talking_home};

#[test]
fn stop_returns_when_the_next_server_can_start() {
    let (home, mut server) = talking_home();
    for _ in 0..3 {
        let stopped = home.run(&["stop"]);
        assert!(stopped.status.success(), "{}", String::from_utf8_lossy(&stopped.stderr));
        assert_eq!(home.server_pid(), None, "it has left its place");
        // Starts at once, and fails where a server is still there.
        server = home.serve();
    }
    assert!(server.is_running());
    assert!(!home.log().contains("A server runs there already"), "{}", home.log());
}

#[test]
fn a_broken_theme_is_named_to_the_seat_that_would_have_it() {
    let home = home_with("example.py", &[]);
    std::fs::create_dir(home.path("themes")).unwrap();
    std::fs::write(home.path("themes").join("light.toml"), "[style]\n\"flag.s3\" =\n").unwrap();
    let configured = std::fs::read_to_string(home.path("qunguan.toml")).unwrap();
    home.configure(&format!("theme = \"light\"\n{configured}"));
    let _server = home.serve();
    let alice = Seat::take(&home, "alice");
    let screen = alice.wait_for_text("Theme file");
    assert!(screen.contains("light.toml") && screen.contains("line 2"), "{screen}");
    // Once he has another one, nothing is wrong with it; coming round to this one says it again.
    alice.type_keys("T");
    alice.wait("the toast goes", |screen| !screen.contains("Theme file"));
    for _ in 0..5 {
        let before = alice.bytes().len();
        alice.type_keys("T");
        alice.wait("it is drawn anew", |_| alice.bytes().len() > before);
    }
    alice.wait_for_text("Theme file");
}

#[test]
fn a_connector_that_is_taken_out_of_the_configuration_is_waited_for_no_more() {
    let (home, server) = talking_home();
    let alice = Seat::take(&home, "alice");
    let first = |screen: &str| screen.lines().next().unwrap_or_default().to_owned();
    alice.wait("its network stands at the top", |screen| first(screen).contains("tea ●"));
    assert!(server.terminate().success());
    home.configure("");
    let _server = home.serve();
    let bob = Seat::take(&home, "bob");
    // What was said there is still there to be read; once the record is open, nothing at the top waits for it.
    let screen = bob.wait("it is gone from the top", |screen| {
        screen.contains("line 3") && !screen.contains("Recording stopped") && !first(screen).contains("tea")
    });
    assert!(!screen.contains("Connectors!"), "{screen}");
    bob.type_keys("gl");
    bob.wait_for_text("The configuration does not name this connector any more.");
}
