//! The service with networks that do what a test wants.

mod threads;

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread::JoinHandle,
};

use studio_core::embedding::{Embedder as _, Part, Vector};

use super::*;
use crate::{network::Said, runtime::Runtime};

/// Answers the length of a text; some texts make it panic, fail, take its time, or wait until it is let go.
#[derive(Clone, Default)]
struct Odd {
    runs: Arc<AtomicUsize>,
    largest: Arc<AtomicUsize>,
    panics: Arc<AtomicUsize>,
    let_go: Arc<AtomicBool>,
}

impl Engine for Odd {
    type Question = Said;
    type Answer = Vec<Vector>;
    const BATCH: usize = 64;

    fn run(&self, texts: &[Said]) -> Result<Vec<Vec<Vector>>, String> {
        let says = |wanted: &str| texts.iter().any(|said| said.text == wanted);
        self.runs.fetch_add(1, Ordering::SeqCst);
        self.largest.fetch_max(texts.len(), Ordering::SeqCst);
        while says("held") && !self.let_go.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
        if says("slow") {
            std::thread::sleep(Duration::from_millis(200));
        }
        if says("fails") {
            return Err("no".to_owned());
        }
        let once = says("panics once") && self.panics.fetch_add(1, Ordering::SeqCst) == 0;
        assert!(!once && !says("panics"), "the network broke");
        #[expect(clippy::cast_precision_loss, reason = "lengths of a few bytes")]
        Ok(texts.iter().map(|said| vec![vec![said.text.len() as f32].into()]).collect())
    }
}

/// What the network shares with the test, and how often it was loaded.
struct Counted {
    network: Odd,
    loads: Arc<AtomicUsize>,
}

impl Counted {
    fn runs(&self) -> usize {
        self.network.runs.load(Ordering::SeqCst)
    }

    /// Most texts of one run.
    fn largest(&self) -> usize {
        self.network.largest.load(Ordering::SeqCst)
    }

    fn let_go(&self) {
        self.network.let_go.store(true, Ordering::SeqCst);
    }
}

fn runtime(settings: Settings) -> (Arc<Runtime>, Counted) {
    let counted = Counted { network: Odd::default(), loads: Arc::default() };
    let (network, loads) = (counted.network.clone(), counted.loads.clone());
    let load = move || {
        loads.fetch_add(1, Ordering::SeqCst);
        Ok(network.clone())
    };
    let runtime = Runtime::start("odd@0".to_owned(), 1, true, 7, settings, load).unwrap();
    (Arc::new(runtime), counted)
}

fn patient() -> Settings {
    Settings { patience: Duration::from_mins(1), ..Settings::default() }
}

/// Asks in a thread of its own.
fn ask(runtime: &Arc<Runtime>, text: &str) -> JoinHandle<Result<Vector, EmbedError>> {
    let (runtime, text) = (runtime.clone(), text.to_owned());
    std::thread::spawn(move || runtime.embed_now(&text))
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not come about");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn what_was_asked_before_is_remembered() {
    let (runtime, counted) = runtime(Settings::default());
    assert_eq!(*runtime.embed_now("Hello  there").unwrap(), [11.0]);
    assert_eq!(*runtime.embed_now("hello there").unwrap(), [11.0]);
    assert_eq!(counted.runs(), 1);
    let stats = runtime.stats();
    assert_eq!((stats.hits, stats.cached, stats.texts, stats.bytes), (1, 1, 1, 7));
    assert_eq!(stats.latencies.iter().sum::<u64>(), 1);
}

#[test]
fn what_is_asked_together_is_one_run_and_is_waited_for_once() {
    let (runtime, counted) = runtime(patient());
    let stretch = 0..4;
    let part = vec![vec![stretch]];
    let all: [(&str, &[Part]); 2] = [("wher is it", &part), ("where is it", &[])];
    let lengths = |vectors: Vec<Vec<Vector>>| vectors.iter().map(|of_text| of_text[0][0]).collect::<Vec<_>>();
    assert_eq!(lengths(runtime.deep_now(&all).unwrap()), [10.0, 11.0]);
    assert_eq!((counted.runs(), counted.largest()), (1, 2));
    // Of what is asked again only the rest is, and all is told in its order.
    let all: [(&str, &[Part]); 3] = [("new", &[]), ("Where is it", &[]), all[0]];
    assert_eq!(lengths(runtime.deep_now(&all).unwrap()), [3.0, 11.0, 10.0]);
    let stats = runtime.stats();
    assert_eq!((counted.runs(), stats.texts, stats.hits, stats.cached), (2, 3, 2, 3));
    assert_eq!(stats.latencies.iter().sum::<u64>(), 2, "who asks for several waits once");
    // They fail together, as whoever asks has one patience.
    let all: [(&str, &[Part]); 2] = [("other", &[]), ("fails", &[])];
    assert_eq!(runtime.deep_now(&all), Err(EmbedError::Failed("no".to_owned())));
    assert_eq!((counted.runs(), runtime.stats().failures), (3, 1));
    assert_eq!(runtime.deep_now(&[]), Ok(Vec::new()));
}

#[test]
fn what_was_asked_before_is_forgotten() {
    let (runtime, _) = runtime(Settings::default());
    let said = "my name is jane doe";
    runtime.embed_now(said).unwrap();
    runtime.forget();
    let stats = runtime.stats();
    assert_eq!((stats.texts, stats.cached), (1, 0));
    runtime.embed_now(said).unwrap();
    let stats = runtime.stats();
    assert_eq!((stats.texts, stats.hits, stats.cached), (2, 0, 1));
}

#[test]
fn of_a_bot_that_is_taught_anew_only_new_phrases_are_asked() {
    let (runtime, _) = runtime(Settings::default());
    let phrases: Vec<String> = (0..150).map(|phrase| format!("phrase {phrase}")).collect();
    let texts: Vec<&str> = phrases.iter().map(String::as_str).collect();
    let first = runtime.embed(&texts).unwrap();
    assert_eq!(runtime.stats().texts, 150);
    // One is new, one is written otherwise, one stands there twice.
    let edited: Vec<&str> =
        texts.iter().copied().skip(1).chain(["Phrase  7", "quite new", "quite new"]).collect();
    let second = runtime.embed(&edited).unwrap();
    assert_eq!(runtime.stats().texts, 151);
    assert_eq!(second[..149], first[1..]);
    assert_eq!((&second[149], &*second[150], &*second[151]), (&first[7], &[9.0][..], &[9.0][..]));
    // What fails leaves what is known as it was.
    runtime.embed(&["fails"]).unwrap_err();
    let asked = runtime.stats().texts;
    assert_eq!(runtime.embed(&texts).unwrap(), first);
    assert_eq!(runtime.stats().texts, asked);
}

#[test]
fn what_is_read_aside_is_read_one_by_one_and_not_kept() {
    let (runtime, counted) = runtime(patient());
    let texts = ["a long text", "another  text", "a long text"];
    let vectors = runtime.embed_aside(&texts).unwrap();
    assert_eq!(vectors.iter().map(|vector| vector[0]).collect::<Vec<_>>(), [11.0, 12.0, 11.0]);
    assert_eq!((counted.runs(), runtime.stats().texts, runtime.stats().cached), (3, 3, 0));
    runtime.embed(&["a long text"]).unwrap();
    assert_eq!(runtime.stats().texts, 4);
}

#[test]
fn a_crowd_shares_its_runs() {
    let (runtime, counted) = runtime(patient());
    let held = ask(&runtime, "held");
    wait_until("a run", || counted.runs() == 1);
    // While this one runs, the crowd gathers.
    let askers: Vec<_> = (1..=32).map(|letters| ask(&runtime, &"x".repeat(letters))).collect();
    wait_until("a crowd", || runtime.stats().waiting == 32);
    counted.let_go();
    #[expect(clippy::cast_precision_loss, reason = "lengths of a few bytes")]
    for (letters, asker) in (1_usize..).zip(askers) {
        assert_eq!(*asker.join().unwrap().unwrap(), [letters as f32]);
    }
    held.join().unwrap().unwrap();
    let largest = counted.network.largest.load(Ordering::SeqCst);
    assert!(largest >= 16, "{largest}");
}

#[test]
fn a_network_that_panics_is_loaded_anew_and_asked_again() {
    let (runtime, counted) = runtime(Settings { patience: Duration::from_secs(10), ..Settings::default() });
    assert_eq!(*runtime.embed_now("panics once").unwrap(), [11.0]);
    assert_eq!(counted.loads.load(Ordering::SeqCst), 2);
    assert_eq!(runtime.embed_now("panics"), Err(EmbedError::Down));
    assert_eq!(*runtime.embed_now("and goes on").unwrap(), [11.0]);
    let stats = runtime.stats();
    assert_eq!((stats.restarts, stats.failures), (3, 1));
}

#[test]
fn a_model_for_which_there_is_no_memory_is_not_loaded() {
    let load = || -> Result<Odd, ModelError> { panic!("it was loaded") };
    let error = Runtime::start("odd@0".to_owned(), 1, true, 1 << 60, Settings::default(), load).unwrap_err();
    assert!(
        matches!(error, ModelError::Memory { weights, left } if weights == 1 << 60 && left > 0),
        "{error}"
    );
}

#[test]
fn a_load_that_panics_is_tried_again() {
    let loads = AtomicUsize::new(0);
    let load = move || {
        assert_ne!(loads.fetch_add(1, Ordering::SeqCst), 1, "the second time its files are not there");
        Ok(Odd::default())
    };
    let settings = Settings { patience: Duration::from_secs(10), ..Settings::default() };
    let runtime = Runtime::start("odd@0".to_owned(), 1, true, 0, settings, load).unwrap();
    runtime.embed_now("panics").unwrap_err();
    let deadline = Instant::now() + Duration::from_secs(10);
    while runtime.embed_now("and goes on").is_err() {
        assert!(Instant::now() < deadline, "it is not loaded any more");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn nobody_waits_for_ever() {
    let (runtime, counted) = runtime(Settings { patience: Duration::from_millis(50), ..Settings::default() });
    assert_eq!(runtime.embed_now("held"), Err(EmbedError::Late));
    assert_eq!(runtime.stats().late, 1);
    counted.let_go();
}

/// Nobody has waited in vain: it is the queue that is full.
#[test]
fn what_has_no_place_in_the_queue_is_refused_at_once() {
    let (runtime, counted) = runtime(Settings { queue: 1, ..patient() });
    let held = ask(&runtime, "held");
    wait_until("a run", || counted.runs() == 1);
    let others = ["one", "other"].map(|text| ask(&runtime, text));
    wait_until("a refusal", || runtime.stats().refused == 1);
    counted.let_go();
    held.join().unwrap().unwrap();
    let answers = others.map(|asker| asker.join().unwrap());
    assert_eq!(answers.iter().filter(|answer| **answer == Err(EmbedError::Busy)).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert_eq!((runtime.stats().refused, runtime.stats().late), (1, 0));
}

#[test]
fn a_run_that_hangs_keeps_only_those_waiting_who_asked_before_it_was_known() {
    let patience = Duration::from_millis(50);
    let (runtime, _) = runtime(Settings { patience, ..Settings::default() });
    // Whoever asks just when the thread becomes ready cannot tell that it hangs.
    let refused = (0..20).any(|_| runtime.embed_now("slow") == Err(EmbedError::Busy));
    assert!(refused && runtime.stats().late > 0, "{:?}", runtime.stats());
    // Once the run has come to its end all are heard again.
    let deadline = Instant::now() + Duration::from_secs(10);
    while runtime.embed_now("others").is_err() {
        assert!(Instant::now() < deadline, "it is refused for ever");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_failure_is_told_and_a_training_keeps_its_order() {
    let (runtime, _) = runtime(Settings::default());
    assert_eq!(runtime.embed_now("fails"), Err(EmbedError::Failed("no".to_owned())));
    let texts: Vec<String> = (0..200).map(|length: usize| "y".repeat((length * 37) % 200)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = runtime.embed(&texts).unwrap();
    #[expect(clippy::cast_precision_loss, reason = "lengths of a few bytes")]
    for (text, vector) in texts.iter().zip(&vectors) {
        assert_eq!(**vector, [text.len() as f32]);
    }
    assert!(runtime.embed(&[]).unwrap().is_empty());
}

#[test]
fn the_memory_that_a_model_takes_is_measured() {
    const SIZE: usize = 128 << 20;
    struct Large(Vec<u8>);
    impl Engine for Large {
        type Question = usize;
        type Answer = u8;
        const BATCH: usize = 1;

        fn run(&self, questions: &[usize]) -> Result<Vec<u8>, String> {
            Ok(questions.iter().map(|place| self.0[*place]).collect())
        }
    }
    let load = || Ok(Large(vec![7; SIZE]));
    let service = Service::start(1, Settings::default(), load).unwrap();
    assert_eq!(service.ask_now("last", SIZE - 1), Ok(7));
    // Other tests take and give back memory meanwhile.
    let resident = service.stats().resident.unwrap_or_default();
    assert!(resident > SIZE as u64 / 2, "{resident}");
}

#[test]
fn who_waits_is_counted_until_the_model_comes_to_it() {
    let (runtime, counted) = runtime(patient());
    let held = ask(&runtime, "held");
    wait_until("a run", || counted.runs() == 1);
    assert_eq!(runtime.stats().waiting, 0);
    let others = ["one", "other", "third"].map(|text| ask(&runtime, text));
    wait_until("a queue", || runtime.stats().waiting == 3);
    counted.let_go();
    for asker in others.into_iter().chain([held]) {
        asker.join().unwrap().unwrap();
    }
    assert_eq!(runtime.stats().waiting, 0);
}

#[test]
fn a_model_that_does_not_load_says_why() {
    let load = || Err::<Odd, _>(ModelError::Engine("broken".to_owned()));
    let error = Runtime::start("odd@0".to_owned(), 1, true, 0, Settings::default(), load).unwrap_err();
    assert_eq!(error.to_string(), "the model cannot be loaded: broken");
    let load = || -> Result<Odd, ModelError> { panic!("no memory is left") };
    let error = Runtime::start("odd@0".to_owned(), 1, true, 0, Settings::default(), load).unwrap_err();
    assert_eq!(error.to_string(), "the model cannot be loaded: no memory is left");
}
