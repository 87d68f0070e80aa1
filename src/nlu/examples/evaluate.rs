//! Prints the report of an evaluation by words and characters alone: `evaluate TRAIN TEST [OUT_OF_SCOPE]`, or of the lists of
//! words that say how a text feels: `evaluate --sentiment FILE`.

use std::{
    fmt::Display,
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
    time::Instant,
};

use studio_nlu::evaluate::{EvaluateError, Options, evaluate, sentiment};

fn main() -> ExitCode {
    let start = Instant::now();
    let clock = || start.elapsed();
    let mut given = std::env::args_os().skip(1);
    if given.next().is_some_and(|first| first == "--sentiment") {
        let Some(file) = given.next() else { return usage() };
        return print(sentiment(Path::new(&file), "en", &clock));
    }
    let mut files = std::env::args_os().skip(1).map(Into::into);
    let (Some(train), Some(test)) = (files.next(), files.next()) else {
        return usage();
    };
    let options = Options { train, test, out_of_scope: files.next(), shots: None };
    print(evaluate(&options, None, &clock))
}

fn usage() -> ExitCode {
    eprintln!("usage: evaluate TRAIN TEST [OUT_OF_SCOPE] | --sentiment FILE");
    ExitCode::FAILURE
}

fn print(report: Result<impl Display, EvaluateError>) -> ExitCode {
    match report {
        Ok(report) => {
            // A reader that has seen enough (`| head`) is no failure.
            let _ = stdout().write_all(report.to_string().as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
