//! Prints the report of an evaluation by words and characters alone: `evaluate TRAIN TEST [OUT_OF_SCOPE]`.

use std::{
    io::{Write, stdout},
    process::ExitCode,
    time::Instant,
};

use studio_nlu::evaluate::{Options, evaluate};

fn main() -> ExitCode {
    let mut files = std::env::args_os().skip(1).map(Into::into);
    let (Some(train), Some(test)) = (files.next(), files.next()) else {
        eprintln!("usage: evaluate TRAIN TEST [OUT_OF_SCOPE]");
        return ExitCode::FAILURE;
    };
    let start = Instant::now();
    let options = Options { train, test, out_of_scope: files.next(), shots: None };
    match evaluate(&options, None, &|| start.elapsed()) {
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
