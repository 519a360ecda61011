//! Tests of parallel renewals of a session: only the holder of the lock uses the refresh token,
//! once, and only when the result can be stored.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::login_session;
use crate::rig::guard::{Guard, Outcome};
use crate::rig::http::{Request, Response};
use crate::rig::sessions::{Aws, OIDC, PORTAL, SIGN_IN, denied};
use crate::rig::setup::{allowed, fifo, message, unknown};
use crate::sso::{DEPLOY, OF_SESSION, SESSION, check, kept, path, run, session, token};

/// Services that answer a renewal slowly.
fn slow(arn: &'static str) -> Aws {
    Aws::with(arn, |host, _| {
        if [OIDC, SIGN_IN].contains(&host) {
            thread::sleep(Duration::from_millis(500));
        }
        None
    })
}

/// Runs the program three times in parallel, in one home directory.
fn three_runs(guard: impl Fn() -> Guard, run: fn(&Guard) -> Outcome) {
    let guards = [guard(), guard(), guard()];
    let outcomes = thread::scope(|scope| {
        let runs = guards.each_ref().map(|guard| scope.spawn(move || run(guard)));
        runs.map(|run| run.join().unwrap())
    });
    for outcome in &outcomes {
        allowed(outcome);
    }
}

/// The services would refuse the second use of the refresh token.
#[test]
fn three_parallel_runs_use_a_refresh_token_once() {
    let aws = slow(DEPLOY);
    let first = session(&aws, &token(-60));
    three_runs(|| check(&aws, SESSION).env("HOME", first.home()), run);
    assert_eq!((aws.asked(OIDC).len(), aws.asked(PORTAL).len()), (1, 3));
    assert_eq!(kept(&first)["refreshToken"], "hush-refresh-1");

    let aws = slow(login_session::ME);
    let first = login_session::session(&aws, &login_session::token(-60));
    three_runs(|| login_session::check(&aws).env("HOME", first.home()), login_session::run);
    assert_eq!(aws.asked(SIGN_IN).len(), 1);
    assert_eq!(login_session::kept(&first)["refreshToken"], "hush-refresh-1");
}

/// The AWS CLI takes no lock: it may have used the refresh token, and store the result a moment
/// later.
#[test]
fn a_renewal_by_a_process_without_a_lock_is_used() {
    let faster = |at: &'static str, refusal: fn() -> Response, arn| {
        let kept: Arc<OnceLock<(PathBuf, String)>> = Arc::default();
        let keeps = Arc::clone(&kept);
        let instead = move |host: &str, _: &Request| {
            let (path, text) = keeps.get().filter(|_| host == at)?.clone();
            fs::write(path, text).unwrap();
            Some(refusal())
        };
        (Aws::with(arn, instead), kept)
    };
    let refusal = || crate::rig::sessions::refusal(400, "InvalidGrantException", &Value::Null);
    let (aws, kept) = faster(OIDC, refusal, DEPLOY);
    let guard = session(&aws, &token(-60));
    kept.set((path(&guard, OF_SESSION), token(3600).to_string())).unwrap();
    allowed(&run(&guard));
    assert_eq!(aws.asked(OIDC).len(), 1);

    let (aws, kept) = faster(SIGN_IN, || denied("TOKEN_EXPIRED"), login_session::ME);
    let guard = login_session::session(&aws, &login_session::token(-60));
    kept.set((login_session::path(&guard), login_session::token(800).to_string())).unwrap();
    allowed(&login_session::run(&guard));
    assert_eq!(aws.asked(SIGN_IN).len(), 1);
}

/// The holder of the lock may be slow, or another program.
#[test]
fn a_held_lock_is_waited_for_until_the_deadline() {
    let aws = Aws::of(DEPLOY);
    let guard = session(&aws, &token(-60)).args("--timeout 2s");
    let held = fs::File::create(path(&guard, OF_SESSION).with_extension("lock")).unwrap();
    held.lock().unwrap();
    let document = unknown(&run(&guard), "sts-timeout");
    assert!(message(&document).contains("obtaining the credentials (sso)"), "{document}");
    assert!(aws.proxy.requests().is_empty());
    let renewed = kept(&session(&aws, &token(3600)));
    let waiting = thread::scope(|scope| {
        let run = scope.spawn(|| run(&guard));
        thread::sleep(Duration::from_millis(300));
        fs::write(path(&guard, OF_SESSION), renewed.to_string()).unwrap();
        held.unlock().unwrap();
        run.join().unwrap()
    });
    allowed(&waiting);
    assert!(aws.asked(OIDC).is_empty(), "the file is read again once the lock is held");
}

#[test]
fn a_pipe_in_place_of_a_session_or_lock_ends_at_the_deadline() {
    for extension in ["json", "lock"] {
        let aws = Aws::of(DEPLOY);
        let guard = session(&aws, &token(-60)).args("--timeout 1s");
        let place = path(&guard, OF_SESSION).with_extension(extension);
        let _ = fs::remove_file(&place);
        fifo(place);
        unknown(&run(&guard), "unreadable-configuration");
        assert!(aws.proxy.requests().is_empty(), "{extension}");
    }
}

#[test]
fn without_a_possible_lock_a_session_is_renewed_anyway() {
    let aws = Aws::of(DEPLOY);
    let guard = session(&aws, &token(-60));
    fs::create_dir(path(&guard, OF_SESSION).with_extension("lock")).unwrap();
    allowed(&run(&guard));
    assert_eq!(aws.asked(OIDC).len(), 1);
}

/// Two profiles with one session are two sources of one run.
#[test]
fn two_sources_of_one_run_share_a_renewal() {
    let aws = Aws::of(DEPLOY);
    let other = "[profile other]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Deploy\n";
    let guard = session(&aws, &token(-60)).file("~/.aws/config", &format!("{SESSION}{other}"));
    let guard = guard.env("AWS_DEFAULT_PROFILE", "other").args("--for aws-cli,boto3");
    allowed(&run(&guard));
    assert_eq!((aws.asked(OIDC).len(), aws.asked(PORTAL).len()), (1, 2));
}

/// A renewed session that cannot be stored would be lost, so that it is not requested.
#[test]
fn a_session_that_cannot_be_stored_is_not_renewed() {
    for (seconds, code, word) in
        [(-60, 3, "could not renew the cached session"), (200, 0, "allowed")]
    {
        let aws = Aws::of(DEPLOY);
        let guard = session(&aws, &token(seconds));
        let folder = guard.home().join(".aws/sso/cache");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
        let output = without_capabilities(&guard, &folder);
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(text.contains(word) && !format!("{output:?}").contains("hush"), "{text}");
        assert!(aws.asked(OIDC).is_empty(), "{text}");
    }
}

/// Runs the program with the permissions of an ordinary user: as root without its capabilities.
fn without_capabilities(guard: &Guard, folder: &Path) -> Output {
    let run = guard.description();
    let probe = folder.join("probe");
    let is_bound = fs::write(&probe, "").is_err();
    let _ = fs::remove_file(probe);
    let prefix: &[&str] = if is_bound { &[] } else { &["setpriv", "--bounding-set=-all"] };
    let words = run["argv"].as_array().unwrap().iter().filter_map(Value::as_str);
    let words: Vec<&str> = prefix.iter().copied().chain(words).collect();
    let variables = run["env"].as_object().unwrap().iter();
    Command::new(words[0])
        .args(&words[1..])
        .env_clear()
        .envs(variables.map(|(name, value)| (name, value.as_str().unwrap())))
        .current_dir(run["cwd"].as_str().unwrap())
        .output()
        .unwrap()
}
