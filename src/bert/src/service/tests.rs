//! The service with networks that do what a test wants.

use std::sync::{
    Barrier,
    atomic::{AtomicUsize, Ordering},
};

use studio_core::embedding::{Embedder as _, Vector};

use super::*;
use crate::{network::Said, runtime::Runtime};

/// Answers the length of a text; some texts make it panic, fail or take its time.
struct Odd {
    runs: Arc<AtomicUsize>,
    largest: Arc<AtomicUsize>,
    panics: Arc<AtomicUsize>,
}

impl Engine for Odd {
    type Question = Said;
    type Answer = Vec<Vector>;
    const BATCH: usize = 64;

    fn run(&self, texts: &[Said]) -> Result<Vec<Vec<Vector>>, String> {
        let says = |wanted: &str| texts.iter().any(|said| said.text == wanted);
        self.runs.fetch_add(1, Ordering::SeqCst);
        self.largest.fetch_max(texts.len(), Ordering::SeqCst);
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

struct Counted {
    runs: Arc<AtomicUsize>,
    largest: Arc<AtomicUsize>,
    loads: Arc<AtomicUsize>,
}

fn runtime(settings: Settings) -> (Arc<Runtime>, Counted) {
    let counted = Counted { runs: Arc::default(), largest: Arc::default(), loads: Arc::default() };
    let (runs, largest, loads) = (counted.runs.clone(), counted.largest.clone(), counted.loads.clone());
    let panics = Arc::new(AtomicUsize::new(0));
    let load = move || {
        loads.fetch_add(1, Ordering::SeqCst);
        Ok(Odd { runs: runs.clone(), largest: largest.clone(), panics: panics.clone() })
    };
    let runtime = Runtime::start("odd@0".to_owned(), 1, true, 7, settings, load).unwrap();
    (Arc::new(runtime), counted)
}

#[test]
fn what_was_asked_before_is_remembered() {
    let (runtime, counted) = runtime(Settings::default());
    assert_eq!(*runtime.embed_now("Hello  there").unwrap(), [11.0]);
    assert_eq!(*runtime.embed_now("hello there").unwrap(), [11.0]);
    assert_eq!(counted.runs.load(Ordering::SeqCst), 1);
    let stats = runtime.stats();
    assert_eq!((stats.hits, stats.cached, stats.texts, stats.bytes), (1, 1, 1, 7));
    assert_eq!(stats.latencies.iter().sum::<u64>(), 1);
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
fn a_crowd_shares_its_runs() {
    let (runtime, counted) = runtime(Settings::default());
    let start = Arc::new(Barrier::new(33));
    let askers: Vec<_> = (0..32)
        .map(|asker: usize| {
            let (runtime, start) = (runtime.clone(), start.clone());
            std::thread::spawn(move || {
                start.wait();
                std::thread::sleep(Duration::from_millis(20));
                runtime.embed_now(&"x".repeat(asker + 1)).map(|vector| vector.to_vec())
            })
        })
        .collect();
    start.wait();
    // While this runs, the crowd gathers.
    let slow = {
        let runtime = runtime.clone();
        std::thread::spawn(move || runtime.embed_now("slow"))
    };
    #[expect(clippy::cast_precision_loss, reason = "lengths of a few bytes")]
    for (asker, thread) in askers.into_iter().enumerate() {
        assert_eq!(thread.join().unwrap().unwrap(), [(asker + 1) as f32]);
    }
    slow.join().unwrap().unwrap();
    assert!(counted.largest.load(Ordering::SeqCst) >= 16, "{}", counted.largest.load(Ordering::SeqCst));
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
        Ok(Odd { runs: Arc::default(), largest: Arc::default(), panics: Arc::default() })
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
fn nobody_waits_for_ever_and_the_queue_is_bounded() {
    let settings = Settings { queue: 1, patience: Duration::from_millis(50), ..Settings::default() };
    let (runtime, _) = runtime(settings);
    assert_eq!(runtime.embed_now("slow"), Err(EmbedError::Late));
    let (slow, waits) = (runtime.clone(), runtime.clone());
    let slow = std::thread::spawn(move || slow.embed_now("slow"));
    std::thread::sleep(Duration::from_millis(10));
    let waits = std::thread::spawn(move || waits.embed_now("waits"));
    std::thread::sleep(Duration::from_millis(10));
    let third = runtime.embed_now("has no place");
    let all = [slow.join().unwrap(), waits.join().unwrap(), third];
    assert!(all.contains(&Err(EmbedError::Busy)), "{all:?}");
    assert!(runtime.stats().refused >= 1 && runtime.stats().late >= 1);
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
    let (runtime, _) = runtime(Settings { patience: Duration::from_secs(10), ..Settings::default() });
    let ask = |text: &'static str| {
        let runtime = runtime.clone();
        std::thread::spawn(move || runtime.embed_now(text))
    };
    let slow = ask("slow");
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut others = Vec::new();
    while runtime.stats().waiting == 0 {
        assert!(Instant::now() < deadline, "nobody is seen to wait");
        others.push(ask("slow"));
        std::thread::sleep(Duration::from_millis(5));
    }
    for asker in others.into_iter().chain([slow]) {
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
